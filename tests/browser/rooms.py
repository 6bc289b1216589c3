"""A session that is over but for what is shown of it: two personas, four ideas, words from two stories."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.browser.serving import Place, serving
from tests.web.people import look, send, someone
from tests.web.serving import served, story
from tests.web.session_reports.talking import marked, pin
from tests.web.sessions.doing import ABDI, ELENA, PERSONAS, do, idea, opened, write

CHAIR = "I had told it so often that it stopped sounding like mine."
NIGHT = "At night the phone rings where nobody sits, and in the morning I am asked why I did not ring."
KETTLE = "The kettle was the quiet part."
STORIES = {
    "marisa.md": story(
        f"{CHAIR}\n\n{NIGHT}",
        "id: s-0pen0000",
        "storyteller: Marisa",
        "role: Looks after her nephew",
        "site: Northgate",
    ),
    "olu.md": story(KETTLE, "id: s-des1gn00", "storyteller: Olu", "content_notes: [loss]", uses="design"),
}
ABOUT = {
    "vision": "Nobody begins again.\n\nWhoever answers has read what was said before.",
    "worths": "Being heard\nNo new forms\nSomebody rings back",
    "purpose": "To try four ideas against the people whom we heard.",
}


@contextmanager
def a_session(folder: Path, *, over: bool = True) -> Iterator[tuple[Place, str, str]]:
    """Where it is served, its address, and the cookie of Ann, who leads it."""
    with ThreadPoolExecutor(1) as apart:  # a browser's own loop runs in this thread
        address, cookie = apart.submit(_prepared, folder, over).result()
    places = {"STATE": str(folder / "state"), "SEARCH_INDEX": str(folder / "search_index")}
    with serving(folder, **places) as place:
        yield place, address, cookie


def _prepared(folder: Path, over: bool) -> tuple[str, str]:
    with served(folder, STORIES, PERSONAS) as web:
        someone(web.archive, "Steward", "steward")
        ann = someone(web.archive, "Ann", "member")
        return _talk(web, ann, over=over), ann[1].partition("=")[2]


def _talk(web, ann, *, over):
    address = opened(web, ann, ELENA, ABDI, guests="no", **ABOUT)
    for one, why in (("s-0pen0000", "What happens when she tells it again?"), ("s-des1gn00", "")):
        send(web, f"{address}/prepare", {"do": "lay-story", "story": one, "why": why}, ann)
    told, phone, leaflet, peer = (
        idea(web, ann, address, text)
        for text in (
            "One conversation, written down once, which she owns and brings with her",
            "A phone that is answered until ten",
            "A leaflet",
            "Peer worker at the first meeting",
        )
    )
    write(web, ann, address, told, "helps", "She would not begin again.")
    write(web, ann, address, told, "not", "He would not sign it.", column=ABDI)
    heard, forms, _ = values(web, ann, address, told)
    write(web, ann, address, told, "helps", "It is her account", column=heard)
    write(web, ann, address, told, "not", "It is one more form", column=forms)
    write(web, ann, address, phone, "partly", "Nights are when it happens")
    write(web, ann, address, leaflet, "not", "She has read them all")
    pin(web, ann, address, told, marked(web, ann, "s-0pen0000", CHAIR))
    pin(web, ann, address, phone, marked(web, ann, "s-0pen0000", NIGHT))
    pin(web, ann, address, told, marked(web, ann, "s-des1gn00", KETTLE), ABDI)
    do(web, ann, address, "vote", idea=str(told))
    _decide(web, ann, address, peer)
    if over:
        do(web, ann, address, "close")
    return address


def values(web, who, address, number):
    """The columns of what the programme values, in their order."""
    return re.findall(
        rf'href="{address}/cells/{number}/(value-[^"]+)"', look(web, f"{address}/ideas/{number}", who).text
    )


def _decide(web, ann, address, peer):
    why = "It helps one person, and nobody said that it would harm anybody."
    do(web, ann, address, "decide", words="Try the peer worker for three months", reason=why, idea=str(peer))
    do(web, ann, address, "step", what="Ask the night team what they need", who="Olu", day="2026-06-01")
    do(web, ann, address, "step", what="Write to those whose words we used", who="", day="")
