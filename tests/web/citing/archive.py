"""What tests of citing share: stories for each audience, and reading what an address answers."""

import re
from urllib.parse import quote

import html5lib

from app.rendering.passages import anchor_of
from tests.web.people import look
from tests.web.serving import story

CHAIR = "The first thing Marisa does is move the chair."
FLAT = "She kept the flat, the job & the nephew, in that order."
CLOSED = "What she said about her brother."
AT, FLAT_AT = anchor_of(CHAIR), anchor_of(FLAT)
BODY = f"{CHAIR}\n\n{FLAT}\n\n::: closed\n{CLOSED}\n:::\n"
ID = "s-0pen0000"
FORMS = ("csl.json", "bib", "ris", "jsonld", "dc.xml", "md", "txt")
KEYS = (
    "title: The eleven months",
    "storyteller: Marisa",
    "gathered: 2026-03-04",
    "language: en-GB",
    "summary: Three assessments.",
    "themes: [waiting]",
    "context: {ethnicity: White British}",
    "phone: 0123",
)
STORIES = {
    "open.md": story(BODY, f"id: {ID}", *KEYS),
    "design.md": story(BODY, "id: s-des1gn00", "storyteller: Devon", "title: For teams", uses="design"),
    "draft.md": story(BODY, "id: s-draft000", "storyteller: Dana", "status: draft"),
    "noted.md": story(FLAT, "id: s-n0ted000", "storyteller: Nora", "content_notes: [loss]", "summary: Hers."),
    "back.md": story(
        "She took the long way home by the river.",
        "id: s-taken000",
        "storyteller: Zinnia",
        "title: Gone",
        "status: withdrawn",
    ),
}


def told(web, address, who=None):
    """The words of a page or file."""
    answer = look(web, address, who)
    assert answer.status == 200, (address, answer.status)
    return answer.text


def head_of(web, address, who=None):
    """The tags of a page, by an HTML5 parser: names with all their contents."""
    page = html5lib.parse(told(web, address, who), namespaceHTMLElements=False)
    found: dict[str, list[str]] = {}
    for tag in page.iter("meta"):
        name = tag.get("name") or tag.get("property")
        if name:
            found.setdefault(name, []).append(tag.get("content"))
    return page, found


def cite(words, at=""):
    """The address at which words are cited."""
    return f"/s/{ID}/cite?{f'at={at}&' if at else ''}words={quote(words)}"


def shown(page, name):
    """What stands in an element of a page, without tags."""
    found = re.search(rf'id="{name}"[^>]*>(.*?)</(?:p|pre|div)>', page, re.DOTALL)
    assert found, name
    return re.sub(r"<[^>]*>", "", found[1])
