"""The passages of a story that answer a question best, as safe HTML with its words marked."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

from app.search.analysis import Analyser
from app.search.characters import back_to_whole, on_to_whole
from app.search.model import FoundPassage, IndexedPassage

MOST_PASSAGES = 3
EXCERPT = 240  # characters, about
SHORT_PASSAGE = 320  # shown whole up to here: a cut would save too little
_PHRASE_WORTH, _PREFIX_WORTH = 6.0, 1.0
_QUOTATION_FACTOR = 1.15
_REPEATED_WORTH = 0.02  # of a word that is there again
_NOT_WORTH_CUTTING = 12  # characters
_CHUNK, _SPACE = re.compile(r"\S+"), re.compile(r"\s+")


class _Mark(NamedTuple):
    start: int
    end: int
    key: str


@dataclass(frozen=True)
class Wanted:
    """What to look for: stems with how much each tells, beginnings of words, phrases."""

    stems: Mapping[str, float] = field(default_factory=dict)
    prefixes: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()

    def worth(self, key: str) -> float:
        return self.stems.get(key) or (_PHRASE_WORTH if " " in key else _PREFIX_WORTH)


class Highlighter:
    """Marks the words of one query; keep it for one page of hits and no longer."""

    def __init__(self, wanted: Wanted, analyser: Analyser) -> None:
        self._wanted, self._analyser = wanted, analyser
        self._marks_of: dict[str, tuple[_Mark, ...]] = {}  # the same words stand in most passages

    def best(self, passages: Sequence[IndexedPassage]) -> tuple[FoundPassage, ...]:
        """Up to three passages that hold most of the question's telling words, best first."""
        if not (self._wanted.stems or self._wanted.prefixes or self._wanted.phrases):
            return ()
        rated = [(self._rate(passage), -number, passage) for number, passage in enumerate(passages)]
        found = sorted((each for each in rated if each[0] > 0), reverse=True, key=lambda each: each[:2])
        return tuple(
            FoundPassage(each[2].anchor, self.mark(each[2].text), each[2].number)
            for each in found[:MOST_PASSAGES]
        )

    def mark(self, text: str) -> str:
        """An excerpt of about 240 characters around the best words, escaped, the words in <mark>."""
        marks = _apart((*self._phrase_marks(text), *self._word_marks(text)))
        start, end = (0, len(text)) if len(text) <= SHORT_PASSAGE else self._window(text, marks)
        return _html(text, start, end, [mark for mark in marks if start <= mark.start and mark.end <= end])

    def _rate(self, passage: IndexedPassage) -> float:
        wanted = self._wanted
        keys = [stem for stem in self._analyser.stems(passage.text) if stem in wanted.stems]
        if wanted.prefixes or wanted.phrases:
            words = self._analyser.words(passage.text)
            keys += [key for word in words if (key := self._prefix(word))]
            keys += [_key(phrase) for _, phrase in self._phrases_in(words)]
        worth = sum(map(wanted.worth, dict.fromkeys(keys))) + _REPEATED_WORTH * len(keys)
        return worth * (_QUOTATION_FACTOR if passage.quotation else 1) if keys else 0

    def _prefix(self, word: str) -> str:
        return next((f"{prefix}*" for prefix in self._wanted.prefixes if word.startswith(prefix)), "")

    def _phrases_in(self, words: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
        for phrase in self._wanted.phrases:
            for at in range(len(words) - len(phrase) + 1):
                if words[at] == phrase[0] and tuple(words[at : at + len(phrase)]) == phrase:
                    yield at, phrase

    def _phrase_marks(self, text: str) -> Iterator[_Mark]:
        tokens = list(self._analyser.tokens(text)) if self._wanted.phrases else []
        for at, phrase in self._phrases_in([token.text for token in tokens]):
            yield _Mark(tokens[at].start, tokens[at + len(phrase) - 1].end, _key(phrase))

    def _word_marks(self, text: str) -> Iterator[_Mark]:
        known = self._marks_of
        for chunk in _CHUNK.finditer(text):
            marks = known.get(chunk[0])
            if marks is None:
                marks = known[chunk[0]] = tuple(self._marks_in(chunk[0]))
            if marks:
                at = chunk.start()
                yield from (_Mark(at + start, at + end, key) for start, end, key in marks)

    def _marks_in(self, chunk: str) -> Iterator[_Mark]:
        if not self._wanted.prefixes and self._wanted.stems.keys().isdisjoint(self._analyser.stems(chunk)):
            return
        for token in self._analyser.tokens(chunk):
            stem = self._analyser.stem(token.text)
            if key := stem if stem in self._wanted.stems else self._prefix(token.text):
                yield _Mark(token.start, token.end, key)

    def _window(self, text: str, marks: Sequence[_Mark]) -> tuple[int, int]:
        first = max(range(len(marks)), key=lambda at: (self._worth_from(marks, at), -at), default=0)
        start = marks[first].start if marks else 0
        last = max(
            (mark.end for mark in marks[first:] if mark.end <= start + EXCERPT), default=start + EXCERPT
        )
        before = max(0, start - max(EXCERPT // 4, (EXCERPT - (last - start)) // 2))
        return _word_start(text, before, start), _word_end(text, last, max(before + EXCERPT, last))

    def _worth_from(self, marks: Sequence[_Mark], at: int) -> float:
        limit = marks[at].start + EXCERPT
        end = bisect_left(marks, limit, key=lambda mark: mark.end)
        return sum(map(self._wanted.worth, {mark.key: None for mark in marks[at:end]}))


def _key(phrase: Sequence[str]) -> str:
    return " ".join(phrase) + " "


def _apart(marks: Iterable[_Mark]) -> list[_Mark]:
    """The marks in order, without those that lie inside another."""
    kept: list[_Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def _word_start(text: str, earliest: int, latest: int) -> int:
    """Where a word begins between these; the earliest where no space stands."""
    if earliest < _NOT_WORTH_CUTTING:
        return 0
    space = _SPACE.search(text, earliest - 1, latest)
    return back_to_whole(text, space.end() if space else earliest)


def _word_end(text: str, earliest: int, latest: int) -> int:
    """Where a word ends between these; the latest where no space stands."""
    if len(text) - latest < _NOT_WORTH_CUTTING:
        return len(text)
    spaces = [space.start() for space in _SPACE.finditer(text, earliest, latest + 1)]
    return on_to_whole(text, spaces[-1] if spaces else latest)


def _html(text: str, start: int, end: int, marks: Sequence[_Mark]) -> str:
    parts = ["…" if start else ""]
    for mark in marks:
        parts += [escape(text[start : mark.start]), "<mark>", escape(text[mark.start : mark.end]), "</mark>"]
        start = mark.end
    return "".join((*parts, escape(text[start:end]), "…" if end < len(text) else ""))
