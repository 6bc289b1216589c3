"""A codebook that comes in as CSV, whatever program wrote it."""

import csv
import io
import re
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
EXCEL = ImportRefused(
    "This is an Excel workbook, and not a CSV file.",
    "Open it in Excel, choose File, Save As, CSV UTF-8 (Comma delimited), and bring in the new file.",
)
CALC = ImportRefused(
    "This is an OpenDocument spreadsheet, and not a CSV file.",
    "Open it in LibreOffice, choose File, Save As, Text CSV, and bring in the new file.",
)
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
SEPARATOR_NAMED = re.compile('"?sep=([^"\\w\\n])"?[ ,;\t|]*', re.IGNORECASE)  # Excel's own first line
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
    refuse_workbook(content)
    decoded = decode(content)
    said = [f"{one.reason} {one.remedy}" for one in decoded.reports]
    lines = decoded.text.splitlines(keepends=True)
    while lines and not lines[0].strip():
        lines.pop(0)
    if not lines:
        raise ImportRefused("There is nothing in it.", "Choose another file, or paste the rows.")
    named = SEPARATOR_NAMED.fullmatch(lines[0].rstrip("\n"))
    separator = named[1] if named else max(SEPARATORS, key=lambda one: _known(lines[0], one))
    found = records(decoded.text, separator)[1 if named else 0 :]
    header = [_folded(cell) for cell in found[0][1]] if found else []
    if "name" not in (COLUMNS.get(name) for name in header):
        raise NO_NAMES
    places = _places(header)
    rows = [
        (number, {name: cells[place] for name, place in places.items() if place < len(cells)})
        for number, cells in found[1:]
        if any(cell.strip() for cell in cells)
    ]
    unknown = [name for name in header if name and name not in COLUMNS]
    return CodebookTable(frozenset(places), rows, unknown, said)


def refuse_workbook(content: bytes) -> None:
    """Raises ImportRefused for a spreadsheet program's own file, with how it becomes a CSV file."""
    if content.startswith(OLD_EXCEL) or (content.startswith(ZIP) and b"xl/" in content):
        raise EXCEL
    if content.startswith(ZIP) and OPEN_DOCUMENT in content[:200]:
        raise CALC


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


def records(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """The records of a table with the lines on which they begin. Raises ImportRefused."""
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
