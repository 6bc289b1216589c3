"""A search is told the same whether postings are read one by one, as Whoosh does, or a block at a time."""

import pickle

import pytest

from app.search import blocks, store
from app.search.blocks import blocks_of
from app.search.whoosh_index import WhooshIndex
from tests.search.stories import ALL, BAKERY, ask, story


@pytest.fixture
def segments(whoosh, folder):
    """Of an index in which words stand once, in many stories, and in stories that were deleted since.

    Another process opens it: Whoosh leaves out by itself what was deleted before.
    """
    told = "The harbour lamp was lit {} times by the harbour."
    many = [story(f"many-{number}", told.format(number)) for number in range(40)]
    whoosh.rebuild([*ALL, *many])
    whoosh.remove([many[5].key, BAKERY.key])
    index = WhooshIndex(folder)
    ask(index, "")
    yield [each for _, known in index._every(index._current()) for each in known.current()[1]]
    index.close()


def one_by_one(reader, field, word):
    matcher = reader.postings(field, word)
    while matcher.is_active():
        yield matcher.id(), matcher.weight(), matcher.value()
        matcher.next()


def test_every_word_of_every_segment_is_read_as_whoosh_reads_it(segments):
    kinds = set()
    for live in segments:
        reader, gone = live.segment._reader, set(live.segment._reader.segment().deleted_docs())
        for field in ("plain", "stems"):
            for text in [word.decode() for word in reader.expand_prefix(field, "")]:
                read = [row for block in blocks_of(reader, field, text) for row in zip(*block, strict=True)]
                there = [row for row in read if row[0] not in gone]
                assert there == list(one_by_one(reader, field, text)), text
                kinds.add((len(read) > 1, len(read) > len(there)))
    assert kinds >= {(False, False), (True, False), (True, True)}, kinds


def test_a_word_that_is_not_there_has_no_block(segments):
    assert [*blocks_of(segments[0].segment._reader, "plain", "nowhere")] == []


def test_words_of_many_stories_are_read_by_blocks(segments, monkeypatch):
    monkeypatch.setattr(blocks, "_one_by_one", None)
    read = [block for live in segments for block in blocks_of(live.segment._reader, "plain", "harbour")]
    assert max(len(block.documents) for block in read) > 10


def test_an_index_that_was_written_before_is_read_still():
    """Each segment holds the name of the class that reads it: under another the index would seem damaged."""
    assert b"app.search.store" in pickle.dumps(store._Codec()) and b"_Codec" in pickle.dumps(store._Codec())
