"""Citing words of a passage that nobody has marked yet: they are marked first, as quotes are held by id."""

import re
from dataclasses import replace
from urllib.parse import unquote

from sqlalchemy import ColumnElement, Connection, select

from app.database.tables import PASSAGE, STORY, AnyRow
from app.database.visibility import citable, listed_to
from app.errors import EditConflict, InvalidText
from app.records.ids import normal_id
from app.rendering.passages import normalised_text
from app.services.archive import Archive
from app.services.marking.quotes import About, Chosen, mark
from app.services.specifications.access import Who, specification_row
from app.services.specifications.citing import NO_QUOTE, quote_named
from app.services.specifications.tree import node_named, nodes_of
from app.services.views import CitationForm

NAMED = re.compile(
    r"(?:/stories/(?P<slug>[^?#]+)|(?P<id>s-[0-9A-Za-z]{8,10}))(?:\?[^#]*)?#(?P<anchor>p-[0-9a-z-]+)"
)
OF_STORY = re.compile(r"/stories/(?P<slug>[^?#\s]+)|\b(?P<id>s-[0-9A-Za-z]{8,10})")
WORDS_ALONE = (
    "No address and no id stand in this. If these are words of a story, find where they stand, and cite them "
    "from there."
)
STORY_ALONE = "This leads to a story, and not to a passage or a quote of it."
NOT_FOR_THIS = (
    "This passage can not be cited: its storyteller did not agree to commissioning or publication, or does "
    "not any more. Ask who gathered it, or the stewards of this archive."
)


class NoQuoteNamed(InvalidText):
    """What was pasted names neither a quote nor a passage.

    `story` is the row of the story that it leads to; without one it is words, whose source can be found.
    """

    def __init__(self, story: AnyRow | None = None) -> None:
        super().__init__(STORY_ALONE if story is not None else WORDS_ALONE)
        self.story = story


def passage_named(pasted: str) -> str:
    """A story's id and an anchor in what somebody pasted: 's-7k3fq2mx#p-2dca5f'; empty where they are not."""
    found = NAMED.search(pasted[:1_000])
    story_id = normal_id(found["id"]) if found and found["id"] else None
    return f"{story_id}#{found['anchor']}" if found and story_id else ""


def with_quote(
    archive: Archive, who: Who, specification_id: str, requirement_id: str, form: CitationForm
) -> CitationForm:
    """The form, with a quote's id in the place of a passage's address. Raises InvalidText, NotFound.

    Words that stand in the passage as they are typed are marked alone, others with all of it.
    """
    pasted = form.quote[:1_000]
    found = NAMED.search(pasted)
    if form.kind != "quote" or quote_named(pasted) or not (found or who.writes):
        return form
    with archive.engine.connect() as connection:
        specification = specification_row(connection, who, specification_id)
        node_named(nodes_of(connection, specification.key), requirement_id)
        row = _passage(archive, connection, who, found) if found else None
        if row is None:
            raise _names_none(archive, connection, who, pasted)
    if not row.allowed or not who.writes:
        raise InvalidText(NOT_FOR_THIS)
    words = normalised_text(form.wording)
    exact = words if words and words in row.text else ""
    try:
        (quote,) = mark(
            archive, who.actor, who.by, row.id, [Chosen(row.anchor, exact)], row.revision, About()
        )
    except EditConflict:
        raise InvalidText("The story was changed meanwhile. Copy the passage’s address again.") from None
    return replace(form, quote=quote, wording="" if exact else form.wording)


def _names_none(archive: Archive, connection: Connection, who: Who, pasted: str) -> InvalidText:
    """Why nothing is cited by this: it leads to a story that she finds, or it is words, or it is neither."""
    found = OF_STORY.search(pasted)
    if found is None:
        return NoQuoteNamed() if len(pasted.split()) > 1 else InvalidText(NO_QUOTE)
    now = archive.now()
    there = select(STORY.c.slug, STORY.c.heading).where(_is_named(found), listed_to(who.actor, now))
    row = connection.execute(there).first()
    return NoQuoteNamed(row) if row is not None else InvalidText(NO_QUOTE)


def _is_named(found: re.Match[str]) -> ColumnElement[bool]:
    slug = unquote(found["slug"] or "")
    return STORY.c.slug == slug if slug else STORY.c.id == (normal_id(found["id"]) or "")


def _passage(archive: Archive, connection: Connection, who: Who, found: re.Match[str]) -> AnyRow | None:
    """A passage that she finds; `allowed` says whether it can be cited."""
    now = archive.now()
    joined = PASSAGE.join(STORY, STORY.c.id == PASSAGE.c.story_id)
    columns = (STORY.c.id, STORY.c.revision, PASSAGE.c.anchor, PASSAGE.c.text, citable(now).label("allowed"))
    where = (_is_named(found), PASSAGE.c.anchor == found["anchor"], listed_to(who.actor, now))
    return connection.execute(select(*columns).select_from(joined).where(*where)).first()
