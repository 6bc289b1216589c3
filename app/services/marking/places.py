"""Where quotes stand together: on a board, in a cell of a lens, behind a number of the patterns.

They are filters of what is taken out. Who may see a quote is not decided here.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select

from app.database.insight import BOARD, BOARD_QUOTE
from app.database.marking import QUOTE
from app.database.tables import AnyRow
from app.database.visibility import Actor
from app.errors import NotFound
from app.services.archive import Archive
from app.services.insight.boards import board_address, open_to
from app.services.insight.cells import cell_of
from app.services.insight.lenses import cell_address
from app.services.insight.standing import cell_meant, lens_named, stands_in
from app.services.marking.of_theme import keys_of
from app.services.patterns.asking import behind
from app.services.patterns.conditions import quotes_with
from app.services.patterns.counting import PASSAGES, QUOTES, STORIES, WAYS

BOARDS, CELLS, TOGETHER, COMMON = PLACES = ("board", "cell", "together", "common")
IN_COMMON = {QUOTES: "in one quote", PASSAGES: "in one passage", STORIES: "in one story"}
Chosen = Mapping[str, Sequence[str]]


def place_conditions(
    archive: Archive, connection: Connection, chosen: Chosen, desk: Actor | None, account: int | None
) -> dict[str, ColumnElement[bool]]:
    """The condition on QUOTE of each place that was chosen; no quote stands where nothing is for her."""
    found: dict[str, ColumnElement[bool]] = {}
    if BOARDS in chosen:
        open_boards = boards_open(archive, connection, chosen[BOARDS], desk, account)
        hung = select(BOARD_QUOTE.c.quote).where(BOARD_QUOTE.c.board.in_([row.key for row in open_boards]))
        found[BOARDS] = QUOTE.c.key.in_(hung)
    if CELLS in chosen:
        found[CELLS] = or_(false(), *(_in_cell(connection, value) for value in chosen[CELLS]))
    if TOGETHER in chosen:
        themes = [(slug, keys_of(connection, slug)) for slug in chosen[TOGETHER]]
        found[TOGETHER] = and_(*quotes_with(themes, common_of(chosen)))
    return found


def common_of(chosen: Chosen) -> str:
    """What themes that occur together have in common: a quote, a passage or a story."""
    return next((way for way in chosen.get(COMMON, ()) if way in WAYS), QUOTES)


def boards_open(
    archive: Archive, connection: Connection, ids: Sequence[str], desk: Actor | None, account: int | None
) -> Sequence[AnyRow]:
    """Those of these boards that are there for her; to others they never were."""
    if desk is None:
        return ()
    return connection.execute(select(BOARD).where(BOARD.c.id.in_(ids), open_to(archive, desk, account))).all()


def _in_cell(connection: Connection, value: str) -> ColumnElement[bool]:
    found = _cell(connection, value)
    return stands_in(connection, (found[1].key, found[2].key)) if found else false()


def _cell(connection: Connection, value: str) -> tuple[AnyRow, AnyRow, AnyRow] | None:
    """The rows of a lens and of the row and column that an address names; None where there is none."""
    meant = cell_meant(value)
    if meant is None:
        return None
    try:
        lens = lens_named(connection, meant[0])
        return lens, *cell_of(connection, lens, meant[1])
    except NotFound:
        return None


def place_label(
    archive: Archive, connection: Connection, name: str, value: str, desk: Actor | None, account: int | None
) -> str:
    """What a board or cell is called; as it was written where it is not there for her."""
    if name == BOARDS:
        return next((row.name for row in boards_open(archive, connection, [value], desk, account)), value)
    found = _cell(connection, value) if name == CELLS else None
    return f"{found[0].name}: {found[1].name}, {found[2].name}" if found else value


def place_address(chosen: Chosen) -> str:
    """The page of the place that was chosen; empty where none was."""
    if chosen.get(BOARDS):
        return board_address(chosen[BOARDS][0])
    for meant in map(cell_meant, chosen.get(CELLS, ())):
        if meant:
            return cell_address(*meant)
    if chosen.get(TOGETHER):
        told = ("site", "kind", "year", "story", "persona")
        where = {name: chosen[name][0] for name in told if chosen.get(name)}
        return behind(chosen[TOGETHER], common_of(chosen), **where)
    return ""
