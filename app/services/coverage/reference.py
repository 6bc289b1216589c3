"""The population that storytellers are compared with: entered by a steward, kept, and undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from json import dumps

from sqlalchemy import Connection, insert, select, update

from app.database.coverage import REFERENCE
from app.database.state import advance
from app.database.tables import AnyRow
from app.errors import EditConflict, InvalidText, NotFound
from app.imports.reference_csv import checked, read_reference
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.coverage.tellers import TRAITS

PERCENT, NUMBER = "percent", "number"
NO_TRAIT = "Choose what the groups are of."


@dataclass(frozen=True)
class Reference:
    """A population as it was entered. `groups` are in the order in which they were."""

    trait: str
    source: str
    unit: str
    groups: Sequence[tuple[str, float]]
    said: Sequence[str] = ()

    def shares(self) -> dict[str, float]:
        """The part of the population that each group is, 0 to 1."""
        whole = 100.0 if self.unit == PERCENT else sum(figure for _, figure in self.groups)
        return {label: figure / whole for label, figure in self.groups} if whole else {}

    def digest(self) -> str:
        """Of what would be kept, so that nothing else is saved than what was looked at."""
        told = [self.trait, self.source, self.unit, [list(one) for one in self.groups]]
        return sha256(dumps(told).encode()).hexdigest()


def entered(trait: str, source: str, unit: str, content: bytes) -> Reference:
    """What somebody typed or brought in. Raises InvalidText, ImportRefused."""
    if trait not in TRAITS or unit not in (PERCENT, NUMBER):
        raise InvalidText(NO_TRAIT)
    whence = one_line(source, "Where the figures are from", needed=True)
    table = read_reference(content)
    unit = PERCENT if table.percent else unit
    figures = checked(table, percent=unit == PERCENT)
    total = sum(figures.values())
    short = [f"The percentages add up to {total:.1f}."] if unit == PERCENT and total < 99.5 else []
    return Reference(trait, whence, unit, list(figures.items()), [*table.said, *short])


def references(connection: Connection) -> dict[str, Reference]:
    """What counts now, by trait."""
    return {trait: _read(row) for trait, row in _rows(connection).items() if row.groups}


def _rows(connection: Connection) -> dict[str, AnyRow]:
    found = select(REFERENCE).where(REFERENCE.c.undone.is_(None)).order_by(REFERENCE.c.key)
    return {row.trait: row for row in connection.execute(found)}


def _read(row: AnyRow) -> Reference:
    groups = [(one["label"], float(one["figure"])) for one in row.groups]
    return Reference(row.trait, row.source, row.unit, groups)


def standing(connection: Connection, trait: str) -> int:
    """The number of what counts now of a trait, to be told from what counts later; 0 for nothing."""
    row = _rows(connection).get(trait)
    return int(row.key) if row is not None else 0


def save_reference(archive: Archive, reference: Reference, *, expected: int, by: int | None) -> int:
    """Keep a population in the place of the one numbered `expected`; the step with which it is undone.

    Raises EditConflict where another is there by now.
    """
    groups = [{"label": label, "figure": figure} for label, figure in reference.groups]
    return _write(archive, reference.trait, expected, by, groups, reference.source, reference.unit)


def remove_reference(archive: Archive, trait: str, *, expected: int, by: int | None) -> int:
    """Compare a trait with nothing any more; the step. Raises EditConflict, InvalidText."""
    if trait not in TRAITS:
        raise InvalidText(NO_TRAIT)
    return _write(archive, trait, expected, by, [])


def _write(
    archive: Archive,
    trait: str,
    expected: int,
    by: int | None,
    groups: Sequence[Mapping[str, object]],
    source: str = "",
    unit: str = NUMBER,
) -> int:
    with archive.writing() as connection:
        if standing(connection, trait) != expected:
            raise EditConflict(trait)
        values = {"trait": trait, "source": source, "unit": unit, "groups": list(groups)}
        added = connection.execute(insert(REFERENCE).values(**values, account=by, written=archive.now()))
        _noted(archive, connection, by, trait, len(groups))
    return int((added.inserted_primary_key or (0,))[0])


def undo_reference(archive: Archive, step: int, *, by: int | None) -> bool:
    """Put back what was there before; False where another was entered since. Raises NotFound."""
    with archive.writing() as connection:
        row = connection.execute(select(REFERENCE).where(REFERENCE.c.key == step)).first()
        if row is None:
            raise NotFound
        if standing(connection, row.trait) != step:
            return False
        connection.execute(update(REFERENCE).where(REFERENCE.c.key == step).values(undone=archive.now()))
        before = _rows(connection).get(row.trait)
        _noted(archive, connection, by, row.trait, len(before.groups) if before is not None else 0)
    return True


def _noted(archive: Archive, connection: Connection, by: int | None, trait: str, groups: int) -> None:
    note(archive, connection, Event.REFERENCE, by=by, trait=trait, groups=groups)
    advance(connection)
    connection.commit()
