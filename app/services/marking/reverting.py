"""Undoing what a plan did to the codebook: what still stands as the plan left it stands again as before.

What somebody said since by a form or a file (where a theme stands, its name, whether it is offered) stays.
Where that would leave half of a merge or rename, undoing is refused: see `in_the_way`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, select

from app.database.insight import BOARD_CLUSTER, LENS_THEME, MEMO
from app.database.marking import ALIAS, CODEBOOK, QUOTE, QUOTE_THEME
from app.database.state import upsert
from app.database.tables import AnyRow
from app.services.marking.reshaping import (
    MOMENTS,
    Carried,
    Cell,
    Plan,
    Pointed,
    below,
    carry,
    drop_name,
    set_cell,
)

WHOLE = ("slug", "merged_into")  # columns of which half a job must not stay
OTHERWISE = "A theme that this changed is not there any more, so it can not be put back."
TAKEN = "The name that it had is a theme of its own by now, so it can not be given back."
ALSO = "The name that it had is another name for another theme by now. Take it away there, then undo this."
SAID = ("definition", "before", "use_when", "not_when", "example")


def in_the_way(connection: Connection, plan: Plan) -> list[str]:
    """Why a plan can not be undone as a whole, as sentences that name no theme; none where it can."""
    return list(dict.fromkeys([*_rows_in_the_way(connection, plan), *_names_in_the_way(connection, plan)]))


def _rows_in_the_way(connection: Connection, plan: Plan) -> Iterator[str]:
    cells = [one for one in plan.cells if one.column in WHOLE]
    ours = {one.theme for one in cells if one.column == "slug"}
    for cell in cells:
        if not _stands(connection, cell):
            yield OTHERWISE
        elif cell.column == "slug":
            taken = select(CODEBOOK.c.key).where(CODEBOOK.c.slug == cell.before)
            if set(connection.execute(taken).scalars()) - ours:
                yield TAKEN


def _names_in_the_way(connection: Connection, plan: Plan) -> Iterator[str]:
    """A name that was a theme's own and leads to another one by now, would lead away from that theme."""
    for name in plan.names:
        means = _means(connection, name)
        if name.before is None and means not in (None, name.after):
            yield ALSO


def revert(connection: Connection, plan: Plan) -> list[int]:
    """Put back what still stands as the plan left it, the last first.

    Themes that the codebook got by it, and on which nothing rests, go: their keys.
    """
    for cell in reversed(plan.cells):
        if _stands(connection, cell) and _can_stand(connection, cell):
            set_cell(connection, cell, cell.before)
    for name in plan.names:
        if _means(connection, name) == name.after:
            _point_back(connection, name)
    _carry_back(connection, plan.carried)
    return _let_go(connection, plan.made)


def _stands(connection: Connection, cell: Cell) -> bool:
    """Whether a value is still what it became."""
    row = connection.execute(select(CODEBOOK.c[cell.column]).where(CODEBOOK.c.key == cell.theme)).first()
    if row is None:
        return False
    return bool(row[0]) == bool(cell.after) if cell.column in MOMENTS else bool(row[0] == cell.after)


def _can_stand(connection: Connection, cell: Cell) -> bool:
    """Whether what a theme stood under is still there, and not below it by now."""
    if cell.column != "parent" or cell.before is None:
        return True
    there = connection.execute(select(CODEBOOK.c.key).where(CODEBOOK.c.key == cell.before)).first()
    return there is not None and cell.before not in below(connection, cell.theme)


def _means(connection: Connection, name: Pointed) -> int | None:
    return connection.execute(select(ALIAS.c.theme).where(ALIAS.c.slug == name.slug)).scalar()


def _point_back(connection: Connection, name: Pointed) -> None:
    if name.before is None or name.row is None:
        drop_name(connection, name)
        return
    row = {**name.row, "slug": name.slug, "theme": name.before, "at": datetime.fromisoformat(name.row["at"])}
    put = upsert(connection, ALIAS).values(row)
    connection.execute(put.on_conflict_do_update(index_elements=["slug"], set_=row))


def as_kept(row: AnyRow) -> dict[str, Any]:
    """What stands of another name, besides what it means, as a plan keeps it."""
    return {"name": row.name, "account": row.account, "at": row.at.isoformat(), "open": row.open}


def _carry_back(connection: Connection, carried: Sequence[Carried]) -> None:
    """Give quotes their themes again; one that was deleted, or given other themes since, is left alone."""
    of_quote: dict[int, list[Carried]] = defaultdict(list)
    for one in carried:
        of_quote[one.quote].append(one)
    for quote, changed in of_quote.items():
        if connection.execute(select(QUOTE.c.key).where(QUOTE.c.key == quote)).first() is None:
            continue
        has = set(
            connection.execute(select(QUOTE_THEME.c.theme).where(QUOTE_THEME.c.quote == quote)).scalars()
        )
        if all((one.theme in has) == one.after for one in changed):
            for one in changed:
                carry(connection, one, there=one.before)


def _let_go(connection: Connection, made: Sequence[int]) -> list[int]:
    """Take out those of these themes of which nothing is said and on which nothing rests."""
    blank = [CODEBOOK.c[name] == "" for name in SAID]
    blank += [
        CODEBOOK.c[name].is_(None) for name in ("colour", "parent", "merged_into", "adopted", "retired")
    ]
    gone = []
    for key in made:
        this = delete(CODEBOOK).where(CODEBOOK.c.key == key, *blank, *(~one for one in _rests_on(key)))
        if connection.execute(this).rowcount:
            gone.append(key)
    return gone


def _rests_on(key: int) -> list[Any]:
    other = CODEBOOK.alias("other")
    held = [
        select(QUOTE_THEME.c.quote).where(QUOTE_THEME.c.theme == key),
        select(LENS_THEME.c.theme).where(LENS_THEME.c.theme == key),
        select(ALIAS.c.slug).where(ALIAS.c.theme == key),
        select(BOARD_CLUSTER.c.key).where(BOARD_CLUSTER.c.theme == key),
        select(MEMO.c.key).where(MEMO.c.about == "theme", MEMO.c.target == str(key)),
        select(other.c.key).where((other.c.parent == key) | (other.c.merged_into == key)),
    ]
    return [exists(one) for one in held]
