"""Words as Pandoc has them, as plain text, as HTML and as Markdown: of the few kinds that references have."""

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

from app.exports.direction import LTR, RTL
from app.exports.quotes_markdown import inside_a_line

Inline = dict[str, Any]
_SPACES = ("Space", "SoftBreak", "LineBreak")
_HTML = {"Emph": "i", "Strong": "b", "Superscript": "sup", "Subscript": "sub", "Underline": "u"}
_MARKDOWN = {"Emph": "*", "Strong": "**"}
_WEB = re.compile(r"https?://[^\s\"<>]+")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
Text = Callable[[Iterable[Inline]], str]


def _inside(inline: Inline) -> Sequence[Inline]:
    """What an inline holds besides its attributes."""
    content = inline.get("c", ())
    if inline["t"] in ("Quoted", "Span", "Cite"):
        return list(content[1])
    return list(content[1] if inline["t"] == "Link" else content)


def plain(inlines: Iterable[Inline]) -> str:
    """The words alone."""
    return "".join(map(_plain, inlines))


def _plain(inline: Inline) -> str:
    kind = inline["t"]
    if kind == "Str":
        return str(inline["c"])
    if kind in _SPACES:
        return " "
    if kind == "Superscript":
        return plain(_inside(inline)).translate(_RAISED)
    return _quoted(inline, plain) if kind == "Quoted" else plain(_inside(inline))


def _quoted(inline: Inline, text: Text) -> str:
    opening, closing = ("‘", "’") if inline["c"][0]["t"] == "SingleQuote" else ("“", "”")
    return f"{opening}{text(_inside(inline))}{closing}"


def html(inlines: Iterable[Inline]) -> str:
    """The words with their italics, and as links what is an address."""
    return "".join(map(_html, inlines))


def _html(inline: Inline) -> str:
    kind = inline["t"]
    if kind == "Str":
        return escape(inline["c"])
    if kind in _SPACES:
        return " "
    if kind == "Quoted":
        return _quoted(inline, html)
    if kind == "Link":
        return _link(inline["c"][2][0], html(_inside(inline)))
    tag = _HTML.get(kind) or _turned(inline)
    return f"<{tag}>{html(_inside(inline))}</{tag.partition(' ')[0]}>" if tag else html(_inside(inline))


def _turned(inline: Inline) -> str:
    """The tag of words that run in another direction than those around them."""
    named = dict(inline["c"][0][2]) if inline["t"] == "Span" else {}
    return f'span dir="{named["dir"]}"' if named.get("dir") in (LTR, RTL) else ""


def _link(address: str, words: str) -> str:
    return f'<a href="{escape(address)}">{words}</a>' if _WEB.fullmatch(address) else words


def markdown(inlines: Iterable[Inline]) -> str:
    """The words with their italics, in which no sign of theirs means anything but itself."""
    return "".join(map(_markdown, inlines))


def _markdown(inline: Inline) -> str:
    kind = inline["t"]
    if kind == "Str":
        return inside_a_line(inline["c"])
    if kind in _SPACES:
        return " "
    if kind == "Quoted":
        return _quoted(inline, markdown)
    if kind == "Link" and _WEB.fullmatch(inline["c"][2][0]):
        return f"<{inline['c'][2][0]}>"
    if kind == "Superscript":
        return f"^{markdown(_inside(inline))}^"
    mark = _MARKDOWN.get(kind, "")
    return f"{mark}{markdown(_inside(inline))}{mark}"
