"""Which themes occur together and where, as CSV: one line for each number that is not nothing."""

from collections.abc import Iterable, Iterator, Sequence

from app.exports.csv_cells import csv_lines

TOGETHER = ("theme", "other theme", "together in", "count")
BY_STORY = ("story", "storyteller", "site", "gathered", "theme", "quotes", "named in its file")
BY_LINE = ("theme", "quotes", "stories")  # behind the site, kind or year


def together_csv(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Two themes, and how many quotes, passages or stories have both."""
    return csv_lines(TOGETHER, rows)


def by_story_csv(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A story and a theme."""
    return csv_lines(BY_STORY, rows)


def by_line_csv(name: str, rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A site, kind or year and a theme."""
    return csv_lines((name, *BY_LINE), rows)
