"""Quotes in a list, as a reader may see them: whatever they were asked for by, they come through here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from app.database.marking import QUOTE
from app.database.tables import PASSAGE, STORY, AnyRow
from app.database.visibility import Actor, listed_to, may_mark, quotes_of
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.cards import detail_of, story_address
from app.services.dates import date_label
from app.services.documents import chunks
from app.services.marking.margin import themes_of
from app.services.views import Chip, QuoteLine

AROUND = 160  # characters before and after
IN_STORIES = QUOTE.join(STORY, STORY.c.id == QUOTE.c.story_id)
OF_QUOTES = IN_STORIES.join(
    PASSAGE, (PASSAGE.c.story_id == QUOTE.c.story_id) & (PASSAGE.c.anchor == QUOTE.c.anchor)
)
COLUMNS = (
    *QUOTE.c,
    PASSAGE.c.text,
    STORY.c.slug,
    STORY.c.heading,
    STORY.c.role,
    STORY.c.site,
    STORY.c.gathered,
    STORY.c.language,
    STORY.c.folded,
    STORY.c.content_notes,
)
NEWEST = (STORY.c.gathered.desc(), STORY.c.slug, QUOTE.c.key)
IN_ORDER = (STORY.c.gathered.desc(), STORY.c.slug, PASSAGE.c.number, QUOTE.c.start, QUOTE.c.key)


def quotes_listed(
    archive: Archive, actor: Actor, *columns: Any, where: Sequence[ColumnElement[bool]] = ()
) -> Select[Any]:
    """A query over the quotes that this reader finds in lists, of which `where` holds."""
    here = select(*columns).select_from(IN_STORIES).where(*where)
    return here.where(quotes_of(listed_to(actor, archive.now())))


def count_listed(archive: Archive, connection: Connection, actor: Actor, *where: ColumnElement[bool]) -> int:
    """How many quotes this reader finds."""
    return int(connection.execute(quotes_listed(archive, actor, func.count(), where=where)).scalar_one())


def some_listed(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    *where: ColumnElement[bool],
    size: int,
    offset: int = 0,
) -> list[QuoteLine]:
    """Some of them, those of the newest stories first."""
    newest = quotes_listed(archive, actor, QUOTE.c.key, where=where).order_by(*NEWEST)
    some = connection.execute(newest.limit(size).offset(offset)).scalars()  # else texts of all are read
    return lines_of(archive, connection, actor, some)


def lines_in_order(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    keys: Sequence[int],
    marked: Callable[[str], str] | None = None,
) -> list[QuoteLine]:
    """Those of these quotes that this reader finds, in the order of the keys.

    `marked` makes safe HTML of words, with those that were searched in <mark>.
    """
    rows = {row.key: row for row in rows_listed(archive, connection, actor, keys)}
    lines = _lines(archive, connection, actor, [rows[key] for key in keys if key in rows])
    return [replace(line, words_html=marked(line.words)) for line in lines] if marked else lines


def lines_of(archive: Archive, connection: Connection, actor: Actor, keys: Iterable[int]) -> list[QuoteLine]:
    """Those of these quotes that this reader finds, in the order of stories and of their words.

    Words of a folded story are to be folded.
    """
    return _lines(archive, connection, actor, rows_listed(archive, connection, actor, keys))


def _lines(archive: Archive, connection: Connection, actor: Actor, rows: Sequence[AnyRow]) -> list[QuoteLine]:
    themes = themes_of(archive, connection, actor, [row.key for row in rows])
    names = names_by_key(connection, [row.account for row in rows]) if may_mark(actor) else {}
    return [_line(archive, row, themes[row.key], actor, names) for row in rows]


def rows_listed(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    keys: Iterable[int],
    *more: Any,
    where: Sequence[ColumnElement[bool]] = (),
) -> list[AnyRow]:
    """The rows of those of these quotes that this reader finds: COLUMNS, and `more` of QUOTE and STORY."""
    rows: list[AnyRow] = []
    for part in chunks(list(keys)):
        here = select(*COLUMNS, *more).select_from(OF_QUOTES).where(QUOTE.c.key.in_(part), *where)
        shown = here.where(quotes_of(listed_to(actor, archive.now())))
        rows += connection.execute(shown.order_by(*IN_ORDER)).all()
    return rows


def _line(
    archive: Archive, row: AnyRow, themes: Sequence[Chip], actor: Actor, names: dict[int, str]
) -> QuoteLine:
    works = may_mark(actor)
    by = named(row.account, names)
    detail = [detail_of(row.role, row.site), date_label(row.gathered, archive.settings.language)]
    return QuoteLine(
        id=row.id,
        address=f"/q/{row.id}",
        place=f"{story_address(row.slug)}#{row.id}",
        words=row.text[row.start : row.start + row.size],
        before=row.text[max(0, row.start - AROUND) : row.start],
        after=row.text[row.start + row.size :][:AROUND],
        teller=row.heading,
        detail=", ".join(part for part in detail if part),
        language=row.language,
        themes=themes,
        folded=row.folded,
        content_notes=tuple(row.content_notes),
        note=row.note if works else "",
        by=by if works else "",
        stays=row.stays and works,
    )
