"""What a gatherer saved is there, whole; what somebody else saved meanwhile is not overwritten."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from app.errors import EditConflict, InvalidRecord, NotFound, RecordLocked
from app.records.model import RecordKey, RecordKind, Slug
from app.records.problems import SetAside
from app.records.replace import UNFINISHED, digest_of, replace_file
from app.records.store import LARGEST_FILE, RecordStore
from tests.proof_scale import scaled


@pytest.fixture
def store(tmp_path):
    return RecordStore(tmp_path / "stories", RecordKind.STORY, tmp_path / "locks")


def key(slug: str) -> RecordKey:
    return RecordKey(RecordKind.STORY, Slug(slug))


def put(store: RecordStore, name: str, content: bytes = b"Text\n") -> Path:
    path = store.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def slugs(store: RecordStore) -> list[str]:
    return [file.slug for file in store.scan()]


def test_stories_in_sub_folders_are_found_sorted_by_path(store):
    for name in ("b.md", "2026/march/marisa.md", "a.markdown", "c.MD", "notes.txt"):
        put(store, name)
    assert slugs(store) == ["2026/march/marisa", "a", "b", "c"]


def test_hidden_names_links_and_folders_named_like_files_are_passed_over(store):
    real = put(store, "real.md")
    put(store, ".hidden.md")
    put(store, ".git/x.md")
    put(store, "folder.md/inside.md")
    (store.folder / "link.md").symlink_to(real)
    (store.folder / "loop").symlink_to(store.folder)
    os.mkfifo(store.folder / "pipe.md")
    assert slugs(store) == ["folder.md/inside", "real"]


def test_a_folder_that_is_not_there_holds_nothing(store):
    assert slugs(store) == []


def test_every_file_has_an_address_of_its_own_and_the_later_one_is_a_problem(store):
    for name in ("Marisa.md", "marisa.md", "marisa.markdown", "marisa-2.md"):
        put(store, name)
    survey = store.survey()
    found = {file.path.name: file.slug for file in survey.files}
    assert found == {
        "Marisa.md": "Marisa",
        "marisa-2.md": "marisa-2",
        "marisa.markdown": "marisa-3",
        "marisa.md": "marisa-4",
    }
    assert [Path(problem.file).name for problem in survey.problems] == ["marisa.markdown", "marisa.md"]
    assert store.path_of(Slug("marisa-4")).name == "marisa.md"


def test_a_decomposed_name_has_a_composed_slug_and_is_found_by_it(store):
    put(store, "Zoe\u0308.md")
    assert slugs(store) == ["Zo\u00eb"]
    saved = store.save(key("Zo\u00eb"), b"New\n", expected=digest_of(b"Text\n"))
    assert saved.path.name == "Zoe\u0308.md"


def test_a_name_that_is_no_text_is_a_problem_and_the_others_go_on(store):
    put(store, "a.md")
    Path(os.fsdecode(os.fsencode(store.folder) + b"/\xff.md")).write_bytes(b"x")
    assert slugs(store) == ["a"]
    assert [problem.set_aside for problem in store.survey().problems] == [True]


def test_a_new_story_is_written_into_folders_that_are_made_for_it(store):
    saved = store.save(key("2026/march/marisa"), b"Text\n", expected=None)
    assert saved.path == store.folder / "2026" / "march" / "marisa.md"
    assert store.read(saved.path) == b"Text\n"
    assert (saved.digest, saved.size) == (digest_of(b"Text\n"), 5)
    assert next(store.scan()).inode == saved.inode
    assert names(saved.path.parent) == ["marisa.md"]


def test_a_saved_file_keeps_its_permissions_and_its_ending(store):
    path = put(store, "marisa.markdown")
    path.chmod(0o640)
    store.save(key("marisa"), b"New\n", expected=digest_of(b"Text\n"))
    assert path.read_bytes() == b"New\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert slugs(store) == ["marisa"]


def test_what_somebody_else_saved_meanwhile_stays(store):
    path = put(store, "marisa.md", b"Hers\n")
    for expected in (digest_of(b"Before\n"), None):
        with pytest.raises(EditConflict):
            store.save(key("marisa"), b"Mine\n", expected=expected)
        assert path.read_bytes() == b"Hers\n"


@pytest.mark.parametrize("taken", ["MARISA", "marisa"])
def test_a_new_story_never_takes_an_address_that_differs_only_by_case(store, taken):
    put(store, f"{taken}.markdown")
    with pytest.raises(EditConflict):
        store.save(key("Marisa"), b"New\n", expected=None)
    assert slugs(store) == [taken]


def test_a_deleted_story_is_gone_unless_it_changed_meanwhile(store):
    path = put(store, "marisa.md")
    with pytest.raises(EditConflict):
        store.delete(key("marisa"), expected=digest_of(b"Before\n"))
    assert path.exists()
    store.delete(key("marisa"), expected=digest_of(b"Text\n"))
    assert not path.exists()
    assert store.digest(key("marisa")) is None
    with pytest.raises((EditConflict, NotFound)):
        store.delete(key("marisa"), expected=digest_of(b"Text\n"))


@pytest.mark.parametrize(
    "slug",
    [
        "../out",
        "a/../../out",
        "/etc/out",
        "",
        ".",
        "a//b",
        "a/",
        ".hidden",
        "a\\b",
        "a\x00b",
        "\ud800",
        "x" * 300,
    ],
)
def test_no_slug_leads_out_of_the_folder(store, tmp_path, slug):
    with pytest.raises(InvalidRecord):
        store.save(key(slug), b"x", expected=None)
    assert not list(tmp_path.rglob("*out*"))


def test_no_slug_leads_through_a_link(store, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "there.md").write_bytes(b"Theirs\n")
    store.folder.mkdir()
    (store.folder / "link").symlink_to(elsewhere)
    assert store.path_of(Slug("link/there")) is None
    with pytest.raises(InvalidRecord):
        store.save(key("link/new"), b"x", expected=None)
    assert names(elsewhere) == ["there.md"]


def test_a_file_that_is_too_large_or_no_file_is_set_aside_by_name(store):
    path = put(store, "large.md", b"x" * (LARGEST_FILE + 1))
    link = store.folder / "link.md"
    link.symlink_to(path)
    for strange in (path, link):
        with pytest.raises(SetAside) as refused:
            store.read(strange)
        assert refused.value.problems[0].file == strange.as_posix()
    with pytest.raises(SetAside):
        store.save(key("new"), b"x" * (LARGEST_FILE + 1), expected=None)


def test_a_story_that_another_keeps_locked_is_not_saved(store):
    held, leave = threading.Event(), threading.Event()

    def keep() -> None:
        with store.lock(key("marisa")):
            held.set()
            leave.wait(20)

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        assert held.wait(20)
        with pytest.raises(RecordLocked), store.lock(key("Marisa"), seconds=0.05):
            pytest.fail("two had the lock")
        store.save(key("another"), b"x", expected=None)
    finally:
        leave.set()
        keeper.join()


def test_a_save_inside_its_own_lock_goes_through(store):
    with store.lock(key("marisa")):
        store.save(key("marisa"), b"One\n", expected=None)
        store.save(key("marisa"), b"Two\n", expected=digest_of(b"One\n"))
    assert store.digest(key("marisa")) == digest_of(b"Two\n")


def test_of_many_who_save_at_once_each_that_succeeds_saw_the_one_before(store):
    put(store, "marisa.md", b"0")
    done = []

    def add_one() -> None:
        for _ in range(20):
            with store.lock(key("marisa")):
                before = store.read(store.path_of(Slug("marisa")))
                store.save(key("marisa"), b"%d" % (int(before) + 1), expected=digest_of(before))
            done.append(1)

    people = [threading.Thread(target=add_one) for _ in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert int(store.read(store.path_of(Slug("marisa")))) == len(done) == 80


def test_the_sweep_deletes_what_a_crash_left_and_nothing_else(store):
    put(store, f"2026/{UNFINISHED}0123", b"half")
    put(store, ".keep")
    put(store, "marisa.md")
    assert store.sweep_orphans() == 1
    assert sorted(path.name for path in store.folder.rglob("*")) == [".keep", "2026", "marisa.md"]


def test_a_failed_save_leaves_the_old_text(store, monkeypatch):
    path = put(store, "marisa.md", b"Old\n")
    store.folder.chmod(0o755)
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="refused"):
        replace_file(path, b"New\n")
    assert path.read_bytes() == b"Old\n"
    assert names(store.folder) == ["marisa.md"]


def refuse(descriptor: int) -> None:
    raise OSError("refused")


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 64 KB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(disk)]
    try:
        mounted = subprocess.run(mounting, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("mounting is not allowed here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_leaves_the_old_text(small_disk, tmp_path):
    store = RecordStore(small_disk, RecordKind.STORY, tmp_path / "locks")
    store.save(key("marisa"), b"Old\n", expected=None)
    with pytest.raises(OSError, match="space"):
        store.save(key("marisa"), b"x" * 100_000, expected=digest_of(b"Old\n"))
    assert (small_disk / "marisa.md").read_bytes() == b"Old\n"
    assert names(small_disk) == ["marisa.md"]
    store.save(key("marisa"), b"New\n", expected=digest_of(b"Old\n"))
    assert (small_disk / "marisa.md").read_bytes() == b"New\n"


SAVER = """
import sys
from pathlib import Path
from app.records.model import RecordKey, RecordKind
from app.records.replace import digest_of
from app.records.store import RecordStore
store = RecordStore(Path(sys.argv[1]), RecordKind.STORY, Path(sys.argv[2]))
key = RecordKey(RecordKind.STORY, "marisa")
print("ready", flush=True)
number = 0
while True:
    number += 1
    content = b"%d\\n" % number * 20_000
    store.save(key, content, expected=store.digest(key))
"""


def test_a_save_that_is_killed_leaves_the_old_text_or_the_new(store, tmp_path, figures):
    kills = scaled(small=5, full=100)
    for kill in range(kills):
        command = [sys.executable, "-c", SAVER, str(store.folder), str(tmp_path / "locks")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as saver:
            assert saver.stdout.readline() == b"ready\n"
            time.sleep(0.02 + 0.003 * (kill % 40))
            saver.kill()
        assert_whole(store)
    figures("killed saves that left the old text or the new", kills)


def assert_whole(store: RecordStore) -> None:
    for file in store.scan():
        lines = store.read(file.path).splitlines()
        assert len(lines) == 20_000
        assert len(set(lines)) == 1
    store.sweep_orphans()
    assert [path.name for path in store.folder.glob(".*")] == []
