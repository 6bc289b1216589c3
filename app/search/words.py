"""A story as an engine stores it: weighted stems and plain words, each with its places."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.search.analysis import Analyser
from app.search.model import Document

GAP = 8  # places left free between two texts, so that no phrase and no pair reaches across
LAST_PLACE = 2**24  # words of one story beyond this are not indexed

_TITLE, _NAME, _LABEL, _SUMMARY, _ABOUT, _QUOTATION, _PLAIN = 3.0, 3.0, 2.0, 2.0, 1.5, 1.5, 1.0


@dataclass
class Occurrences:
    """Where a word stands in a story, and how much that weighs altogether."""

    weight: float = 0.0
    places: "array[int]" = field(default_factory=lambda: array("I"))

    def add(self, place: int, weight: float) -> None:
        self.weight += weight
        self.places.append(place)


@dataclass(frozen=True)
class StoryWords:
    """All words of a story. `length` counts words, `extent` is one more than the last place."""

    stems: dict[str, Occurrences]
    plain: dict[str, Occurrences]
    length: int
    extent: int


def words_in(document: Document, analyser: Analyser) -> StoryWords:
    """Cut and weigh a story's texts."""
    stems: dict[str, Occurrences] = {}
    plain: dict[str, Occurrences] = {}
    place = length = 0
    stem = analyser.stem
    for text, weight in _texts(document):
        for word in analyser.words(text)[: max(0, LAST_PLACE - place)]:
            _occurrences(stems, stem(word)).add(place, weight)
            _occurrences(plain, word).add(place, weight)
            place += 1
            length += 1
        place += GAP
    return StoryWords(stems, plain, length, place)


def _occurrences(words: dict[str, Occurrences], word: str) -> Occurrences:
    found = words.get(word)
    if found is None:
        found = words[word] = Occurrences()
    return found


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
