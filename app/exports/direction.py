"""In which direction words are written, by their letters."""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby

RTL, LTR = "rtl", "ltr"
_STRONG = {"R": RTL, "AL": RTL, "L": LTR}


def direction(words: str) -> str:
    """`rtl` or `ltr`, as the first letter that has a direction; empty where none has one."""
    found = (_STRONG.get(unicodedata.bidirectional(character)) for character in words)
    return next((one for one in found if one), "")


def in_directions(words: str, base: str = LTR) -> Iterator[tuple[str, list[str]]]:
    """The words by spaces, in stretches of one direction.

    One without letters goes with those around it where both run the same way, and else with `base`.
    """
    told = words.split()
    turned = _resolved([direction(word) for word in told], base)
    for stretch, group in groupby(zip(turned, told, strict=True), key=lambda one: one[0]):
        yield stretch, [word for _, word in group]


def _resolved(turned: Sequence[str], base: str) -> Iterator[str]:
    before = base
    for at, own in enumerate(turned):
        after = own or next((one for one in turned[at:] if one), base)
        before = own or before
        yield after if before == after else base
