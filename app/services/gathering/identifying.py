"""What is left in a text that may tell who somebody is. Pure: no database, no file."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.services.gathering.patterns import PATTERNS, Span, phones
from app.services.gathering.people_names import name_spans
from app.services.gathering.spacy_names import people_in


class Kind(StrEnum):
    """What a finding is."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    POSTCODE = "postcode"
    NHS = "nhs"
    INSURANCE = "insurance"
    BIRTH = "birth"
    ADDRESS = "address"
    WEB = "web"


@dataclass(frozen=True, order=True)
class Finding:
    """Something that may tell who somebody is: `text[start:end]` of the source, on this line from 1."""

    start: int
    end: int
    kind: Kind
    text: str
    line: int


def find_names(
    text: str,
    *,
    known: Iterable[str] = (),
    own: Iterable[str] = (),
    pseudonyms: Iterable[str] = (),
    region: str = "GB",
) -> list[Finding]:
    """Everything in a Markdown source that may tell who somebody is, in its order; no two overlap.

    Closed passages, comments and the targets of links are looked into like the rest. `known` are names of the
    key, `own` those that the storyteller chose to be known by, `pseudonyms` what stands in [brackets] instead
    of names; `region` is where a number without its country's code is dialled.
    """
    taken = bytearray(len(text))
    for start, end in _in_brackets(text, pseudonyms):
        taken[start:end] = b"\1" * (end - start)
    found: list[tuple[Span, Kind]] = []
    for kind, pattern in PATTERNS.items():
        _take(taken, pattern(text), Kind(kind), found)
    _take(taken, phones(text, region), Kind.PHONE, found)
    own = list(own)
    _take(taken, name_spans(text, known=known, own=own), Kind.NAME, found)
    _take(taken, people_in(text, own), Kind.NAME, found)
    lines = _line_starts(text)
    return sorted(
        Finding(start, end, kind, text[start:end], bisect_right(lines, start)) for (start, end), kind in found
    )


def _take(taken: bytearray, spans: Iterable[Span], kind: Kind, found: list[tuple[Span, Kind]]) -> None:
    """Keep what is not in a place where something was found before."""
    for start, end in spans:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append(((start, end), kind))


def _in_brackets(text: str, pseudonyms: Iterable[str]) -> Iterable[Span]:
    for mark in {f"[{name}]" for name in pseudonyms if name}:
        at = text.find(mark)
        while at >= 0:
            yield at, at + len(mark)
            at = text.find(mark, at + len(mark))


def _line_starts(text: str) -> Sequence[int]:
    starts, at = [0], text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts
