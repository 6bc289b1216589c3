"""While the archive is served, its folders are watched."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from filelock import FileLock, Timeout

from app.database.visibility import ANONYMOUS
from app.errors import NotFound
from app.services.archive import Archive
from app.services.reading import read_story
from app.services.watching import Keeper
from tests.archives import found, make_archive, new_whoosh, revisions, story_file, write

ONE = "s-7k3fq2mx"
PATIENCE = 10.0  # seconds; what is promised is two


@contextmanager
def kept(archive: Archive) -> Iterator[Keeper]:
    keeper = Keeper(archive)
    keeper.start()
    try:
        yield keeper
    finally:
        keeper.stop()


@pytest.fixture
def archive(new_archive, tmp_path) -> Archive:
    return new_archive({"stories/marisa.md": story_file("Lantern.", id=ONE)}, index=new_whoosh(tmp_path))


def eventually(true: Callable[[], bool]) -> float:
    """The seconds until it is so."""
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < PATIENCE, "it never was"
        time.sleep(0.02)
    return time.monotonic() - started


def page_of(archive: Archive, slug: str) -> str:
    try:
        return read_story(archive, ANONYMOUS, slug).body_html
    except NotFound:
        return ""


def settled(keeper: Keeper) -> None:
    assert keeper.complete.wait(PATIENCE)
    time.sleep(0.3)  # the first reconcile is over before the folder is watched


def test_what_a_gatherer_does_in_the_folder_is_on_the_page_and_in_search(archive, tmp_path, figures):
    took = {}
    with kept(archive) as keeper:
        settled(keeper)
        write(tmp_path, {"stories/new/owen.md": story_file("Kettle.")})
        took["dropped"] = eventually(
            lambda: "Kettle" in page_of(archive, "new/owen") and found(archive, "kettle") == ["new/owen"]
        )
        write(tmp_path, {"stories/marisa.md": story_file("Doorway.", id=ONE)})
        took["edited"] = eventually(
            lambda: "Doorway" in page_of(archive, "marisa") and found(archive, "doorway") == ["marisa"]
        )
        (tmp_path / "stories/marisa.md").rename(tmp_path / "stories/maria.md")
        took["renamed"] = eventually(
            lambda: bool(page_of(archive, "maria")) and found(archive, "doorway") == ["maria"]
        )
        (tmp_path / "stories/new/owen.md").unlink()
        took["deleted"] = eventually(
            lambda: not page_of(archive, "new/owen") and not found(archive, "kettle")
        )
    assert revisions(archive, ONE) == [1, 2]
    for what, seconds in took.items():
        figures(f"seconds until a file that was {what} is on its page and in search", f"{seconds:.2f}")


def test_a_folder_that_comes_after_the_start_is_watched(tmp_path):
    archive = make_archive(tmp_path, index=new_whoosh(tmp_path))
    shutil.rmtree(tmp_path / "stories")
    with kept(archive) as keeper:
        assert keeper.complete.wait(PATIENCE)
        write(tmp_path, {"stories/marisa.md": story_file()})
        eventually(lambda: bool(page_of(archive, "marisa")))
    archive.close()


def test_of_two_keepers_one_is_elected_and_the_other_takes_over(archive, tmp_path):
    lock = archive.settings.state / "keeper.lock"
    others = set(threading.enumerate())  # servers of other tests keep archives in this process too
    with kept(archive) as first:
        settled(first)
        with kept(archive) as second:
            assert second.complete.wait(PATIENCE)  # it can answer, and does not watch
            with pytest.raises(Timeout):
                FileLock(lock).acquire(timeout=0)
            write(tmp_path, {"stories/a.md": story_file("Kettle.")})
            eventually(lambda: found(archive, "kettle") == ["a"])
            first.stop()
            write(tmp_path, {"stories/b.md": story_file("Doorway.")})
            eventually(lambda: found(archive, "doorway") == ["b"])
    with FileLock(lock).acquire(timeout=PATIENCE):
        assert not [one for one in threading.enumerate() if one.name == "keeper" and one not in others]


def test_a_failure_is_tried_again_and_pages_read_on(archive, tmp_path, monkeypatch):
    put, failed = archive.index.put, threading.Event()

    def once(documents):
        monkeypatch.setattr(archive.index, "put", put)
        failed.set()
        raise OSError(28, "No space left on device")

    with kept(archive) as keeper:
        settled(keeper)
        monkeypatch.setattr(archive.index, "put", once)
        write(tmp_path, {"stories/a.md": story_file("Kettle.")})
        assert failed.wait(PATIENCE)
        assert "Lantern" in page_of(archive, "marisa")
        eventually(lambda: found(archive, "kettle") == ["a"])


def test_a_story_whose_consent_ended_in_the_night_is_gone_in_the_morning(archive, tmp_path):
    with kept(archive) as keeper:
        settled(keeper)
        ends = story_file("Kettle.", consent="consent: {uses: [publication], until: 2026-05-04}")
        write(tmp_path, {"stories/a.md": ends})
        eventually(lambda: found(archive, "kettle") == ["a"])
        archive.clock.time += timedelta(days=1)
        assert (page_of(archive, "a"), found(archive, "kettle")) == ("", [])


def test_the_index_is_tidied_when_nobody_has_changed_anything_for_a_while(archive, monkeypatch):
    monkeypatch.setattr("app.services.watching.QUIET_SECONDS", 0.0)
    asked = threading.Event()

    def step() -> bool:
        asked.set()
        return False

    monkeypatch.setattr(archive.index, "optimise", step)
    with kept(archive) as keeper:
        settled(keeper)
        assert asked.wait(PATIENCE)
