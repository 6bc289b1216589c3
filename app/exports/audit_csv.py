"""The audit as CSV: one line for each entry, with the hash by which it is checked."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields

from app.exports.csv_cells import csv_lines


@dataclass(frozen=True)
class AuditRow:
    """One line; its fields are the columns. `at` is ISO 8601 in UTC; `account` is empty for the terminal."""

    number: int
    at: str
    event: str
    account: int | None
    record: str
    sentence: str
    reason: str
    hash: str


def audit_csv(rows: Iterable[AuditRow]) -> Iterator[str]:
    """The lines of the file."""
    return csv_lines([field.name for field in fields(AuditRow)], (astuple(row) for row in rows))
