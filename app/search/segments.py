"""Whoosh's segments as arrays: a word's postings are decoded once and kept while there is room."""

import sys
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.search.blocks import blocks_of
from app.search.model import FACETS

Integers = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

CACHE_BYTES = 24 * 2**20  # of one process; the server as a whole stays under 200 MB
_ENTRY_BYTES = 700  # what an entry costs beside its numbers


@dataclass(frozen=True)
class Postings:
    """Which documents of a segment have a word, how much it weighs there, and its places in the segment."""

    documents: NDArray[np.int32]
    weights: NDArray[np.float32]
    places: NDArray[np.int32]

    @property
    def size(self) -> int:
        return self.documents.nbytes + self.weights.nbytes + self.places.nbytes + _ENTRY_BYTES


NOWHERE = Postings(np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.int32))


class Card(NamedTuple):
    """What is stored of each story: what it is sorted, counted and measured by."""

    key: str
    slug: str
    title: str
    gathered: str
    length: int
    extent: int
    facets: Mapping[str, Sequence[str]]


class PostingsCache:
    """The postings used last, up to a number of bytes. Safe for many threads."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self._limit, self._held = limit, 0
        self._entries: OrderedDict[tuple[str, str, str], Postings] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[str, str, str], read: Callable[[], Postings]) -> Postings:
        """The postings kept under a key, read when they are not there."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key]
        return self._keep(key, read())

    def _keep(self, key: tuple[str, str, str], postings: Postings) -> Postings:
        with self._lock:
            if key not in self._entries:
                self._entries[key] = postings
                self._held += postings.size
            while self._held > self._limit:
                self._held -= self._entries.popitem(last=False)[1].size
        return postings


class FacetPairs(NamedTuple):
    """Every pair of a document and one of its values in one facet; `codes` are places in `values`."""

    values: list[str]
    documents: Integers
    codes: Integers


def _facet_pairs(name: str, cards: Sequence[Card]) -> FacetPairs:
    pairs = [(number, value) for number, card in enumerate(cards) for value in card.facets.get(name, ())]
    values = sorted({value for _, value in pairs})
    code_of = {value: code for code, value in enumerate(values)}
    numbers = np.array([number for number, _ in pairs], np.int32)
    return FacetPairs(values, numbers, np.array([code_of[value] for _, value in pairs], np.int32))


class Segment:
    """One segment of an index. Whoosh never changes one: only which of its documents are deleted."""

    def __init__(self, identity: str, reader: Any, cache: PostingsCache) -> None:
        self.identity, self._reader, self._cache = identity, reader, cache
        self._lock = Lock()  # Whoosh's readers seek in one file handle
        self.cards = [_card(reader.stored_fields(number)) for number in range(reader.doc_count_all())]
        self.numbers = {card.key: number for number, card in enumerate(self.cards)}
        self.facets = {name: _facet_pairs(name, self.cards) for name in FACETS}
        self.lengths: Floats = np.array([card.length for card in self.cards], np.float64)
        self.starts = np.cumsum([0, *(card.extent for card in self.cards)])
        self.close = weakref.finalize(self, reader.close)

    def __len__(self) -> int:
        return len(self.cards)

    def postings(self, field: str, word: str) -> Postings:
        """Everything about one word; NOWHERE when the segment does not have it."""
        return self._cache.get((self.identity, field, word), lambda: self._read(field, word))

    def words_from(self, field: str, prefix: str) -> list[str]:
        """The words that begin with a prefix, also those of deleted documents."""
        with self._lock:
            return [word.decode() for word in self._reader.expand_prefix(field, prefix)]

    def documents_at(self, places: Integers) -> Integers:
        """The documents in which the places lie."""
        return np.searchsorted(self.starts, places, side="right") - 1

    def counts(self, found: Postings) -> Integers:
        """How often each of its documents has the word; places stand in the order of documents."""
        begins = np.searchsorted(found.places, self.starts[found.documents])
        return np.diff(begins, append=len(found.places))

    def _read(self, field: str, word: str) -> Postings:
        with self._lock:
            blocks = list(blocks_of(self._reader, field, word))
        if not blocks:
            return NOWHERE
        documents = np.concatenate([np.array(each.documents, np.int32) for each in blocks])
        weights = np.concatenate([np.array(each.weights, np.float32) for each in blocks])
        values = [value for each in blocks for value in each.values]
        counts = [len(value) // 4 for value in values]
        within = np.frombuffer(b"".join(values), np.uint32)
        places = (np.repeat(self.starts[documents], counts) + within).astype(np.int32)
        return Postings(documents, weights, places)


def _card(stored: Mapping[str, Any]) -> Card:
    key, slug, title, gathered, length, extent, facets = stored["card"]
    # Values repeat in thousands of stories: one string of each is enough.
    shared = {name: tuple(map(sys.intern, facets.get(name, ()))) for name in FACETS if facets.get(name)}
    return Card(key, slug, title, sys.intern(gathered), length, extent, shared)


@dataclass(frozen=True)
class LiveSegment:
    """A segment as of one commit. `live` is None while nothing in it is deleted."""

    segment: Segment
    live: Mask | None

    @property
    def deleted(self) -> int:
        """How many of its documents are deleted."""
        return 0 if self.live is None else len(self.live) - int(self.live.sum())

    def number_of(self, key: str) -> int | None:
        """A story's number in the segment; None when it is not there, or deleted."""
        number = self.segment.numbers.get(key)
        return number if number is None or self.live is None or self.live[number] else None

    def postings(self, field: str, word: str) -> Postings:
        """The postings without those of deleted documents."""
        found = self.segment.postings(field, word)
        if self.live is None or not len(found.documents):
            return found
        kept = self.live[found.documents]
        placed = np.repeat(kept, self.segment.counts(found))
        return Postings(found.documents[kept], found.weights[kept], found.places[placed])
