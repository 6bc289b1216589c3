"""One cell of a lens: what it means, its themes and its quotes."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, delete, insert, select

from app.database.insight import LENS_CELL, LENS_QUOTE, LENS_THEME
from app.database.marking import QUOTE
from app.database.state import upsert
from app.database.tables import AnyRow
from app.database.visibility import Actor, may_mark
from app.errors import InvalidText
from app.records.slugs import value_slug
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.defining import tidied
from app.services.insight.lens_making import lens_to_change, line_of, state_of, touch
from app.services.insight.lenses import cell_address, head_of, lens_address, may_make, open_chips
from app.services.insight.standing import (
    COLUMN,
    ROW,
    Cell,
    cell_value,
    lens_named,
    stands_in,
    themes_of_cells,
)
from app.services.marking.choosing import open_themes
from app.services.marking.giving import themes_given
from app.services.marking.known_as import closed_aliases
from app.services.marking.lines import count_listed, some_listed
from app.services.marking.listing import listed
from app.services.marking.naming import known_themes, refuse_many, theme_names
from app.services.marking.of_theme import TAKE, keys_of, under
from app.services.paging import ListAddress, pager
from app.services.recording import By
from app.services.views import LensCellPage, QuoteLine

PAGE, FOUND = 50, 20  # quotes
LONGEST = 2_000  # characters of what a cell means


def cell_of(connection: Connection, lens: AnyRow, cell: Cell) -> tuple[AnyRow, AnyRow]:
    """The row and column of a cell. Raises NotFound."""
    row, column = cell
    return line_of(connection, lens.key, row, (ROW,)), line_of(connection, lens.key, column, (COLUMN,))


def read_cell(archive: Archive, actor: Actor, slug: str, cell: Cell, number: int) -> LensCellPage:
    """A cell with one page of its quotes. Raises NotFound."""
    with archive.engine.connect() as connection:
        lens = lens_named(connection, slug)
        row, column = cell_of(connection, lens, cell)
        inside = stands_in(connection, cell)
        total = count_listed(archive, connection, actor, inside)
        offset = (number - 1) * PAGE
        quotes = some_listed(archive, connection, actor, inside, size=PAGE, offset=offset)
        themes = open_chips(archive, connection, actor, themes_of_cells(connection, [row.key]))
        chips = themes.get(cell, [])
        words = _words(connection, cell)
        placed = _placed(connection, cell, quotes) if may_mark(actor) else {}
    address = cell_address(slug, cell)
    writes = may_make(actor)
    return LensCellPage(
        lens=lens.name,
        lens_address=lens_address(slug),
        address=address,
        row=head_of(row),
        column=head_of(column),
        words=words,
        themes=chips,
        total=total,
        quotes=quotes,
        placed=placed,
        pager=pager(total, number, PAGE, lambda page: f"{address}?page={page}" if page > 1 else address),
        may_place=may_mark(actor),
        may_write=writes,
        take_address=str(ListAddress(TAKE, chosen={"cell": (cell_value(slug, cell),)})) if total else "",
        seen=state_of(lens) if writes else "",
        written_words=words if writes else "",
        written_themes=listed(chip.label for chip in chips) if writes else "",
    )


def _words(connection: Connection, cell: Cell) -> str:
    where = (LENS_CELL.c.row == cell[0], LENS_CELL.c.column == cell[1])
    return connection.execute(select(LENS_CELL.c.words).where(*where)).scalar() or ""


def _placed(connection: Connection, cell: Cell, quotes: Sequence[QuoteLine]) -> dict[str, str]:
    """By the id of each of these quotes that stands here by hand: who placed it."""
    shown = [one.id for one in quotes]
    joined = select(QUOTE.c.id, LENS_QUOTE.c.account).join(LENS_QUOTE, LENS_QUOTE.c.quote == QUOTE.c.key)
    where = (LENS_QUOTE.c.row == cell[0], LENS_QUOTE.c.column == cell[1], QUOTE.c.id.in_(shown))
    rows = connection.execute(joined.where(*where)).all()
    names = names_by_key(connection, [row.account for row in rows])
    return {row.id: named(row.account, names) for row in rows}


def with_quotes_of(
    archive: Archive, actor: Actor, page: LensCellPage, cell: Cell, theme: str, number: int
) -> LensCellPage:
    """The same page with quotes of a theme that do not stand in the cell yet, to be placed there."""
    with archive.engine.connect() as connection:
        outside = (under(_keys(archive, connection, actor, theme)), ~stands_in(connection, cell))
        total = count_listed(archive, connection, actor, *outside)
        offset = (number - 1) * FOUND
        found = some_listed(archive, connection, actor, *outside, size=FOUND, offset=offset)
    at = f"{page.address}?theme={value_slug(theme)}"
    pages = pager(total, number, FOUND, lambda number: f"{at}&page={number}")
    return replace(page, theme=theme, found=found, found_total=total, found_pager=pages)


def _keys(archive: Archive, connection: Connection, actor: Actor, theme: str) -> set[int]:
    slug = value_slug(theme)
    known = known_themes(connection, [slug], closed_aliases(archive, connection, actor))
    return keys_of(connection, slug) | set(known.values())


def write_cell(
    archive: Archive, actor: Actor, by: By, slug: str, cell: Cell, words: str, themes: str, *, seen: str
) -> None:
    """Say what a cell means, and of which themes its quotes are. Raises EditConflict, InvalidText, NotFound.

    Themes of it that are hidden from her stay.
    """
    text, names = tidied(words, LONGEST), theme_names(themes)
    refuse_many(names)
    with archive.writing() as connection:
        lens = lens_to_change(connection, slug, seen)
        cell_of(connection, lens, cell)
        at = {"row": cell[0], "column": cell[1]}
        said = upsert(connection, LENS_CELL).values(words=text, **at)
        connection.execute(said.on_conflict_do_update(index_elements=["row", "column"], set_={"words": text}))
        _set_themes(archive, connection, actor, by, cell, names)
        touch(archive, connection, lens)
        connection.commit()


def _set_themes(
    archive: Archive, connection: Connection, actor: Actor, by: By, cell: Cell, names: Sequence[str]
) -> None:
    known = open_themes(archive, connection, actor)
    before = themes_of_cells(connection, [cell[0]])[cell]
    hidden = {row.key for row in before if row.slug not in known}
    keys = hidden | {one.key for one in themes_given(archive, connection, actor, names, by.account).values()}
    here = (LENS_THEME.c.row == cell[0], LENS_THEME.c.column == cell[1])
    connection.execute(delete(LENS_THEME).where(*here))
    rows = [{"row": cell[0], "column": cell[1], "theme": key} for key in sorted(keys)]
    if rows:
        connection.execute(insert(LENS_THEME), rows)


def refused(archive: Archive, actor: Actor, slug: str, cell: Cell, **typed: str) -> LensCellPage:
    """The page with what was written still in it, and why it was not kept."""
    page = read_cell(archive, actor, slug, cell, 1)
    return replace(page, **typed)  # type: ignore[arg-type]


def refuse_nothing(text: str) -> str:
    """The text of a field that has to say something. Raises InvalidText."""
    if not text.strip():
        raise InvalidText("Nothing was written. Copy a quote’s id or address into the field.")
    return text
