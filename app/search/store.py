"""The Whoosh index of one consent class: what is written, and its segments as of the last commit."""

import warnings
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from time import sleep
from typing import Any

import numpy as np

from app.search.analysis import Analyser
from app.search.model import Document
from app.search.ranking import title_key
from app.search.segments import Card, LiveSegment, Mask, PostingsCache, Segment
from app.search.words import Occurrences, words_in

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Whoosh 2.7.4 compares with `is` where it means `==`
    from whoosh import fields, formats
    from whoosh.codec.whoosh3 import W3Codec
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import LockError
    from whoosh.reading import SegmentReader

__all__ = ["LOCK_SECONDS", "SEGMENT_STORIES", "ClassStore", "LockError"]

LOCK_SECONDS = 20  # Whoosh refuses a second writer at once unless it is told to wait
SEGMENT_STORIES = 1_000  # a segment that holds a deleted story is rewritten whole: keep that to seconds
_FEW, _SMALL = 8, 8  # so many segments of at most so many stories are joined while someone waits
_OPEN_TRIES = 20


class _Places(formats.Format):  # type: ignore[misc]
    """A posting's value: its places, four bytes each."""

    posting_size = -1

    def __init__(self) -> None:
        self.field_boost = 1.0
        self.options: dict[str, object] = {}


class _Words(fields.FieldType):  # type: ignore[misc]
    """A field of words that were cut and weighed before."""

    def __init__(self) -> None:
        super().__init__(_Places(), None)

    def index(self, value: dict[str, Occurrences], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """What Whoosh keeps of each word: text, frequency, weight, value."""
        for word, found in value.items():
            yield word.encode(), len(found.places), found.weight, array("I", found.places).tobytes()


class _Codec(W3Codec):  # type: ignore[misc]
    length_stats = (
        False  # lengths stand in the card; looking one up for each posting takes as long as writing
    )


SCHEMA = fields.Schema(key=fields.ID(unique=True), stems=_Words(), plain=_Words(), card=fields.STORED())


class _Pool:
    """Whoosh's sorting pool without its sorting: by word, in the order of documents, few bytes a posting."""

    def __init__(self) -> None:
        self._words: dict[tuple[str, bytes], tuple[array[int], array[float], list[bytes]]] = {}

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Take one posting. Documents come in order."""
        field, word, document, weight, value = item
        found = self._words.get((field, word))
        if found is None:
            found = self._words[field, word] = array("I"), array("f"), []
        found[0].append(document)
        found[1].append(weight)
        found[2].append(value)

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        """All postings by field, word and document."""
        for field, word in sorted(self._words):
            for document, weight, value in zip(*self._words[field, word], strict=True):
                yield field, word, document, weight, value

    def cleanup(self) -> None:
        """Let go of the postings."""
        self._words.clear()


class ClassStore:
    """One consent class's index folder. Many readers, and one writer at a time."""

    def __init__(self, folder: Path, analyser: Analyser, cache: PostingsCache) -> None:
        self._storage = FileStorage(str(folder), supports_mmap=False)
        self._analyser, self._cache = analyser, cache
        self._segments: dict[str, Segment] = {}
        self._generation, self._live = -1, tuple[LiveSegment, ...]()
        self._lock = Lock()
        self._index = _patiently(lambda: self._storage.open_index(schema=SCHEMA))

    @classmethod
    def create(cls, folder: Path) -> None:
        """Make an empty index; the folder is for its owner only."""
        folder.mkdir(mode=0o700, parents=True)
        FileStorage(str(folder)).create_index(SCHEMA)

    def current(self) -> tuple[int, Sequence[LiveSegment]]:
        """The generation and the segments of the last commit of any process."""
        with self._lock:
            if self._index.latest_generation() != self._generation:
                _patiently(self._reopen)
            return self._generation, self._live

    def keys(self) -> Iterator[str]:
        """Every story that is not deleted."""
        for each in self.current()[1]:
            yield from (
                card.key for at, card in enumerate(each.segment.cards) if each.live is None or each.live[at]
            )

    def write(self, documents: Sequence[Document], gone: Iterable[str] = ()) -> None:
        """Add or replace stories and delete others, in one commit."""
        prepared = [self._fields(document) for document in documents]
        with self._writer() as writer:
            for number in self._numbers({*gone, *(each["key"] for each in prepared)}):
                writer.delete_document(number)
            for each in prepared:
                writer.add_document(**each)
            writer.mergetype = _join_few

    def rewrite(self) -> bool:
        """Rewrite some segments that hold deleted stories, or join small ones; False when none is left."""
        if not _worth_rewriting(self.current()[1]):
            return False
        with self._writer() as writer:
            writer.mergetype = _rewrite_some
        return True

    def close(self) -> None:
        """Close every file."""
        with self._lock:
            for segment in self._segments.values():
                segment.close()
            self._segments, self._live, self._generation = {}, (), -1

    def _numbers(self, keys: Collection[str]) -> Iterator[int]:
        """Whoosh's numbers of these stories; only while this process is the writer."""
        offset = 0
        for each in self.current()[1]:
            for number, card in enumerate(each.segment.cards):
                if card.key in keys and (each.live is None or each.live[number]):
                    yield offset + number
            offset += len(each.segment)

    def _fields(self, document: Document) -> dict[str, Any]:
        words = words_in(document, self._analyser)
        facets = {name: tuple(dict.fromkeys(values)) for name, values in document.facets.items() if values}
        card = Card(document.key, document.slug, title_key(document.title), document.gathered,
                    words.length, words.extent, facets)  # fmt: skip
        return {"key": document.key, "stems": words.stems, "plain": words.plain, "card": tuple(card)}

    @contextmanager
    def _writer(self) -> Iterator[Any]:
        writer = self._index.writer(timeout=LOCK_SECONDS, codec=_Codec(blocklimit=1024, compression=1))
        writer.pool = _Pool()
        try:
            yield writer
        except BaseException:
            writer.cancel()
            raise
        writer.commit()

    def _reopen(self) -> None:
        generation = self._index.latest_generation()  # before the rest: a commit in between is seen next time
        reader, kept = self._index.reader(), dict[str, Segment]()
        leaves = [
            (leaf.segment().segment_id(), leaf) for leaf, _ in reader.leaf_readers() if leaf.doc_count_all()
        ]
        live = []
        for identity, leaf in leaves:
            known = self._segments.get(identity)
            kept[identity] = known or Segment(identity, leaf, self._cache)
            live.append(LiveSegment(kept[identity], _live_mask(leaf)))
            if known:
                leaf.close()
        self._segments, self._live, self._generation = kept, tuple(live), generation


def _live_mask(leaf: Any) -> Mask | None:
    deleted = list(leaf.segment().deleted_docs())
    if not deleted:
        return None
    mask = np.ones(leaf.doc_count_all(), np.bool_)
    mask[deleted] = False
    return mask


def _patiently(attempt: Any) -> Any:
    """Try again while another process's commit takes away the files that are being opened."""
    for _ in range(_OPEN_TRIES - 1):
        try:
            return attempt()
        except FileNotFoundError:
            sleep(0.01)
    return attempt()


def _join_few(writer: Any, segments: list[Any]) -> list[Any]:
    """The merge policy for a commit that someone waits for: some single stories become one segment."""
    small = [segment for segment in segments if segment.doc_count_all() <= _SMALL]
    return _join(writer, segments, small if len(small) >= _FEW else [])


def _rewrite_some(writer: Any, segments: list[Any]) -> list[Any]:
    """The policy for the background: deleted stories go, small segments are joined up to the usual size."""
    chosen, stories = list[Any](), 0
    for segment in sorted(segments, key=lambda each: (not each.deleted_count(), each.doc_count_all())):
        size = segment.doc_count_all() - segment.deleted_count()
        if not chosen or stories + size <= SEGMENT_STORIES:
            chosen.append(segment)
            stories += size
    return _join(writer, segments, chosen)


def _join(writer: Any, segments: list[Any], chosen: Collection[Any]) -> list[Any]:
    for segment in chosen:
        if segment.doc_count_all() > segment.deleted_count():
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
    return [segment for segment in segments if segment not in chosen]


def _worth_rewriting(segments: Sequence[LiveSegment]) -> bool:
    small = [each for each in segments if len(each.segment) < SEGMENT_STORIES // 2]
    return len(small) > 2 or any(each.live is not None for each in segments)
