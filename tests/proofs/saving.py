"""A process that saves, reconciles and indexes without end, until it is killed: see test_crash.py.

Each save is announced on standard output before and after, so that the test knows what may be there.
"""

import random
import sys
from pathlib import Path

from app.records.model import RecordKey, RecordKind, Slug
from app.services.indexing import update_search
from app.services.reconcile import reconcile
from tests.archives import make_archive, new_whoosh

STORIES = tuple(Slug(f"story-{letter}") for letter in "abcdefgh")
PARAGRAPHS = 400  # long enough that a kill can fall into the middle of a write


def text_of(slug: str, version: int) -> bytes:
    """A version whose every line names it, so that half of one is seen at once."""
    word = word_of(slug, version)
    line = f"By lamplight the harbour is quiet, says {word}."
    body = "\n\n".join(f"{line} Paragraph {number}." for number in range(PARAGRAPHS))
    return f"---\ntitle: {word}\nconsent: {{uses: [publication]}}\n---\n{body}\n".encode()


def word_of(slug: str, version: int) -> str:
    """A word that only this version of this story has."""
    return f"{slug[-1]}{version}q{slug[-1]}"


def main(folder: Path, seed: int, versions: dict[str, int]) -> None:
    """Save one story after the other, each with its next version."""
    archive = make_archive(folder, index=new_whoosh(folder))
    store, chance = archive.stores[RecordKind.STORY], random.Random(seed)
    print("ready", flush=True)
    while True:
        for slug in chance.sample(STORIES, chance.randint(1, 3)):
            key, version = RecordKey(RecordKind.STORY, slug), versions[slug] + 1
            print("saving", slug, version, flush=True)
            store.save(key, text_of(slug, version), expected=store.digest(key))
            print("saved", slug, version, flush=True)
            versions[slug] = version
        reconcile(archive)
        update_search(archive)


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[3:]]
    main(Path(sys.argv[1]), int(sys.argv[2]), dict(zip(STORIES, given, strict=True)))
