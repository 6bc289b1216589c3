"""Every kind of page, as somebody meets it in an archive with much in it: for what reads pages as HTML."""

import re
from collections.abc import Iterator
from typing import Any

from app.database.visibility import TERMINAL
from app.services.gathering.doors import make_door
from app.services.recording import By
from app.services.views import LeavingPage, MakingPage, Site
from app.web.templating import render_page
from tests.proofs.canaries.planting import PERSONAS
from tests.proofs.canaries.routes import GETS, LOST, examples
from tests.proofs.canaries.specifications import PATH as SPECIFICATION
from tests.proofs.canaries.world import World
from tests.services.factors import add_factor
from tests.web.asking import AT_THE_MACHINE, Answer, Web
from tests.web.doors import Storyteller
from tests.web.people import FORM, FROM_HERE, cookie_in, look, send, sign_in
from tests.web.posting import add_files, post
from tests.web.sessions.doing import do, guest, opened

Page = tuple[str, bytes]  # by which a finding is told, and what is read
READERS = ("steward", "anonymous")
SHOWN, OTHER, TAKEN_BACK = "publication hers", "publication theirs", "withdrawn, was public hers"
WORDS = "She rang back on the Tuesday, and nobody had told her that the number was gone."
RICH = """# A title

Two  \nlines, *leaning on **bold***, `code`, [a link](https://example.org "said"), [](https://example.org)
and <span lang="cy">cy</span> <img src=x onerror=y> &amp; &nbsp;[^a] and again[^a].

####### No heading

###### Deep

- one
  1. inside

     a paragraph inside

     > quoted <b>inside

- [ ] a task
-

| what | how |
| :-- | --: |
| one | |
| | **two** |

> ## A heading in words
> - and a list
>
>     and code

::: pull
So it was.
:::

::: closed
## Closed

What she said.[^b]
:::

![A kettle](kettle.png) ![](https://example.org/x.png)

***

```sh
x < y && z
```

<div onclick="x">A part</p>

[^a]: A note, with a [link](#h-a-title).

    And more of it.
[^b]: A closed one.
"""
PART = (
    b'<!doctype html><html lang="en"><head><title>A part</title></head><body><h1>A part</h1>%s</body></html>'
)
FILE = re.compile(r"^[^?]*\.(?!html)[a-z]+(?:\?|$)|^/(?:api/v1|oai|media|static)\b")


def pages_of(world: World) -> Iterator[Page]:
    """What every route shows to who may do everything and to who may do least, and what follows on forms."""
    for reader in READERS:
        for address in _addresses(world):
            yield from _page(f"{reader}: {address}", world.get(address, reader))
    yield from _page("own gatherer: /mine", world.get("/mine", "own gatherer"))
    for scene in (_refused, _door, _brought, _board, _traced, _specified, _at_the_machine):
        yield from scene(world)


def _addresses(world: World) -> list[str]:
    """Those of pages. The other personas have pages like the first."""
    others = re.compile("|".join(re.escape(name) for one in PERSONAS[1:] for name in (one.id, one["file"])))
    gone = examples([("/stories/{slug}", "/s/{id}/v/1", "/s/{id}/withdraw")], [world.story(TAKEN_BACK)])
    named = [*examples(GETS.values(), [world.story(SHOWN)]), *gone, *LOST]
    return [one for one in named if not FILE.search(one) and not others.search(one)]


def pages_of_rooms(web: Web, ann: Any) -> Iterator[Page]:
    """A design session under way and over, to a guest; and signing in with a code."""
    address = opened(web, ann)
    do(web, ann, address, "idea", text="A phone that is answered until ten")
    sam = guest(web, ann, address)
    for at in (address, f"{address}/wall", f"{address}/cells/1/who-e1ena000", f"{address}/ideas/1"):
        yield from _page(f"guest: {at}", look(web, at, sam))
    do(web, ann, address, "close")
    yield from _page("guest, when it is over", look(web, address, sam))
    add_factor(web.archive, "ann")
    asked = sign_in(web, "Ann")
    yield from _page("who signs in: a code", look(web, asked["location"], cookie_in(asked)))
    yield from _page("who forgot her password", look(web, "/login/forgotten"))
    yield from _short_lived()


def _short_lived() -> Iterator[Page]:
    """Pages that stand for a moment, and only where other programs are."""
    left = LeavingPage("https://id.example.org/begin?state=1&nonce=2", "Sign in at work")
    told = {
        "address": "/paper/making?card=a&card=b",
        "file_address": "/paper.pdf",
        "sheets_address": "/paper",
    }
    made = [MakingPage("A pack", n, 2, n == 2, **told, problem="No" * (n == 1)) for n in range(3)]
    for template, page in (("people/leaving", left), *(("paper/making", one) for one in made)):
        html = render_page(f"{template}.html", site=Site("Storyhold", "en-GB"), page=page)
        yield f"{template}: {page}", html.encode()


def _page(name: str, answer: Answer) -> Iterator[Page]:
    if answer.get("content-type").startswith("text/html"):
        part = not answer.content.lstrip()[:9].lower().startswith(b"<!doctype")
        yield f"{name} ({answer.status:d})", PART % answer.content if part else answer.content


def _refused(world: World) -> Iterator[Page]:
    """Forms that were not understood, a text as it will look, and what one may not do."""
    story, theme = world.story(SHOWN), world.story(SHOWN)["theme"]
    sent = {
        f"/s/{story.id}/edit": {"do": "save", "text": "---\n[\n", "digest": "x"},
        f"/s/{story.id}/mark": {"do": "mark", "exact": "never said"},
        f"/s/{story.id}/consent": {"do": "save", "until": "soon"},
        f"/desk/codebook/{theme}": {"do": "save", "definition": "x" * 9_000},
        "/desk/people": {"email": "none", "name": ""},
        "/boards": {"do": "make", "name": ""},
        "/specifications": {"do": "make", "title": ""},
        "/sessions": {"do": "make", "title": ""},
        "/memos/new?about=story&target=" + story.id: {"words": ""},
        "/login": {"email": "nobody@example.org", "password": "wrong"},
        "/account": {"do": "password", "old": "wrong", "password": "a", "again": "b"},
        "/s/" + story.id + "/preview": {"body": RICH, "title": "A title"},
    }
    for address, fields in sent.items():
        yield from _page(f"sent to {address}", send(world.web, address, fields, *world.readers["steward"]))
    away = world.web.ask("POST", "/boards", headers=[FORM], body=b"do=make")
    yield from _page("sent from elsewhere", away)
    yield from _page("a wrong method", world.web.ask("DELETE", "/", headers=[FROM_HERE]))


def _specified(world: World) -> Iterator[Page]:
    """What is taken off in the list of what does not stand, and a requirement that was taken away."""
    requirement, (steward,) = world.story(SHOWN).requirement, world.readers["steward"]
    here = f"{SPECIFICATION}/requirements/{requirement}"
    told = {"citation": requirement.replace("req", "c")}
    for sent in ("uncite", "uncite-back", "uncite-back"):
        answer = send(world.web, f"{SPECIFICATION}/health", {"do": sent, **told}, steward)
        to = answer.get("location", "").partition("#")[0]
        shown = look(world.web, to, steward) if to else answer
        yield from _page(f"health, when {sent} was sent", shown)
    send(world.web, here, {"do": "remove"}, steward)
    yield from _page("a requirement that was taken away", look(world.web, here, steward))
    send(world.web, SPECIFICATION, {"do": "return", "requirement": requirement}, steward)


def _door(world: World) -> Iterator[Page]:
    """All that a storyteller sees at her own door, and after her story was taken back."""
    for name, language in ((SHOWN, "en"), (OTHER, "ar")):
        token = make_door(world.web.archive, TERMINAL, By(), world.story(name).id, language=language)
        she = Storyteller(world.web, token)
        home = she.look()
        anchor = re.findall(r'id="(p-[0-9a-z-]+)"', home.text)[0]
        yield from _page(f"her door in {language}", home)
        for to in (
            f"?p={anchor}",
            "?to=uses",
            "?to=since",
            "?to=later",
            "?to=back",
            f"?said=kept&at={anchor}",
        ):
            yield from _page(f"her door in {language}: {to}", she.look(to))
        yield from _page("what she chose", she.send("choose", answer="no", **{"use-design": "on"}))
    yield from _taken_back(world, she)


def _brought(world: World) -> Iterator[Page]:
    """A text that was brought in, one that is no text, and the job of bringing them."""
    (who,) = world.readers["steward"]
    one = add_files(world.web, who, [("talk.md", f"# A talk\n\n{WORDS}\n\n- Ann, 07700 900123\n".encode())])
    yield from _page("a text brought in", look(world.web, one["location"], who))
    many = [("a.txt", WORDS.encode()), ("none.pdf", b"none")]
    job = add_files(world.web, who, many)["location"]
    yield from _page("texts brought in", look(world.web, job, who))
    yield from _page("the jobs", look(world.web, "/desk/jobs", who))


def _board(world: World) -> Iterator[Page]:
    (who,) = world.readers["steward"]
    board = look(world.web, "/boards/b-00000000", who)
    address = re.findall(r'"(/boards/b-00000000/clusters/\d+/theme)"', board.text)[0]
    yield from _page("a cluster becomes a theme", look(world.web, address, who))


def _traced(world: World) -> Iterator[Page]:
    (who,) = world.readers["steward"]
    said = f"“The first {world.story(SHOWN)['body']} sat by the window.”\n\n“Nobody said this, ever.”\n"
    files = [("files", "annex.md", "text/markdown", said.encode())]
    yield from _page("a file traced", post(world.web, "/trace/file", who, {}, files))


def _at_the_machine(world: World) -> Iterator[Page]:
    for address in ("/", "/desk", "/account", "/add", "/welcome/x"):
        yield from _page(f"at the machine: {address}", look(world.web, address, client=AT_THE_MACHINE))


def _taken_back(world: World, she: Storyteller) -> Iterator[Page]:
    (who,), story = world.readers["steward"], world.story(OTHER)
    done = send(world.web, f"/s/{story.id}/withdraw", {"do": "take back", "outcome": "keep"}, who)
    yield from _page("a story as it is taken back", done)
    yield from _page("her door afterwards", she.look())
