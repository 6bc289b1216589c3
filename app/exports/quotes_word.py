"""Quotes by theme as a report, in the form that Pandoc reads: a tree, in which words are only words.

`document` is what `pandoc --from=json --to=docx` makes a Word file of.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from app.exports.direction import LTR, direction, in_directions
from app.exports.quoted import (
    BEFORE_USE,
    CHANGES,
    Heading,
    LeftOut,
    Taken,
    TakenQuote,
    in_quotation,
)

API = [1, 23, 1]
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
LANGUAGE = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
Block = dict[str, Any]
Inlines = list[dict[str, Any]]


def document(taken: Taken) -> bytes:
    """The report: a title page, what is in it, a heading for each theme or cluster, and what was left out."""
    blocks = [*_title_page(taken), *_contents(taken)]
    for number, (theme, quotes) in enumerate(taken.under_headings(), 1):
        blocks += _theme(taken, number, theme, quotes)
    blocks += _left_out(taken.left_out)
    meta = {"title": {"t": "MetaInlines", "c": text(taken.title)}}
    tree = {"pandoc-api-version": API, "meta": meta, "blocks": blocks}
    return json.dumps(tree, ensure_ascii=False).encode()


def text(words: str, base: str = LTR) -> Inlines:
    """Words as Pandoc has them, without what no XML may hold; `base` is the direction of their paragraph."""
    stretches = []
    for turned, parts in in_directions(NO_XML.sub("", words), base):
        inlines = _spaced([{"t": "Str", "c": part}] for part in parts)
        stretches.append(inlines if turned == base else [_span(turned, inlines)])
    return _spaced(stretches)


def _spaced(parts: Iterable[Inlines]) -> Inlines:
    return [one for part in parts for one in (*part, {"t": "Space"})][:-1]


def _span(turned: str, inlines: Inlines) -> dict[str, Any]:
    return {"t": "Span", "c": [["", [], [["dir", turned]]], inlines]}


def _set(words: str, block: Callable[[Inlines], Block], language: str = "") -> Block:
    """A block of these words, which runs as they do, in their language where it is known."""
    base = direction(words) or LTR
    named = [("dir", base)] if base != LTR else []
    named += [("lang", language)] if LANGUAGE.fullmatch(language) else []
    whole = block(text(words, base))
    return {"t": "Div", "c": [["", [], [list(one) for one in named]], [whole]]} if named else whole


def _para(*inlines: dict[str, Any]) -> Block:
    return {"t": "Para", "c": list(inlines)}


def _emphasis(words: str) -> dict[str, Any]:
    return {"t": "Emph", "c": text(words)}


def _link(words: str, address: str) -> dict[str, Any]:
    return {"t": "Link", "c": [["", [], []], text(words), [address, ""]]}


def _bullets(items: Iterable[list[Block]]) -> Block:
    return {"t": "BulletList", "c": list(items)}


def _heading(level: int, words: str, anchor: str) -> Block:
    return _set(words, lambda inlines: {"t": "Header", "c": [level, [anchor, [], []], inlines]})


def _title_page(taken: Taken) -> Iterator[Block]:
    by = f"Taken out of {taken.archive} on {taken.date}{f' by {taken.by}' if taken.by else ''}."
    yield _para(*text(by))
    lines = [*taken.asked, taken.purpose]
    if any(lines):
        yield _bullets([_para(*text(line))] for line in lines if line)
    yield _para(_link(taken.address, taken.address))
    yield _para(*text(BEFORE_USE))
    yield _para(*text(CHANGES))
    yield {"t": "RawBlock", "c": ["openxml", PAGE_BREAK]}


def _contents(taken: Taken) -> Iterator[Block]:
    yield _heading(1, "Contents", "contents")
    lines = []
    for number, (theme, quotes) in enumerate(taken.under_headings(), 1):
        many = "1 quote" if len(quotes) == 1 else f"{len(quotes):,} quotes"
        lines.append((f"{taken.heading(theme)} ({many})", f"#theme-{number}"))
    if taken.left_out:
        lines.append((f"Left out ({sum(one.number for one in taken.left_out):,})", "#left-out"))
    yield _bullets([_para(_link(*line))] for line in lines)


def _theme(taken: Taken, number: int, theme: Heading, quotes: Iterable[TakenQuote]) -> Iterator[Block]:
    yield _heading(1, taken.heading(theme), f"theme-{number}")
    if theme and theme.definition:
        yield _set(theme.definition, lambda inlines: _para({"t": "Emph", "c": inlines}))
    for quote in quotes:
        yield from _quote(taken, quote, theme)


def _quotation(inlines: Inlines) -> Block:
    return {"t": "BlockQuote", "c": [_para(*inlines)]}


def _quote(taken: Taken, quote: TakenQuote, under: Heading) -> Iterator[Block]:
    if quote.content_notes:
        yield _para(_emphasis(f"Mentions {', '.join(quote.content_notes)}."))
    yield _set(in_quotation(quote.words), _quotation, quote.language)
    yield _para(*text(f"— {quote.said_by},"), {"t": "Space"}, _link(quote.id, quote.address))
    also = taken.besides(quote, under)
    told = [f"Agreed to: {quote.agreed}.", *([f"{also}."] if also else [])]
    told += [f"Marked by {quote.by}{f': {quote.note}' if quote.note else '.'}"] if quote.by else []
    yield _para(_emphasis(" ".join(told)))


def _left_out(left_out: Iterable[LeftOut]) -> Iterator[Block]:
    lines = list(left_out)
    if lines:
        yield _heading(1, "Left out", "left-out")
        yield _bullets([_para(*text(one.sentence))] for one in lines)
