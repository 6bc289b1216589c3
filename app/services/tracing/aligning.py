"""Where a quotation stands in a story, word by word: the way that costs least.

A word that is there costs nothing, one that is nearly there (a slip) some of a word, one that is another a
whole one. A word that was dropped without saying so costs less than one, since people do that most; what an
ellipsis leaves out or a bracket stands for costs next to nothing, so that the nearest is taken.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from app.search.analysis import spans_of
from app.services.tracing.quotation import Kind, Part, Quotation

Row = NDArray[np.float64]
OTHER, DROPPED, SLIP = 1.0, 0.7, 0.3  # a word's cost: another one, left out unsaid, misspelt a little
ALIKE = 0.65  # of its letters, for a word that is misspelt
SHORTEST = 4  # letters of a word that can be misspelt and still known
LEFT_OUT = 0.002  # for each word that an ellipsis leaves out
BRACKETED, MOST_BRACKETED = 0.02, 12  # for each word more or less than stands in brackets; words at most
BLOCK, OVERLAP = 4_000, 400  # words that are compared at once
NEAR = 0.5  # what a second place may cost more, to be taken for as good
PLACES = 5
SAME = 1e-9


class Standing(NamedTuple):
    """A word of a story: as it is compared, its passage's place in the story, and where it stands there."""

    word: str
    passage: int
    start: int
    end: int


class Source:
    """A story's passages as one row of words; those at `numbers` alone, where they are named."""

    def __init__(self, passages: Sequence[str], numbers: Iterable[int] | None = None) -> None:
        self.passages = passages
        chosen = range(len(passages)) if numbers is None else numbers
        self.words = [
            Standing(one.text, number, one.start, one.end)
            for number in chosen
            for one in spans_of(passages[number])
        ]

    @cached_property
    def places(self) -> dict[str, NDArray[np.int64]]:
        """Where each word stands."""
        found = defaultdict[str, list[int]](list)
        for at, word in enumerate(self.words):
            found[word.word].append(at)
        return {word: np.array(places) for word, places in found.items()}


class Step(NamedTuple):
    """A part of the quotation beside a word of the source; None where either has none. `cost` is a word's."""

    part: int | None
    word: int | None
    cost: float = 0.0


@dataclass(frozen=True)
class Alignment:
    """One place where the quotation may stand. `cost` counts words."""

    cost: float
    steps: tuple[Step, ...]

    @property
    def words(self) -> list[int]:
        """The words of the source that were matched, in order."""
        return [step.word for step in self.steps if step.word is not None and step.part is not None]


def align(quotation: Quotation, source: Source) -> list[Alignment]:
    """The best places in a story, the best first; others only where they are about as good."""
    if not quotation.parts or not source.words:
        return []
    costs = _costs(quotation, source)
    blocks = _blocks(len(source.words))
    found = [one for block in blocks for one in _places(quotation, costs, *block)]
    best = sorted(found, key=lambda one: (one.cost, one.words[:1]))
    kept: list[Alignment] = []
    for one in best:
        if one.cost <= best[0].cost + NEAR and not any(_overlap(one, other) for other in kept):
            kept.append(one)
    return kept[:PLACES]


def _overlap(one: Alignment, other: Alignment) -> bool:
    a, b = one.words, other.words
    return not a or not b or (a[0] <= b[-1] and b[0] <= a[-1])


def _blocks(size: int) -> Iterator[tuple[int, int]]:
    for start in range(0, max(1, size - OVERLAP), BLOCK - OVERLAP):
        yield start, min(size, start + BLOCK)


def _costs(quotation: Quotation, source: Source) -> dict[str, Row]:
    """What each word of the quotation costs at each word of the source."""
    wanted = {part.word for part in quotation.parts if part.kind is Kind.WORD}
    costs = {word: np.full(len(source.words), OTHER) for word in wanted}
    for word in wanted & source.places.keys():
        costs[word][source.places[word]] = 0.0
    unknown = sorted(word for word in wanted - source.places.keys() if len(word) >= SHORTEST)
    vocabulary = [word for word in source.places if len(word) >= SHORTEST]
    if unknown and vocabulary:
        likeness: Any = cdist(unknown, vocabulary, scorer=OSA.normalized_similarity, score_cutoff=ALIKE)
        for row, column in np.argwhere(likeness > 0):
            slip = min(OTHER, SLIP + 1 - float(likeness[row, column]))
            costs[unknown[row]][source.places[vocabulary[column]]] = slip
    return costs


def _places(quotation: Quotation, costs: dict[str, Row], start: int, end: int) -> Iterator[Alignment]:
    table = _Table(quotation.parts, {word: row[start:end] for word, row in costs.items()}, end - start)
    for at in table.ends(quotation.size):
        yield Alignment(float(table.rows[-1][at]), tuple(table.steps(at, start)))


class _Table:
    """The least that the first so many parts cost, ending before each word of the source."""

    def __init__(self, parts: Sequence[Part], costs: dict[str, Row], size: int) -> None:
        self._parts, self._costs = parts, costs
        self._ramp = np.arange(size + 1, dtype=np.float64)
        self.rows: list[Row] = [np.zeros(size + 1)]
        for part in parts:
            self.rows.append(self._next(self.rows[-1], part))

    def ends(self, size: int) -> Iterator[int]:
        """Where the best ways end, apart from each other by the length of the quotation."""
        last = self.rows[-1].copy()
        limit = last.min() + NEAR
        for _ in range(PLACES):
            at = int(last.argmin())
            if last[at] > limit:
                return
            yield at
            last[max(0, at - size) : at + size + 1] = np.inf

    def _next(self, before: Row, part: Part) -> Row:
        if part.kind is Kind.GAP:
            return self._skipping(before, LEFT_OUT)
        if part.kind is Kind.BRACKET:
            ways = [self._bracketed(before, part, words) for words in range(MOST_BRACKETED + 1)]
            least: Row = np.minimum.reduce(ways)
            return least
        row = before + OTHER
        row[1:] = np.minimum(row[1:], before[:-1] + self._costs[part.word])
        return self._skipping(row, DROPPED)

    def _skipping(self, row: Row, each: float) -> Row:
        ramp = each * self._ramp
        skipped: Row = np.minimum.accumulate(row - ramp) + ramp
        return skipped

    def _bracketed(self, before: Row, part: Part, words: int) -> Row:
        row = np.full(len(before), np.inf)
        if words < len(before):
            row[words:] = before[: len(before) - words] + BRACKETED * abs(words - part.words)
        return row

    def steps(self, at: int, offset: int) -> list[Step]:
        """The way that ends here, from its beginning; words are numbered from `offset`."""
        found: list[Step] = []
        for number in range(len(self._parts), 0, -1):
            part, row, before = self._parts[number - 1], self.rows[number], self.rows[number - 1]
            entered = self._entered(part, row, before, at)
            each = LEFT_OUT if part.kind is Kind.GAP else DROPPED
            found += [Step(None, offset + word, each) for word in range(at - 1, entered - 1, -1)]
            at, more = self._step(number - 1, part, row, before, entered, offset)
            found += more
        return found[::-1]

    def _entered(self, part: Part, row: Row, before: Row, at: int) -> int:
        """Where the words that are skipped after this part begin."""
        if part.kind is Kind.BRACKET:
            return at
        while not self._direct(part, row, before, at):
            at -= 1
        return at

    def _direct(self, part: Part, row: Row, before: Row, at: int) -> bool:
        if part.kind is Kind.GAP:
            return bool(abs(row[at] - before[at]) < SAME)
        least = before[at] + OTHER
        if at:
            least = min(least, before[at - 1] + self._costs[part.word][at - 1])
        return bool(abs(row[at] - least) < SAME)

    def _step(
        self, number: int, part: Part, row: Row, before: Row, at: int, offset: int
    ) -> tuple[int, list[Step]]:
        if part.kind is Kind.GAP:
            return at, []
        if part.kind is Kind.BRACKET:
            costs = [self._bracketed(before, part, words)[at] for words in range(MOST_BRACKETED + 1)]
            taken = int(np.argmin(costs))
            words = range(at - 1, at - taken - 1, -1)
            return at - taken, [Step(number, offset + word) for word in words] or [Step(number, None)]
        cost = float(self._costs[part.word][at - 1]) if at else OTHER
        if at and abs(row[at] - before[at - 1] - cost) < SAME:
            return at - 1, [Step(number, offset + at - 1, cost)]
        return at, [Step(number, None, OTHER)]
