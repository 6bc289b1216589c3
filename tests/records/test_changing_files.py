"""A file that somebody writes while the archive reads or saves it: never half of a text, never one lost."""

import os
import subprocess
import sys
import time

import pytest

from app.errors import EditConflict
from app.records import paths
from app.records.model import RecordKey, RecordKind, Slug
from app.records.paths import read_record, read_settled
from app.records.problems import SetAside
from app.records.replace import digest_of
from app.records.store import RecordStore
from tests.proof_scale import scaled

KEY = RecordKey(RecordKind.STORY, Slug("harbour"))
WRITER = """
import sys, time
while True:
    for word in ("dusk ", "lamp "):
        with open(sys.argv[1], "wb", buffering=0) as file:
            file.write(word.encode() * 5_000)
            time.sleep(float(sys.argv[2]))
            file.write(word.encode() * 5_000)
        print("written", flush=True)
        time.sleep(float(sys.argv[3]))
"""
WHOLE = (b"dusk " * 10_000, b"lamp " * 10_000)


@pytest.fixture
def store(tmp_path):
    return RecordStore(tmp_path / "stories", RecordKind.STORY, tmp_path / "locks")


@pytest.fixture
def written(tmp_path):
    """Begins a process that writes a file again and again, in two halves with a pause between them."""
    running = []

    def begin(between: float, after: float):
        path = tmp_path / "changing.txt"
        command = [sys.executable, "-c", WRITER, str(path), str(between), str(after)]
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE))
        assert running[0].stdout.readline() == b"written\n"
        return path

    yield begin
    for one in running:
        one.kill()
        one.communicate()


def test_what_is_read_once_is_read_when_its_writer_is_done(written, figures):
    path, reads = written(0.05, 0.6), scaled(3, 40)
    for _ in range(reads):
        assert read_settled(path, 10**6) in WHOLE
        time.sleep(0.05)
    figures("files read while another process wrote them: halves taken for the whole", f"0 of {reads}")


def test_a_file_that_does_not_come_to_rest_is_refused_with_what_to_do(written, monkeypatch):
    monkeypatch.setattr(paths, "RESTS", 3)
    path = written(0.01, 0.01)
    with pytest.raises(SetAside) as refused:
        read_settled(path, 10**6)
    (problem,) = refused.value.problems
    assert problem.reason == "The file was changed while it was read."
    assert problem.remedy == "Wait until whoever writes it has finished, then try again."


def test_a_file_that_changes_under_every_reading_is_set_aside(tmp_path, monkeypatch):
    path = tmp_path / "story.md"
    path.write_text("Words.")
    stat = os.fstat

    def growing(descriptor):
        with path.open("a") as file:
            file.write(" More.")
        return stat(descriptor)

    monkeypatch.setattr(paths.os, "fstat", growing)
    with pytest.raises(SetAside) as refused:
        read_record(path, 10**6)
    assert "changed while it was read" in refused.value.problems[0].reason


def test_a_file_of_long_ago_and_one_of_a_wrong_clock_are_not_waited_for(tmp_path, monkeypatch):
    path = tmp_path / "story.md"
    path.write_text("Words.")
    monkeypatch.setattr(paths.time, "sleep", lambda _seconds: pytest.fail("it waited"))
    for moment in (time.time() - 3_600, time.time() + 3_600):
        os.utime(path, (moment, moment))
        assert read_settled(path, 100) == b"Words."


def by_hand(monkeypatch, store, act):
    """Have somebody do this to the file when the new text is on the disk and not yet in its place."""
    fsync = os.fsync

    def then(descriptor):
        fsync(descriptor)
        monkeypatch.setattr(os, "fsync", fsync)
        act(store.folder / "harbour.md")

    monkeypatch.setattr(os, "fsync", then)


@pytest.mark.parametrize(
    "act",
    [
        lambda path: path.write_bytes(b"By hand.\n"),
        lambda path: (path.with_name("new").write_bytes(b"By hand.\n"), path.with_name("new").rename(path)),
    ],
)
def test_a_hand_edit_in_the_middle_of_a_save_is_not_overwritten(store, monkeypatch, act):
    saved = store.save(KEY, b"Old.\n", expected=None)
    by_hand(monkeypatch, store, act)
    with pytest.raises(EditConflict):
        store.save(KEY, b"New.\n", expected=saved.digest)
    assert [path.name for path in store.folder.iterdir()] == ["harbour.md"]
    assert saved.path.read_bytes() == b"By hand.\n"
    assert store.save(KEY, b"New.\n", expected=digest_of(b"By hand.\n")).path.read_bytes() == b"New.\n"


def test_a_file_that_goes_in_the_middle_of_a_save_stays_gone(store, monkeypatch):
    saved = store.save(KEY, b"Old.\n", expected=None)
    by_hand(monkeypatch, store, lambda path: path.unlink())
    with pytest.raises(EditConflict):
        store.save(KEY, b"New.\n", expected=saved.digest)
    assert list(store.folder.iterdir()) == []


def test_a_file_that_is_put_where_a_new_story_is_about_to_be_is_not_overwritten(store, monkeypatch):
    store.folder.mkdir()
    by_hand(monkeypatch, store, lambda path: path.write_bytes(b"By hand.\n"))
    with pytest.raises(EditConflict):
        store.create(KEY, b"New.\n")
    assert (store.folder / "harbour.md").read_bytes() == b"By hand.\n"
