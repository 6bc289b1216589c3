"""How large words can be set, so that they fit where they stand; what fits at no size goes on elsewhere.

Widths are estimated: a sheet is laid out by browsers with other typefaces too, so nothing here is exact.
"""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from app.exports.direction import direction
from app.services.views import SetWords

STEPS = (42, 36, 30, 26, 22, 19, 16.5, 14, 12, 10.5, 9, 7.8, 6.8, 6, 5.2, 4.6, 4.1, 3.7, 3.3, 3, 2.7)
LEADING = 1.3  # of lines, in sizes of type
COLUMN = 72  # characters in a line beyond which a text is set in two columns
_WIDE, _BROAD, _NARROW, _USUAL = 1.05, 0.72, 0.3, 0.54  # of the size of type
_FULL = 0.93  # of a line that words fill on the average, since they are not broken
_SENTENCES = ".!?…。؟"
MORE = "…"


@dataclass(frozen=True)
class Place:
    """Where words stand: millimetres, and the sizes of STEPS that look right there."""

    width: float
    height: float
    largest: int
    smallest: int


def width_of(text: str) -> float:
    """How wide a text is in one line, in sizes of its type."""
    return sum(map(_width, text))


def _width(character: str) -> float:
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return _WIDE
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn"):
        return 0.0
    if character in " iljtf.,;:'’‘!|()":
        return _NARROW
    return _BROAD if character.isupper() or character in "mwMW%@—" else _USUAL


def lines_of(text: str, size: float, width: float) -> int:
    """How many lines a text takes at this size of type, in a place so wide (both in millimetres).

    A word that is longer than a line is broken, as the stylesheet lets it be.
    """
    room, lines, used = max(width / size, 1.0), 1, 0.0
    for word in text.split():
        wide = width_of(word)
        if used and used + _NARROW + wide > room * (1.0 if wide > room else 0.99):
            lines, used = lines + 1, 0.0
        lines += int(wide // room) if wide > room else 0
        used = wide % room if wide > room else used + _NARROW + wide
    return lines


def _fits(text: str, step: int, place: Place) -> bool:
    size = STEPS[step]
    longest = max((width_of(word) for word in text.split()), default=0.0)
    if longest * size > place.width and step < place.smallest and longest < 40:
        return False  # smaller is better than a word that is broken
    return lines_of(text, size, place.width * _FULL) * size * LEADING <= place.height


def set_words(text: str, place: Place, language: str = "") -> SetWords:
    """Words at the largest size at which they fit; where none is small enough, as many as do."""
    words = " ".join(text.split())
    for step in range(place.largest, place.smallest + 1):
        if _fits(words, step, place):
            return _set(words, step, place, language)
    return _set(_cut(words, place), place.smallest, place, language, cut=True)


def _set(text: str, step: int, place: Place, language: str, *, cut: bool = False) -> SetWords:
    in_line = place.width / STEPS[step] / _USUAL
    many = lines_of(text, STEPS[step], place.width) > 12
    columns = many and in_line > COLUMN
    return SetWords(text, step, language, direction(text) or "ltr", cut=cut, columns=columns)


def _cut(text: str, place: Place) -> str:
    """As many whole sentences as fit, and else whole words."""
    low, high = 1, len(text)
    while low < high:
        middle = math.ceil((low + high) / 2)
        low, high = (middle, high) if _fits(text[:middle], place.smallest, place) else (low, middle - 1)
    kept = text[: max(low - 2, 1)]
    ends = max(kept.rfind(f"{mark} ") for mark in _SENTENCES)
    if ends > len(kept) * 0.7:
        return f"{kept[: ends + 1]} {MORE}"
    return f"{kept.rpartition(' ')[0] or kept}{MORE}"


def height_of(words: SetWords, width: float) -> float:
    """How high words stand that were set, in millimetres; of two columns each is as high as half of them."""
    size = STEPS[words.step]
    return lines_of(words.text, size, width * _FULL) * size * LEADING


def text_height(text: str, size: float, width: float) -> float:
    """How high a text stands at this size of type, all in millimetres."""
    return lines_of(text, size, width * _FULL) * size * LEADING


def as_many_as_fit(heights: Sequence[float], room: float) -> int:
    """How many of these, one below the other, there is room for."""
    used = 0.0
    for number, height in enumerate(heights):
        used += height
        if used > room:
            return number
    return len(heights)
