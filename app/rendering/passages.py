"""A passage's text and its permanent anchor, as ARCHITECTURE.md defines them: anyone can check one."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from app.records.ids import crockford

# Zero-width spaces and joiners, direction marks and overrides, invisible operators, the byte order mark.
ZERO_WIDTH: dict[int, None] = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A), 0xFEFF]
)


def normalised_text(text: str) -> str:
    """The words as anchors and quotes compare them: NFC, no zero-width characters, single spaces, trimmed."""
    if text.isascii():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", text).translate(ZERO_WIDTH).split())


def bare_words(texts: Iterable[str]) -> str:
    """Words alone, between single spaces, to compare what was said and not how it was marked up."""
    kept = (c if c.isalnum() else " " for text in texts for c in f" {normalised_text(text).casefold()} ")
    return f" {' '.join(''.join(kept).split())} "


def has_words(text: str) -> bool:
    """Whether there is anything in the text to quote: a row of dots or stars is no passage."""
    return any(character.isalnum() for character in text)


def anchor_of(text: str) -> str:
    """`p-` and six characters for a normalised text; repeats in one story are numbered by `Anchors`."""
    digest = sha256(text.encode("utf-8", "surrogatepass")).digest()
    return f"p-{crockford(digest[:5])[:6]}"


class Anchors:
    """Gives each passage of one story its anchor. Ask for the open passages first, then for closed ones,
    so that a number never tells that something is closed."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def next(self, text: str) -> str:
        anchor = anchor_of(text)
        self._seen[anchor] += 1
        count = self._seen[anchor]
        return anchor if count == 1 else f"{anchor}-{count}"


def slug_of(heading: str) -> str:
    """A heading as part of an address: lower-case letters and digits of any script, at most 60 characters."""
    folded = unicodedata.normalize("NFKD", heading).casefold()
    kept = "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c))
    return "-".join(kept.split())[:60].strip("-") or "section"


class SectionAnchors:
    """Gives each heading of one story an anchor that no other heading has; `h-` keeps it from page ids."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._tries: Counter[str] = Counter()

    def next(self, heading: str) -> str:
        base = anchor = f"h-{slug_of(heading)}"
        while anchor in self._given:
            self._tries[base] += 1
            anchor = f"{base}-{self._tries[base] + 1}"
        self._given.add(anchor)
        return anchor
