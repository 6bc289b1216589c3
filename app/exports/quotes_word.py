"""Quotes by theme as a report, in the form that Pandoc reads.

`document` is what `pandoc --from=json --to=docx` makes a Word file of.
"""

from collections.abc import Iterable, Iterator

from app.exports.pandoc_tree import (
    PAGE_BREAK,
    Block,
    bullets,
    emphasis,
    heading,
    link,
    para,
    quotation,
    set_words,
    text,
    tree,
)
from app.exports.quoted import (
    BEFORE_USE,
    CHANGES,
    Heading,
    LeftOut,
    Taken,
    TakenQuote,
    in_quotation,
)


def document(taken: Taken) -> bytes:
    """The report: a title page, what is in it, a heading for each theme or cluster, and what was left out."""
    blocks = [*_title_page(taken), *_contents(taken)]
    for number, (theme, quotes) in enumerate(taken.under_headings(), 1):
        blocks += _theme(taken, number, theme, quotes)
    blocks += _left_out(taken.left_out)
    return tree(taken.title, blocks)


def _title_page(taken: Taken) -> Iterator[Block]:
    by = f"Taken out of {taken.archive} on {taken.date}{f' by {taken.by}' if taken.by else ''}."
    yield para(*text(by))
    lines = [*taken.asked, taken.purpose]
    if any(lines):
        yield bullets([para(*text(line))] for line in lines if line)
    yield para(link(taken.address, taken.address))
    yield para(*text(BEFORE_USE))
    yield para(*text(CHANGES))
    yield {"t": "RawBlock", "c": ["openxml", PAGE_BREAK]}


def _contents(taken: Taken) -> Iterator[Block]:
    yield heading(1, "Contents", "contents")
    lines = []
    for number, (theme, quotes) in enumerate(taken.under_headings(), 1):
        many = "1 quote" if len(quotes) == 1 else f"{len(quotes):,} quotes"
        lines.append((f"{taken.heading(theme)} ({many})", f"#theme-{number}"))
    if taken.left_out:
        lines.append((f"Left out ({sum(one.number for one in taken.left_out):,})", "#left-out"))
    yield bullets([para(link(*line))] for line in lines)


def _theme(taken: Taken, number: int, theme: Heading, quotes: Iterable[TakenQuote]) -> Iterator[Block]:
    yield heading(1, taken.heading(theme), f"theme-{number}")
    if theme and theme.definition:
        yield set_words(theme.definition, lambda inlines: para({"t": "Emph", "c": inlines}))
    for quote in quotes:
        yield from _quote(taken, quote, theme)


def _quote(taken: Taken, quote: TakenQuote, under: Heading) -> Iterator[Block]:
    if quote.content_notes:
        yield para(emphasis(f"Mentions {', '.join(quote.content_notes)}."))
    yield set_words(in_quotation(quote.words), quotation, quote.language)
    yield para(*text(f"— {quote.said_by},"), {"t": "Space"}, link(quote.id, quote.address))
    also = taken.besides(quote, under)
    told = [f"Agreed to: {quote.agreed}.", *([f"{also}."] if also else [])]
    told += [f"Marked by {quote.by}{f': {quote.note}' if quote.note else '.'}"] if quote.by else []
    yield para(emphasis(" ".join(told)))


def _left_out(left_out: Iterable[LeftOut]) -> Iterator[Block]:
    lines = list(left_out)
    if lines:
        yield heading(1, "Left out", "left-out")
        yield bullets([para(*text(one.sentence))] for one in lines)
