"""A process in which several writers change one story, each her own passage: see test_writers.py."""

import random
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

from app.database.tables import REVISION
from app.errors import EditConflict, RecordLocked
from app.records.model import RecordKey, RecordKind, Slug
from app.records.replace import digest_of
from app.services.archive import Archive
from app.services.gathering.together import together
from app.services.intents import Intent
from app.services.saving import save_record
from tests.archives import make_archive, rows

SLUG = Slug("shared")
KEY = RecordKey(RecordKind.STORY, SLUG)
Change = Callable[[bytes], bytes]


def passage(writer: int, change: int) -> str:
    """What stands in a writer's passage after so many changes of hers."""
    return f"Writer {writer} has written {change} times."


def changed(content: bytes, writer: int, change: int) -> bytes:
    """The file after the next change of this writer."""
    old, new = (passage(writer, number).encode() for number in (change - 1, change))
    assert content.count(old) == 1, f"{old!r} is lost"
    return content.replace(old, new)


def lost(archive: Archive, writers: int, changes: int) -> int:
    """Writers whose last change is not in the file."""
    content = read(archive).decode()
    return sum(content.count(passage(writer, changes)) != 1 for writer in range(writers))


def crooked(archive: Archive, writers: int, changes: int) -> list[int]:
    """Versions that are not the one before with one passage of their own writer changed."""
    versions = sorted(rows(archive, REVISION), key=lambda row: row["number"])
    assert [row["number"] for row in versions] == list(range(1, writers * changes + 2))
    assert versions[-1]["content"] == read(archive)
    wrong = []
    for before, after in pairwise(versions):
        writer, _, change = after["note"].partition(".")
        old, new = (passage(int(writer), number).encode() for number in (int(change) - 1, int(change)))
        if before["content"].replace(old, new) != after["content"]:
            wrong.append(after["number"])
    return wrong


def read(archive: Archive) -> bytes:
    path = archive.stores[RecordKind.STORY].path_of(SLUG)
    assert path is not None
    return archive.stores[RecordKind.STORY].read(path)


def write(archive: Archive, writer: int, changes: int) -> int:
    """Make one change after the other until each is saved; how many saves met a file that had changed."""
    conflicts, chance = 0, random.Random(writer)
    for change in range(1, changes + 1):
        base = read(archive)
        content, expected = changed(base, writer, change), digest_of(base)
        while not saved(archive, writer, change, content, expected):
            conflicts += 1
            theirs = read(archive)
            if chance.random() < 0.5:  # as an editor would that starts again, or as one that merges
                content = changed(theirs, writer, change)
            else:
                merged = together(base, content, theirs, slug=SLUG, today=archive.now().date()).content
                assert merged is not None
                content = merged
            base, expected = theirs, digest_of(theirs)
    return conflicts


def saved(archive: Archive, writer: int, change: int, content: bytes, expected: str) -> bool:
    note = f"{writer}.{change}"
    try:
        save_record(archive, KEY, content, expected=expected, intent=Intent("editor", f"W{writer}", note))
    except (EditConflict, RecordLocked):
        return False
    return True


def all_at_once(archive: Archive, writers: range, changes: int) -> int:
    """Every writer in a thread of her own; the conflicts of all."""
    with ThreadPoolExecutor(len(writers)) as pool:
        return sum(pool.map(lambda writer: write(archive, writer, changes), writers))


if __name__ == "__main__":
    first, last, changes = map(int, sys.argv[2:])
    print(all_at_once(make_archive(Path(sys.argv[1])), range(first, last), changes))
