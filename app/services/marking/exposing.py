"""Quotes as the API gives them: what pages show of them, and where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.database.marking import QUOTE
from app.database.tables import STORY, AnyRow
from app.database.visibility import Actor, may_mark, uses_of
from app.records.ids import normal_id
from app.rendering.selecting import around
from app.services.absence import absence_of_quote
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.marking.asking import AskedQuotes, read_wanted
from app.services.marking.finding import keys_of_page, matching
from app.services.marking.lines import quotes_listed, rows_listed
from app.services.marking.margin import themes_of
from app.services.views import Chip

MORE = (STORY.c.uses, STORY.c.until)


@dataclass(frozen=True)
class ExposedQuote:
    """A quote as a program is told of it; the last four are None for who does not work here."""

    id: str
    story_id: str
    story: str  # its slug
    storyteller: str
    anchor: str
    start: int
    words: str
    before: str
    after: str
    themes: Sequence[Chip]
    folded: bool
    content_notes: Sequence[str]
    language: str
    uses: Sequence[str]
    until: str | None
    note: str | None = None
    by: str | None = None
    stays: bool | None = None
    changed: bool | None = None


def list_exposed(archive: Archive, actor: Actor, asked: AskedQuotes) -> tuple[list[ExposedQuote], int]:
    """One page of the quotes that were asked for, and how many there are."""
    asked = asked.as_(actor)
    with archive.engine.connect() as connection:
        wanted = read_wanted(archive, connection, actor, asked)
        matches = matching(archive, connection, actor, asked, wanted)
        keys = keys_of_page(archive, connection, actor, asked, wanted, matches)
        return _exposed(archive, actor, keys), matches.total


def expose_quote(archive: Archive, actor: Actor, quote_id: str) -> ExposedQuote:
    """One quote. Raises NotFound where this reader finds none, Withdrawn where its story was taken back."""
    here = quotes_listed(archive, actor, QUOTE.c.key, where=[QUOTE.c.id == (normal_id(quote_id) or "")])
    with archive.engine.connect() as connection:
        keys = list(connection.execute(here).scalars())
        found = _exposed(archive, actor, keys)
        if not found:
            raise absence_of_quote(archive, connection, actor, normal_id(quote_id) or "")
    return found[0]


def _exposed(archive: Archive, actor: Actor, keys: Sequence[int]) -> list[ExposedQuote]:
    works = may_mark(actor)
    with archive.engine.connect() as connection:
        rows = {row.key: row for row in rows_listed(archive, connection, actor, keys, *MORE)}
        themes = themes_of(archive, connection, actor, rows)
        names = names_by_key(connection, [row.account for row in rows.values()]) if works else {}
    told = [rows[key] for key in keys if key in rows]
    return [_one(row, themes[row.key], named(row.account, names) if works else None) for row in told]


def _one(row: AnyRow, themes: Sequence[Chip], by: str | None) -> ExposedQuote:
    end, works = row.start + row.size, by is not None
    before, after = around(row.text, row.start, end)
    return ExposedQuote(
        id=row.id,
        story_id=row.story_id,
        story=row.slug,
        storyteller=row.heading,
        anchor=row.anchor,
        start=row.start,
        words=row.text[row.start : end],
        before=before,
        after=after,
        themes=themes,
        folded=row.folded,
        content_notes=tuple(row.content_notes),
        language=row.language,
        uses=tuple(use.value for use in uses_of(row.uses)),
        until=row.until,
        note=row.note if works else None,
        by=by,
        stays=row.stays if works else None,
        changed=row.state == "changed" if works else None,
    )
