"""The API gives what CONTRACT.md promises, in its shapes, and nothing beyond."""

import re

import pytest

from tests.web.serving import served, story

RICH = """---
id: s-r1ch0000
title: The long way
storyteller: Odile
own_name: false
role: Drives the school bus
kind: [carer, peer worker]
site: Northgate
gathered: 2026-03
gatherer: J. O.
language: en-GB
summary: Two buses and a list.
themes: [waiting, small kindness]
personas: [elena]
moments: [{when: "2019", what: The bus, kind: turning point}]
strengths: [knows every stop]
hopes: [a shelter]
context: {age_band: 30-49}
weather: stormy
mood: {first: low, then: better}
consent: {uses: [design, publication], given: 2026-03-04, until: 2099-01-01, not_for: [Northgate Trust]}
---
The first thing is the bell.

> “Nobody rang.”

## After that

A list <!-- of names --> of *stops* & more.

::: closed
What she said about her brother.
:::
"""
STORY_KEYS = {
    "id", "slug", "title", "storyteller", "role", "site", "kinds", "gathered", "language", "summary",
    "themes", "personas", "content_notes", "revision", "uses", "until", "front_matter", "markdown",
    "passages",
}  # fmt: skip
ITEM_KEYS = {
    "id", "slug", "title", "storyteller", "role", "site", "kinds", "gathered", "summary", "quote",
    "content_notes", "themes",
}  # fmt: skip
SEARCH_KEYS = {"total", "took_ms", "results", "facets", "did_you_mean"}
FACETS = ["theme", "persona", "site", "kind", "use", "year"]


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    personas = {"elena.md": "---\nname: Elena\nuses: [publication]\nstories: [rich]\n---\nElena.\n"}
    with served(tmp_path_factory.mktemp("rich"), {"rich.md": RICH}, personas) as web:
        yield web


def test_a_story_has_the_promised_shape(rich):
    given = rich.get("/api/v1/stories/rich").json
    assert given.keys() == STORY_KEYS
    assert (given["id"], given["slug"], given["title"]) == ("s-r1ch0000", "rich", "The long way")
    assert (given["kinds"], given["gathered"], given["personas"]) == (
        ["carer", "peer worker"],
        "2026-03",
        ["elena"],
    )
    assert (given["uses"], given["until"]) == (["design", "publication"], "2099-01-01")
    assert [passage["number"] for passage in given["passages"]] == [1, 2, 3]
    assert all(passage.keys() == {"anchor", "number", "text", "html"} for passage in given["passages"])
    assert given["passages"][2]["text"] == "A list of stops & more."
    assert "<em>stops</em> &amp; more" in given["passages"][2]["html"]


def test_a_passage_of_the_api_has_the_anchor_of_the_page(rich):
    page = rich.get("/stories/rich").text
    for passage in rich.get("/api/v1/stories/rich").json["passages"]:
        assert f'id="{passage["anchor"]}"' in page


def test_the_front_matter_is_the_file_s_own_without_what_is_for_nobody(rich):
    given = rich.get("/api/v1/stories/rich").json["front_matter"]
    assert given["moments"] == [{"when": "2019", "what": "The bus", "kind": "turning point"}]
    assert given["themes"] == ["waiting", "small kindness"] or given["themes"] == [
        "Waiting",
        "Small kindness",
    ]
    assert given["consent"] == {
        "uses": ["design", "publication"],
        "given": "2026-03-04",
        "until": "2099-01-01",
    }
    assert not {"context", "weather", "mood"} & given.keys()
    assert "Northgate Trust" not in str(given)


def test_the_markdown_holds_no_comment_and_nothing_closed(rich):
    given = rich.get("/api/v1/stories/rich").json["markdown"]
    assert "The first thing is the bell." in given and "## After that" in given
    for word in ("names", "brother", "closed", "<!--", "---\nid"):
        assert word not in given


def test_the_markdown_of_a_story_with_nothing_closed_is_as_it_was_written(tmp_path):
    body = "One *line*.\n\n> “Two.”\n\n1. three\n\n[link](https://example.org)"
    with served(tmp_path, {"plain.md": story(body)}) as web:
        assert web.get("/api/v1/stories/plain").json["markdown"].strip() == body


HIDDEN = "---\nid: s-h1dden00\nconsent: {uses: [design]}\n---\nHidden.\n"


@pytest.mark.parametrize(
    "written",
    [
        "[a](s-h1dden00)",
        "[a](../stories/secret.md#p-abc234)",
        "[a][b]\n\n[b]: secret.md",
        "words\n\n[unused]: <secret.md> 'title'",
        "![a](secret.md)",
        "[a](s-H1DDEN00) and [b]( secret%2emd )",
        "[a](q-81hs2k4p)",
    ],
)
def test_a_reference_to_what_is_hidden_is_only_its_words(tmp_path, written):
    with served(tmp_path, {"a.md": story(f"One.\n\n{written}\n\nTwo."), "secret.md": HIDDEN}) as web:
        for address in ("/stories/a", "/api/v1/stories/a"):
            text = web.get(address).text.casefold()
            assert "secret" not in text and "h1dden" not in text and "81hs2k4p" not in text
        assert web.get("/api/v1/stories/a").json["markdown"].startswith("One.")


def test_a_reference_to_what_is_open_leads_to_its_page(tmp_path):
    stories = {
        "a.md": story("[Her](s-0pen0000) and [her](deep/b.md)."),
        "deep/b.md": story("B.", "id: s-0pen0000"),
    }
    with served(tmp_path, stories) as web:
        assert web.get("/stories/a").text.count('href="/stories/deep/b"') >= 2
        assert "[Her](s-0pen0000)" in web.get("/api/v1/stories/a").json["markdown"]


def test_a_steward_can_name_further_keys_that_readers_may_see(tmp_path):
    with served(tmp_path, {"rich.md": RICH}, shown_keys="weather, Mood") as web:
        given = web.get("/api/v1/stories/rich").json["front_matter"]
        assert given["weather"] == "stormy" and "mood" not in given and "context" not in given
        page = web.get("/stories/rich").text
        assert "stormy" in page and "better" not in page and "30-49" not in page


@pytest.mark.parametrize("name", ["stories", "personas", "themes"])
def test_a_list_goes_on_until_nothing_is_left(sample, name):
    whole = sample.get(f"/api/v1/{name}?size=100").json
    assert whole.keys() == {"items", "total", "next"}
    assert (whole["next"], whole["total"]) == (None, len(whole["items"]))
    assert all({"id", "slug", "title"} <= item.keys() for item in whole["items"])
    items, address = [], f"/api/v1/{name}?size=1"
    while address:
        part = sample.get(address).json
        assert len(part["items"]) == 1 and part["total"] == whole["total"]
        items, address = items + part["items"], part["next"]
    assert items == whole["items"]
    assert sample.get(f"/api/v1/{name}?page=5000").json == {
        "items": [],
        "total": whole["total"],
        "next": None,
    }


def test_a_story_in_a_list_has_the_promised_shape(sample):
    items = {item["slug"]: item for item in sample.get("/api/v1/stories?size=100").json["items"]}
    assert all(item.keys() == ITEM_KEYS for item in items.values())
    assert items["marisa"]["content_notes"] and items["marisa"]["quote"] is None
    assert items["owen"]["quote"]
    full = sample.get("/api/v1/stories/owen").json
    assert {key: full[key] for key in ("role", "site", "kinds", "gathered")} == {
        key: items["owen"][key] for key in ("role", "site", "kinds", "gathered")
    }


def test_personas_and_themes_have_the_promised_shape(sample):
    persona = sample.get("/api/v1/personas/elena").json
    assert {"id", "slug", "title", "groups", "stories"} <= persona.keys()
    assert persona["groups"][0]["statements"][0]["evidence"]
    theme = sample.get("/api/v1/themes/waiting").json
    assert {"id", "slug", "title", "stories"} <= theme.keys()
    assert theme["stories"]["total"] == len(theme["stories"]["items"])


def test_search_has_the_promised_shape(sample):
    found = sample.get("/api/v1/search?q=waiting").json
    assert found.keys() == SEARCH_KEYS
    assert isinstance(found["took_ms"], int) and found["total"] >= len(found["results"]) > 0
    for result in found["results"]:
        assert {"id", "slug", "title", "storyteller", "passages"} <= result.keys()
        assert all(passage.keys() == {"anchor", "html"} for passage in result["passages"])
        assert "score" not in str(result.keys())
    assert list(found["facets"]) == FACETS
    assert all(
        v.keys() == {"value", "label", "count", "selected"} for of in found["facets"].values() for v in of
    )


def test_search_takes_a_page_and_a_size(sample):
    whole = sample.get("/api/v1/search?size=100").json
    parts = [sample.get(f"/api/v1/search?size=2&page={page}").json for page in (1, 2, 3)]
    assert [r["id"] for part in parts for r in part["results"]] == [r["id"] for r in whole["results"]][:6]
    assert {part["total"] for part in parts} == {whole["total"]}


def test_completion_offers_stories_personas_themes_and_words(sample):
    def offered(typed: str) -> list[dict]:
        return sample.get(f"/api/v1/complete?q={typed}").json["items"]

    assert {"kind": "story", "label": "Marisa: The eleven months", "address": "/stories/marisa"} in offered(
        "mari"
    )
    assert [item["address"] for item in offered("elen") if item["kind"] == "persona"] == ["/personas/elena"]
    assert [item["address"] for item in offered("wait") if item["kind"] == "theme"] == ["/themes/waiting"]
    assert "waiting" in [item["label"] for item in offered("wait") if item["kind"] == "word"]
    assert all(sample.get(item["address"]).status == 200 for item in offered("wait") + offered("mari"))
    assert offered("") == offered("%20") == offered("%25") == offered("_") == []


REFUSED = [
    "stories?page=0", "stories?page=-1", "stories?page=abc", "stories?page=1000000000", "stories?size=0",
    "stories?size=101", "stories?size=1e3", "stories?colour=red", "personas?size=101", "themes?page=0",
    "themes/waiting?size=0", "search?page=0", "search?sort=%3Bdrop", "search?size=101", "search?colour=red",
    "search?q=" + "a" * 1001, "search?theme=" + "a" * 201, "search?" + "theme=a&" * 1000,
    "complete?q=" + "a" * 1001,
]  # fmt: skip


@pytest.mark.parametrize("asked", REFUSED, ids=lambda text: text[:30])
def test_the_api_says_what_it_does_not_understand(sample, asked):  # BAD_INPUT 44
    answer = sample.get(f"/api/v1/{asked}")
    assert (answer.status, answer["content-type"]) == (422, "application/problem+json")
    problem = answer.json
    assert (problem["type"], problem["status"]) == ("about:blank", 422)
    assert all(error.keys() == {"place", "reason"} for error in problem["errors"])
    assert problem["errors"] and b"aaaa" not in answer.body


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/api/v1/stories/nobody", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/api/", 404),
        ("POST", "/api/v1/stories", 405),
        ("DELETE", "/api/v1/stories/marisa", 405),
        ("PUT", "/api/v1/stories/marisa", 422),
        ("DELETE", "/api/docs", 405),
        ("GET", "/api/v1/search?page=0", 422),
    ],
)
def test_errors_are_problem_details(sample, method, address, status):
    answer = sample.ask(method, address)
    assert (answer.status, answer["content-type"], answer["cache-control"]) == (
        status,
        "application/problem+json",
        "no-store",
    )
    assert answer.json["status"] == status and answer.json["title"]
    assert ("allow" in dict(answer.headers)) == (status == 405)


def test_an_empty_archive_answers_with_empty_lists(empty):
    for name in ("stories", "personas", "themes"):
        assert empty.get(f"/api/v1/{name}").json == {"items": [], "total": 0, "next": None}
    found = empty.get("/api/v1/search?q=anything").json
    assert (found["total"], found["results"], found["did_you_mean"]) == (0, [], None)
    assert empty.get("/api/v1/complete?q=any").json == {"items": []}


def test_the_documentation_names_every_operation(sample):
    page, document = sample.get("/api/docs").text, sample.get("/api/openapi.json").json
    assert document["openapi"].startswith("3.1")
    assert len(document["paths"]) == 13
    for path, operations in document["paths"].items():
        assert all(f"{method.upper()} {path}" in page for method in operations)
    assert re.search(r"<code>text</code> <span[^>]*>string, in the body</span>", page)
