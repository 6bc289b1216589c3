"""Excerpts with the words that were found marked in them."""

import re
import unicodedata
from collections.abc import Sequence
from html import escape

ELLIPSIS = "…"
_SPACE = re.compile(r"\s")
_MOST_STEPS = 80  # how far a cut moves to find the end of a word


def mark_words(text: str, spans: Sequence[tuple[int, int]], *, around: int | None) -> str:
    """Escaped HTML of an excerpt of `text` with the `spans` in `<mark>`.

    Spans are character offsets, in any order; they may touch, overlap or reach past the text. `around` is
    how many characters to show before the first span and after the last; None shows the whole text.
    Nothing is cut inside a word or a character that is made of several.
    """
    marked = _tidy(text, spans)
    start, end = _window(text, marked, around)
    parts = [ELLIPSIS if start > 0 else ""]
    at = start
    for first, last in marked:
        if first >= end:
            break
        last = min(last, end)
        parts.append(escape(text[at:first], quote=False))
        parts.append(f"<mark>{escape(text[first:last], quote=False)}</mark>")
        at = last
    return "".join([*parts, escape(text[at:end], quote=False), ELLIPSIS if end < len(text) else ""])


def _tidy(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, whole characters only, those that overlap or touch joined."""
    tidy: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        first, last = _back(text, max(first, 0)), _on(text, min(last, len(text)))
        if first >= last:
            continue
        if tidy and first <= tidy[-1][1]:
            tidy[-1] = (tidy[-1][0], max(last, tidy[-1][1]))
        else:
            tidy.append((first, last))
    return tidy


def _window(text: str, marked: list[tuple[int, int]], around: int | None) -> tuple[int, int]:
    if around is None:
        return 0, len(text)
    if not marked:
        return 0, _word_end(text, min(2 * around, len(text)))
    start = _word_start(text, max(marked[0][0] - around, 0), marked[0][0])
    return start, max(_word_end(text, min(marked[-1][1] + around, len(text))), marked[-1][1])


def _word_start(text: str, at: int, limit: int) -> int:
    """The first word that begins at or after a place, without going past `limit`."""
    if at == 0 or _SPACE.match(text[at - 1]):
        return _back(text, at)
    space = _SPACE.search(text, at, min(limit, at + _MOST_STEPS))
    if space:
        return space.end()
    before = [place for place in range(max(at - _MOST_STEPS, 0), at) if _SPACE.match(text[place])]
    return before[-1] + 1 if before else _back(text, at)


def _word_end(text: str, at: int) -> int:
    """The end of the last word that ends at or before a place."""
    if at >= len(text) or _SPACE.match(text[at]):
        return _on(text, at)
    for place in range(at, max(at - _MOST_STEPS, 0), -1):
        if _SPACE.match(text[place - 1]):
            return place - 1
    return _on(text, at)


def _back(text: str, at: int) -> int:
    while 0 < at < len(text) and _joins(text, at):
        at -= 1
    return at


def _on(text: str, at: int) -> int:
    while 0 < at < len(text) and _joins(text, at):
        at += 1
    return at


def _joins(text: str, at: int) -> bool:
    """Whether the characters before and at a place are parts of one that people see."""
    before, here = text[at - 1], text[at]
    if here.isascii() and before != "\u200d":
        return before == "\r" and here == "\n"
    if unicodedata.category(here) in ("Mn", "Me", "Mc") or here in "\u200d\ufe0f":
        return True
    tone, flag = "\U0001f3fb" <= here <= "\U0001f3ff", "\U0001f1e6" <= here <= "\U0001f1ff"
    return before == "\u200d" or tone or (flag and _flags_before(text, at) % 2 == 1)


def _flags_before(text: str, at: int) -> int:
    """How many letters of flags stand before a place: two of them are one flag."""
    first = at
    while first > 0 and "\U0001f1e6" <= text[first - 1] <= "\U0001f1ff":
        first -= 1
    return at - first
