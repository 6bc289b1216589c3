"""A codebook as a table, and as Taguette reads one."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from app.exports.csv_cells import csv_lines, told_apart

HEADER = (
    *("name", "slug", "definition", "use when", "not when"),
    *("colour", "parent", "aliases", "example", "state"),
)
TAGUETTE = ("tag", "description")


class CodebookRow(NamedTuple):
    """A theme, a cell for each column of HEADER."""

    name: str
    slug: str
    definition: str
    use_when: str
    not_when: str
    colour: str
    parent: str
    aliases: Sequence[str]
    example: str
    state: str


def codebook_lines(rows: Iterable[CodebookRow]) -> Iterator[str]:
    """The whole codebook; `imports.codebook_csv` reads it back."""
    return csv_lines(HEADER, (_cells(row) for row in rows))


def _cells(row: CodebookRow) -> Sequence[str]:
    return [told_apart(one if isinstance(one, str) else _joined(one)) for one in row]


def _joined(names: Sequence[str]) -> str:
    """Names with semicolons between them; each on a line where one holds a semicolon itself."""
    if any(";" in name for name in names):
        return "".join(f"{name}\n" for name in names)
    return "; ".join(names)


def taguette_lines(rows: Iterable[CodebookRow]) -> Iterator[str]:
    """Names and definitions alone; nothing is nested."""
    return csv_lines(TAGUETTE, ([told_apart(row.name), told_apart(row.definition)] for row in rows))
