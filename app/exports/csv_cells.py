"""Tables as CSV (RFC 4180) that a spreadsheet shows and does not run."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

MEDIA_TYPE = "text/csv; charset=utf-8"
MARK = "\ufeff"  # without it, Excel takes every letter with an accent for two others
_RUN = re.compile(
    r"[\x00-\x1f\x7f-\x9f]"  # a tab or a line end alone makes some programs look at what follows
    r"|[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@＝＋－＠]"  # wide ones are run in Japan
)


def safe_cell(text: str) -> str:
    """The text; behind an apostrophe where a spreadsheet would take it for a formula.

    Spreadsheets hide the apostrophe or show it; a program that reads the file takes one off the front.
    """
    return f"'{text}" if _RUN.match(text) else text


def told_apart(text: str) -> str:
    """The text, so that `plain_cell` gives it back even if it begins with an apostrophe before a formula."""
    return f"'{text}" if text.startswith("'") and _RUN.match(text.lstrip("'")) else text


def plain_cell(text: str) -> str:
    """What was written as `safe_cell(told_apart(text))`."""
    return text[1:] if text.startswith("'") and _RUN.match(text.lstrip("'")) else text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a file, one at a time, so that a long table needs no memory; None is an empty cell."""
    yield MARK + _line(header)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[object]) -> str:
    out = io.StringIO()
    shown = [safe_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(shown)
    return out.getvalue()
