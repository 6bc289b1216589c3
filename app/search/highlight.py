"""The passages of a story that answer a question best, as safe HTML with its words marked."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

from app.search.analysis import Analyser, Token
from app.search.model import FoundPassage, IndexedPassage

MOST_PASSAGES = 3
EXCERPT = 240  # characters, about
SHORT_PASSAGE = 320  # shown whole up to here: a cut would save too little
_PHRASE_WORTH, _PREFIX_WORTH = 6.0, 1.0
_QUOTATION_FACTOR = 1.15
_REPEATED_WORTH = 0.02  # of a word that is there again


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


class _Keys(dict[str, str]):
    """A word as it stands in a text -> the stem or prefix that it was found by, or nothing."""

    def __init__(self, wanted: Wanted, analyser: Analyser) -> None:
        super().__init__()
        self._wanted, self._analyser = wanted, analyser

    def __missing__(self, raw: str) -> str:
        word = self._analyser.fold(raw)
        stem = self._analyser.stem(word) if word else ""
        self[raw] = key = stem if stem in self._wanted.stems else self._prefix(word)
        return key

    def _prefix(self, word: str) -> str:
        return next((f"{prefix}*" for prefix in self._wanted.prefixes if word.startswith(prefix)), "")


class Highlighter:
    """Marks the words of one query; keep it for one page of hits and no longer."""

    def __init__(self, wanted: Wanted, analyser: Analyser) -> None:
        self._wanted, self._analyser = wanted, analyser
        self._keys = _Keys(wanted, analyser)

    def best(self, passages: Sequence[IndexedPassage]) -> tuple[FoundPassage, ...]:
        """Up to three passages that hold most of the question's telling words, best first."""
        if not (self._wanted.stems or self._wanted.prefixes or self._wanted.phrases):
            return ()
        rated = [(self._rate(passage), -number, passage) for number, passage in enumerate(passages)]
        found = sorted((each for each in rated if each[0] > 0), reverse=True, key=lambda each: each[:2])
        return tuple(FoundPassage(each[2].anchor, self.mark(each[2].text)) for each in found[:MOST_PASSAGES])

    def mark(self, text: str) -> str:
        """An excerpt of about 240 characters around the best words, escaped, the words in <mark>."""
        tokens = list(self._analyser.tokens(text))
        marks = _apart(self._marks(text, tokens))
        start, end = (0, len(text)) if len(text) <= SHORT_PASSAGE else self._window(text, tokens, marks)
        return _html(text, start, end, [mark for mark in marks if start <= mark.start and mark.end <= end])

    def _rate(self, passage: IndexedPassage) -> float:
        keys = [key for raw in self._analyser.raw_words(passage.text) if (key := self._keys[raw])]
        keys += [" ".join(phrase) + " " for _, phrase in self._phrases_in(passage.text)]
        worth = sum(map(self._wanted.worth, dict.fromkeys(keys))) + _REPEATED_WORTH * len(keys)
        return worth * (_QUOTATION_FACTOR if passage.quotation else 1) if keys else 0

    def _phrases_in(self, text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        words = self._analyser.words(text) if self._wanted.phrases else []
        for phrase in self._wanted.phrases:
            for at in range(len(words) - len(phrase) + 1):
                if words[at] == phrase[0] and tuple(words[at : at + len(phrase)]) == phrase:
                    yield at, phrase

    def _marks(self, text: str, tokens: Sequence[Token]) -> Iterator[_Mark]:
        for at, phrase in self._phrases_in(text):
            yield _Mark(tokens[at].start, tokens[at + len(phrase) - 1].end, " ".join(phrase) + " ")
        for token in tokens:
            if key := self._keys[text[token.start : token.end]]:
                yield _Mark(token.start, token.end, key)

    def _window(self, text: str, tokens: Sequence[Token], marks: Sequence[_Mark]) -> tuple[int, int]:
        first = max(range(len(marks)), key=lambda at: (self._worth_from(marks, at), -at), default=0)
        start = marks[first].start if marks else 0
        last = max(
            (mark.end for mark in marks[first:] if mark.end <= start + EXCERPT), default=start + EXCERPT
        )
        before = max(0, start - max(EXCERPT // 4, (EXCERPT - (last - start)) // 2))
        return _whole_words(text, tokens, before, max(before + EXCERPT, last))

    def _worth_from(self, marks: Sequence[_Mark], at: int) -> float:
        limit = marks[at].start + EXCERPT
        end = bisect_left(marks, limit, key=lambda mark: mark.end)
        return sum(map(self._wanted.worth, {mark.key: None for mark in marks[at:end]}))


def _apart(marks: Iterator[_Mark]) -> list[_Mark]:
    """The marks in order, without those that lie inside another."""
    kept: list[_Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def _whole_words(text: str, tokens: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    """The stretch made smaller until it cuts no word; a text without words is cut where it is."""
    if start > 0:
        start = next((token.start for token in tokens if token.start >= start), start)
    if end < len(text):
        end = max((token.end for token in tokens if start < token.end <= end), default=end)
    return (0 if start < 12 else start), (len(text) if len(text) - end < 12 else end)


def _html(text: str, start: int, end: int, marks: Sequence[_Mark]) -> str:
    parts = ["…" if start else ""]
    for mark in marks:
        parts += [escape(text[start : mark.start]), "<mark>", escape(text[mark.start : mark.end]), "</mark>"]
        start = mark.end
    return "".join((*parts, escape(text[start:end]), "…" if end < len(text) else ""))
