"""What tests of marking share: a story, marking some of its words, and an edit of it."""

import re

from app.rendering.passages import anchor_of
from app.services.reconcile import reconcile
from tests.web.people import look, send
from tests.web.serving import story

CHAIR = "The first thing Marisa does is *move* the chair. She wants to see the door."
PLAIN = CHAIR.replace("*", "")
FLAT = "She kept the flat, the job & the nephew, in that order."
CLOSED = "What she said about her brother."
AT, FLAT_AT = anchor_of(PLAIN), anchor_of(FLAT)
BODY = f"{CHAIR}\n\n{FLAT}\n\n::: closed\n{CLOSED}\n:::\n"
MARK = "/s/s-0pen0000/mark"


def marking(web, who, address=MARK, **fields):
    return send(web, address, {"revision": "1"} | fields, who)


def one(web, who, words="wants to see the door", address=MARK, **fields):
    """The id of a quote that somebody marked."""
    answer = marking(web, who, address, **({"anchor": AT, "exact": words} | fields))
    assert answer.status == 303, answer.text
    return re.search(r"#(q-[0-9a-z]{8})$", answer["location"])[1]


def page(web, who=None, address="/stories/open"):
    return look(web, address, who).text


def edited(web, body):
    (web.archive.settings.stories / "open.md").write_text(
        story(body, "id: s-0pen0000", "storyteller: Marisa")
    )
    reconcile(web.archive)
