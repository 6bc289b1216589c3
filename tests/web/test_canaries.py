"""A word is put into each place that can hold text; readers meet those that are theirs, and no other."""

import html
import json
import re
from types import SimpleNamespace
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest

from tests.web.asking import Web
from tests.web.serving import served

OPEN = {  # what everyone may read
    "file": "velvetfern",
    "title": "marigoldish",
    "body": "kestrelwing",
    "theme": "lanternlight",
    "storyteller": "quinceblossom",
    "gatherer": "thistledown",
    "role": "ferrywright",
    "site": "mossharbour",
    "kind": "lampkeeper",
    "summary": "applecrate",
    "moment": "wintergate",
    "strength": "oakenheart",
    "hope": "skylarking",
    "content note": "nettlesting",
    "alt text": "copperkettle",
    "heading": "riverstone",
    "persona": "pennywhistle",
    "statement": "gooseberry",
}
CLOSED = {  # what is for nobody, or for others
    "context": "zebrawood",
    "unknown key": "yarrowstalk",
    "unknown nested": "xylophonic",
    "comment": "wolfsbaneful",
    "comment in front matter": "vetchlingly",
    "closed passage": "umbrellafir",
    "closed heading": "tamarackish",
    "closed footnote": "sycamoreled",
    "closed image": "rowanberried",
    "not for": "quartzmarsh",
    "draft body": "plumbagoes",
    "draft title": "osmanthused",
    "draft file": "nasturtiumly",
    "design body": "mulleining",
    "design theme": "larkspurred",
    "design site": "knapweedish",
    "design teller": "juniperling",
    "design file": "ipecacuanhas",
    "expired": "hellebored",
    "unasked": "gorsebushed",
    "set aside": "foxgloving",
    "taken back title": "eglantined",
    "taken back body": "dogwooding",
    "design persona": "cinquefoiled",
    "design persona file": "burdockish",
    "draft persona": "asphodeling",
    "statement on hidden words alone": "zinniafold",
    "unresolved quote": "s-h1dden00#p-abc234",
}
HIDDEN_ID, HIDDEN_PERSONA = "s-h1dden00", "who-h1dden00"

PUBLIC_STORY = f"""---
id: s-0pen0000
title: The {OPEN["title"]}
storyteller: {OPEN["storyteller"]}
role: {OPEN["role"]}
kind: [{OPEN["kind"]}]
site: {OPEN["site"]}
gatherer: {OPEN["gatherer"]}
gathered: 2026-03-04
summary: About {OPEN["summary"]}.
themes: [{OPEN["theme"]}, waiting]
personas: [{CLOSED["design persona file"]}, {HIDDEN_PERSONA}, open-persona, drafted]
moments:
  - {{when: "2019", what: The {OPEN["moment"]}, kind: low}}
strengths: [Keeps {OPEN["strength"]}]
hopes: [More {OPEN["hope"]}]
context: {{age_band: {CLOSED["context"]}}}
secret_note: {CLOSED["unknown key"]}
other: {{deep: [{CLOSED["unknown nested"]}]}}  # {CLOSED["comment in front matter"]}
consent:
  uses: [publication, design]
  not_for: [{CLOSED["not for"]} Trust]
---
The first {OPEN["body"]} <!-- {CLOSED["comment"]} --> sat by the window.

<!--
{CLOSED["comment"]} again
-->

## The {OPEN["heading"]}

An image ![of a {OPEN["alt text"]}](kettle.png),
[another story](../stories/{CLOSED["design file"]}.md), [one more]({HIDDEN_ID}),
[a passage](s-h1dden00#p-abc234) and
[someone](../personas/{CLOSED["design persona file"]}.md).

::: closed
## About {CLOSED["closed heading"]}

She said {CLOSED["closed passage"]}.[^1] ![]({CLOSED["closed image"]}.png)

[^1]: A note of {CLOSED["closed footnote"]}.
:::

It ended well.

[unused]: ../stories/{CLOSED["design file"]}.md
"""
NOTED_STORY = f"""---
id: s-n0ted000
content_notes: [{OPEN["content note"]}]
consent: {{uses: [publication]}}
---
It was hard, and it was long.
"""
HIDDEN_STORIES = {
    f"{CLOSED['draft file']}.md": f"""---
title: {CLOSED["draft title"]}
status: draft
personas: [open-persona]
consent: {{uses: [publication]}}
---
{CLOSED["draft body"]}
""",
    f"{CLOSED['design file']}.md": f"""---
id: {HIDDEN_ID}
storyteller: {CLOSED["design teller"]}
site: {CLOSED["design site"]}
themes: [{CLOSED["design theme"]}, {OPEN["theme"].upper()}]
personas: [open-persona]
consent: {{uses: [design]}}
---
> “{CLOSED["design body"]} {OPEN["body"]}”

[Back](s-0pen0000)
""",
    "over.md": "---\nconsent: {uses: [publication], until: 2020-01-01}\n---\n" + CLOSED["expired"],
    "nobody.md": CLOSED["unasked"],
    "aside.md": "---\nconsent: {uses: [publication]\n---\n" + CLOSED["set aside"],
    "gone.md": f"""---
title: {CLOSED["taken back title"]}
status: withdrawn
consent: {{uses: [design]}}
---
{CLOSED["taken back body"]}
""",
}
TAKEN_BACK = {
    "public-gone.md": f"""---
title: {CLOSED["taken back title"]}
themes: [{CLOSED["taken back title"]}]
status: withdrawn
consent: {{uses: [publication]}}
---
{CLOSED["taken back body"]}
"""
}
PUBLIC_PERSONA = f"""---
id: who-0pen0000
name: {OPEN["persona"].title()}
quote: {CLOSED["unresolved quote"]}
uses: [publication]
stories: [s-0pen0000, {HIDDEN_ID}, {CLOSED["draft file"]}]
statements:
  What helps:
    - {OPEN["statement"].title()}
    - statement: Only {CLOSED["statement on hidden words alone"]}
      evidence: [{CLOSED["unresolved quote"]}]
---
As in [a story]({HIDDEN_ID}).
"""
HIDDEN_PERSONAS = {
    f"{CLOSED['design persona file']}.md": f"""---
id: {HIDDEN_PERSONA}
name: {CLOSED["design persona"].title()}
uses: [design]
stories: [s-0pen0000]
---
For the teams.
""",
    "drafted.md": f"""---
name: {CLOSED["draft persona"].title()}
status: draft
uses: [publication]
stories: [s-0pen0000]
---
Not yet.
""",
}
PUBLIC = {f"{OPEN['file']}.md": PUBLIC_STORY, "noted.md": NOTED_STORY}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    stories, personas = (
        PUBLIC | HIDDEN_STORIES | TAKEN_BACK,
        HIDDEN_PERSONAS | {"open-persona.md": PUBLIC_PERSONA},
    )
    with served(tmp_path_factory.mktemp("canaries"), stories, personas, at_loopback=True) as web:
        yield web


@pytest.fixture(scope="module")
def twin(tmp_path_factory):
    """The same archive for everyone outside: what is hidden was never there."""
    personas = {"open-persona.md": PUBLIC_PERSONA}
    with served(tmp_path_factory.mktemp("twin"), PUBLIC | TAKEN_BACK, personas, at_loopback=True) as web:
        yield web


def queries() -> list[str]:
    """Questions that come near each word without holding it: its beginning, a slip, its field."""
    asked = []
    for word in [*OPEN.values(), *CLOSED.values()]:
        if word == CLOSED["unresolved quote"]:
            continue
        slip = word[:3] + word[4] + word[3] + word[5:]
        asked += [f"{word[:-1]}*", slip, f"theme:{word[:-1]}", word[:5]]
    return [*asked, "", "waiting", "the", "*", "-waiting", "persona:open-persona", 'was hard -"was long"']


def addresses() -> list[str]:
    """Where somebody might look who knows what she is looking for, though not the words themselves."""
    q = [quote(one) for one in queries()]
    found = [f"{path}?q={one}" for one in q for path in ("/search", "/api/v1/search", "/api/v1/complete")]
    found += [
        f"/search?{name}={one}" for name in ("theme", "site", "persona", "use") for one in ("waiting", "x")
    ]
    found += [
        "/search?use=design",
        "/search?use=publication",
        "/stories?use=design",
        "/api/v1/search?use=design",
    ]
    found += [f"/search?q={word}&sort={sort}" for word in ("it", "was") for sort in ("newest", "title")]
    found += [f"/api/v1/{name}?size=100" for name in ("stories", "personas", "themes")]
    found += ["/stories/public-gone", "/api/v1/stories/public-gone", "/nowhere"]
    return [*found, "/stories?layout=table", "/api/docs", "/api/openapi.json"]


def crawl(web: Web, *starts: str) -> dict[str, tuple[int, tuple, bytes]]:
    """Every answer that can be reached, by its address; what anyone outside sees."""
    waiting, seen = ["/", *starts], {}
    while waiting:
        address = waiting.pop()
        if address in seen or not address.startswith("/"):
            continue
        answer = web.get(address)
        seen[address] = (answer.status, answer.headers, answer.body)
        waiting += [found for found in links(web, address, answer) if found not in seen]
    return seen


def links(web: Web, address: str, answer) -> list[str]:
    kind = answer.get("content-type")
    if answer.get("location"):
        return [] if address == "/random" else [answer["location"]]
    if kind.startswith("text/html"):
        found = [html.unescape(one) for one in re.findall(r'(?:href|src|action)="([^"]*)"', answer.text)]
        inside = [urljoin(address, one).partition("#")[0] for one in found if not urlsplit(one).netloc]
        again = address.startswith("/search?")  # its other orders say the same words in another order
        return [one for one in inside if not (again and one.startswith("/search?"))]
    if kind == "application/json" and "/api/v1/" in address:
        items = answer.json.get("items", []) if isinstance(answer.json, dict) else []
        base = address.partition("?")[0]
        slugs = [f"{base}/{quote(item['slug'])}" for item in items if "slug" in item]
        return slugs + [item["address"] for item in items if "address" in item]
    return []


@pytest.fixture(scope="module")
def met(archive) -> dict[str, str]:
    """Everything that anyone can meet, each answer as one text: raw, and with every disguise taken off."""
    found = {}
    for address, (_, headers, body) in crawl(archive, *addresses()).items():
        text = body.decode("latin-1" if address.endswith(".woff2") else "utf-8")
        bare = json.dumps(json.loads(text), ensure_ascii=False) if text.startswith("{") else ""
        found[address] = (text + html.unescape(unquote(text)) + bare + json.dumps(headers)).casefold()
    return found


@pytest.mark.parametrize("place", CLOSED)
def test_a_word_that_is_not_for_everyone_is_nowhere(met, place):
    word = CLOSED[place]
    assert [address for address, text in met.items() if word in text] == []


@pytest.mark.parametrize("hidden", [HIDDEN_ID, HIDDEN_PERSONA, "p-abc234"])
def test_what_is_hidden_is_not_even_referred_to(met, hidden):
    assert [address for address, text in met.items() if hidden in text] == []


@pytest.mark.parametrize("place", OPEN)
def test_a_word_that_is_for_everyone_is_met(met, place):
    assert [address for address, text in met.items() if OPEN[place] in text]


def test_what_is_asked_for_by_name_is_found_only_where_it_may_be_read(archive):
    for word in CLOSED.values():
        found = archive.get(f"/api/v1/search?q={quote(word)}").json
        assert (found["total"], found["did_you_mean"]) == (0, None), word
        assert archive.get(f"/api/v1/complete?q={quote(word)}").json == {"items": []}, word
        assert "Nothing found" in archive.get(f"/search?q={quote(word)}").text
    for place, word in OPEN.items():
        if place not in ("file", "gatherer", "content note", "alt text", "statement", "heading"):
            assert archive.get(f"/api/v1/search?q={word}").json["total"] == 1, place


def counted(answer: dict) -> dict:
    """The filters of an answer without what the reader herself has chosen."""
    return {name: [one for one in values if not one["selected"]] for name, values in answer["facets"].items()}


@pytest.mark.parametrize("name", ["theme", "persona", "site"])
def test_a_filter_that_only_hidden_stories_know_is_one_that_nobody_knows(archive, name):
    unknown = archive.get(f"/api/v1/search?{name}=never-was").json
    for value in (CLOSED["design theme"], CLOSED["design persona file"], CLOSED["design site"], "drafted"):
        chosen = archive.get(f"/api/v1/search?{name}={value}").json
        typed = archive.get(f"/api/v1/search?q={name}:{value}").json
        assert chosen["results"] == typed["results"] == []
        assert counted(chosen) == counted(typed) == counted(unknown)


def test_a_twin_without_hidden_stories_can_not_be_told_apart(archive, twin, monkeypatch):
    monkeypatch.setattr("app.services.searching.time", SimpleNamespace(perf_counter=lambda: 0.0))
    asked = [*addresses(), *(f"/search?q={quote(word)}" for word in CLOSED.values())]
    asked += [f"/api/v1/search?q={quote(word)}" for word in CLOSED.values()]
    asked += [f"/stories/{name.removesuffix('.md')}" for name in HIDDEN_STORIES]
    asked += [f"/personas/{name.removesuffix('.md')}" for name in HIDDEN_PERSONAS]
    asked += [f"/api/v1/stories/{name.removesuffix('.md')}" for name in HIDDEN_STORIES]
    asked += [
        f"/s/{HIDDEN_ID}",
        f"/p/{HIDDEN_PERSONA}",
        f"/themes/{CLOSED['design theme']}",
        "/desk/problems",
    ]
    here, there = crawl(archive, *asked), crawl(twin, *asked)
    here.pop("/random"), there.pop("/random")
    assert [address for address in here if here[address] != there.get(address)] == []
    assert here.keys() == there.keys()


def test_stewards_are_told_what_is_hidden_and_why(archive):
    page = archive.get("/desk/problems", client=("127.0.0.1", 1)).text
    for words in (
        "It is a draft",
        "may be used, but not published",
        "consent ended",
        "No consent is recorded",
    ):
        assert words in page
    assert CLOSED["set aside"] not in page and CLOSED["comment"] not in page
