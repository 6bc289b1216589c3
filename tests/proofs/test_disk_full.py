"""A disk that is full: nothing is lost, nothing is half-written, and all goes on once there is room."""

import errno

import pytest

from app.database.tables import STORY
from app.database.visibility import ANONYMOUS
from app.errors import SearchUnavailable
from app.records.model import RecordKey, RecordKind, Slug
from app.records.replace import UNFINISHED
from app.services.indexing import update_search
from app.services.reading import read_story
from app.services.reconcile import reconcile
from app.services.searching import Asked, search
from tests.archives import found, make_archive, new_whoosh, rows, story_file, take_in, write
from tests.proofs.small_disk import mounted

pytestmark = pytest.mark.proof
LONG = "Nobody rang back, and nobody said why. " * 6_000


@pytest.fixture
def small_disk(tmp_path):
    with mounted(tmp_path / "small") as disk:
        yield disk


def test_a_save_on_a_full_disk_leaves_the_old_text(tmp_path, small_disk):
    archive = make_archive(tmp_path, stories=small_disk.folder / "stories")
    store, key = archive.stores[RecordKind.STORY], RecordKey(RecordKind.STORY, Slug("harbour"))
    old = story_file().encode()
    saved = store.save(key, old, expected=None)
    small_disk.fill()
    with pytest.raises(OSError) as refused:
        store.save(key, story_file(LONG).encode(), expected=saved.digest)
    assert refused.value.errno == errno.ENOSPC
    assert saved.path.read_bytes() == old
    assert list(saved.path.parent.glob(f"{UNFINISHED}*")) == []
    small_disk.free()
    assert store.save(key, story_file(LONG).encode(), expected=saved.digest).size > len(old)
    archive.close()


def test_a_full_disk_under_the_state_leaves_no_half_written_catalogue(tmp_path, small_disk):
    archive = make_archive(
        tmp_path, {"stories/harbour.md": story_file()}, state=small_disk.folder, database_url=""
    )
    take_in(archive)
    before = rows(archive, STORY)
    small_disk.fill()
    write(tmp_path, {f"stories/more-{n}.md": story_file(f"{LONG} The {n}th.") for n in range(20)})
    with pytest.raises(Exception, match=r"full|No space"):
        reconcile(archive)
    assert rows(archive, STORY) == before
    assert "lamplight" in read_story(archive, ANONYMOUS, "harbour").body_html
    small_disk.free()
    (tmp_path / "stories" / "harbour.md").unlink()
    for n in range(5, 20):
        (tmp_path / "stories" / f"more-{n}.md").unlink()
    take_in(archive)
    assert {row["slug"] for row in rows(archive, STORY)} == {f"more-{n}" for n in range(5)}
    with archive.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    archive.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh leaves files open
def test_a_full_disk_under_the_index_stops_search_and_nothing_else(tmp_path, small_disk):
    many = {f"stories/more-{n}.md": story_file(f"Nobody rang back. {wordy(n)}") for n in range(12)}
    index = new_whoosh(small_disk.folder)
    archive = make_archive(tmp_path, {"stories/harbour.md": story_file()}, index=index)
    take_in(archive)
    small_disk.fill()
    write(tmp_path, many)
    reconcile(archive)
    with pytest.raises((OSError, SearchUnavailable)):
        update_search(archive)
    page = search(archive, ANONYMOUS, Asked("lamplight"))
    assert page.unavailable or page.total == 1
    assert "lamplight" in read_story(archive, ANONYMOUS, "harbour").body_html
    small_disk.free()
    update_search(archive)
    assert len(found(archive, "nobody")) == len(many)
    assert found(archive, "lamplight") == ["harbour"]
    archive.close()


def wordy(number: int) -> str:
    """Many words that no other story has: they take room in the index."""
    return " ".join(f"word{number}x{n}" for n in range(1_000))
