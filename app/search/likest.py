"""The stories of some segments that are likest to a quotation, by arrays."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.search.joined import Joined
from app.search.likeness import STRETCH, Votes
from app.search.ranking import DECIMALS, idf
from app.search.segments import Floats, Integers

_ROOM = 2**26  # stretches of one document: more than a story has places


def likest(joined: Joined, parts: Sequence[Votes], limit: int) -> list[str]:
    """The keys of the likest stories, the best first; of two as like the first by key."""
    scores = np.zeros(len(joined.cards))
    for votes in parts:
        scores += _best_stretches(joined, votes)
    numbers = np.flatnonzero(scores > 0)
    rounded = np.rint(scores[numbers] * 10**DECIMALS)
    if len(numbers) > limit:
        least = np.partition(rounded, -limit)[-limit]
        numbers, rounded = numbers[rounded >= least], rounded[rounded >= least]
    found = sorted((-score, joined.cards[at].key) for score, at in zip(rounded, numbers, strict=True))
    return [key for _, key in found[:limit]]


def _best_stretches(joined: Joined, votes: Votes) -> Floats:
    """For each document, the weight of the words that vote for its best stretch."""
    keys: list[Integers] = [np.empty(0, np.int64)]
    weights = [np.empty(0)]
    for word, places in votes.items():
        documents, found = _stretches(joined, word, places)
        keys.append(found)
        weights.append(np.full(len(found), idf(joined.stories, documents)))
    each, where = np.unique(np.concatenate(keys), return_inverse=True)
    totals = np.bincount(where, np.concatenate(weights), minlength=len(each))
    best = np.zeros(len(joined.cards))
    np.maximum.at(best, each // _ROOM, totals)
    return best


def _stretches(joined: Joined, word: str, places: Sequence[int]) -> tuple[int, Integers]:
    """How many documents have the word, and each stretch in which the part would begin by it, once."""
    parts = list(_begins(joined, word))
    documents = sum(count for count, _, _ in parts)
    owners = np.concatenate([np.empty(0, np.int64), *(owner for _, owner, _ in parts)])
    within = np.concatenate([np.empty(0, np.int64), *(place for _, _, place in parts)])
    begins = [within - at for at in places]
    even = [2 * (at // STRETCH) for at in begins]
    odd = [2 * ((at + STRETCH // 2) // STRETCH) + 1 for at in begins]
    keys: Integers = np.unique(np.concatenate([owners * _ROOM + _ROOM // 2 + at for at in (*even, *odd)]))
    return documents, keys


def _begins(joined: Joined, word: str) -> Iterator[tuple[int, Integers, Integers]]:
    """In each segment: how many documents have it, whose each place is, and the place in its story."""
    for offset, live in zip(joined.offsets, joined.segments, strict=False):
        found = live.postings("plain", word)
        if len(found.documents):
            owners = live.segment.documents_at(found.places)
            places = found.places.astype(np.int64) - live.segment.starts[owners]
            yield len(found.documents), owners.astype(np.int64) + offset, places
