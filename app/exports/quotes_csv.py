"""Quotes as CSV: a line for each, and after them one for each reason why some were left out.

That one says so in its first cell, where whoever opens the file in a spreadsheet looks, and under
`left_out`, which is empty in the line of a quote.
"""

from collections.abc import Iterator

from app.exports.csv_cells import csv_lines
from app.exports.quoted import Taken, TakenQuote

HEADER = (
    "id",
    "words",
    "themes",
    "storyteller",
    "role",
    "site",
    "kind",
    "gathered",
    "agreed_to",
    "until",
    "content_notes",
    "note",
    "marked_by",
    "stays",
    "marked",
    "story",
    "passage",
    "version",
    "before",
    "after",
    "language",
    "address",
    "left_out",
)


def quotes_csv(taken: Taken) -> Iterator[str]:
    """The lines of the file."""
    return csv_lines(HEADER, _rows(taken))


def _rows(taken: Taken) -> Iterator[list[object]]:
    for quote in taken.quotes:
        yield [*_cells(taken, quote), ""]
    for one in taken.left_out:
        yield [f"Left out, {one.sentence}", *[""] * (len(HEADER) - 2), one.sentence]


def _cells(taken: Taken, quote: TakenQuote) -> list[object]:
    return [
        quote.id,
        quote.words,
        "; ".join(taken.labels(quote)),
        quote.teller,
        quote.role,
        quote.site,
        "; ".join(quote.kinds),
        quote.gathered,
        "; ".join(quote.uses),
        quote.until,
        "; ".join(quote.content_notes),
        quote.note,
        quote.by,
        "yes" if quote.stays else "",
        quote.made,
        quote.story_id,
        quote.anchor,
        quote.revision,
        quote.before,
        quote.after,
        quote.language,
        quote.address,
    ]
