"""A job over many files is done once, whole and as one: watched, stopped, gone on with, undone."""

import threading
from functools import partial

import pytest

from app.database.gathering import JOB_ITEM
from app.database.ledgers import JOB
from app.database.tables import REVISION
from app.database.visibility import TERMINAL, Actor, Role
from app.errors import InvalidText, JobsWait, NotFound
from app.records.store import RecordStore
from app.services import intents
from app.services.finishing import finish_jobs
from app.services.gathering import doing, jobs
from app.services.gathering.jobs import job_for, jobs_for, resume, run, start, stop, try_again, undo
from app.services.gathering.journal import Planned, Step, read_items
from app.services.gathering.putting_back import place_of
from app.services.gathering.showing import read_job_page
from app.services.gathering.working import Worker
from app.services.withdrawing import Outcome, Request, withdraw
from app.services.withholding import withhold
from tests.archives import found, ids, rows, stories, story_file, take_in, write
from tests.services.gathering.appending import begin, planned
from tests.web.people import account

NAMES = ("a", "b", "c", "d")
MOON = "\nMoonlight.\n"


@pytest.fixture
def archive(new_archive):
    return new_archive(
        {f"stories/{name}.md": story_file(f"By {name}.", id=f"s-{name * 8}") for name in NAMES}
    )


def text(tmp_path, name):
    return (tmp_path / f"stories/{name}.md").read_text()


def states(archive, job):
    return [item.state for item in read_items(archive, job)]


def test_every_file_is_done_once_with_its_version_and_search_knows(archive, tmp_path):
    steps = []
    job = begin(archive)
    ended = run(archive, job, lambda done, total: steps.append((done, total)))
    assert (ended.step, ended.done, ended.total, ended.finished is not None) == ("done", 4, 4, True)
    assert states(archive, job) == ["done"] * 4
    assert all(text(tmp_path, name).count(MOON) == 1 for name in NAMES)
    assert list(dict.fromkeys(steps)) == [(n, 4) for n in range(5)]
    assert {row["note"] for row in rows(archive, REVISION) if row["number"] == 2} == {"A word"}
    assert sorted(found(archive, "moonlight")) == list(NAMES)


def test_a_file_that_can_not_be_done_is_named_in_words_and_the_next_goes_on(archive, tmp_path):
    items = [*planned(archive, ["a"]), *planned(archive, ["b"], refused=True), *planned(archive, ["c"])]
    job = start(archive, "test append", items, data={"word": "Moonlight."})
    run(archive, job)
    assert states(archive, job) == ["done", "failed", "done"]
    assert read_items(archive, job)[1].said == "This one is not wanted. Leave it out."
    assert MOON not in text(tmp_path, "b") and MOON in text(tmp_path, "c")


def test_what_somebody_changed_after_it_was_begun_is_a_conflict_and_can_be_tried_again(archive, tmp_path):
    job = begin(archive)
    write(tmp_path, {"stories/b.md": story_file("Hers, meanwhile.", id="s-bbbbbbbb")})
    run(archive, job)
    assert states(archive, job) == ["done", "conflict", "done", "done"]
    assert read_items(archive, job)[1].said == doing.CHANGED
    assert "meanwhile" in text(tmp_path, "b") and MOON not in text(tmp_path, "b")
    try_again(archive, job, digests={"s-bbbbbbbb": place_of(archive, "s-bbbbbbbb").digest})
    assert run(archive, job).step == Step.DONE
    assert states(archive, job) == ["done"] * 4
    assert "meanwhile" in text(tmp_path, "b") and MOON in text(tmp_path, "b")


def test_a_file_that_says_it_already_is_unchanged_and_stays_when_the_job_is_undone(archive, tmp_path):
    run(archive, begin(archive, ["a"]))
    job = begin(archive)
    run(archive, job)
    assert states(archive, job) == ["unchanged", "done", "done", "done"]
    undo(archive, job)
    run(archive, job)
    assert states(archive, job) == ["unchanged", "undone", "undone", "undone"]
    assert MOON in text(tmp_path, "a") and MOON not in text(tmp_path, "b")


def test_a_job_that_is_stopped_begins_no_further_file_and_goes_on_later(archive, tmp_path):
    job = begin(archive)

    def stop_after_two(done, _total):
        if done == 2:
            stop(archive, job)

    assert run(archive, job, stop_after_two).step == Step.STOPPED
    assert states(archive, job) == ["done", "done", "done", "waiting"]
    assert run(archive, job).step == Step.STOPPED
    with pytest.raises(InvalidText):
        stop(archive, job)
    resume(archive, job)
    assert run(archive, job).step == Step.DONE and states(archive, job) == ["done"] * 4


def test_undoing_puts_back_every_byte_and_begins_with_the_last(archive, tmp_path):
    before = {name: text(tmp_path, name) for name in NAMES}
    job = begin(archive)
    run(archive, job)
    undo(archive, job)
    ended = run(archive, job)
    assert (ended.step, ended.done, ended.total) == ("undone", 4, 4)
    assert {name: text(tmp_path, name) for name in NAMES} == before
    assert found(archive, "moonlight") == []
    sources = [row["source"] for row in rows(archive, REVISION) if row["number"] == 3]
    assert sources == ["restored"] * 4
    with pytest.raises(InvalidText):
        undo(archive, job)


def test_what_somebody_changed_since_is_listed_and_left_alone_when_undone(archive, tmp_path):
    job = begin(archive)
    run(archive, job)
    write(tmp_path, {"stories/c.md": text(tmp_path, "c") + "And hers.\n"})
    (tmp_path / "stories/d.md").unlink()
    undo(archive, job)
    run(archive, job)
    assert states(archive, job) == ["undone", "undone", "kept", "kept"]
    assert text(tmp_path, "c").endswith("Moonlight.\nAnd hers.\n")
    assert [item.said for item in read_items(archive, job)][2:] == [
        "Somebody changed it since. It was left as it is; its history has what was there before.",
        "Its file is no longer there.",
    ]


def test_an_undo_can_be_stopped_and_gone_on_with(archive, tmp_path):
    job = begin(archive)
    run(archive, job)
    undo(archive, job)
    assert run(archive, job, lambda done, _total: done == 1 and stop(archive, job)).step == Step.HALTED
    assert states(archive, job) == ["done", "done", "undone", "undone"]
    resume(archive, job)
    assert run(archive, job).step == Step.UNDONE and states(archive, job) == ["undone"] * 4


def made(archive, refused=()):
    items = [Planned(f"new-{n}", f"s-new0000{n}", "", {"refused": n in refused}) for n in range(5)]
    return start(archive, "test make", items)


def test_files_are_made_several_at_a_time_and_one_that_fails_holds_up_no_other(archive, tmp_path):
    job = made(archive, refused=(1,))
    run(archive, job)
    assert states(archive, job) == ["done", "failed", "done", "done", "done"]
    assert {slug for slug in stories(archive) if slug.startswith("new")} == {
        "new-0",
        "new-2",
        "new-3",
        "new-4",
    }


def test_an_undone_job_deletes_what_it_made_unless_somebody_changed_it(archive, tmp_path):
    job = made(archive)
    run(archive, job)
    write(tmp_path, {"stories/new-3.md": text(tmp_path, "new-3") + "More.\n"})
    undo(archive, job)
    run(archive, job)
    assert states(archive, job) == ["undone", "undone", "undone", "kept", "undone"]
    assert {path.stem for path in (tmp_path / "stories").glob("new*")} == {"new-3"}
    assert {slug for slug in stories(archive) if slug.startswith("new")} == {"new-3"}


class Killed(BaseException):
    """The process ends here: nothing that catches errors may go on."""


def killed(*_args, **_named):
    raise Killed


SEAMS = {
    "before it is announced": (intents, "forget"),
    "before the file": (RecordStore, "save"),
    "before it is noted": (doing, "note_outcomes"),
    "before the end is written": (jobs, "change_step"),
}


@pytest.mark.parametrize("seam", SEAMS)
@pytest.mark.parametrize("undoing", [False, True])
def test_a_crash_repeats_nothing_and_loses_nothing(archive, tmp_path, monkeypatch, seam, undoing):
    job = begin(archive)
    if undoing:
        run(archive, job)
        undo(archive, job)
    with monkeypatch.context() as broken:
        broken.setattr(*SEAMS[seam], killed)
        with pytest.raises(Killed):
            run(archive, job)
    assert run(archive, job).finished
    assert states(archive, job) == ["undone" if undoing else "done"] * 4
    assert [text(tmp_path, name).count(MOON) for name in NAMES] == [0 if undoing else 1] * 4
    numbers = [row["number"] for row in rows(archive, REVISION) if row["record_id"] == "s-aaaaaaaa"]
    assert sorted(numbers) == [1, 2, 3][: 3 if undoing else 2]


@pytest.mark.parametrize("undoing", [False, True])
def test_a_file_that_was_written_before_a_crash_is_known_by_its_digest(
    archive, tmp_path, monkeypatch, undoing
):
    job = begin(archive)
    if undoing:
        run(archive, job)
        undo(archive, job)
    written = RecordStore.save

    def written_and_killed(*args, **named):
        written(*args, **named)
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(RecordStore, "save", written_and_killed)
        with pytest.raises(Killed):
            run(archive, job)
    item = read_items(archive, job)[3 if undoing else 0]
    assert item.state == ("done" if undoing else "waiting")
    run(archive, job)
    assert states(archive, job) == ["undone" if undoing else "done"] * 4
    assert all(item.after for item in read_items(archive, job))


def test_a_new_file_that_was_written_before_a_crash_is_not_made_twice(archive, tmp_path, monkeypatch):
    job = made(archive)
    with monkeypatch.context() as broken:
        broken.setattr(doing, "note_outcomes", killed)
        with pytest.raises(Killed):
            run(archive, job)
    run(archive, job)
    assert states(archive, job) == ["done"] * 5
    undo(archive, job)
    run(archive, job)
    assert not list((tmp_path / "stories").glob("new*"))


def test_one_process_works_on_a_job_and_another_watches_it(archive, tmp_path):
    job, begun, go_on = begin(archive), threading.Event(), threading.Event()

    def slowly(done, _total):
        if done == 1:
            begun.set()
            assert go_on.wait(20)

    first = threading.Thread(target=run, args=(archive, job, slowly))
    first.start()
    assert begun.wait(20)
    assert run(archive, job, wait=False).done == 1
    seen = []

    def watching(done, total):
        seen.append((done, total))
        go_on.set()

    assert run(archive, job, watching).step == Step.DONE
    first.join()
    assert seen[0] == (1, 4) and states(archive, job) == ["done"] * 4


def test_a_server_goes_on_with_open_jobs_at_its_start(archive):
    job, ready = begin(archive), threading.Event()
    ready.set()
    worker = Worker(archive, ready)
    worker.start()
    watched = run(archive, job)
    worker.stop()
    worker.join()
    assert watched.step == Step.DONE and states(archive, job) == ["done"] * 4


def test_nothing_is_done_over_many_files_while_a_restore_waits_for_a_steward(archive):
    job = begin(archive)
    with archive.writing() as connection:
        withhold(connection, "2026-01-01", "2026-01-02")
        connection.commit()
    asked = (run, undo, resume, try_again)
    for attempt in (lambda: begin(archive), *(partial(one, archive, job) for one in asked)):
        with pytest.raises(JobsWait):
            attempt()
    assert states(archive, job) == ["waiting"] * 4
    assert read_job_page(archive, TERMINAL, None, job).waiting


def test_only_who_began_a_job_and_stewards_know_of_it(archive):
    ann, sue = account(archive, "Ann", "gatherer"), account(archive, "Sue", "gatherer")
    job = begin(archive, by=ann)
    gatherer, steward = Actor(frozenset({Role.GATHERER})), Actor(frozenset({Role.STEWARD}))
    assert job_for(archive, gatherer, ann, job).key == job
    assert job_for(archive, steward, sue, job).key == job
    for actor, who in ((gatherer, sue), (gatherer, None)):
        with pytest.raises(NotFound):
            job_for(archive, actor, who, job)
    with pytest.raises(NotFound):
        job_for(archive, TERMINAL, None, job + 1)
    assert [one.key for one in jobs_for(archive, gatherer, ann, page=1, size=5)[0]] == [job]
    assert jobs_for(archive, gatherer, sue, page=1, size=5) == ([], 0)
    assert jobs_for(archive, steward, sue, page=1, size=5)[1] == 1


def test_an_undo_does_what_its_asker_may_do_at_that_moment(archive, tmp_path):
    ann = account(archive, "Ann", "gatherer")
    job = begin(archive, by=ann)
    run(archive, job)
    undo(archive, job, by=ann)
    run(archive, job)
    assert states(archive, job) == ["kept"] * 4
    assert read_items(archive, job)[0].said == doing.GONE and MOON in text(tmp_path, "a")


def test_a_persona_is_put_back_for_who_began_the_job_and_for_stewards(archive, tmp_path):
    write(tmp_path, {"personas/elena.md": "---\nid: who-e1ena000\nname: Elena\n---\nShe waits.\n"})
    take_in(archive)
    ann, sue = account(archive, "Ann", "gatherer"), account(archive, "Sue", "gatherer")
    items = [Planned("", "who-e1ena000", place_of(archive, "who-e1ena000").digest)]
    for by, state in ((sue, "kept"), (ann, "undone")):
        job = start(archive, "test append", items, by=ann, data={"word": f"Moonlight for {state}."})
        run(archive, job)
        undo(archive, job, by=by)
        run(archive, job)
        assert states(archive, job) == [state]
        items = [Planned("", "who-e1ena000", place_of(archive, "who-e1ena000").digest)]


def test_a_job_that_can_not_go_on_says_so_and_is_tried_again(archive, monkeypatch):
    job, ready = begin(archive), threading.Event()
    ready.set()
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "reconcile", full_disk)
        worker = Worker(archive, ready)
        worker._work()
    page = read_job_page(archive, TERMINAL, None, job)
    assert page.failed and page.working and states(archive, job) == ["waiting"] * 4
    worker._work()
    page = read_job_page(archive, TERMINAL, None, job)
    assert not page.failed and states(archive, job) == ["done"] * 4


def full_disk(*_args, **_named):
    raise OSError(28, "No space left on device")


def test_what_cannot_be_saved_at_the_moment_of_a_full_disk_is_said(archive, monkeypatch):
    job = begin(archive, ["a"])

    with monkeypatch.context() as broken:
        broken.setattr(RecordStore, "save", full_disk)
        run(archive, job)
    (item,) = read_items(archive, job)
    assert item.state == "failed" and "The disk of the archive is full" in item.said
    try_again(archive, job)
    run(archive, job)
    assert states(archive, job) == ["done"]


def test_a_story_that_is_erased_leaves_no_name_in_the_journal(archive):
    job = start(
        archive,
        "test append",
        [Planned("her-name.docx", ids(archive)["stories/a.md"], "d1")],
        data={"word": "x"},
    )
    withdraw(archive, TERMINAL, "s-aaaaaaaa", Request(Outcome.ERASE))
    finish_jobs(archive)
    assert "her-name" not in str(rows(archive, JOB_ITEM)) + str(rows(archive, JOB))
    assert [(row["before"], row["after"]) for row in rows(archive, JOB_ITEM)] == [("", "")]
    run(archive, job)
    take_in(archive)
    assert states(archive, job) == ["failed"]
