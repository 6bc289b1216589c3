"""What a query asks of an engine, and the figures by which every engine ranks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import TypeVar

from app.search.analysis import Analyser, words_of
from app.search.model import FacetValue, Query

T = TypeVar("T")

K1 = 1.0  # how soon saying a word again stops counting
B = 0.75  # how much a long story is held back
PAIR_WEIGHT = 0.3
PAIR_SLOP = 3  # places
MOST_PREFIXED = 128  # words that a prefix stands for, shortest first
DECIMALS = 9  # scores that differ by less are ties


@dataclass(frozen=True)
class Plan:
    """A query in an engine's words.

    A story matches when it has every phrase and nothing excluded and, where no phrase is asked for,
    any of the stems or prefixes, if there are some. `scored` are the stems that rank, `pairs` those that
    stand side by side in the question.
    """

    any_of: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[str, ...] = ()
    excluded_phrases: tuple[tuple[str, ...], ...] = ()
    scored: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def asks_for_words(self) -> bool:
        return bool(self.any_of or self.prefixes or self.phrases)


def plan(query: Query, analyser: Analyser) -> Plan:
    """Analyse a query's words as the stories were analysed."""
    phrases = _phrases(query.phrases, analyser)
    shut_out = _phrases((*query.excluded, *query.excluded_phrases), analyser)
    prefixes = _distinct(prefix for prefix in map(analyser.fold, query.prefixes) if prefix)
    words = _stems(query.words, analyser, keep_stop_words=not (phrases or prefixes))
    said = _stems([" ".join(phrase) for phrase in phrases], analyser, keep_stop_words=False)
    return Plan(
        any_of=words,
        prefixes=prefixes,
        phrases=phrases,
        excluded=tuple(analyser.stem(phrase[0]) for phrase in shut_out if len(phrase) == 1),
        excluded_phrases=tuple(phrase for phrase in shut_out if len(phrase) > 1),
        scored=_distinct((*words, *said)),
        pairs=tuple(pairwise(words)),
    )


def idf(stories: int, having: int) -> float:
    """How much a word tells that `having` of so many stories have."""
    return log(1 + (stories - having + 0.5) / (having + 0.5))


def prefixed(words: Iterable[str]) -> list[str]:
    """The words that a prefix stands for, out of all that begin with it."""
    return sorted(words, key=lambda word: (len(word), word))[:MOST_PREFIXED]


def title_key(title: str) -> str:
    """What titles are sorted by."""
    return " ".join(words_of(title))


def facet_values(counts: Iterable[tuple[str, int]], chosen: Sequence[str]) -> tuple[FacetValue, ...]:
    """Values with their counts, most frequent first, with those that were chosen and are nowhere."""
    known = dict.fromkeys(chosen, 0) | {value: count for value, count in counts if count}
    return tuple(FacetValue(*each) for each in sorted(known.items(), key=lambda each: (-each[1], each[0])))


def _phrases(texts: Iterable[str], analyser: Analyser) -> tuple[tuple[str, ...], ...]:
    return _distinct(tuple(words) for text in texts if (words := analyser.words(text)))


def _stems(texts: Iterable[str], analyser: Analyser, *, keep_stop_words: bool) -> tuple[str, ...]:
    words = [word for text in texts for word in analyser.words(text)]
    telling = [word for word in words if not analyser.is_stop_word(word)]
    return _distinct(analyser.stem(word) for word in telling or (words if keep_stop_words else ()))


def _distinct(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
