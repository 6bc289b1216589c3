"""The power may fail at any moment: killed again and again, the archive loses and invents nothing."""

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.records.model import RecordKind
from app.records.replace import UNFINISHED
from app.search.whoosh_index import WhooshIndex
from app.services.archive import Archive
from app.services.rebuilding import rebuild
from app.services.watching import Keeper
from tests.archives import derived, found, ids, make_archive, new_whoosh, revisions
from tests.proof_scale import scaled
from tests.proofs.saving import STORIES, text_of, word_of

pytestmark = pytest.mark.proof
ROOT = Path(__file__).parents[2]
LONGEST = 0.7  # seconds from the first save to the kill


class Crashes:
    """One archive, and what each story's file may hold after the last kill."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.chance = folder, random.Random(20260304)
        self.versions = dict.fromkeys(STORIES, 0)
        self.swept = self.rebuilt = 0
        (folder / "stories").mkdir()
        for slug in STORIES:
            (folder / "stories" / f"{slug}.md").write_bytes(text_of(slug, 0))

    def kill_once(self) -> None:
        """Start a process that saves, kill it at a random moment, take note of what it had announced."""
        known = [str(self.versions[slug]) for slug in STORIES]
        seed = str(self.chance.randrange(10**6))
        command = [sys.executable, "-m", "tests.proofs.saving", str(self.folder), seed, *known]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout.readline() == b"ready\n", process.stderr.read()
            time.sleep(self.chance.uniform(0, LONGEST))
            assert process.poll() is None, process.stderr.read()
            process.kill()
            announced = process.stdout.read().decode().splitlines()
        self.check_files([line.split() for line in announced if line.count(" ") == 2])

    def check_files(self, announced: list[list[str]]) -> None:
        """Each file is the version that was saved last, or the one that was being saved."""
        for doing, slug, version in announced:
            if doing == "saved":
                self.versions[slug] = int(version)
        under_way = announced[-1] if announced and announced[-1][0] == "saving" else None
        for slug in STORIES:
            content = (self.folder / "stories" / f"{slug}.md").read_bytes()
            if under_way and under_way[1] == slug and content == text_of(slug, int(under_way[2])):
                self.versions[slug] = int(under_way[2])
            assert content == text_of(slug, self.versions[slug]), f"{slug} is neither old nor new"

    def orphans(self) -> list[Path]:
        return list((self.folder / "stories").rglob(f"{UNFINISHED}*"))

    def start_again(self) -> None:
        """What a server does at its start; then everything must be as if nothing had happened."""
        self.swept += len(self.orphans())
        self.check_database()
        with opened(self.folder) as archive:
            self.rebuilt += not archive.index.ready()
            keeper = Keeper(archive, watching=False)
            keeper.start()
            assert keeper.complete.wait(60)
            keeper.stop()
            assert self.orphans() == []
            self.check_archive(archive)

    def check_database(self) -> None:
        with closing(sqlite3.connect(self.folder / "state" / "storyhold.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]

    def check_archive(self, archive: Archive) -> None:
        assert {file.slug for file in archive.stores[RecordKind.STORY].scan()} == set(STORIES)
        for slug, version in self.versions.items():
            assert found(archive, word_of(slug, version)) == [slug]
            assert version == 0 or found(archive, word_of(slug, version - 1)) == []
        for record_id in ids(archive).values():
            numbers = revisions(archive, record_id)
            assert numbers == list(range(1, len(numbers) + 1))


@contextmanager
def opened(folder: Path) -> Iterator[Archive]:
    """The archive as the next start finds it."""
    archive = make_archive(folder, index=new_whoosh(folder))
    yield archive
    archive.close()


def test_a_killed_archive_has_the_old_text_or_the_new_and_mends_itself(tmp_path, figures):
    crashes, kills = Crashes(tmp_path), scaled(4, 100)
    for _ in range(kills):
        crashes.kill_once()
        crashes.start_again()
    with opened(crashes.folder) as archive:
        before = derived(archive)
        rebuild(archive)
        assert derived(archive) == before
        assert isinstance(archive.index, WhooshIndex)
        assert set(archive.index.keys()) == set(ids(archive).values())
    figures("crash: kills during saves and index commits", kills)
    figures("crash: versions saved between them", sum(crashes.versions.values()))
    figures("crash: unfinished files swept", crashes.swept)
    figures("crash: indexes that had to be rebuilt", crashes.rebuilt)
