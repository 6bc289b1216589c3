"""Nobody is kept from writing a draft, and no story is ready while names in it are undecided."""

import pytest

from app.database.gathering import NAME_DECISION, PSEUDONYMS
from app.database.tables import REVISION
from app.database.visibility import TERMINAL
from app.errors import NamesUndecided
from app.records.edit import change_keys
from app.records.model import RecordKey, RecordKind, Slug
from app.records.replace import digest_of
from app.services.archive import Archive
from app.services.gathering.deciding import decisions_of, finding_digest, undecided
from app.services.gathering.forgetting import forget_gathered
from app.services.gathering.names_desk import (
    add_to_key,
    ignore_finding,
    keep_finding,
    open_desk,
    replace_finding,
    undo,
)
from app.services.intents import Intent
from app.services.recording import By
from app.services.saving import save_record
from tests.archives import PUBLISHED, make_archive, rows, take_in

ID = "s-her0n000"
KEY = RecordKey(RecordKind.STORY, Slug("heron"))
TEXT = "Ana saw Dr Whitfield and her friend Tonho Prado.\n"
DRAFT = f"---\nid: {ID}\nstoryteller: Ana\nstatus: draft\n{PUBLISHED}\n---\n{TEXT}"


@pytest.fixture
def archive(tmp_path):
    archive = make_archive(tmp_path, {"stories/heron.md": DRAFT})
    take_in(archive)
    return archive


def file_of(archive: Archive) -> bytes:
    return (archive.settings.stories / "heron.md").read_bytes()


def save(archive, content, key=KEY):
    path = archive.stores[RecordKind.STORY].path_of(key.slug)
    expected = digest_of(path.read_bytes()) if path else None
    return save_record(archive, key, content, expected=expected, intent=Intent("editor"))


def make_ready(archive):
    return save(archive, change_keys(file_of(archive), {"status": "ready"}))


def desk(archive):
    return open_desk(archive, TERMINAL, By(), ID)


def digest(archive, text, kind="name"):
    return finding_digest(archive, kind, text)


def left(archive):
    with archive.engine.connect() as connection:
        return [one.text for one in undecided(archive, connection, ID, file_of(archive), KEY.slug)]


def test_a_draft_is_saved_whatever_is_in_it(archive):
    save(archive, file_of(archive) + b"\nNHS 943 476 5919.\n")
    assert left(archive) == ["Whitfield", "Tonho Prado", "943 476 5919"]


def test_a_story_is_ready_when_each_finding_is_decided_and_not_before(archive):
    with pytest.raises(NamesUndecided, match=r"2 things .* \(2 names\)") as refused:
        make_ready(archive)
    assert [one.text for one in refused.value.findings] == ["Whitfield", "Tonho Prado"]
    assert file_of(archive) == DRAFT.encode() and len(rows(archive, REVISION)) == 1
    keep_finding(desk(archive), digest(archive, "Whitfield"), "He agreed.")
    replace_finding(desk(archive), digest(archive, "Tonho Prado"), "Rui")
    make_ready(archive)
    assert b"status: ready" in file_of(archive)
    assert b"Ana saw Dr Whitfield and her friend [Rui]." in file_of(archive)


def test_a_new_story_that_is_ready_at_once_is_looked_through_as_well(archive):
    with pytest.raises(NamesUndecided):
        save(archive, b"Dr Whitfield came.\n", RecordKey(RecordKind.STORY, Slug("new")))
    assert not (archive.settings.stories / "new.md").exists()


def test_an_older_story_is_mended_freely_but_nothing_new_is_left_behind_in_it(archive):
    ready = DRAFT.replace("status: draft", "status: ready")
    (archive.settings.stories / "heron.md").write_text(ready, encoding="utf-8")
    take_in(archive)
    save(archive, ready.encode() + b"\nShe laughed. Dr Whitfield too.\n")
    before = file_of(archive)
    with pytest.raises(NamesUndecided, match="1 thing "):
        save(archive, before + b"\nThen Siobhan came.\n")
    assert file_of(archive) == before
    save(archive, change_keys(before, {"consent": {"uses": ["design"]}}))


def test_a_hand_edit_in_the_folder_is_not_held_up(archive):
    (archive.settings.stories / "heron.md").write_text(DRAFT.replace("draft", "ready"), encoding="utf-8")
    take_in(archive)
    assert len(rows(archive, REVISION)) == 2


def test_what_is_ignored_always_is_asked_about_in_no_story(archive):
    ignore_finding(desk(archive), digest(archive, "Whitfield"))
    assert left(archive) == ["Tonho Prado"]
    assert "Whitfield" not in repr(rows(archive, NAME_DECISION))
    assert [row["sealed"] for row in rows(archive, NAME_DECISION)] == [""]


def test_a_name_that_was_replaced_and_stands_there_again_is_asked_about_again(archive):
    before = file_of(archive)
    replace_finding(desk(archive), digest(archive, "Tonho Prado"), "Rui")
    assert left(archive) == ["Whitfield"]
    save(archive, before)
    assert left(archive) == ["Whitfield", "Tonho Prado"]


def test_what_was_replaced_twice_is_undone_as_one(archive):
    first = file_of(archive)
    add_to_key(desk(archive), "Tonho Prado", "Rui")
    save(archive, file_of(archive) + b"Tonho Prado laughed.\n")
    replace_finding(desk(archive), digest(archive, "Tonho Prado"), "Rui")
    with archive.engine.connect() as connection:
        (done,) = decisions_of(archive, connection, ID)
    assert undo(desk(archive), done.key) == 2
    assert file_of(archive) == first + b"Tonho Prado laughed.\n"


def test_the_storytellers_name_goes_where_it_was_not_chosen_and_stays_where_it_was(archive):
    add_to_key(desk(archive), "Ana Lima", "Eva")
    assert b"storyteller: Eva" in file_of(archive) and b"[Eva] saw" in file_of(archive)
    save(
        archive, change_keys(file_of(archive), {"storyteller": "Ana", "own_name": True}, body="Ana saw it.\n")
    )
    add_to_key(desk(archive), "Ana Lima", "Eva")
    assert b"storyteller: Ana" in file_of(archive) and b"Ana saw it." in file_of(archive)


def test_nothing_of_the_names_is_left_of_a_story_that_is_forgotten(archive):
    replace_finding(desk(archive), digest(archive, "Tonho Prado"), "Rui")
    with archive.writing() as connection:
        forget_gathered(connection, ID)
        connection.commit()
    assert rows(archive, PSEUDONYMS) == rows(archive, NAME_DECISION) == []


def test_a_save_that_fails_leaves_no_word_in_the_log(archive, monkeypatch):
    def full(*told, **more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.services.gathering.names_desk.save_record", full)
    with pytest.raises(OSError, match="No space"):
        replace_finding(desk(archive), digest(archive, "Tonho Prado"), "Rui")
    assert rows(archive, NAME_DECISION) == [] and file_of(archive) == DRAFT.encode()
