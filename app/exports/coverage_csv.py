"""Whose voices are here, as CSV: one line for each group that the page shows, in the page's own words."""

from collections.abc import Iterable, Iterator, Sequence

from app.exports.csv_cells import csv_lines

HEADER = ("by", "group", "told us", "share of those who said", "in the population", "compared")


def coverage_csv(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of the file."""
    return csv_lines(HEADER, rows)
