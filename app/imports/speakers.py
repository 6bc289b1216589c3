"""Who speaks, where a line begins with a name and a colon."""

import re
from collections import Counter
from collections.abc import Collection, Iterable

_NAMED = re.compile(
    r"(?:>>\s*|[-–—]\s*)?"  # how captions mark that another speaks
    r"(?P<name>[A-Z\u00c0-\u1fff\u2c00-\ud7ff\[][^:\n<>*|]{0,38}[^\s:\n<>*|]|[A-Z])\s?:(?=\s|$)\s*"
)
_MOST_WORDS = 4


def named(line: str, names: Collection[str] | None = None) -> tuple[str, str] | None:
    """The name that a line begins with, and what follows; None where there is none of these."""
    found = _NAMED.match(line)
    if not found:
        return None
    name = " ".join(found["name"].split())
    if len(name.split()) > _MOST_WORDS or (names is not None and name not in names):
        return None
    return name, line[found.end() :]


def names_among(lines: Iterable[str]) -> frozenset[str]:
    """The names that speak in these lines: those that begin several, or all where half of the lines have one.

    One line that begins `Listen:` names nobody.
    """
    total, found = 0, Counter[str]()
    for line in lines:
        total += 1
        who = named(line)
        if who:
            found[who[0]] += 1
    if found.total() * 2 >= total:
        return frozenset(found)
    return frozenset(name for name, times in found.items() if times > 1)
