"""Quotations and where they come from, as CSV: one line for each."""

from collections.abc import Iterable, Iterator, Sequence

from app.exports.csv_cells import csv_lines

HEADER = (
    "quotation",
    "found",
    "storyteller",
    "story",
    "passage",
    "version",
    "confidence",
    "words differ",
    "address",
)


def traced_csv(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of the file, one at a time."""
    return csv_lines(HEADER, rows)
