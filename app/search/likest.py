"""The stories of some segments that are likest to a quotation, by arrays."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from app.search.joined import Joined
from app.search.likeness import LOOKED_AT, STRETCH, Votes
from app.search.ranking import DECIMALS, idf
from app.search.segments import Floats, Integers, Mask

_ROOM = 2**26  # stretches of one document: more than a story has places


def likest(joined: Joined, parts: Sequence[Votes], limit: int) -> list[str]:
    """The keys of the likest stories, the best first; of two as like the first by key."""
    read = {word: _Read(joined, word) for votes in parts for word in votes}
    chosen = _chosen(joined, parts, read)
    scores = np.zeros(len(joined.cards))
    for votes in parts:
        scores += _best_stretches(joined, votes, read, chosen)
    numbers = np.flatnonzero(scores > 0)
    rounded = np.rint(scores[numbers] * 10**DECIMALS)
    if len(numbers) > limit:
        least = np.partition(rounded, -limit)[-limit]
        numbers, rounded = numbers[rounded >= least], rounded[rounded >= least]
    found = sorted((-score, joined.cards[at].key) for score, at in zip(rounded, numbers, strict=True))
    return [key for _, key in found[:limit]]


class _Read:
    """A word's postings in each segment that has it, and how rare it is."""

    def __init__(self, joined: Joined, word: str) -> None:
        each = zip(joined.offsets, joined.segments, strict=False)
        found = ((offset, live.segment, live.postings("plain", word)) for offset, live in each)
        self.parts = [one for one in found if len(one[2].documents)]
        self.rarity = idf(joined.stories, sum(len(postings.documents) for *_, postings in self.parts))


def _chosen(joined: Joined, parts: Sequence[Votes], read: Mapping[str, _Read]) -> Mask:
    """The documents with the rarest words, wherever these stand in them: no stretch has more than that."""
    weights = np.zeros(len(joined.cards))
    for word in (word for votes in parts for word in votes):
        for offset, _, postings in read[word].parts:
            weights[postings.documents + offset] += read[word].rarity
    rounded = np.rint(weights * 10**DECIMALS)
    least = np.partition(rounded, -LOOKED_AT)[-LOOKED_AT] if len(rounded) > LOOKED_AT else 0
    mask: Mask = (rounded >= max(least, 1)) & joined.live
    return mask


def _best_stretches(joined: Joined, votes: Votes, read: Mapping[str, _Read], chosen: Mask) -> Floats:
    """For each of these documents, the weight of the words that vote for its best stretch."""
    keys: list[Integers] = [np.empty(0, np.int64)]
    weights = [np.empty(0)]
    for word, places in votes.items():
        found = _stretches(read[word], places, chosen)
        keys.append(found)
        weights.append(np.full(len(found), read[word].rarity))
    each, totals = _summed(np.concatenate(keys), np.concatenate(weights))
    best = np.zeros(len(joined.cards))
    np.maximum.at(best, each // _ROOM, totals)
    return best


def _summed(keys: Integers, weights: Floats) -> tuple[Integers, Floats]:
    """Each key once, and the sum of its weights."""
    if not len(keys):
        return keys, weights
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    return ordered[starts], np.add.reduceat(weights[order], starts)


def _stretches(read: _Read, places: Sequence[int], chosen: Mask) -> Integers:
    """Each stretch in which the part would begin by a word, once."""
    parts = list(_places(read, chosen))
    owners = np.concatenate([np.empty(0, np.int64), *(owner for owner, _ in parts)])
    within = np.concatenate([np.empty(0, np.int64), *(place for _, place in parts)])
    middles = owners * _ROOM + _ROOM // 2
    runs = [middles + each for at in places for each in _both(within - at)]
    if len(runs) == 2:  # even and odd numbers; each run is in order, since places are
        return np.concatenate([_distinct(run) for run in runs])
    return _distinct(np.sort(np.concatenate(runs), kind="stable"))


def _both(begins: Integers) -> tuple[Integers, Integers]:
    """The two stretches in which each place lies, as the rule has them."""
    return 2 * (begins // STRETCH), 2 * ((begins + STRETCH // 2) // STRETCH) + 1


def _distinct(ordered: Integers) -> Integers:
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def _places(read: _Read, chosen: Mask) -> Iterator[tuple[Integers, Integers]]:
    """In each segment: whose each place of a word is, and the place in its story; of these documents."""
    for offset, segment, found in read.parts:
        here = chosen[found.documents + offset]
        if not here.any():
            continue
        counts = segment.counts(found)
        owners = np.repeat(found.documents[here], counts[here])
        places = found.places[np.repeat(here, counts)].astype(np.int64) - segment.starts[owners]
        yield owners.astype(np.int64) + offset, places
