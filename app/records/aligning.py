"""What stayed and what went between two texts, piece by piece, in a time that has a limit."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast

from diff_match_patch import diff_match_patch  # type: ignore[import-untyped]

SECONDS = 0.5  # then what is not yet compared counts as replaced as a whole
MOST_PIECES = 20_000  # that differ; some steps of the comparison look at no clock
_FIRST = 0xF0000  # private characters: no letters or spaces, of which the library would make something

SAME, REMOVED, ADDED = 0, -1, 1


class Run(NamedTuple):
    """So many `pieces` that are the same in both, or only in the one before or after."""

    what: int
    pieces: int


class Hunk(NamedTuple):
    """Pieces `start:end` of the text before, which became `new_start:new_end` of the one after."""

    start: int
    end: int
    new_start: int
    new_end: int

    @property
    def counts_the_same(self) -> bool:
        return self.end - self.start == self.new_end - self.new_start


def aligned(
    before: Sequence[str], after: Sequence[str], *, seconds: float = SECONDS, readable: bool = False
) -> list[Run]:
    """How to come from the pieces before to those after. `readable` joins chance matches into one.

    After `seconds`, or where too much differs, it is right still, and coarser.
    """
    start = _shared(before, after)
    end = _shared(before[start:][::-1], after[start:][::-1])
    middle = _middle(before[start : len(before) - end], after[start : len(after) - end], seconds, readable)
    return [run for run in (Run(SAME, start), *middle, Run(SAME, end)) if run.pieces]


def hunks(before: Sequence[str], after: Sequence[str]) -> list[Hunk]:
    """The places in which the two differ, in their order."""
    return list(_hunks(aligned(before, after)))


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return at
    return min(len(one), len(other))


def _middle(before: Sequence[str], after: Sequence[str], seconds: float, readable: bool) -> list[Run]:
    if not before or not after or len(before) + len(after) > MOST_PIECES:
        return [Run(REMOVED, len(before)), Run(ADDED, len(after))]
    letters: dict[str, str] = {}
    for piece in (*before, *after):
        letters.setdefault(piece, chr(_FIRST + len(letters)))
    engine = diff_match_patch()
    engine.Diff_Timeout = seconds
    texts = ("".join(letters[piece] for piece in pieces) for pieces in (before, after))
    found = engine.diff_main(*texts, False)
    if readable:
        engine.diff_cleanupSemantic(found)
    return [Run(what, len(text)) for what, text in cast(list[tuple[int, str]], found)]


def _hunks(runs: Sequence[Run]) -> Iterator[Hunk]:
    old = new = old_from = new_from = 0
    for what, count in (*runs, Run(SAME, 0)):
        if what == SAME:
            if (old, new) != (old_from, new_from):
                yield Hunk(old_from, old, new_from, new)
            old_from, new_from = old, new = old + count, new + count
        elif what == REMOVED:
            old += count
        else:
            new += count
