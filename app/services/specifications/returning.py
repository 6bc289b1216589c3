"""Requirements that were taken away: listed for who writes a specification, and put back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from app.database.specifications import REQUIREMENT
from app.database.tables import AnyRow
from app.errors import InvalidText, NotFound
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.dates import moment_label
from app.services.specifications.access import Who, specification_address, specification_row
from app.services.specifications.requirements import (
    FULL,
    MOST,
    Here,
    changing,
    last_place,
    set_columns,
    writing_in,
)
from app.services.specifications.tree import DEEPEST
from app.services.views import AwayPage, TakenAwayView

LISTED = 50  # those taken away last


def taken_away(archive: Archive, connection: Connection, specification: int) -> list[TakenAwayView]:
    """What was taken away, by the specification's key; the last first."""
    here = (REQUIREMENT.c.specification == specification, REQUIREMENT.c.removed.is_not(None))
    newest = select(REQUIREMENT).where(*here).order_by(REQUIREMENT.c.removed.desc(), REQUIREMENT.c.key.desc())
    rows = connection.execute(newest.limit(LISTED)).all()
    beneath = _beneath(connection, specification) if rows else {}
    names = names_by_key(connection, [row.account for row in rows])
    return [_view(archive, row, names, _size(beneath, row.key)) for row in rows]


def _view(archive: Archive, row: AnyRow, names: Mapping[int, str], inside: int) -> TakenAwayView:
    when = moment_label(row.removed, archive.settings.language)
    return TakenAwayView(row.id, row.text, named(row.account, names), when, inside)


def read_taken_away(archive: Archive, who: Who, specification_id: str, requirement_id: str) -> AwayPage:
    """A requirement that was taken away, for who writes the specification. Raises NotFound, as for none."""
    with archive.engine.connect() as connection:
        specification = specification_row(connection, who, specification_id)
        there = select(REQUIREMENT).where(REQUIREMENT.c.specification == specification.key)
        rows = {row.key: row for row in connection.execute(there)}
        row = next((one for one in rows.values() if one.id == requirement_id), None)
        away = row
        while away is not None and away.removed is None:
            away = rows.get(away.parent)
        if not who.writes or row is None or away is None:
            raise NotFound
        names = names_by_key(connection, [away.account])
        inside = _size(_beneath(connection, specification.key), away.key)
    address, taken = specification_address(specification.id), _view(archive, away, names, inside)
    return AwayPage(row.id, specification.title, address, row.text, taken)


def put_back(archive: Archive, who: Who, specification_id: str, requirement_id: str) -> str:
    """Put back what was taken away, with all that stands and is cited in it; the id of what undoes that.

    It comes where it stood; where that is away as well, or too deep now, at the end, in nothing. Raises
    InvalidText where there is no room, NotFound.
    """
    with writing_in(archive, who, specification_id) as here:
        this = (REQUIREMENT.c.id == requirement_id, REQUIREMENT.c.specification == here.row.key)
        there = select(REQUIREMENT).where(*this, REQUIREMENT.c.removed.is_not(None))
        row = here.connection.execute(there).first()
        if row is None:
            raise NotFound
        values = _where(here, row)
        return changing(here, "returned", [row.key], lambda: set_columns(here, row.key, values))


def _where(here: Here, row: AnyRow) -> dict[str, Any]:
    beneath = _beneath(here.connection, here.row.key)
    if len(here.nodes) + 1 + _size(beneath, row.key) > MOST:
        raise InvalidText(FULL.format(MOST))
    parent = next((one for one in here.nodes if one.row.key == row.parent), None)
    depth = parent.depth + 1 if parent else 0
    if (row.parent is None or parent is not None) and depth + _height(beneath, row.key) < DEEPEST:
        return {"removed": None}
    return {"removed": None, "parent": None, "place": last_place(here, None) + 1}


def _beneath(connection: Connection, specification: int) -> Mapping[int, Sequence[int]]:
    """By the key of each requirement those that stand in it and were not taken away themselves."""
    here = (REQUIREMENT.c.specification == specification, REQUIREMENT.c.removed.is_(None))
    found: dict[int, list[int]] = defaultdict(list)
    for key, parent in connection.execute(select(REQUIREMENT.c.key, REQUIREMENT.c.parent).where(*here)):
        if parent is not None:
            found[parent].append(key)
    return found


def _size(beneath: Mapping[int, Sequence[int]], key: int) -> int:
    return sum(1 + _size(beneath, one) for one in beneath.get(key, ()))


def _height(beneath: Mapping[int, Sequence[int]], key: int) -> int:
    return max((1 + _height(beneath, one) for one in beneath.get(key, ())), default=0)
