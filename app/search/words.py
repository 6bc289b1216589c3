"""A story as an engine stores it: weighted stems and plain words, each with its places."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.search.analysis import Analyser
from app.search.model import Document

GAP = 8  # places left free between two texts, so that no phrase and no pair reaches across
LAST_PLACE = 2**24  # words of one story beyond this are not indexed

_TITLE, _NAME, _LABEL, _SUMMARY, _ABOUT, _QUOTATION, _PLAIN = 3.0, 3.0, 2.0, 2.0, 1.5, 1.5, 1.0


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Where a word stands in a story, and how much that weighs altogether."""

    weight: float
    places: list[int]


@dataclass(frozen=True)
class StoryWords:
    """All words of a story. `length` counts words, `extent` is one more than the last place."""

    stems: dict[str, Occurrences]
    plain: dict[str, Occurrences]
    length: int
    extent: int


def words_in(document: Document, analyser: Analyser) -> StoryWords:
    """Cut and weigh a story's texts."""
    places, extra = defaultdict[str, list[int]](list), defaultdict[str, float](float)
    place = length = 0
    for text, weight in _texts(document):
        words = analyser.words(text)[: LAST_PLACE - place]
        for at, word in enumerate(words, place):
            places[word].append(at)
        if weight != 1:
            for word in words:
                extra[word] += weight - 1
        length += len(words)
        place = min(place + len(words) + GAP, LAST_PLACE)
    plain = {word: Occurrences(len(found) + extra.get(word, 0.0), found) for word, found in places.items()}
    return StoryWords(_by_stem(plain, analyser), plain, length, place)


def _by_stem(plain: Mapping[str, Occurrences], analyser: Analyser) -> dict[str, Occurrences]:
    stems: dict[str, Occurrences] = {}
    for word, found in plain.items():
        stem = analyser.stem(word)
        other = stems.get(stem)
        stems[stem] = found if other is None else _together(other, found)
    return stems


def _together(one: Occurrences, other: Occurrences) -> Occurrences:
    return Occurrences(one.weight + other.weight, sorted(one.places + other.places))


def _texts(document: Document) -> Iterator[tuple[str, float]]:
    yield document.title, _TITLE
    yield document.storyteller, _NAME
    yield document.summary, _SUMMARY
    yield from ((label, _LABEL) for label in (*document.themes, *document.personas))
    yield from (
        (text, _PLAIN) for text in (document.role, document.site, *document.kinds, document.gathered[:4])
    )
    yield from ((text, _ABOUT) for text in (*document.moments, *document.strengths, *document.hopes))
    for passage in document.passages:
        yield passage.text, _QUOTATION if passage.quotation else _PLAIN
