"""What commissioners do in tests: they begin a specification, ask for something, cite, and open a file."""

import io
import re

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE as PART
from docx.oxml import parse_xml
from docx.oxml.ns import qn
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


def notes_of(content):
    """The words of a Word file's footnotes, in the order of their marks in the text."""
    part = Document(io.BytesIO(content)).part
    notes = parse_xml(part.part_related_by(PART.FOOTNOTES).blob)
    words = {note.get(qn("w:id")): _words(note) for note in notes.iter(qn("w:footnote"))}
    return [words[mark.get(qn("w:id"))] for mark in part.element.iter(qn("w:footnoteReference"))]


def _words(note):
    return "".join(one.text or "" for one in note.iter(qn("w:t"))).strip()


def under(content, heading):
    """The paragraphs of a Word file below one of its headings, as far as the next."""
    found, there = [], False
    for paragraph in Document(io.BytesIO(content)).paragraphs:
        if paragraph.style.name.startswith("Heading"):
            there = paragraph.text == heading
        elif there:
            found.append(paragraph)
    return found
