"""The segments that one reader may search, joined: every number here is taken over these and no others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from app.search.highlight import Wanted
from app.search.model import FACETS, FacetValue, Query, Sort
from app.search.ranking import DECIMALS, K1, PAIR_SLOP, PAIR_WEIGHT, B, Plan, facet_values, idf, prefixed
from app.search.segments import Card, FacetPairs, Floats, Integers, LiveSegment, Mask


class Found(NamedTuple):
    """Documents, by joined number, and how much something weighs in each."""

    documents: Integers
    weights: Floats

    @classmethod
    def of(cls, parts: Sequence[tuple[Integers, Floats]]) -> "Found":
        documents = [np.empty(0, np.int64), *(part[0] for part in parts)]
        weights = [np.empty(0), *(part[1] for part in parts)]
        return cls(np.concatenate(documents), np.concatenate(weights))


def _having(facet: FacetPairs, chosen: Iterable[str], size: int) -> Mask:
    """The documents that have any of the values."""
    wanted = set(chosen)
    codes = [code for code, value in enumerate(facet.values) if value in wanted]
    mask = np.zeros(size, np.bool_)
    mask[facet.documents[np.isin(facet.codes, codes)]] = True
    return mask


def _counts(facet: FacetPairs, mask: Mask) -> Iterator[tuple[str, int]]:
    """In how many documents of the mask each value occurs."""
    counted = np.bincount(facet.codes[mask[facet.documents]], minlength=len(facet.values))
    return zip(facet.values, counted.tolist(), strict=True)


class Joined:
    """Some classes' segments as of one moment. Never changes; safe for many threads."""

    def __init__(self, segments: Sequence[LiveSegment]) -> None:
        self.segments = tuple(segments)
        self.offsets = list(accumulate((len(each.segment) for each in segments), initial=0))
        self.cards: list[Card] = [card for each in segments for card in each.segment.cards]
        masks = [
            np.ones(len(each.segment), np.bool_) if each.live is None else each.live for each in segments
        ]
        self.live: Mask = np.concatenate([np.zeros(0, np.bool_), *masks])
        self.stories = int(self.live.sum())
        lengths = np.concatenate([np.zeros(0), *(each.segment.lengths for each in segments)])
        average = float(lengths[self.live].sum()) / max(1, self.stories) or 1
        self.norms: Floats = K1 * (1 - B + B * lengths / average)

    @cached_property
    def by_slug(self) -> Integers:
        """Every document's place in the order of slugs."""
        return _ranks(self._slugs_sorted)

    @cached_property
    def by_age(self) -> Integers:
        """Every document's place with the newest first, then by slug."""
        return _ranks(sorted(self._slugs_sorted, key=lambda at: self.cards[at].gathered, reverse=True))

    @cached_property
    def by_title(self) -> Integers:
        """Every document's place in the order of titles, then of slugs."""
        return _ranks(sorted(self._slugs_sorted, key=lambda at: self.cards[at].title))

    @cached_property
    def _slugs_sorted(self) -> Sequence[int]:
        return sorted(range(len(self.cards)), key=lambda at: self.cards[at].slug)

    @cached_property
    def facets(self) -> Mapping[str, FacetPairs]:
        """Each facet's pairs over all segments."""
        return {name: self._facet(name) for name in FACETS}

    def _facet(self, name: str) -> FacetPairs:
        parts = [each.segment.facets[name] for each in self.segments]
        values = sorted({value for part in parts for value in part.values})
        code_of = {value: code for code, value in enumerate(values)}
        codes = [np.array([code_of[value] for value in part.values], np.int32)[part.codes] for part in parts]
        documents = [part.documents + offset for part, offset in zip(parts, self.offsets, strict=False)]
        none = np.empty(0, np.int32)
        return FacetPairs(values, np.concatenate([none, *documents]), np.concatenate([none, *codes]))


def _ranks(ordered: Sequence[int]) -> Integers:
    ranks = np.empty(len(ordered), np.int64)
    ranks[ordered] = np.arange(len(ordered))
    return ranks


class Search:
    """One question to the joined segments."""

    def __init__(self, joined: Joined, query: Query, asked: Plan) -> None:
        self._joined, self._query, self._plan = joined, query, asked
        self._found: dict[tuple[str, str], Found] = {}
        self._expanded = {prefix: self._expand(prefix) for prefix in asked.prefixes}
        self._matching = self._match()
        self._choices = {
            name: _having(joined.facets[name], values, len(joined.cards))
            for name, values in query.facets.items()
            if values and name in joined.facets
        }

    def hits(self) -> list[str]:
        """The keys of all that match, in the order that was asked for."""
        numbers = np.flatnonzero(self._chosen())
        if self._query.sort is Sort.MATCH and self._plan.asks_for_words:
            best = np.lexsort((self._joined.by_slug[numbers], -self._scores()[numbers]))
        elif self._query.sort is Sort.TITLE:
            best = np.argsort(self._joined.by_title[numbers])
        else:
            best = np.argsort(self._joined.by_age[numbers])
        return [self._joined.cards[number].key for number in numbers[best].tolist()]

    def facets(self) -> dict[str, tuple[FacetValue, ...]]:
        """Each facet's values, counted under all the other facets' choices."""
        return {
            name: facet_values(_counts(facet, self._chosen(but=name)), self._query.facets.get(name, ()))
            for name, facet in self._joined.facets.items()
        }

    def wanted(self) -> Wanted:
        """What to mark in the hits."""
        rarity = {stem: self._idf(self._postings("stems", stem)) for stem in self._plan.any_of}
        return Wanted(rarity, self._plan.prefixes, self._plan.phrases)

    def _idf(self, found: Found) -> float:
        return idf(self._joined.stories, len(found.documents))

    def _chosen(self, but: str = "") -> Mask:
        mask = self._matching
        for name, choice in self._choices.items():
            if name != but:
                mask = mask & choice
        return mask

    def _match(self) -> Mask:
        asked, mask = self._plan, self._joined.live.copy()
        for phrase in asked.phrases:
            mask &= self._mask(self._phrase(phrase))
        if not asked.phrases and asked.asks_for_words:
            mask &= self._mask(
                *(self._postings("stems", stem) for stem in asked.any_of), *self._expanded.values()
            )
        for stem in asked.excluded:
            mask &= ~self._mask(self._postings("stems", stem))
        for phrase in asked.excluded_phrases:
            mask &= ~self._mask(self._phrase(phrase))
        return mask

    def _mask(self, *found: Found) -> Mask:
        mask = np.zeros(len(self._joined.cards), np.bool_)
        for each in found:
            mask[each.documents] = True
        return mask

    def _postings(self, field: str, word: str) -> Found:
        known = self._found.get((field, word))
        if known is None:
            parts = [(offset, each.postings(field, word)) for offset, each in self._numbered()]
            known = Found.of(
                [(part.documents + offset, part.weights.astype(np.float64)) for offset, part in parts]
            )
            self._found[field, word] = known
        return known

    def _numbered(self) -> Iterator[tuple[int, LiveSegment]]:
        return zip(self._joined.offsets, self._joined.segments, strict=False)

    def _expand(self, prefix: str) -> Found:
        begun = {word for each in self._joined.segments for word in each.segment.words_from("plain", prefix)}
        weights = np.zeros(len(self._joined.cards))
        for word in prefixed(begun):
            found = self._postings("plain", word)
            weights[found.documents] += found.weights
        documents = np.flatnonzero(weights)
        return Found(documents, weights[documents])

    def _phrase(self, phrase: Sequence[str]) -> Found:
        parts = [(offset, each, _places_of_phrase(each, phrase)) for offset, each in self._numbered()]
        return Found.of([_counted(offset, each, places) for offset, each, places in parts])

    def _pair(self, first: str, second: str) -> Found:
        parts = [(offset, each, _places_of_pair(each, first, second)) for offset, each in self._numbered()]
        return Found.of([_counted(offset, each, places) for offset, each, places in parts])

    def _scores(self) -> Floats:
        scores = np.zeros(len(self._joined.cards))
        for worth, found in self._parts():
            rarity = worth * self._idf(found)
            norms = self._joined.norms[found.documents]
            scores[found.documents] += rarity * (found.weights * (K1 + 1) / (found.weights + norms))
        rounded: Floats = np.rint(scores * 10**DECIMALS)
        return rounded

    def _parts(self) -> Iterator[tuple[float, Found]]:
        asked = self._plan
        yield from ((1.0, self._postings("stems", stem)) for stem in asked.scored)
        yield from ((1.0, found) for found in self._expanded.values())
        yield from ((1.0, self._phrase(phrase)) for phrase in asked.phrases)
        yield from ((PAIR_WEIGHT, self._pair(*pair)) for pair in asked.pairs)


def _counted(offset: int, segment: LiveSegment, places: Integers) -> tuple[Integers, Floats]:
    """The documents in which these places lie, and how many lie in each."""
    documents, counts = np.unique(segment.segment.documents_at(places), return_counts=True)
    return documents + offset, counts.astype(np.float64)


def _places_of_phrase(segment: LiveSegment, phrase: Sequence[str]) -> Integers:
    """Where a phrase begins."""
    places: Integers = segment.postings("plain", phrase[0]).places.astype(np.int64)
    for step, word in enumerate(phrase[1:], 1):
        if not len(places):
            break
        places = places[_distance_to_next(places, segment.postings("plain", word).places, step) == step]
    return places


def _places_of_pair(segment: LiveSegment, first: str, second: str) -> Integers:
    """Where the first stem stands with the second at most three places after it."""
    places: Integers = segment.postings("stems", first).places.astype(np.int64)
    distance = _distance_to_next(places, segment.postings("stems", second).places, 1)
    return places[distance <= PAIR_SLOP]


def _distance_to_next(places: Integers, others: Integers, least: int) -> Integers:
    """How far on from each place the next of the others stands; very far where there is none."""
    padded = np.append(others.astype(np.int64), np.iinfo(np.int64).max)
    distance: Integers = padded[np.searchsorted(others, places + least)] - places
    return distance
