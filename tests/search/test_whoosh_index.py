"""The index on disk: other processes, rebuilding, damage, and what its folder looks like."""

import gc
import stat
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from app.errors import SearchUnavailable
from app.search.folders import FORMAT
from app.search.store import SEGMENT_STORIES, to_rewrite
from app.search.whoosh_index import WhooshIndex
from tests.search.stories import ALL, BAKERY, CLINIC, HARBOUR, MEMBERS, PUBLIC, ask, found, story


@pytest.fixture
def other(whoosh, folder):
    """The same index in another process, as far as it can know."""
    whoosh.put(ALL)
    index = WhooshIndex(folder)
    ask(index, "")
    yield index
    index.close()


def test_without_an_index_nothing_is_searched_and_a_rebuild_helps(folder):
    index = WhooshIndex(folder)
    assert not index.ready()
    with pytest.raises(SearchUnavailable):
        ask(index, "")
    with pytest.raises(SearchUnavailable):
        index.put(ALL)
    index.rebuild(ALL)
    assert index.ready()
    assert ask(index, "").total == 3
    index.close()


def test_another_process_finds_what_was_put(whoosh, other):
    whoosh.put([story("s-new", "lighthouse")])
    assert found(other, "lighthouse") == ["s-new"]


def test_another_process_finds_no_more_what_was_removed(whoosh, other):
    whoosh.remove([HARBOUR.key])
    assert found(other, "lamplight") == []


def test_another_process_takes_up_a_rebuilt_index(whoosh, other):
    whoosh.rebuild([CLINIC])
    assert found(other, "") == [CLINIC.key]


def test_a_class_is_switched_off_for_every_process_and_through_a_rebuild(whoosh, other):
    whoosh.switch_off(PUBLIC)
    whoosh.rebuild(ALL)
    with pytest.raises(SearchUnavailable):
        ask(other, "")
    whoosh.switch_on(PUBLIC)
    assert ask(other, "").total == 3


def test_a_reader_that_races_writers_always_has_an_answer(whoosh, other):
    done, failures = threading.Event(), []

    def write():
        for number in range(12):
            whoosh.put([story("s-new", f"lighthouse {number}")])
            whoosh.remove(["s-new"])
            if number % 4 == 3:
                whoosh.rebuild(ALL)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not done.is_set():
        answer = set(found(other, "lamplight lighthouse bread"))
        if not {HARBOUR.key, BAKERY.key} <= answer <= {HARBOUR.key, BAKERY.key, "s-new"}:
            failures.append(answer)
    writer.join()
    assert failures == []


def test_a_rebuild_while_a_reader_opens_the_old_index_is_no_damage(whoosh, other, caplog, monkeypatch):
    old = other._folders.current()
    answers = iter([old])

    def current():
        told = next(answers, None)
        if told:
            whoosh.rebuild(ALL)
        return told or whoosh._folders.current()

    monkeypatch.setattr(other._folders, "current", current)
    assert found(other, "lamplight") == [HARBOUR.key]
    assert (caplog.messages, old.exists()) == ([], False)


def test_a_segment_that_can_not_be_opened_leaves_no_file_open(whoosh, folder):
    whoosh.put(ALL)
    for postings in folder.rglob("*.pst"):
        postings.unlink()
    cold = WhooshIndex(folder)
    assert not cold.ready()
    assert [each for each in open_files() if str(folder) in each and each.endswith(".trm")] == []
    cold.close()


def open_files():
    """What this process has open, by name."""
    for each in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            yield str(each.readlink())


def test_two_writers_wait_for_each_other(whoosh, other):
    writers = [
        threading.Thread(target=index.put, args=([story(f"s-{name}-{number}", "together")],))
        for number in range(4)
        for name, index in (("one", whoosh), ("other", other))
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert ask(whoosh, "together").total == 8


def test_many_threads_are_answered_alike(whoosh, folder):
    whoosh.put(ALL)
    cold = WhooshIndex(folder)
    questions = ("waiting", "assessment sister", '"told it"', "lamp*") * 8
    expected, answers = [ask(whoosh, q) for q in questions], {}
    threads = [
        threading.Thread(target=lambda at=at: answers.update({at: ask(cold, questions[at])}))
        for at in range(len(questions))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answers[at] for at in range(len(questions))] == expected
    cold.close()


def test_a_rebuild_answers_the_same_as_stories_put_one_by_one(whoosh, folder):
    stories = [
        story(f"s-{number}", f"waiting {number} letter{number % 7}\nsister", gathered="2026")
        for number in range(40)
    ]
    for each in stories:
        whoosh.put([each])
    asked = ("waiting", "letter3 sister", '"waiting 5"', "let*", "", "sister -letter2")
    before = [ask(whoosh, q, stories=stories) for q in asked]
    whoosh.optimise()
    assert [ask(whoosh, q, stories=stories) for q in asked] == before
    whoosh.rebuild(reversed(stories))
    assert [ask(whoosh, q, stories=stories) for q in asked] == before


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(whoosh, folder):
    def half():
        yield CLINIC
        raise OSError("disk full")

    whoosh.put(ALL)
    with pytest.raises(OSError, match="disk full"):
        whoosh.rebuild(half())
    assert ask(whoosh, "").total == 3
    assert len([each for each in folder.iterdir() if each.name.startswith(f"{FORMAT}-")]) == 1


def test_only_the_owner_may_look_into_the_index(whoosh, folder):
    whoosh.put([HARBOUR, story("s-inside", "x", MEMBERS)])
    folders = [folder, *(each for each in folder.rglob("*") if each.is_dir())]
    assert {stat.S_IMODE(each.stat().st_mode) for each in folders} == {0o700}


def test_a_rebuild_leaves_one_folder(whoosh, folder):
    for _ in range(3):
        whoosh.rebuild(ALL)
    assert len([each for each in folder.iterdir() if each.name[0].isdigit()]) == 1


def test_an_index_of_another_format_is_no_index(whoosh, folder):
    (folder / "CURRENT").write_text(f"{FORMAT + 1}-1")
    assert not WhooshIndex(folder).ready()


def test_a_class_whose_folder_was_lost_is_missed(whoosh, folder):
    whoosh.put(ALL)
    for path in (folder / (folder / "CURRENT").read_text() / PUBLIC).iterdir():
        path.unlink()
    index = WhooshIndex(folder)
    assert not index.ready()
    index.rebuild(ALL)
    assert ask(index, "").total == 3
    index.close()


@pytest.fixture
def swept():
    """Closes what Whoosh leaves open where it stumbles, while the warning about it is expected."""
    yield
    gc.collect()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("swept")
@pytest.mark.parametrize("ending", [".toc", ".trm", ".pst", ".col"])
@pytest.mark.parametrize("damage", [lambda content: b"", lambda content: b"\x80" * len(content)])
def test_a_damaged_index_is_found_out_and_rebuilt(whoosh, folder, ending, damage):
    whoosh.put(ALL)
    for path in folder.rglob(f"*{ending}"):
        path.write_bytes(damage(path.read_bytes()))
    index = WhooshIndex(folder)
    with pytest.raises(SearchUnavailable):
        ask(index, "lamplight")
    assert not index.ready()
    index.rebuild(ALL)
    assert found(index, "lamplight") == [HARBOUR.key]
    index.close()


def test_an_index_that_is_busy_writing_says_so(whoosh, other, monkeypatch):
    monkeypatch.setattr(other, "_writing", type(other._writing)(str(other._writing.lock_file), timeout=0.05))
    with whoosh._writing, pytest.raises(SearchUnavailable):
        other.put([CLINIC])


def test_segments_with_deleted_stories_are_rewritten_first():
    assert to_rewrite([(100, 0), (400, 1), (3, 1)]) == [1, 2]


def test_a_segment_that_is_full_is_rewritten_alone():
    assert to_rewrite([(SEGMENT_STORIES, 1), (SEGMENT_STORIES, 1)]) == [0]


def test_segments_of_one_size_are_joined_and_others_left():
    assert to_rewrite([(SEGMENT_STORIES, 0), (1, 0), (1, 0), (1, 0)]) == []
    assert to_rewrite([(SEGMENT_STORIES, 0), (1, 0), (1, 0), (60, 0), (1, 0), (1, 0)]) == [1, 2, 4, 5]
    assert to_rewrite([(SEGMENT_STORIES, 0)] * 8) == []
