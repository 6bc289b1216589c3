"""The folder and the catalogue: what a gatherer does to her files is what readers find."""

import os
import threading
from pathlib import Path

import pytest

import app.services.reconcile as reconciling
import app.services.taking_in as taking_in
from app.database.tables import PERSONA, PROBLEM, REVISION, STORY, WORD
from app.database.visibility import ANONYMOUS, TERMINAL
from app.errors import NotFound
from app.records.ids import derived_id
from app.records.model import RecordKey, RecordKind, Slug
from app.records.problems import SetAside, unreadable
from app.services.reading import address_by_id, read_story
from app.services.rebuilding import rebuild
from app.services.reconcile import reconcile
from tests.archives import (
    Clock,
    derived,
    found,
    ids,
    make_archive,
    new_memory,
    revisions,
    rows,
    stories,
    story_file,
    take_in,
    write,
)

ONE, TWO, THREE = "s-7k3fq2mx", "s-2m9tb3rw", "s-4hd8n0qe"
BROKEN = "---\ntitle: [\n---\nNobody can read this.\n"


def persona_file(name: str = "Elena", **keys: object) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in {"name": name, **keys}.items())
    return f"---\n{lines}---\nShe is made of several people.\n"


@pytest.fixture
def read_files(monkeypatch) -> list[str]:
    """The paths of the files that were parsed."""
    seen: list[str] = []
    examine = taking_in.examine

    def noted(content, *, path, **how):
        seen.append(path)
        return examine(content, path=path, **how)

    monkeypatch.setattr(taking_in, "examine", noted)
    return seen


def test_a_file_that_is_dropped_is_a_story(new_archive, tmp_path):
    archive = new_archive()
    write(tmp_path, {"stories/marisa.md": story_file(title="The eleven months")})
    done = take_in(archive)
    assert (done.seen, done.changed, done.removed) == (1, 1, 0)
    assert read_story(archive, ANONYMOUS, "marisa").title == "The eleven months"
    assert found(archive, "lamplight") == ["marisa"]


def test_a_file_that_is_edited_is_read_with_its_new_words(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file()})
    write(tmp_path, {"stories/marisa.md": story_file("The kettle was on.")})
    take_in(archive)
    assert "kettle" in read_story(archive, ANONYMOUS, "marisa").body_html
    assert (found(archive, "kettle"), found(archive, "lamplight")) == (["marisa"], [])


def test_a_file_that_is_deleted_is_gone_and_its_revisions_stay(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file(id=ONE)})
    (tmp_path / "stories/marisa.md").unlink()
    assert take_in(archive).removed == 1
    assert (stories(archive), found(archive, "lamplight"), revisions(archive, ONE)) == ({}, [], [1])
    with pytest.raises(NotFound):
        read_story(archive, ANONYMOUS, "marisa")


def test_a_renamed_file_keeps_the_id_that_it_carries(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file(id=ONE)})
    (tmp_path / "stories/2026").mkdir()
    (tmp_path / "stories/marisa.md").rename(tmp_path / "stories/2026/maria.md")
    take_in(archive)
    assert stories(archive) == {"2026/maria": ONE}
    assert address_by_id(archive, ANONYMOUS, ONE) == "/stories/2026/maria"
    assert revisions(archive, ONE) == [1]


def test_a_renamed_file_without_an_id_becomes_another_story(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file()})
    before = stories(archive)["marisa"]
    (tmp_path / "stories/marisa.md").rename(tmp_path / "stories/maria.md")
    take_in(archive)
    assert before == derived_id(RecordKind.STORY, Slug("marisa"))
    assert stories(archive) == {"maria": derived_id(RecordKind.STORY, Slug("maria"))}
    with pytest.raises(NotFound):
        address_by_id(archive, ANONYMOUS, before)


def test_files_that_swap_their_names_are_both_there(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file(id=ONE), "stories/b.md": story_file("Tea.", id=TWO)})
    write(tmp_path, {"stories/b.md": story_file(id=ONE), "stories/a.md": story_file("Tea.", id=TWO)})
    take_in(archive)
    assert stories(archive) == {"a": TWO, "b": ONE}
    assert (found(archive, "tea"), found(archive, "lamplight")) == (["a"], ["b"])


def test_files_that_swap_their_names_in_different_batches_are_both_there(new_archive, tmp_path, monkeypatch):
    monkeypatch.setattr(taking_in, "BATCH", 1)
    test_files_that_swap_their_names_are_both_there(new_archive, tmp_path)


def test_unchanged_files_are_recognised_without_reading_them(new_archive, read_files):
    archive = new_archive({f"stories/{n}.md": story_file() for n in range(5)})
    read_files.clear()
    assert reconcile(archive).changed == 0
    assert read_files == []


def test_after_an_update_that_reads_otherwise_every_file_is_read_again(new_archive, monkeypatch, read_files):
    archive = new_archive(
        {"stories/marisa.md": story_file("Lantern."), "stories/owen.md": story_file("Kettle.")}
    )
    read_files.clear()
    monkeypatch.setattr(reconciling, "READING", reconciling.READING + 1)
    assert take_in(archive).changed == 2
    assert take_in(archive).changed == 0
    assert sorted(read_files) == ["stories/marisa.md", "stories/owen.md"]


def test_a_touched_file_makes_no_revision(new_archive, tmp_path, read_files):
    archive = new_archive({"stories/marisa.md": story_file(id=ONE)})
    read_files.clear()
    os.utime(tmp_path / "stories/marisa.md", ns=(1, 1))
    assert take_in(archive).changed == 0
    assert (read_files, revisions(archive, ONE)) == (["stories/marisa.md"], [1])
    take_in(archive)
    assert len(read_files) == 1


def test_each_state_of_a_file_gets_the_next_number_also_an_old_state_again(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file("One.", id=ONE)})
    for text in ("Two.", "One."):
        write(tmp_path, {"stories/marisa.md": story_file(text, id=ONE)})
        take_in(archive)
    assert revisions(archive, ONE) == [1, 2, 3]
    first, _, third = rows(archive, REVISION)
    assert first["content"] == third["content"]
    assert read_story(archive, ANONYMOUS, "marisa").revision == 3


def test_a_rebuild_computes_no_revision_again(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file("One.", id=ONE)})
    write(tmp_path, {"stories/marisa.md": story_file("Two.", id=ONE)})
    take_in(archive)
    before = rows(archive, REVISION)
    rebuild(archive)
    assert rows(archive, REVISION) == before


def test_a_story_that_comes_back_goes_on_counting(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file("One.", id=ONE)})
    (tmp_path / "stories/marisa.md").unlink()
    take_in(archive)
    write(tmp_path, {"stories/marisa.md": story_file("Two.", id=ONE)})
    take_in(archive)
    assert revisions(archive, ONE) == [1, 2]


def test_a_pull_of_many_changes_at_once(new_archive, tmp_path):
    names = [f"stories/{n:03}.md" for n in range(120)]
    archive = new_archive({name: story_file(f"Word{n:03}.") for n, name in enumerate(names)})
    for name in names[:30]:
        (tmp_path / name).unlink()
    write(tmp_path, {name: story_file("Kettle.") for name in names[30:60]})
    write(tmp_path, {f"stories/new/{n}.md": story_file("Lantern.") for n in range(70)})
    done = take_in(archive)
    assert (done.seen, done.changed, done.removed) == (160, 100, 30)
    assert len(found(archive, "kettle", size=100)) == 30
    assert len(found(archive, "lantern", size=100)) == 70
    assert (found(archive, "word000"), found(archive, "word119")) == ([], ["119"])


def test_a_file_that_breaks_is_seen_by_nobody_until_it_is_mended(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file(id=ONE, title="The eleven months")})
    write(tmp_path, {"stories/marisa.md": BROKEN})
    take_in(archive)
    with pytest.raises(NotFound):
        read_story(archive, ANONYMOUS, "marisa")
    assert found(archive, "lamplight") == []
    last_good = read_story(archive, TERMINAL, "marisa")
    assert (last_good.id, last_good.title, last_good.revision) == (ONE, "The eleven months", 1)
    assert [row["set_aside"] for row in rows(archive, STORY)] == [True]
    assert revisions(archive, ONE) == [1]
    write(tmp_path, {"stories/marisa.md": story_file("Mended.", id=ONE)})
    take_in(archive)
    assert read_story(archive, ANONYMOUS, "marisa").revision == 2
    assert rows(archive, PROBLEM) == []


def test_a_file_that_was_never_whole_is_only_a_problem(new_archive):
    archive = new_archive({"stories/marisa.md": BROKEN, "stories/owen.md": story_file()})
    assert list(stories(archive)) == ["owen"]
    (problem,) = rows(archive, PROBLEM)
    assert (problem["path"], problem["set_aside"]) == ("stories/marisa.md", True)


def test_a_renamed_persona_is_found_by_its_new_name(new_archive, tmp_path):
    files = {
        "personas/elena.md": persona_file("Elena", uses="[publication]", stories="[marisa]"),
        "stories/marisa.md": story_file(),
    }
    archive = new_archive(files)
    assert found(archive, "elena") == ["marisa"]
    write(tmp_path, {"personas/elena.md": persona_file("Rosalind", uses="[publication]", stories="[marisa]")})
    take_in(archive)
    assert (found(archive, "elena"), found(archive, "rosalind")) == ([], ["marisa"])


def test_a_persona_that_is_no_longer_public_is_no_word_of_a_public_story(new_archive, tmp_path):
    public = persona_file("Rosalind", uses="[publication]", id="who-3m2xa8qd")
    archive = new_archive({"personas/r.md": public, "stories/marisa.md": story_file(personas="[r]")})
    assert found(archive, "rosalind") == ["marisa"]
    write(tmp_path, {"personas/r.md": public.replace("publication", "design")})
    take_in(archive)
    assert found(archive, "rosalind") == []
    assert not [row for row in rows(archive, WORD) if row["word"] == "rosalind"]


def test_a_persona_that_comes_later_is_a_word_of_its_stories(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file()})
    write(tmp_path, {"personas/r.md": persona_file("Rosalind", uses="[publication]", stories="[marisa]")})
    take_in(archive)
    before = derived(archive)
    assert found(archive, "rosalind") == ["marisa"]
    rebuild(archive)
    assert derived(archive) == before
    (tmp_path / "personas/r.md").unlink()
    take_in(archive)
    assert found(archive, "rosalind") == []


def test_a_file_that_disappears_between_scan_and_reading_waits_for_the_next_scan(new_archive, tmp_path):
    archive = new_archive()
    write(tmp_path, {"stories/here.md": story_file(), "stories/gone.md": story_file()})
    store = archive.stores[RecordKind.STORY]
    survey = store.survey

    def and_then_it_goes():
        seen = survey()
        (tmp_path / "stories/gone.md").unlink(missing_ok=True)
        return seen

    store.survey = and_then_it_goes
    take_in(archive)
    assert list(stories(archive)) == ["here"]
    assert (take_in(archive).seen, rows(archive, PROBLEM)) == (1, [])


def test_links_hidden_files_and_other_files_are_passed_over(new_archive, tmp_path):
    files = {
        "stories/.hidden.md": story_file(),
        "stories/.git/a.md": story_file(),
        "elsewhere.md": story_file(),
    }
    archive = new_archive(files | {"stories/notes.txt": "Not a story.", "stories/a.md": story_file()})
    (tmp_path / "stories/link.md").symlink_to(tmp_path / "elsewhere.md")
    (tmp_path / "stories/folder").symlink_to(tmp_path / "stories/.git", target_is_directory=True)
    assert take_in(archive).seen == 1
    assert list(stories(archive)) == ["a"]


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_crash_between_batches_is_mended_by_the_next_reconcile(new_archive, tmp_path, monkeypatch, after):
    monkeypatch.setattr(taking_in, "BATCH", 1)
    archive = new_archive({f"stories/{name}.md": story_file(id=ONE) for name in "ab"})
    write(tmp_path, {"stories/b.md": story_file("Kettle.", id=TWO), "stories/c.md": story_file("Door.")})
    (tmp_path / "personas/p.md").write_text(persona_file())
    done = []

    def crash(*progress):
        done.append(progress)
        if len(done) == after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reconcile(archive, progress=crash)
    take_in(archive)
    assert sorted(stories(archive)) == ["a", "b", "c"]
    assert [row["slug"] for row in rows(archive, PERSONA)] == ["p"]
    assert {found(archive, word)[0] for word in ("lamplight", "kettle", "door")} == {"a", "b", "c"}
    before = derived(archive)
    rebuild(archive)
    assert derived(archive) == before


def test_a_crash_after_a_rival_was_deleted_still_brings_the_other_back(new_archive, tmp_path, monkeypatch):
    archive = new_archive({f"stories/{name}.md": story_file(id=ONE) for name in "ab"})
    (tmp_path / "stories/b.md").unlink()
    with monkeypatch.context() as crashing, pytest.raises(KeyboardInterrupt):
        crashing.setattr(taking_in.Work, "take_all", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        reconcile(archive)
    take_in(archive)
    assert address_by_id(archive, ANONYMOUS, ONE) == "/stories/a"


def test_a_record_that_somebody_saves_is_waited_for(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file()})
    store = archive.stores[RecordKind.STORY]
    locked, unlock = threading.Event(), threading.Event()

    def save():
        with store.lock(RecordKey(RecordKind.STORY, Slug("marisa"))):
            locked.set()
            unlock.wait(5)
            write(tmp_path, {"stories/marisa.md": story_file("Saved.")})

    saving = threading.Thread(target=save)
    saving.start()
    locked.wait(5)
    write(tmp_path, {"stories/marisa.md": story_file("Half saved.")})
    threading.Timer(0.2, unlock.set).start()
    take_in(archive)
    saving.join()
    assert "Saved." in read_story(archive, ANONYMOUS, "marisa").body_html
    assert revisions(archive, stories(archive)["marisa"]) == [1, 2]


def test_a_record_that_somebody_keeps_for_long_does_not_stop_the_others(new_archive, tmp_path, monkeypatch):
    archive = new_archive({"stories/marisa.md": story_file()})
    store = archive.stores[RecordKind.STORY]
    lock = store.lock
    monkeypatch.setattr(store, "lock", lambda key: lock(key, seconds=0.1))
    keeping, unlock = threading.Event(), threading.Event()

    def keep():
        with lock(RecordKey(RecordKind.STORY, Slug("marisa"))):
            keeping.set()
            unlock.wait(10)

    keeper = threading.Thread(target=keep)
    keeper.start()
    keeping.wait(5)
    write(tmp_path, {"stories/marisa.md": story_file("Kettle."), "stories/owen.md": story_file("Door.")})
    done = take_in(archive)
    assert (done.waiting, found(archive, "door"), found(archive, "kettle")) == (1, ["owen"], [])
    unlock.set()
    keeper.join()
    assert (take_in(archive).waiting, found(archive, "kettle")) == (0, ["marisa"])


def test_a_file_that_could_not_be_opened_is_tried_again(new_archive, tmp_path, monkeypatch):
    archive = new_archive({"stories/marisa.md": story_file()})
    store = archive.stores[RecordKind.STORY]

    def refused(path: Path) -> bytes:
        raise SetAside([unreadable(str(path), None, "It can not be opened.", "Give the archive the right.")])

    write(tmp_path, {"stories/marisa.md": story_file("Kettle.")})
    with monkeypatch.context() as closed:
        closed.setattr(store, "read", refused)
        take_in(archive)
    with pytest.raises(NotFound):
        read_story(archive, ANONYMOUS, "marisa")
    take_in(archive)  # chmod changes neither size nor times
    assert found(archive, "kettle") == ["marisa"]


def test_uses_that_are_no_longer_assumed_close_the_stories_that_rested_on_them(tmp_path):
    files = {"stories/bare.md": story_file(consent=""), "stories/said.md": story_file("Kettle.")}
    files["stories/empty.md"] = story_file("Lantern.", consent="consent:")
    index = new_memory()
    for assumed, seen in (("", ["said"]), ("publication", ["bare", "said"]), ("design", ["said"])):
        archive = make_archive(tmp_path, files if not assumed else {}, index=index, unstated_uses=assumed)
        archive.clock = Clock()
        take_in(archive)
        assert sorted(found(archive, "")) == seen
        archive.engine.dispose()


def test_every_file_has_one_record(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file(), "personas/a.md": persona_file()})
    assert ids(archive) == {
        "stories/a.md": derived_id(RecordKind.STORY, Slug("a")),
        "personas/a.md": derived_id(RecordKind.PERSONA, Slug("a")),
    }
