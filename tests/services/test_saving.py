"""Saving through the archive: everything or nothing, with who and why, and no news to the watcher."""

import pytest

from app.database.ledgers import AUDIT, CONSENT_ENTRY, JOB
from app.database.tables import FILE, REVISION
from app.errors import EditConflict
from app.records import store as records
from app.records.model import Digest, RecordKey, RecordKind, Slug
from app.records.problems import SetAside
from app.records.replace import digest_of
from app.services import saving
from app.services.auditing import Event
from app.services.intents import Intent
from app.services.ledger import Basis, Particulars, Source
from app.services.saving import save_record
from tests.archives import found, ids, make_archive, revisions, rows, stories, story_file, take_in, write

KEY = RecordKey(RecordKind.STORY, Slug("harbour"))
HARBOUR = "s-harb0000"
SUE = Intent("editor", who="Sue", note="A slip", by=7)


@pytest.fixture
def archive(new_archive):
    return new_archive({"stories/harbour.md": story_file(id=HARBOUR)})


def content(tmp_path, name="harbour"):
    return (tmp_path / f"stories/{name}.md").read_bytes()


def save(archive, new, tmp_path, intent=SUE):
    return save_record(archive, KEY, new, expected=digest_of(content(tmp_path)), intent=intent)


def test_a_save_is_a_version_with_who_and_why_and_search_knows_it(archive, tmp_path):
    new = content(tmp_path).replace(b"lamplight", b"moonlight")
    saved = save(archive, new, tmp_path)
    assert content(tmp_path) == new and (saved.record_id, saved.digest) == (HARBOUR, digest_of(new))
    last = rows(archive, REVISION)[-1]
    assert (last["number"], last["who"], last["source"], last["note"]) == (2, "Sue", "editor", "A slip")
    assert found(archive, "moonlight") == ["harbour"] and found(archive, "lamplight") == []
    (audited,) = rows(archive, AUDIT)
    assert (audited["event"], audited["account"], audited["record_id"]) == ("edited", 7, HARBOUR)
    assert rows(archive, JOB) == []


def test_a_save_is_no_news_to_the_watcher(archive, tmp_path):
    save(archive, content(tmp_path).replace(b"lamplight", b"moonlight"), tmp_path)
    done = take_in(archive)
    assert (done.changed, revisions(archive, HARBOUR)) == (0, [1, 2])
    assert len(rows(archive, CONSENT_ENTRY)) == 1


def test_a_file_that_changed_after_it_was_loaded_is_left_alone(archive, tmp_path):
    loaded = digest_of(content(tmp_path))
    write(tmp_path, {"stories/harbour.md": story_file("By daylight.", id=HARBOUR)})
    theirs = content(tmp_path)
    with pytest.raises(EditConflict):
        save_record(archive, KEY, b"Mine.", expected=loaded, intent=SUE)
    assert content(tmp_path) == theirs and rows(archive, JOB) == []


def test_a_hand_edit_that_nobody_has_seen_yet_keeps_a_version_of_its_own(archive, tmp_path):
    write(tmp_path, {"stories/harbour.md": story_file("By daylight.", id=HARBOUR)})
    save(archive, content(tmp_path).replace(b"daylight", b"moonlight"), tmp_path)
    assert [row["source"] for row in sorted(rows(archive, REVISION), key=lambda row: row["number"])] == [
        "folder",
        "folder",
        "editor",
    ]


def test_content_that_can_not_be_read_is_refused_whole(archive, tmp_path):
    before = content(tmp_path)
    with pytest.raises(SetAside):
        save(archive, b"---\nconsent: {uses: [\n---\n", tmp_path)
    assert content(tmp_path) == before and revisions(archive, HARBOUR) == [1] and rows(archive, JOB) == []


def test_a_disk_that_refuses_leaves_everything_as_it_was(archive, tmp_path, monkeypatch):
    def full(path, content, still):
        raise OSError("No space left on device")

    monkeypatch.setattr(records, "replace_file", full)
    before = content(tmp_path)
    with pytest.raises(OSError, match="No space"):
        save(archive, before.replace(b"lamplight", b"moonlight"), tmp_path)
    assert content(tmp_path) == before and revisions(archive, HARBOUR) == [1]
    assert (rows(archive, JOB), rows(archive, AUDIT)) == ([], [])
    assert found(archive, "lamplight") == ["harbour"]


def test_a_crash_after_the_file_was_written_still_has_its_author(archive, tmp_path, monkeypatch):
    class PowerCut(BaseException):
        pass

    def cut(connection, save):
        save.place.store.save(save.key, save.examined.content, expected=save.place.expected)
        raise PowerCut

    monkeypatch.setattr(saving, "_replace_file", cut)
    new = story_file(consent="consent: {uses: [design]}", id=HARBOUR).encode()
    particulars = Particulars((), Basis.PUBLIC_TASK, "Sheet 3", "On the phone.")
    intent = Intent("editor", "Sue", "", 7, Event.CONSENT, Source.ARCHIVE, particulars)
    with pytest.raises(PowerCut):
        save(archive, new, tmp_path, intent)
    assert content(tmp_path) == new and revisions(archive, HARBOUR) == [1]
    take_in(archive)
    last = rows(archive, REVISION)[-1]
    assert (last["number"], last["who"], last["source"]) == (2, "Sue", "editor")
    entry = rows(archive, CONSENT_ENTRY)[-1]
    assert (entry["source"], entry["account"], entry["uses"], entry["basis"]) == (
        "recorded in the archive",
        7,
        1,
        "public task",
    )
    assert [row["event"] for row in rows(archive, AUDIT)] == ["consent recorded"]
    assert rows(archive, JOB) == []


def test_a_file_without_an_id_gets_its_own_at_its_first_save(new_archive, tmp_path):
    archive = new_archive({"stories/harbour.md": story_file()})
    before = ids(archive)["stories/harbour.md"]
    saved = save(archive, content(tmp_path).replace(b"lamplight", b"moonlight"), tmp_path)
    assert saved.record_id == before and content(tmp_path).startswith(f"---\nid: {before}\n".encode())
    assert revisions(archive, before) == [1, 2]


def test_a_new_record_gets_a_file_and_an_id(new_archive, tmp_path):
    archive = new_archive()
    saved = save_record(archive, KEY, story_file().encode(), expected=None, intent=SUE)
    assert stories(archive) == {"harbour": saved.record_id}
    assert f"id: {saved.record_id}".encode() in content(tmp_path)
    assert [row["stated_id"] for row in rows(archive, FILE)] == [saved.record_id]
    with pytest.raises(EditConflict):
        save_record(archive, KEY, b"Another.", expected=None, intent=SUE)


def test_two_archives_on_one_folder_never_lose_a_save(archive, tmp_path):
    other, loaded = make_archive(tmp_path), Digest(digest_of(content(tmp_path)))
    save_record(
        other, KEY, content(tmp_path).replace(b"lamplight", b"moonlight"), expected=loaded, intent=SUE
    )
    with pytest.raises(EditConflict):
        save_record(archive, KEY, b"Late.", expected=loaded, intent=SUE)
    other.close()
