"""Where words that somebody marked stand after a text was edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Indel

from app.rendering.aligning import Successor, Words, successors, words_of
from app.rendering.model import Passage

ALIKE = 0.5  # of its characters: words that keep so many were changed, others are lost
FEWEST = 4  # words in a row, these among them, that are no chance
LONGER = 2.0  # times as long as before, and not more, may changed words be


class State(StrEnum):
    """What became of marked words."""

    SAME = "same"
    MOVED = "moved"  # the words are the same, and stand elsewhere
    CHANGED = "changed"  # close to what they were; a person looks
    LOST = "lost"


@dataclass(frozen=True)
class Place:
    """Words in a passage: `start` counts the characters of its normalised text."""

    anchor: str
    start: int
    exact: str

    @property
    def end(self) -> int:
        return self.start + len(self.exact)


@dataclass(frozen=True)
class Located:
    """Where they are now; `place` is None for what is lost."""

    state: State
    place: Place | None = None


LOST = Located(State.LOST)


class Relocation:
    """From one version's passages, closed ones among them, to the next one's."""

    def __init__(self, old: Sequence[Passage], new: Sequence[Passage]) -> None:
        before = [words_of(one.anchor, one.text) for one in old]
        after = [words_of(one.anchor, one.text) for one in new]
        self._old = {one.anchor: one for one in before}
        self._successors = successors(before, after)

    def locate(self, place: Place) -> Located:
        """What became of these words."""
        old = self._old.get(place.anchor)
        if old is None or old.text[place.start : place.end] != place.exact:
            return LOST
        numbers = [n for n, (start, end) in enumerate(old.spans) if end > place.start and start < place.end]
        if not numbers:
            return LOST
        first, last = numbers[0], numbers[-1]
        found = [_located(old, place, first, last, one) for one in self._successors[place.anchor]]
        return max(found, key=lambda one: _RANK[one.state], default=LOST)


_RANK = {State.SAME: 3, State.MOVED: 2, State.CHANGED: 1, State.LOST: 0}


def _located(old: Words, place: Place, first: int, last: int, successor: Successor) -> Located:
    new, words = successor.passage, successor.words
    if _in_a_row(first, last, successor) >= min(FEWEST, len(old.words)):
        before = place.start - old.spans[first].start
        start = new.spans[words[first]].start + before
        end = new.spans[words[last]].end - (old.spans[last].end - place.end)
        if new.text[start:end] == place.exact:
            there = Place(new.anchor, start, place.exact)
            return Located(State.SAME if there == place else State.MOVED, there)
    return _changed(place, first, last, successor)


def _in_a_row(first: int, last: int, successor: Successor) -> int:
    """How many words around these, and with them, are the same in a row; 0 where they are not all in it."""
    words = successor.words
    if first not in words or any(words.get(n) != words[first] + n - first for n in range(first, last + 1)):
        return 0
    while words.get(first - 1, -2) == words[first] - 1:
        first -= 1
    while words.get(last + 1) == words[last] + 1:
        last += 1
    return last - first + 1


def _changed(place: Place, first: int, last: int, successor: Successor) -> Located:
    """Words that took the place of these, bounded by those around them, where they are close enough."""
    new, words = successor.passage, successor.words
    kept = [words[number] for number in range(first, last + 1) if number in words]
    begin = words.get(first, words.get(first - 1, (min(kept) if kept else 0) - 1) + 1)
    end = words.get(last, words.get(last + 1, (max(kept) if kept else -2) + 1) - 1)
    if not 0 <= begin <= end < len(new.spans):
        return LOST
    start, stop = new.spans[begin].start, new.spans[end].end
    exact = new.text[start:stop]
    near = Indel.normalized_similarity(place.exact, exact) >= ALIKE and len(exact) <= LONGER * len(
        place.exact
    )
    return Located(State.CHANGED, Place(new.anchor, start, exact)) if near else LOST
