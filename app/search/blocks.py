"""A word's postings a block at a time, as Whoosh decodes them: one by one takes ten times as long."""

import warnings
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Whoosh 2.7.4 compares with `is` where it means `==`
    from whoosh.codec.whoosh3 import W3LeafMatcher
    from whoosh.reading import TermNotFound


class Block(NamedTuple):
    """Some postings: documents, weights, and their values as they were written."""

    documents: Sequence[int]
    weights: Sequence[float]
    values: Sequence[bytes]


class Blocks(W3LeafMatcher):  # type: ignore[misc]
    """What a segment reads a word's postings with."""

    def blocks(self) -> Iterator[Block]:
        """Those from here on."""
        while self.is_active():
            if self._ids is None:  # what leaves out deleted documents has read them
                self._read_ids()
            self._read_weights()
            self._read_values()
            yield Block(self._ids, self._weights, self._values)
            self._next_block()


def blocks_of(reader: Any, field: str, word: str) -> Iterator[Block]:
    """All postings of a word in a segment, also those of deleted documents; none where it is not there."""
    try:
        matcher = reader.postings(field, word)
    except TermNotFound:
        return
    while matcher.children():  # they leave out what is deleted, one by one: whoever asks does so at once
        (matcher,) = matcher.children()
    yield from matcher.blocks() if isinstance(matcher, Blocks) else _one_by_one(matcher)


def _one_by_one(matcher: Any) -> Iterator[Block]:
    while matcher.is_active():
        yield Block((matcher.id(),), (matcher.weight(),), (matcher.value(),))
        matcher.next()
