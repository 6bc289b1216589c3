"""Names replaced in a text, with a log from which it can be undone. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.services.gathering.identifying import Finding, Kind, find_names
from app.services.gathering.pseudonyms import Key, all_in_place_of, bracketed
from app.services.gathering.told_texts import Change, StoryTexts

CONTEXT = 24  # characters on each side by which a place is known again


@dataclass(frozen=True)
class Place:
    """One replacement: what stood there, what stands there now, and what is beside it."""

    original: str
    instead: str
    before: str
    after: str

    def as_kept(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Replaced:
    """A text in which names were replaced."""

    text: str
    places: Sequence[Place]


def with_pseudonyms(text: str, key: Key, *, own: Iterable[str] = ()) -> Replaced:
    """A text in which every form of every name in the key is its pseudonym in [brackets].

    A name that may be either of two people stays, as do those of `own`.
    """
    found = find_names(text, known=key, own=own, pseudonyms=key.values())
    changes = changes_for(text, found, key)
    return Replaced(spliced(text, changes), places_of(text, changes))


def changes_for(text: str, found: Iterable[Finding], key: Key) -> list[Change]:
    """What the key makes of the names among the findings."""
    names = [one for one in found if one.kind is Kind.NAME]
    instead = all_in_place_of({one.text for one in names}, key)
    return [
        Change(one.start, one.end, bracketed(stands, text[one.end : one.end + 1]))
        for one in names
        if (stands := instead[one.text]) is not None
    ]


def spliced(text: str, changes: Sequence[Change]) -> str:
    """The text with the changes made, which are in its order."""
    kept, at = [], 0
    for one in changes:
        kept += [text[at : one.start], one.instead]
        at = one.end
    return "".join([*kept, text[at:]])


def places_of(text: str, changes: Sequence[Change]) -> list[Place]:
    """The log of these changes: the text beside each place as it is when all of them are made."""
    new, shift, places = spliced(text, changes), 0, []
    for one in changes:
        start = one.start + shift
        end = start + len(one.instead)
        places.append(
            Place(
                text[one.start : one.end],
                one.instead,
                new[max(0, start - CONTEXT) : start],
                new[end : end + CONTEXT],
            )
        )
        shift += len(one.instead) - (one.end - one.start)
    return places


def undoing(texts: StoryTexts, logged: Sequence[dict[str, Any]]) -> tuple[list[Change], int]:
    """The changes that put back what was replaced, and how many places were not found again.

    A place is known by the words beside it; where as many marks stand as were made, by its number.
    """
    left = [Place(**one) for one in logged]
    changes: list[Change] = []
    for mark in dict.fromkeys(one.instead for one in left):
        wanted = [one for one in left if one.instead == mark]
        found = list(_occurrences(texts.whole, mark))
        changes += _matched(texts.whole, mark, wanted, found)
    return sorted(changes, key=lambda one: one.start), len(left) - len(changes)


def _occurrences(text: str, mark: str) -> Iterable[int]:
    at = text.find(mark)
    while at >= 0:
        if not (mark.startswith("[") and text[at - 1 : at] == "\\"):
            yield at
        at = text.find(mark, at + len(mark))


def _matched(text: str, mark: str, wanted: Sequence[Place], found: Sequence[int]) -> list[Change]:
    if len(wanted) == len(found):
        pairs = list(zip(wanted, found, strict=True))
    else:
        pairs, free = [], set(found)
        for one in wanted:
            best = max(free, key=lambda at: _alike(text, mark, at, one), default=None)
            if best is not None and _alike(text, mark, best, one):
                free.discard(best)
                pairs.append((one, best))
    return [Change(at, at + len(mark), one.original) for one, at in pairs]


def _alike(text: str, mark: str, at: int, place: Place) -> int:
    """On how many sides the same words stand."""
    end = at + len(mark)
    before = text[max(0, at - CONTEXT) : at] == place.before
    return before + (text[end : end + CONTEXT] == place.after)
