"""A codebook that comes in as CSV, whatever program wrote it."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.errors import ImportRefused
from app.imports.decoding import decode

COLUMNS = {
    **dict.fromkeys(("name", "tag", "theme", "code", "label", "title"), "name"),
    **dict.fromkeys(("definition", "description", "memo"), "definition"),
    **dict.fromkeys(("use when", "when to use", "include"), "use_when"),
    **dict.fromkeys(("not when", "when not to use", "exclude"), "not_when"),
    **dict.fromkeys(("colour", "color"), "colour"),
    **dict.fromkeys(("parent", "under"), "parent"),
    **dict.fromkeys(("aliases", "also known as", "other names"), "aliases"),
    **{name: name for name in ("slug", "example", "state")},
}
SEPARATORS = (",", ";", "\t", "|")
MOST_ROWS = 10_000
NO_NAMES = ImportRefused(
    "The first line does not name the columns.",
    "Write one that does: name, or tag, has to be among them; then for example definition.",
)
TOO_MANY = ImportRefused(f"These are more than {MOST_ROWS:,} rows.", "Split the file.")
TOO_LONG = ImportRefused("A cell holds more than 130,000 characters.", "Look for a quotation mark too many.")


@dataclass(frozen=True)
class CodebookTable:
    """Rows by their numbers in the file, each with the columns that the file has."""

    columns: frozenset[str]
    rows: Sequence[tuple[int, Mapping[str, str]]]
    passed_over: Sequence[str]  # names of columns that mean nothing here
    said: Sequence[str]  # what is to be looked at


def read_codebook_csv(content: bytes) -> CodebookTable:
    """The table in a file. Cells are as they stand there. Raises ImportRefused."""
    decoded = decode(content)
    said = [f"{one.reason} {one.remedy}" for one in decoded.reports]
    lines = decoded.text.splitlines(keepends=True)
    while lines and not lines[0].strip():
        lines.pop(0)
    if not lines:
        raise ImportRefused("There is nothing in it.", "Choose another file, or paste the rows.")
    separator = max(SEPARATORS, key=lambda one: _known(lines[0], one))
    records = _records(decoded.text, separator)
    header = [_folded(cell) for cell in records[0][1]]
    if "name" not in (COLUMNS.get(name) for name in header):
        raise NO_NAMES
    places = _places(header)
    rows = [
        (number, {name: cells[place] for name, place in places.items() if place < len(cells)})
        for number, cells in records[1:]
        if any(cell.strip() for cell in cells)
    ]
    unknown = [name for name in header if name and name not in COLUMNS]
    return CodebookTable(frozenset(places), rows, unknown, said)


def _known(line: str, separator: str) -> int:
    """How many columns of a first line have names that are known."""
    cells = next(csv.reader([line.strip()], delimiter=separator), [])
    return sum(1 for cell in cells if _folded(cell) in COLUMNS)


def _folded(cell: str) -> str:
    return " ".join(cell.replace("_", " ").casefold().split())


def _places(header: Sequence[str]) -> dict[str, int]:
    """The place of each column; the first where two have one name."""
    found: dict[str, int] = {}
    for place, name in enumerate(header):
        if name in COLUMNS:
            found.setdefault(COLUMNS[name], place)
    return found


def _records(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """The records with the lines on which they begin."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((line, cells))
            line = reader.line_num + 1
            if len(found) > MOST_ROWS + 1:
                raise TOO_MANY
    except csv.Error as error:
        raise _refused(error, line) from None
    return found


def _refused(error: csv.Error, line: int) -> ImportRefused:
    if "limit" in str(error):
        return TOO_LONG
    if "end of data" in str(error):
        said = f"A quotation mark that opens in the row on line {line} is never closed."
        return ImportRefused(said, "Close it, or take it out, and bring the file in again.")
    said = f"A quotation mark stands in the middle of a cell in the row on line {line}."
    return ImportRefused(said, "Write it twice, and put the whole cell in quotation marks.")
