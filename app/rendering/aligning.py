"""Which words of one version of a text are which of the next, passage by passage.

A passage that stands in both is found first. What is left was edited, split, joined or taken out: there each
word of the new version belongs to one old passage at most, that with which it has most in common, so that
words which only chance to be the same elsewhere are no match.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import NamedTuple

from rapidfuzz.distance import Indel, LCSseq

WORD = re.compile(r"\w+|[^\w\s]")
RUN = 6  # words in a row that two passages do not have in common by chance
SHARE = 0.5  # of a passage's words: one that keeps so many is the same, edited
FEWEST = 6  # words that a passage needs for its share to tell anything
ALIKE = 0.5  # of their characters, for two passages that stand alone in the same place
MOST_COMPARED = 8  # old passages with which one new passage is compared
LARGE = 4_000_000  # pairs of words; above that a quicker comparison, which knows no runs, must do


class Span(NamedTuple):
    """Where a word stands in its passage's normalised text."""

    start: int
    end: int


@dataclass(frozen=True)
class Words:
    """A passage as the words it is made of; each other sign counts as one."""

    anchor: str
    text: str
    spans: Sequence[Span]
    words: Sequence[str]


@dataclass(frozen=True)
class Successor:
    """A new passage that holds words of an old one: from the number of a word there to its number here."""

    passage: Words
    words: Mapping[int, int] = field(default_factory=dict)


def words_of(anchor: str, text: str) -> Words:
    """A passage's words."""
    found = list(WORD.finditer(text))
    return Words(anchor, text, [Span(*one.span()) for one in found], [one[0] for one in found])


def successors(old: Sequence[Words], new: Sequence[Words]) -> dict[str, list[Successor]]:
    """By an old passage's anchor, what became of its words; the passage with most of them comes first."""
    same = _same([one.text for one in old], [one.text for one in new])
    found = {old[at].anchor: [_whole(new[to])] for at, to in same.items()}
    there = set(same.values())
    left = [at for at in range(len(old)) if at not in same]
    came = [at for at in range(len(new)) if at not in there]
    claims = _Claims(old, new)
    for at, to in _in_its_place(old, new, same, left, came):
        claims.claim(at, to, _runs(old[at].words, new[to].words))
    claims.claim_all(left, came)
    for at in left:
        found[old[at].anchor] = claims.of(at)
    return found


def _whole(passage: Words) -> Successor:
    return Successor(passage, {number: number for number in range(len(passage.words))})


def _same(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """The passages that stand in both, old to new: in their order, and those that only moved."""
    before, after = Counter(old), Counter(new)
    pairs: dict[int, int] = {}
    for run in LCSseq.opcodes(old, new):
        if run.tag == "equal":
            texts = old[run.src_start : run.src_end]
            known = any(before[text] == after[text] == 1 for text in texts)
            for number, text in enumerate(texts):
                if known or before[text] == after[text]:  # else it may be another one that says the same
                    pairs[run.src_start + number] = run.dest_start + number
    where = {text: at for at, text in enumerate(new) if before[text] == after[text] == 1}
    return pairs | {at: where[text] for at, text in enumerate(old) if text in where}


def _in_its_place(
    old: Sequence[Words],
    new: Sequence[Words],
    same: Mapping[int, int],
    left: Iterable[int],
    came: Iterable[int],
) -> Iterator[tuple[int, int]]:
    """Passages that stand alone between the same two neighbours: one was edited into the other."""
    free = set(came)
    ends = {-1: -1, **same, len(old): len(new)}
    for at in left:
        to = ends.get(at - 1, -2) + 1
        alone = to in free and ends.get(at + 1) == to + 1
        if alone and Indel.normalized_similarity(old[at].text, new[to].text) >= ALIKE:
            yield at, to


class _Run(NamedTuple):
    """So many words that are the same, from one place and from another on."""

    at: int
    to: int
    size: int


def _runs(old: Sequence[str], new: Sequence[str]) -> list[_Run]:
    if len(old) * len(new) > LARGE:
        equal = (run for run in LCSseq.opcodes(old, new) if run.tag == "equal")
        return [_Run(run.src_start, run.dest_start, run.src_end - run.src_start) for run in equal]
    return [
        _Run(*block)
        for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        if block.size
    ]


class _Claims:
    """Whose words are whose; none is claimed twice."""

    def __init__(self, old: Sequence[Words], new: Sequence[Words]) -> None:
        self._old, self._new = old, new
        self._words: dict[int, dict[int, dict[int, int]]] = {}  # old passage, new passage, word, word
        self._gone: dict[int, set[int]] = {}  # words of new passages that are claimed
        self._used: dict[int, set[int]] = {}  # words of old ones

    def of(self, at: int) -> list[Successor]:
        found = [Successor(self._new[to], words) for to, words in self._words.get(at, {}).items()]
        return sorted(found, key=lambda one: -len(one.words))

    def claim_all(self, left: Sequence[int], came: Sequence[int]) -> None:
        """Those that have most in common come first; a claim needs words enough that are still free."""
        bags = {at: Counter(self._old[at].words) for at in left}
        compared = [
            (at, to, runs) for to in came for at in self._near(bags, to) for runs in [self._compared(at, to)]
        ]
        for at, to, runs in sorted(compared, key=lambda one: -sum(run.size for run in one[2])):
            free = self._free(at, to, runs)
            self.claim(
                at, to, free if self._keeps_most(at, to, free) else [run for run in free if run.size >= RUN]
            )

    def _near(self, bags: Mapping[int, Counter[str]], to: int) -> list[int]:
        here = Counter(self._new[to].words)
        shared = {at: (bag & here).total() for at, bag in bags.items()}
        return sorted((at for at in shared if shared[at]), key=lambda at: -shared[at])[:MOST_COMPARED]

    def _compared(self, at: int, to: int) -> list[_Run]:
        return _runs(self._old[at].words, self._new[to].words)

    def _free(self, at: int, to: int, runs: Iterable[_Run]) -> list[_Run]:
        """What of these runs nobody has claimed, as runs again."""
        used, gone = self._used.get(at, set()), self._gone.get(to, set())
        pairs = [(run.at + n, run.to + n) for run in runs for n in range(run.size)]
        free: list[_Run] = []
        for old, new in pairs:
            if old in used or new in gone:
                continue
            last = free[-1] if free else None
            if last and (last.at + last.size, last.to + last.size) == (old, new):
                free[-1] = _Run(last.at, last.to, last.size + 1)
            else:
                free.append(_Run(old, new, 1))
        return free

    def _keeps_most(self, at: int, to: int, runs: Iterable[_Run]) -> bool:
        """Whether one is the other, edited; else only what can not be chance is of the other."""
        total = sum(run.size for run in runs)
        sizes = (len(self._old[at].words), len(self._new[to].words))
        return max((total / size for size in sizes if size >= FEWEST), default=0.0) >= SHARE

    def claim(self, at: int, to: int, runs: Iterable[_Run]) -> None:
        pairs = [(run.at + n, run.to + n) for run in runs for n in range(run.size)]
        if not pairs:
            return
        self._words.setdefault(at, {}).setdefault(to, {}).update(pairs)
        self._used.setdefault(at, set()).update(old for old, _ in pairs)
        self._gone.setdefault(to, set()).update(new for _, new in pairs)
