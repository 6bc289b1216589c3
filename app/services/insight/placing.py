"""Placing a quote in a cell of a lens, and taking it out again. Whoever works here does."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, select, tuple_

from app.database.insight import LENS, LENS_LINE, LENS_QUOTE, LENS_THEME
from app.database.marking import OWN_THEME, QUOTE, QUOTE_THEME
from app.database.state import upsert
from app.database.tables import AnyRow
from app.database.visibility import Actor
from app.errors import InvalidText, NotFound
from app.records.ids import normal_id
from app.services.archive import Archive
from app.services.insight.cells import cell_of
from app.services.insight.lenses import lens_address
from app.services.insight.standing import COLUMN, ROW, Cell, lens_named, lines_of_lens, with_merged
from app.services.marking.lines import quotes_listed
from app.services.marking.own_themes import SAME
from app.services.recording import By
from app.services.views import CellChoice, LensChoices

ID = re.compile(r"(?<![\w-])q-\w{8,10}(?!\w)", re.IGNORECASE)
LIKE = re.compile(r"(?<![\w-])q-\w{1,20}", re.IGNORECASE)
NOT_KNOWN = (
    "No quote was found by this. Below the words of each quote, in a story’s margin and in lists, stands its "
    "id, such as q-4hd8n0qe: copy the id, or the address to which it leads, and paste it here. "
    "A quote of a story that others may not read yet can not be placed."
)


@dataclass(frozen=True)
class Placing:
    """What somebody changes in lenses: cells in which a quote is to stand by hand, and others no more."""

    put: frozenset[Cell] = frozenset()
    out: frozenset[Cell] = frozenset()


def quote_ids(text: str) -> list[str]:
    """The ids of quotes that stand in a text, such as addresses that somebody pasted; each once."""
    found = (normal_id(one) for one in ID.findall(text))
    return list(dict.fromkeys(one for one in found if one))


def pasted_ids(text: str) -> list[str]:
    """The same, and whatever else looks as if it were meant for an id; each once."""
    like = (normal_id(one) or one for one in LIKE.findall(text))
    return list(dict.fromkeys(like))


def listed_quote(archive: Archive, connection: Connection, actor: Actor, quote_id: str) -> int:
    """The key of a quote that this person finds in lists. Raises NotFound."""
    where = [QUOTE.c.id == (normal_id(quote_id) or "")]
    key = connection.execute(quotes_listed(archive, actor, QUOTE.c.key, where=where)).scalar()
    if key is None:
        raise NotFound
    return int(key)


def place_quote(archive: Archive, actor: Actor, by: By, slug: str, cell: Cell, pasted: str) -> str:
    """Place the quote whose id or address this is; its id. Raises InvalidText, NotFound."""
    ids = quote_ids(pasted)
    with archive.writing() as connection:
        cell_of(connection, lens_named(connection, slug), cell)
        try:
            key = listed_quote(archive, connection, actor, ids[0] if ids else "")
        except NotFound:
            raise InvalidText(NOT_KNOWN) from None
        values = {"row": cell[0], "column": cell[1], "quote": key, "account": by.account}
        placed = upsert(connection, LENS_QUOTE).values(at=archive.now(), **values)
        connection.execute(placed.on_conflict_do_nothing())
        connection.commit()
    return ids[0]


def take_out(archive: Archive, actor: Actor, slug: str, cell: Cell, quote_id: str) -> None:
    """Take a quote out of a cell in which somebody placed it. Raises NotFound."""
    with archive.writing() as connection:
        cell_of(connection, lens_named(connection, slug), cell)
        key = listed_quote(archive, connection, actor, quote_id)
        where = (LENS_QUOTE.c.row == cell[0], LENS_QUOTE.c.column == cell[1], LENS_QUOTE.c.quote == key)
        connection.execute(delete(LENS_QUOTE).where(*where))
        connection.commit()


def may_place(archive: Archive, connection: Connection, actor: Actor, quote_id: str) -> bool:
    """Whether this person finds the quote in lists; of a draft of her own she does not."""
    try:
        return bool(listed_quote(archive, connection, actor, quote_id))
    except NotFound:
        return False


def place_changed(archive: Archive, actor: Actor, by: By, quote_id: str, placing: Placing) -> None:
    """Change in which cells a quote stands by hand. Raises NotFound.

    Cells of a lens that somebody has removed meanwhile are passed over.
    """
    if placing == Placing():
        return
    with archive.writing() as connection:
        key = listed_quote(archive, connection, actor, quote_id)
        there = _cells_there(connection, placing.put | placing.out)
        left = tuple_(LENS_QUOTE.c.row, LENS_QUOTE.c.column).in_(sorted(there & placing.out))
        connection.execute(delete(LENS_QUOTE).where(LENS_QUOTE.c.quote == key, left))
        for row, column in sorted(there & placing.put):
            values = {"row": row, "column": column, "quote": key, "account": by.account}
            placed = upsert(connection, LENS_QUOTE).values(at=archive.now(), **values)
            connection.execute(placed.on_conflict_do_nothing())
        connection.commit()


def _cells_there(connection: Connection, cells: frozenset[Cell]) -> set[Cell]:
    """Those of these cells whose row and column stand in one lens."""
    keys = {key for cell in cells for key in cell}
    lines = select(LENS_LINE).join(LENS, LENS.c.key == LENS_LINE.c.lens)
    known = connection.execute(lines.where(LENS_LINE.c.key.in_(keys), LENS.c.removed.is_(None))).all()
    at = {(line.key, line.axis): line.lens for line in known}
    return {(row, column) for row, column in cells if at.get((row, ROW), 0) == at.get((column, COLUMN))}


def choices_for(connection: Connection, quote: int) -> list[LensChoices]:
    """The cells of every lens, and in which of them this quote stands."""
    hers = select(LENS_QUOTE.c.row, LENS_QUOTE.c.column).where(LENS_QUOTE.c.quote == quote)
    placed = {(row, column) for row, column in connection.execute(hers)}
    themed = cells_by_theme(connection, quote)
    there = select(LENS).where(LENS.c.removed.is_(None)).order_by(LENS.c.name, LENS.c.key)
    return [_choices(connection, lens, placed, themed) for lens in connection.execute(there).all()]


def ticked(lenses: Iterable[LensChoices], placing: Placing) -> list[LensChoices]:
    """The same as somebody has ticked them in a form that could not be kept."""
    on, off = ({f"{row}-{column}" for row, column in cells} for cells in (placing.put, placing.out))

    def again(cell: CellChoice) -> CellChoice:
        return replace(cell, ticked=(cell.ticked or cell.value in on) and cell.value not in off)

    return [
        replace(lens, rows=[(name, [again(cell) for cell in cells]) for name, cells in lens.rows])
        for lens in lenses
    ]


def cells_by_theme(connection: Connection, quote: int) -> set[Cell]:
    """The cells in which a quote stands because of its themes."""
    known = (QUOTE_THEME.c.quote == quote, OWN_THEME.c.quote.is_(None))
    given = select(QUOTE_THEME.c.theme).select_from(QUOTE_THEME.outerjoin(OWN_THEME, SAME)).where(*known)
    hers = connection.execute(given).scalars().all()
    same = {key for keys in with_merged(connection, hers).values() for key in keys}
    found = connection.execute(select(LENS_THEME).where(LENS_THEME.c.theme.in_(same)))
    return {(one.row, one.column) for one in found}


def _choices(connection: Connection, lens: AnyRow, placed: set[Cell], themed: set[Cell]) -> LensChoices:
    rows, columns = (lines_of_lens(connection, lens.key, axis) for axis in (ROW, COLUMN))

    def choice(row: AnyRow, column: AnyRow) -> CellChoice:
        at = (row.key, column.key)
        return CellChoice(f"{row.key}-{column.key}", f"{row.name}, {column.name}", at in placed, at in themed)

    listed = [(row.name, [choice(row, column) for column in columns]) for row in rows]
    was = " ".join(cell.value for _, cells in listed for cell in cells if cell.ticked)
    across = [column.name for column in columns]
    return LensChoices(lens.name, lens.slug, lens_address(lens.slug), across, listed, was)
