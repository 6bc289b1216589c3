"""Brings two changes of one sequence together where they do not touch."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.records.aligning import Hunk, hunks

T = TypeVar("T")


class Clash(Exception):
    """Both sides changed the same thing, and not to the same."""


def picked(base: T, mine: T, theirs: T) -> T:
    """The one that changed. Raises Clash where both did, and differ."""
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    raise Clash


def rightly_counted(
    base: Iterable[T], mine: Iterable[T], theirs: Iterable[T], merged: Iterable[T]
) -> list[T]:
    """What is there more or less often than one of the two wants: moved by both, say, to different places."""
    counts = [Counter(one) for one in (base, mine, theirs)]
    found = Counter(merged)
    return [
        one
        for one in dict.fromkeys(key for count in counts for key in count)
        if not _fits(one, counts, found)
    ]


def _fits(one: T, counts: Sequence[Counter[T]], found: Counter[T]) -> bool:
    try:
        return found[one] == picked(*(count[one] for count in counts))
    except Clash:
        return False


@dataclass(frozen=True)
class Stretch:
    """A part of the three sequences, each as the places from and to. `side` says whose it is."""

    side: str  # 'same', 'mine', 'theirs', 'both' (which did the same) or 'clash'
    base: slice
    mine: slice
    theirs: slice


def stretches(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[Stretch]:
    """The three sequences from beginning to end, cut where one or both of the two differ from the first."""
    found: list[Stretch] = []
    at = [0, 0, 0]
    for group in _groups(hunks(base, mine), hunks(base, theirs)):
        start = min(hunk.start for hunk, _ in group)
        end = max(hunk.end for hunk, _ in group)
        gap = start - at[0]
        if gap:
            found.append(Stretch("same", *(slice(one, one + gap) for one in at)))
        ends = [
            end,
            at[1] + end - at[0] + _grown(group, "mine"),
            at[2] + end - at[0] + _grown(group, "theirs"),
        ]
        starts = [one + gap for one in at]
        found.append(_stretch(group, [slice(a, b) for a, b in zip(starts, ends, strict=True)], mine, theirs))
        at = ends
    if len(base) > at[0]:
        found.append(Stretch("same", *(slice(one, one + len(base) - at[0]) for one in at)))
    return found


def _grown(group: Sequence[tuple[Hunk, str]], side: str) -> int:
    return sum(h.new_end - h.new_start - (h.end - h.start) for h, whose in group if whose == side)


def _stretch(
    group: Sequence[tuple[Hunk, str]], places: Sequence[slice], mine: Sequence[str], theirs: Sequence[str]
) -> Stretch:
    sides = {side for _, side in group}
    side = sides.pop() if len(sides) == 1 else "clash"
    if side == "clash" and list(mine[places[1]]) == list(theirs[places[2]]):
        side = "both"
    return Stretch(side, *places)


def _groups(mine: Sequence[Hunk], theirs: Sequence[Hunk]) -> Iterator[list[tuple[Hunk, str]]]:
    """The changes of both in their order; those that touch stand together."""
    both = sorted([*((hunk, "mine") for hunk in mine), *((hunk, "theirs") for hunk in theirs)])
    group: list[tuple[Hunk, str]] = []
    for hunk, side in both:
        if group and not any(_touch(hunk, other) for other, whose in group if whose != side):
            yield group
            group = []
        group.append((hunk, side))
    if group:
        yield group


def _touch(one: Hunk, other: Hunk) -> bool:
    if one.start < other.end and other.start < one.end:
        return True
    if one.start == one.end and other.start == other.end:
        return one.start == other.start
    if one.start == one.end:
        return one.start in (other.start, other.end) and not other.counts_the_same
    return other.start == other.end and _touch(other, one)
