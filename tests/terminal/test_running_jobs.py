"""A job over many files from a terminal: the same progress, and Ctrl+C leaves nothing going on."""

from contextlib import contextmanager

import pytest

from app import cli_terminal
from app.services.gathering.jobs import resume, run
from app.services.gathering.journal import read_items
from tests.archives import make_archive, story_file, take_in
from tests.services.gathering.appending import begin


@pytest.fixture
def archive(tmp_path):
    archive = make_archive(tmp_path, {f"stories/{name}.md": story_file(f"By {name}.") for name in "abc"})
    take_in(archive)
    yield archive
    archive.close()


def interrupting_at(number, seen):
    @contextmanager
    def progress(_label):
        def report(done, total):
            seen.append((done, total))
            if done == number:
                raise KeyboardInterrupt

        yield report

    return progress


def test_a_job_shows_how_far_it_is(archive, monkeypatch):
    seen = []
    monkeypatch.setattr(cli_terminal, "progress", interrupting_at(-1, seen))
    assert cli_terminal.run_job(archive, begin(archive), "Appending").step == "done"
    assert seen[0] == (0, 3) and seen[-1] == (3, 3)


def test_ctrl_c_stops_a_job_and_says_where_it_goes_on(archive, monkeypatch, capsys):
    monkeypatch.setattr(cli_terminal, "progress", interrupting_at(1, []))
    job = begin(archive)
    assert cli_terminal.run_job(archive, job, "Appending").step == "stopped"
    assert f"/desk/jobs/{job}" in capsys.readouterr().err
    assert [item.state for item in read_items(archive, job)] == ["done", "waiting", "waiting"]
    assert run(archive, job).step == "stopped"
    resume(archive, job)
    assert run(archive, job).step == "done"
