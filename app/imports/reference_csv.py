"""A population that somebody enters or brings in as CSV: a group and its figure on each row."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.errors import ImportRefused
from app.imports.codebook_csv import SEPARATOR_NAMED, records, refuse_workbook
from app.imports.decoding import decode

SEPARATORS = (";", "\t", "|", ",")  # a comma stands in figures too, so the others are looked for first
MOST_GROUPS, LONGEST_LABEL = 60, 120
LEAST_NUMBER = 5  # people: of fewer nothing is kept, here as everywhere
_FIGURE = re.compile(
    r"(?P<whole>[1-9]\d{0,2}(?:[ \u00a0\u202f,.'’]\d{3})+|\d{1,12})"  # with thousands set apart, or plain
    r"(?:[.,](?P<part>\d{1,6}))?"
)
HEADING = "The first line was read as the names of the columns."
_ANY = ImportRefused("There is nothing in it.", "Write a group and its figure on each line.")


@dataclass(frozen=True)
class Table:
    """Groups with their figures, in the order of the file. `percent`: the figures have percent signs."""

    groups: Sequence[tuple[str, float]]
    percent: bool
    said: Sequence[str]  # what is to be looked at


def read_reference(content: bytes) -> Table:
    """The table in a file, with or without a first line that names the columns. Raises ImportRefused."""
    refuse_workbook(content)
    decoded = decode(content)
    lines = [line for line in decoded.text.splitlines() if line.strip()]
    if not lines:
        raise _ANY
    named = SEPARATOR_NAMED.fullmatch(lines[0])
    found = records(decoded.text, named[1] if named else _separator(lines))[1 if named else 0 :]
    every = [(line, [cell.strip() for cell in cells]) for line, cells in found]
    rows = _without_heading(every)
    if not rows:
        raise _ANY
    said = [f"{one.reason} {one.remedy}" for one in decoded.reports]
    said += [HEADING] if len(rows) < len(every) else []
    return _table([_row(line, cells) for line, cells in rows], said)


def _separator(lines: Sequence[str]) -> str:
    """The first that stands on every line; on most, where a heading or a group has none."""
    return max(SEPARATORS, key=lambda one: (sum(one in line for line in lines), -SEPARATORS.index(one)))


def _without_heading(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The rows without a first one that names the columns: one in which no cell has a digit but a label."""
    first = rows[0][1] if rows else []
    heading = len(rows) > 1 and len(first) > 1 and not any(map(str.isdigit, "".join(first[1:])))
    return rows[1:] if heading else rows


def _row(line: int, cells: Sequence[str]) -> tuple[int, str, str]:
    """Line, group and figure; further columns have to be empty."""
    if len(cells) < 2 or not cells[1]:
        raise _refused(line, "has no figure", "Write the group, a separator such as ;, and the figure.")
    if any(cells[2:]):
        more = (
            "Two columns belong here: the group and its figure. Put a group with a comma in quotation marks."
        )
        raise _refused(line, "has more than two columns", more)
    label = " ".join(unicodedata.normalize("NFC", cells[0]).split())
    if not label or not label.isprintable():
        raise _refused(line, "names no group that can be shown", "Write the group's name before its figure.")
    if len(label) > LONGEST_LABEL:
        said = f"has a name of {len(label)} characters"
        raise _refused(line, said, f"At most {LONGEST_LABEL} can be kept.")
    return line, label, cells[1]


def _table(rows: Sequence[tuple[int, str, str]], said: Sequence[str]) -> Table:
    if len(rows) > MOST_GROUPS:
        raise ImportRefused(f"These are more than {MOST_GROUPS} groups.", "Put small ones together.")
    _refuse_twice(rows)
    signs = {figure.endswith("%") for _, _, figure in rows}
    if len(signs) > 1:
        line = next(line for line, _, figure in rows if not figure.endswith("%"))
        raise _refused(line, "has no percent sign, and others have", "Write all as percentages, or none.")
    groups = [(label, _number(line, figure)) for line, label, figure in rows]
    return Table(groups, signs == {True}, said)


def _refuse_twice(rows: Sequence[tuple[int, str, str]]) -> None:
    lines: dict[str, int] = {}
    for line, label, _ in rows:
        folded = unicodedata.normalize("NFKC", label).casefold()
        if folded in lines:
            said = f"names a group that stands on line {lines[folded]} already"
            raise _refused(line, said, "Name each group once; upper and lower case are the same.")
        lines[folded] = line


def _number(line: int, written: str) -> float:
    """A figure as people write it: 1,234 and 12,5 and 12.5 %. One group of three digits is thousands."""
    found = _FIGURE.fullmatch(written.removesuffix("%").strip())
    if found is None:
        raise _refused(line, "has a figure that can not be read", "Write it like 1234, 12.5 or 12.5%.")
    whole = re.sub(r"\D", "", found["whole"])
    return float(f"{whole}.{found['part'] or 0}")


def checked(table: Table, *, percent: bool) -> Mapping[str, float]:
    """The figures by group. Raises ImportRefused where they can be no population's."""
    figures = dict(table.groups)
    total = sum(figures.values())
    if percent and total > 100.5:
        said = f"The percentages add up to {total:.1f}."
        raise ImportRefused(said, "Look for a group that is counted twice, or say that these are numbers.")
    small = [at for at, one in enumerate(figures.values(), 1) if not percent and 0 < one < LEAST_NUMBER]
    if small:
        said = f"Group {small[0]} of the list has fewer than five people."
        raise ImportRefused(said, "Put it together with another group: none so small is kept here.")
    if not total:
        raise ImportRefused("All figures are nought.", "Write how many people, or which part, each group is.")
    return figures


def _refused(line: int, said: str, remedy: str) -> ImportRefused:
    return ImportRefused(f"Line {line} {said}.", remedy)
