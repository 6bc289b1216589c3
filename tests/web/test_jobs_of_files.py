"""The page of a job that brought files in: what came of each, and what waits to be looked through."""

import pytest

from app.database.gathering import INTAKE, JOB_ITEM
from app.database.visibility import TERMINAL
from app.services.finishing import finish_jobs
from app.services.gathering import doing, importing, jobs
from app.services.gathering.jobs import run, waiting_jobs
from app.services.gathering.journal import read_items
from app.services.withdrawing import Outcome, Request, withdraw
from tests.archives import rows
from tests.imports.documents import word_body
from tests.imports.pdfs import pdf
from tests.web.filling import filled_in
from tests.web.people import look, send, someone
from tests.web.posting import add_files

PAGE = pdf(["She waited at the window that whole winter."])
CHANGE = 'w:id="3" w:author="J" w:date="2026-01-01T00:00:00Z"'
STILL = "It waits to be looked through."


def bring(web, who, *files):
    """Bring files in together; the address of the job, which is done."""
    answer = add_files(web, who, files)
    assert answer.status == 303, answer.text
    work(web, answer["location"])
    return answer["location"]


def work(web, address):
    run(web.archive, int(address.rpartition("/")[2]))


def states(web, address):
    return [item.state for item in read_items(web.archive, int(address.rpartition("/")[2]))]


def waiting(web):
    return [row["key"] for row in rows(web.archive, INTAKE)]


@pytest.fixture
def job(web, ann):
    return bring(web, ann, ("talk.txt", b"She came in March."), ("rosa.pdf", PAGE), ("none.pdf", b"none"))


def test_what_waits_to_be_looked_through_is_no_failure_and_leads_there(web, ann, job):
    page = look(web, job, ann).text
    assert states(web, job) == ["done", "review", "failed"]
    assert "<strong>1</strong> waits to be looked through" in page
    assert "<strong>1</strong> could not be done" in page
    (key,) = waiting(web)
    assert f'<a href="/add/{key}">rosa.pdf</a><p>{STILL}</p>' in page
    assert look(web, f"/add/{key}", ann).status == 200
    assert "1 file to look at" in look(web, "/desk/jobs", ann).text


def test_a_steward_who_looks_finds_it_too_and_another_gatherer_nothing(web, ann, job):
    (key,) = waiting(web)
    assert f"/add/{key}" in look(web, job, someone(web.archive, "Sue", "steward")).text
    assert look(web, job, someone(web.archive, "Ben", "gatherer")).status == 404


def test_trying_again_brings_no_text_twice(web, ann, job):
    send(web, job, {"do": "again"}, ann)
    work(web, job)
    assert states(web, job) == ["done", "review", "failed"] and len(waiting(web)) == 1


def test_the_same_file_in_another_job_waits_once(web, ann, job):
    again = bring(web, ann, ("rosa.pdf", PAGE), ("new.txt", b"Another one."))
    assert states(web, again) == ["unchanged", "done"] and len(waiting(web)) == 1
    send(web, again, {"do": "undo"}, ann)
    work(web, again)
    assert len(waiting(web)) == 1  # the other job brought it


def test_files_that_are_tried_one_by_one_after_a_failure_wait_once(web, ann, monkeypatch):
    together = importing.create_all

    def not_together(archive, news, **named):
        if len(news) > 1:
            raise OSError(5, "Input/output error")
        return together(archive, news, **named)

    monkeypatch.setattr(importing, "create_all", not_together)
    job = bring(web, ann, ("a.txt", b"She came."), ("rosa.pdf", PAGE), ("b.txt", b"She left."))
    assert states(web, job) == ["done", "review", "done"] and len(waiting(web)) == 1


def test_undoing_drops_a_text_on_which_nobody_has_worked(web, ann, job):
    assert "a text that waits to be looked through is dropped" in look(web, job, ann).text
    send(web, job, {"do": "undo"}, ann)
    work(web, job)
    assert states(web, job) == ["undone", "undone", "failed"] and waiting(web) == []
    assert sent(web) == []
    assert STILL not in look(web, job, ann).text


class Killed(BaseException):
    """The process ended here."""


def killed(*_args, **_named):
    raise Killed


def sent(web):
    return [path for path in (web.archive.settings.state / "incoming").rglob("*") if path.is_file()]


@pytest.mark.parametrize("seam", [(doing, "note_outcomes"), (jobs, "change_step")], ids=lambda one: one[1])
def test_a_crash_at_the_end_of_a_job_loses_no_file_and_keeps_none(web, ann, monkeypatch, seam):
    files = [("talk.txt", b"She came in March."), ("none.pdf", b"none")]
    with monkeypatch.context() as broken:
        broken.setattr(*seam, killed)
        with pytest.raises(Killed):
            bring(web, ann, *files)
    (job,) = waiting_jobs(web.archive)
    address = f"/desk/jobs/{job}"
    work(web, address)
    assert states(web, address) == ["done", "failed"] and sent(web) == []
    assert "What is in this file is no .pdf" in look(web, address, ann).text


def test_a_job_that_is_stopped_and_undone_keeps_nothing_of_what_was_sent(web, ann):
    answer = add_files(web, ann, [("talk.txt", b"She came in March."), ("more.txt", b"She left.")])
    job = answer["location"]
    send(web, job, {"do": "stop"}, ann)
    assert len(sent(web)) == 2
    send(web, job, {"do": "undo"}, ann)
    work(web, job)
    assert sent(web) == []


def test_undoing_a_job_of_which_all_waits_drops_that(web, ann):
    job = bring(web, ann, ("rosa.pdf", PAGE), ("other.pdf", pdf(["She rang back in the spring."])))
    assert "Put 2 files back" in look(web, job, ann).text
    send(web, job, {"do": "undo"}, ann)
    work(web, job)
    assert states(web, job) == ["undone", "undone"] and waiting(web) == []


def keep(web, ann, do):
    (key,) = waiting(web)
    form = filled_in(look(web, f"/add/{key}", ann), f"/add/{key}")
    return send(web, f"/add/{key}", form | {"title": "The window", "do": do}, ann)


def test_undoing_leaves_a_text_on_which_somebody_has_worked_and_says_so(web, ann, job):
    assert keep(web, ann, "keep").status in (200, 303)
    send(web, job, {"do": "undo"}, ann)
    work(web, job)
    (key,) = waiting(web)
    page = look(web, job, ann).text
    assert states(web, job) == ["undone", "kept", "failed"]
    assert f'<a href="/add/{key}">rosa.pdf</a>' in page and "It still waits at /add." in page


def test_a_text_that_was_looked_through_is_a_story_of_the_job_and_stays_when_it_is_undone(web, ann, job):
    saved_at = keep(web, ann, "save")
    assert saved_at.status == 303, saved_at.text
    page = look(web, job, ann).text
    assert "<strong>1</strong> was looked through" in page and "It was looked through and saved." in page
    assert ">The window</a>" in page and STILL not in page
    send(web, job, {"do": "undo"}, ann)
    work(web, job)
    assert states(web, job) == ["undone", "kept", "failed"]
    assert "saved as a story since" in look(web, job, ann).text
    assert look(web, saved_at["location"], ann).status == 200


def test_a_text_that_was_dropped_waits_no_more_and_is_undone_without_a_word(web, ann, job):
    (key,) = waiting(web)
    send(web, f"/add/{key}", {"do": "drop", "digest": ""}, ann)
    assert waiting(web) == []
    assert "It waits no more." in look(web, job, ann).text
    send(web, job, {"do": "undo"}, ann)
    work(web, job)
    assert states(web, job) == ["undone", "undone", "failed"]


def test_erasing_what_it_became_takes_its_file_name_out_of_the_job(web, ann, job):
    keep(web, ann, "save")
    (story_id,) = {item.record_id for item in read_items(web.archive, 1) if item.state == "review"}
    withdraw(web.archive, TERMINAL, story_id, Request(Outcome.ERASE))
    finish_jobs(web.archive)
    assert "rosa" not in str(rows(web.archive, JOB_ITEM))


def test_several_notes_on_one_file_are_a_list(web, ann):
    struck = f"<w:del {CHANGE}><w:r><w:delText>He left.</w:delText></w:r></w:del>"
    lost = "<w:chart><w:t>Lost in there</w:t></w:chart>"
    one, two = (f"<w:p><w:r><w:t>She came {n}.</w:t></w:r>{struck}" for n in (1, 2))
    job = bring(
        web, ann, ("one.docx", word_body(f"{one}</w:p>")), ("two.docx", word_body(f"{two}{lost}</w:p>"))
    )
    page = look(web, job, ann).text
    assert page.count('<ul class="notes"><li>1 stretch') == 1 and page.count("<p>1 stretch") == 1
    assert "</li><li>3 words of the document did not come over" in page
