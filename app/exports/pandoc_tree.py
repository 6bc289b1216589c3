"""Parts of a document in the form that Pandoc reads: a tree, in which words are only words."""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from app.exports.direction import LTR, RTL, direction, in_directions

API = [1, 23, 1]
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
LANGUAGE = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
WORD_STYLES = Path(__file__).with_name("word.docx")  # tests/exports/make_word_styles.py makes it
STEADY = "\u200e"
PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
Block = dict[str, Any]
Inlines = list[dict[str, Any]]


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


def in_a_line(words: str, language: str = "") -> dict[str, Any]:
    """Words in a line of others, which run as they do, in their language where it is known."""
    base = direction(words) or LTR
    named = [["dir", base]] if base != LTR else []
    named += [["lang", language]] if LANGUAGE.fullmatch(language) else []
    return {"t": "Span", "c": [["", [], named], text(words, base)]}


def steadied(inlines: Iterable[dict[str, Any]]) -> Inlines:
    """The same with a mark behind words that run from right to left: what follows runs on as before."""
    found: Inlines = []
    after = ""
    for one in reversed(list(inlines)):
        own = direction(one["c"]) if one["t"] == "Str" else ""
        found.append({**one, "c": one["c"] + STEADY} if own == RTL != after else _steadied_inside(one))
        after = after if one["t"] == "Space" or (one["t"] == "Str" and not own) else own
    return found[::-1]


def _steadied_inside(inline: dict[str, Any]) -> dict[str, Any]:
    content = inline.get("c")
    if inline["t"] in ("Quoted", "Span", "Cite", "Link") and content:
        return {**inline, "c": [content[0], steadied(content[1]), *content[2:]]}
    return {**inline, "c": steadied(content)} if isinstance(content, list) else inline


def set_words(words: str, block: Callable[[Inlines], Block], language: str = "") -> Block:
    """A block of these words, which runs as they do, in their language where it is known."""
    base = direction(words) or LTR
    named = [("dir", base)] if base != LTR else []
    named += [("lang", language)] if LANGUAGE.fullmatch(language) else []
    whole = block(text(words, base))
    return {"t": "Div", "c": [["", [], [list(one) for one in named]], [whole]]} if named else whole


def para(*inlines: dict[str, Any]) -> Block:
    """A paragraph."""
    return {"t": "Para", "c": list(inlines)}


def emphasis(words: str) -> dict[str, Any]:
    """Words in italics."""
    return {"t": "Emph", "c": text(words)}


def link(words: str, address: str) -> dict[str, Any]:
    """Words that lead somewhere."""
    return {"t": "Link", "c": [["", [], []], text(words), [address, ""]]}


def bullets(items: Iterable[list[Block]]) -> Block:
    """A list."""
    return {"t": "BulletList", "c": list(items)}


def heading(level: int, words: str, anchor: str) -> Block:
    """A heading that links find."""
    return set_words(words, lambda inlines: {"t": "Header", "c": [level, [anchor, [], []], inlines]})


def styled(style: str, *blocks: Block) -> Block:
    """Paragraphs in a style of Word's, by its name; `word.docx` says what it looks like."""
    return {"t": "Div", "c": [["", [], [["custom-style", style]]], list(blocks)]}


def quotation(inlines: Inlines) -> Block:
    """A quotation in a paragraph of its own."""
    return {"t": "BlockQuote", "c": [para(*inlines)]}


def tree(title: str, blocks: Iterable[Block]) -> bytes:
    """The whole document, as `pandoc --from=json` reads it."""
    meta = {"title": {"t": "MetaInlines", "c": text(title)}}
    return json.dumps(
        {"pandoc-api-version": API, "meta": meta, "blocks": list(blocks)}, ensure_ascii=False
    ).encode()
