"""In which direction words are written, by their letters."""

import unicodedata
from collections.abc import Iterator
from itertools import groupby

RTL, LTR = "rtl", "ltr"
_STRONG = {"R": RTL, "AL": RTL, "L": LTR}


def direction(words: str) -> str:
    """`rtl` or `ltr`, as the first letter that has a direction; empty where none has one."""
    found = (_STRONG.get(unicodedata.bidirectional(character)) for character in words)
    return next((one for one in found if one), "")


def in_directions(words: str, base: str = LTR) -> Iterator[tuple[str, list[str]]]:
    """The words by spaces, in stretches of one direction; one without letters goes with those before it."""
    now, told = base, []
    for word in words.split():
        now = direction(word) or now
        told.append((now, word))
    for stretch, group in groupby(told, key=lambda one: one[0]):
        yield stretch, [word for _, word in group]
