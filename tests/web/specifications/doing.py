"""What commissioners do in tests: they begin a specification, ask for something, and cite."""

import re

from sqlalchemy import select

from app.database.specifications import CITATION
from app.database.tables import PASSAGE, STORY
from app.database.visibility import TERMINAL
from app.services.marking.quotes import About, Chosen, mark
from app.services.recording import By
from tests.archives import rows
from tests.web.people import look, send

WORDS = "I had told it so often that it stopped sounding like mine."
BODY = f"The first thing Marisa does is move the chair.\n\n“{WORDS}”\n\nNobody rang back for a week."
FOR_DESIGN = "“They moved my bed on a Sunday.”\n\nShe laughs."
PERSONA = """---
name: Elena
id: who-3m2xa8qd
tagline: who keeps starting again
uses: [design, commissioning]
---
Elena.
"""


def quoted(web, exact=WORDS, story="s-0pen0000"):
    """The id of a quote of these words, marked by somebody at the machine."""
    with web.archive.engine.connect() as connection:
        texts = connection.execute(
            select(PASSAGE.c.anchor, PASSAGE.c.text).where(PASSAGE.c.story_id == story)
        )
        anchor = next(row.anchor for row in texts if exact in row.text)
        revision = connection.execute(select(STORY.c.revision).where(STORY.c.id == story)).scalar_one()
    chosen = [Chosen(anchor, exact)]
    return mark(web.archive, TERMINAL, By(), story, chosen, revision, About())[0]


def begun(web, who, title="Waiting well", **fields):
    """The path of a new specification."""
    answer = send(web, "/specifications", {"do": "make", "title": title, **fields}, who)
    assert answer.status == 303, answer.text
    return answer["location"]


def asked(web, who, spec, text="Ring back within two days.", **fields):
    """The path of a new requirement."""
    answer = send(web, spec, {"do": "add", "text": text, **fields}, who)
    assert answer.status == 303, answer.text
    return answer["location"].partition("?")[0]


def cited(web, who, requirement, quote, wording="", **fields):
    """The answer to citing a quote."""
    told = {"do": "cite", "kind": "quote", "quote": quote, "wording": wording, **fields}
    return send(web, requirement, told, who)


def states(web, who, spec):
    """The states of all citations that somebody is told of."""
    return [one["state"] for one in look(web, f"{spec}/health.json", who).json["citations"]]


def text_of(answer):
    """The words of a page."""
    return " ".join(re.sub("<[^>]*>", " ", answer.text).split())


def citations(web):
    return rows(web.archive, CITATION)
