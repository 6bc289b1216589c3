"""Which quotes stand in which cell of a lens: those placed there, and those that carry a theme of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, column, func, select, union, values

from app.database.insight import LENS, LENS_CELL, LENS_LINE, LENS_QUOTE, LENS_THEME
from app.database.marking import CODEBOOK, OWN_THEME, QUOTE, QUOTE_THEME
from app.database.tables import AnyRow
from app.database.visibility import Actor
from app.errors import NotFound
from app.services.archive import Archive
from app.services.marking.lines import quotes_listed
from app.services.marking.naming import last_themes
from app.services.marking.own_themes import SAME

ROW, COLUMN, GONE = (
    "row",
    "column",
    "gone ",
)  # a removed line's axis begins with the last, until it is put back
Cell = tuple[int, int]  # the keys of its row and column


def cell_value(slug: str, cell: Cell) -> str:
    """A cell of a lens as it stands in an address that asks for its quotes."""
    return f"{slug}.{cell[0]}.{cell[1]}"


def cell_meant(value: str) -> tuple[str, Cell] | None:
    """The lens and the cell that such a value names, whether they are there or not."""
    slug, *keys = value.rsplit(".", 2)
    if len(keys) != 2 or not all(key.isascii() and key.isdecimal() and len(key) < 10 for key in keys):
        return None
    return slug, (int(keys[0]), int(keys[1]))


def lens_named(connection: Connection, slug: str) -> AnyRow:
    """The row of a lens that is there. Raises NotFound."""
    row = connection.execute(select(LENS).where(LENS.c.slug == slug, LENS.c.removed.is_(None))).first()
    if row is None:
        raise NotFound
    return row


def lines_of_lens(connection: Connection, lens: int, axis: str) -> Sequence[AnyRow]:
    """Its rows or columns, in their order."""
    here = select(LENS_LINE).where(LENS_LINE.c.lens == lens, LENS_LINE.c.axis == axis)
    return connection.execute(here.order_by(LENS_LINE.c.place, LENS_LINE.c.key)).all()


def words_of_cells(connection: Connection, rows: Iterable[int]) -> dict[Cell, str]:
    """What the cells of these rows mean."""
    found = connection.execute(select(LENS_CELL).where(LENS_CELL.c.row.in_(list(rows))))
    return {(one.row, one.column): one.words for one in found}


def themes_of_cells(connection: Connection, rows: Iterable[int]) -> Mapping[Cell, list[AnyRow]]:
    """The themes of these rows' cells; of one that was merged, that into which it was."""
    listed = connection.execute(select(LENS_THEME).where(LENS_THEME.c.row.in_(list(rows)))).all()
    themes = last_themes(connection, {one.theme for one in listed})
    found: dict[Cell, dict[int, AnyRow]] = defaultdict(dict)
    for one in listed:
        if one.theme in themes:
            found[one.row, one.column][themes[one.theme].key] = themes[one.theme]
    ordered = {cell: sorted(of.values(), key=lambda row: row.slug) for cell, of in found.items()}
    return defaultdict(list, ordered)


def count_cells(
    archive: Archive, connection: Connection, actor: Actor, rows: Sequence[int]
) -> Mapping[Cell, int]:
    """How many quotes this reader finds in each cell of these rows."""
    there = _standing(connection, LENS_QUOTE.c.row.in_(rows), LENS_THEME.c.row.in_(rows)).subquery()
    seen = quotes_listed(archive, actor, there.c.row, there.c.across, func.count())
    joined = seen.join(there, there.c.quote == QUOTE.c.key).group_by(there.c.row, there.c.across)
    counted = connection.execute(joined).all()
    return defaultdict(int, {(row, across): int(number) for row, across, number in counted})


def stands_in(connection: Connection, cell: Cell) -> ColumnElement[bool]:
    """The condition under which a quote stands in this cell."""
    row, across = cell
    there = _standing(
        connection,
        (LENS_QUOTE.c.row == row) & (LENS_QUOTE.c.column == across),
        (LENS_THEME.c.row == row) & (LENS_THEME.c.column == across),
    ).subquery()
    return QUOTE.c.key.in_(select(there.c.quote))


def _standing(connection: Connection, placed: ColumnElement[bool], themed: ColumnElement[bool]) -> Any:
    """Row, column and quote of all that stands where these conditions hold; each once."""
    by_hand = select(LENS_QUOTE.c.row, LENS_QUOTE.c.column.label("across"), LENS_QUOTE.c.quote).where(placed)
    listed = connection.execute(select(LENS_THEME).where(themed)).all()
    known = with_merged(connection, {one.theme for one in listed})
    whole = sorted({(one.row, one.column, key) for one in listed for key in known[one.theme]})
    if not whole:
        return by_hand
    names = (column(name, Integer) for name in ("row", "across", "theme"))
    of = values(*names, name="of_cells").data(whole).cte("of_cells")
    joined = of.join(QUOTE_THEME, QUOTE_THEME.c.theme == of.c.theme).outerjoin(OWN_THEME, SAME)
    carried = select(of.c.row, of.c.across, QUOTE_THEME.c.quote).select_from(joined)
    return union(by_hand, carried.where(OWN_THEME.c.quote.is_(None)))


def with_merged(connection: Connection, keys: Iterable[int]) -> Mapping[int, set[int]]:
    """By each of these themes, the keys of all that are the same theme by now."""
    wanted = last_themes(connection, keys)
    merged = select(CODEBOOK.c.key).where(CODEBOOK.c.merged_into.is_not(None))
    gone = last_themes(connection, connection.execute(merged).scalars().all()) if wanted else {}
    into: dict[int, set[int]] = defaultdict(set)
    for key, row in gone.items():
        into[row.key].add(key)
    return defaultdict(set, {key: {key, row.key} | into[row.key] for key, row in wanted.items()})
