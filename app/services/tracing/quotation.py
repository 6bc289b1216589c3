"""A quotation as people write one: with ellipses, words in brackets, and any kind of quotation mark."""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from app.rendering.passages import normalised_text
from app.search.analysis import spans_of

LONGEST = 400  # words that are compared; whoever quotes more has quoted enough to tell by the first of them
TERM = 4  # words between quotation marks that are more than a term
_DOTS = r"(?:…|\.(?:\s?\.){2,})"
_MARKS = re.compile(rf"\[\s*{_DOTS}\s*\]|\(\s*{_DOTS}\s*\)|{_DOTS}|\[(?P<inside>[^\[\]]{{0,200}})\]")
_SPOKEN = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»|„([^„“”]+)[“”]|(?<!\w)‘([^‘]+)’(?!\w)")
_IN_A_WORD = re.compile(r"(?<=\w)\[(\w{1,20})\]|\[(\w{1,3})\](?=\w)")


class Kind(StrEnum):
    """What one part of a quotation is."""

    WORD = "word"
    GAP = "gap"  # words were left out here, and that is said
    BRACKET = "bracket"  # words that stand for others, or were put in


@dataclass(frozen=True)
class Part:
    """`text` is as it was written, `word` as it is compared; `words` counts what stands in brackets."""

    kind: Kind
    text: str
    word: str = ""
    words: int = 0


@dataclass(frozen=True)
class Quotation:
    """What was quoted, part by part; an ellipsis at its ends says nothing and is no part."""

    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """How many words are said to stand in the source."""
        return sum(part.kind is Kind.WORD for part in self.parts)

    def stretches(self) -> list[str]:
        """The words between its ellipses."""
        runs = groupby(self.parts, key=lambda part: part.kind is Kind.GAP)
        texts = [" ".join(part.text for part in run if part.word) for gap, run in runs if not gap]
        return [text for text in texts if text]


def quotation_of(text: str) -> Quotation:
    """The parts of a quotation."""
    plain = _IN_A_WORD.sub(lambda found: found[1] or found[2], normalised_text(text))
    parts: list[Part] = []
    at = 0
    for mark in _MARKS.finditer(plain):
        parts += _words(plain[at : mark.start()])
        parts.append(_marked(mark))
        at = mark.end()
    return _trimmed([*parts, *_words(plain[at:])])


def spoken_in(text: str) -> str:
    """What stands between quotation marks; nothing where no more than a term does."""
    found = _spoken(text)
    several = max((len(one.split()) for one in found), default=0) >= TERM
    return " … ".join(found) if several else ""


def last_spoken_in(text: str) -> str:
    """What stands between the last quotation marks: before a sign, the words that are signed."""
    return next(reversed(_spoken(text)), "")


def _spoken(text: str) -> list[str]:
    return [next(filter(None, mark.groups())) for mark in _SPOKEN.finditer(normalised_text(text))]


def _words(text: str) -> list[Part]:
    return [Part(Kind.WORD, text[one.start : one.end], one.text) for one in spans_of(text)]


def _marked(mark: re.Match[str]) -> Part:
    if mark["inside"] is None:
        return Part(Kind.GAP, "…")
    return Part(Kind.BRACKET, mark[0], words=sum(1 for _ in spans_of(mark["inside"])))


def _trimmed(parts: list[Part]) -> Quotation:
    words = [at for at, part in enumerate(parts) if part.kind is Kind.WORD][:LONGEST]
    return Quotation(tuple(parts[words[0] : words[-1] + 1]) if words else ())
