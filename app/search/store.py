"""The Whoosh index of one consent class: what is written, and its segments as of the last commit."""

import warnings
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, groupby
from pathlib import Path
from threading import Lock
from time import sleep
from typing import Any

import numpy as np

from app.search.analysis import Analyser
from app.search.blocks import Blocks
from app.search.model import Document
from app.search.ranking import title_key
from app.search.segments import Card, LiveSegment, Mask, PostingsCache, Segment
from app.search.words import Occurrences, words_in

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Whoosh 2.7.4 compares with `is` where it means `==`
    from whoosh import fields, formats
    from whoosh.codec.whoosh3 import W3Codec, W3PostingsWriter
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import TOC, LockError
    from whoosh.reading import SegmentReader

__all__ = ["LOCK_SECONDS", "SEGMENT_STORIES", "ClassStore", "LockError"]

LOCK_SECONDS = 20  # Whoosh refuses a second writer at once unless it is told to wait
SEGMENT_STORIES = 500  # a segment that holds a deleted story is rewritten whole: keep that to seconds
_FEW = 4  # segments of about one size are joined
_MANY = 32  # segments of one story each are joined even while someone waits
_OPEN_TRIES = 20
_WORTH_COMPRESSING = 8  # postings


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


class _PostingsWriter(W3PostingsWriter):  # type: ignore[misc]
    """Compresses long blocks alone: most words stand in few stories, and zlib takes longer than it saves."""

    def _write_block(self, last: bool = False) -> None:
        self._compression = 1 if len(self._ids) >= _WORTH_COMPRESSING else 0
        super()._write_block(last)


class _Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's own format. Each segment keeps the name of this class: under another it could not be read."""

    length_stats = (
        False  # lengths stand in the card; looking one up for each posting takes as long as writing
    )

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        """What Whoosh asks for when it writes a segment."""
        return _PostingsWriter(dbfile, blocklimit=self._blocklimit, byteids=byteids)

    def postings_reader(self, dbfile: Any, terminfo: Any, format_: Any, **named: Any) -> Any:
        """What it asks for when it reads a word's postings; a single one stands with the word itself."""
        if terminfo.is_inlined():
            return super().postings_reader(dbfile, terminfo, format_, **named)
        return Blocks(dbfile, *terminfo.extent(), format_, **named)


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


class _Opening(FileStorage):  # type: ignore[misc]
    """Knows which files it opened: a segment whose next file was taken away would leave the first open."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder, supports_mmap=False)
        self._opened: list[Any] = []

    def open_file(self, name: str, **settings: Any) -> Any:
        """What Whoosh asks for when it reads a segment."""
        self._opened.append(super().open_file(name, **settings))
        return self._opened[-1]

    def close_all(self) -> None:
        """Close every file: not all could be opened."""
        for file in self._opened:
            if not file.is_closed:
                file.close()

    def forget(self) -> None:
        """Leave the files to their readers, which close them when nobody searches in them any more."""
        self._opened.clear()


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
        with self._writer() as writer:
            for number in self._numbers({*gone, *(document.key for document in documents)}):
                writer.delete_document(number)
            for document in documents:
                writer.add_document(**self._fields(document))
            writer.mergetype = _join_singles

    def rewrite(self) -> bool:
        """Rewrite some segments that hold deleted stories, or join small ones; False when none is left."""
        now = self.current()[1]
        if not to_rewrite([(len(each.segment), each.deleted) for each in now]):
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

    def holds(self, keys: Iterable[str]) -> list[str]:
        """Those of these stories that are here."""
        segments = self.current()[1]
        return [key for key in keys if any(each.number_of(key) is not None for each in segments)]

    def _numbers(self, keys: Iterable[str]) -> Iterator[int]:
        """Whoosh's numbers of these stories; only while this process is the writer."""
        offset = 0
        for each in self.current()[1]:
            numbers = [each.number_of(key) for key in keys]
            yield from (offset + number for number in numbers if number is not None)
            offset += len(each.segment)

    def _fields(self, document: Document) -> dict[str, Any]:
        words = words_in(document, self._analyser)
        facets = {name: tuple(dict.fromkeys(values)) for name, values in document.facets.items() if values}
        card = Card(document.key, document.slug, title_key(document.title), document.gathered,
                    words.length, words.extent, facets)  # fmt: skip
        return {"key": document.key, "stems": words.stems, "plain": words.plain, "card": tuple(card)}

    @contextmanager
    def _writer(self) -> Iterator[Any]:
        writer = self._index.writer(
            timeout=LOCK_SECONDS,
            compound=False,  # read as they are, no file within a file
            codec=_Codec(blocklimit=1024),
        )
        writer.pool = _Pool()
        try:
            yield writer
        except BaseException:
            writer.cancel()
            raise
        writer.commit()

    def _reopen(self) -> None:
        generation = self._index.latest_generation()  # before the rest: a commit in between is seen next time
        storage = _Opening(self._storage.folder)
        try:
            contents = TOC.read(storage, self._index.indexname, schema=SCHEMA)
            leaves = [SegmentReader(storage, SCHEMA, each) for each in contents.segments]
            live = [self._live_segment(leaf) for leaf in leaves if leaf.doc_count_all()]
        except BaseException:
            storage.close_all()
            raise
        storage.forget()
        self._segments = {each.segment.identity: each.segment for each in live}
        self._live, self._generation = tuple(live), generation

    def _live_segment(self, leaf: Any) -> LiveSegment:
        """The segment that this reader reads, kept as it was opened first, and what is deleted in it now."""
        identity, live = leaf.segment().segment_id(), _live_mask(leaf)
        known = self._segments.get(identity)
        if known:
            leaf.close()
        return LiveSegment(known or Segment(identity, leaf, self._cache), live)


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


def _join_singles(writer: Any, segments: list[Any]) -> list[Any]:
    """The merge policy while someone waits: nothing, unless the background has not been at work for long."""
    singles = [segment for segment in segments if segment.doc_count_all() == 1]
    return _join(writer, segments, singles if len(singles) >= _MANY else [])


def _rewrite_some(writer: Any, segments: list[Any]) -> list[Any]:
    """The policy for the background."""
    sizes = [(segment.doc_count_all(), segment.deleted_count()) for segment in segments]
    return _join(writer, segments, [segments[at] for at in to_rewrite(sizes)])


def _join(writer: Any, segments: list[Any], chosen: Collection[Any]) -> list[Any]:
    for segment in chosen:
        if segment.doc_count_all() > segment.deleted_count():
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
    return [segment for segment in segments if segment not in chosen]


def to_rewrite(segments: Sequence[tuple[int, int]]) -> list[int]:
    """Which segments to rewrite as one, by their stories and how many are deleted; none if all is well.

    First those that hold deleted stories, then small ones of about one size, so that each story is
    written again only a few times.
    """
    marred = [at for at, (_, deleted) in enumerate(segments) if deleted]
    if marred:
        return _within_one_segment(segments, marred)
    sizes = sorted((stories.bit_length() // 2, at) for at, (stories, _) in enumerate(segments))
    for _, alike in groupby(sizes, key=lambda each: each[0]):
        together = _within_one_segment(segments, [at for _, at in alike])
        if len(together) >= _FEW:
            return together
    return []


def _within_one_segment(segments: Sequence[tuple[int, int]], numbers: Sequence[int]) -> list[int]:
    """As many of these as make one segment; the first at any rate."""
    totals = accumulate(segments[at][0] - segments[at][1] for at in numbers)
    return [
        at for at, total in zip(numbers, totals, strict=True) if at == numbers[0] or total <= SEGMENT_STORIES
    ]
