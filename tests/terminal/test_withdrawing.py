"""Taking a story back from a terminal, which acts as a steward."""

import json

import pytest

from app.errors import InvalidText, StoryholdError
from tests.terminal.test_terminal import here

A = "s-7k3fq2mx"
HERS = "The lamplighter counted eleven boats before she went home again that night."
TEXT = f"---\nid: {A}\ntitle: Lantern\nconsent: {{uses: [publication]}}\n---\n{HERS}\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "stories").mkdir()
    (tmp_path / "personas").mkdir()
    (tmp_path / "stories/a.md").write_text(TEXT)
    assert here(tmp_path, "index").exit_code == 0
    return tmp_path


def test_a_story_is_taken_back_after_its_impact_was_shown(folder):
    answer = here(folder, "withdraw", A, "--yes")
    assert answer.exit_code == 0
    assert answer.stdout == f"{A}: taken back\n"
    assert "s-7k3fq2mx: Lantern (1 version)" in answer.stderr
    assert "status: withdrawn" in (folder / "stories/a.md").read_text()


def test_in_a_pipe_nothing_is_done_without_yes(folder):
    assert isinstance(here(folder, "withdraw", A).exception, InvalidText)
    assert (folder / "stories/a.md").read_text() == TEXT


def test_check_says_that_an_old_file_claims_more(folder):
    here(folder, "withdraw", A, "--yes")
    (folder / "stories/a.md").write_text(TEXT)
    told = json.loads(here(folder, "check", "--format", "json").stdout)["problems"]
    (one,) = told
    assert one["key"] == "status"
    assert one["remedy"].startswith(f"Only a steward can lift this, at /s/{A}/withdraw.")


def test_an_erased_story_is_gone_and_its_file_is_a_problem_when_it_comes_back(folder):
    assert here(folder, "erase", A, "--yes").stdout == f"{A}: erased\n"
    assert not (folder / "stories/a.md").exists()
    (folder / "stories/a.md").write_text(TEXT)
    here(folder, "index", "--rebuild")
    told = json.loads(here(folder, "check", "--format", "json").stdout)["problems"]
    assert [one["set_aside"] for one in told] == [True]


def test_another_text_comes_from_a_file(folder):
    (folder / "new.md").write_text("---\ntitle: A lamp\n---\nA woman counted boats.\n")
    answer = here(folder, "withdraw", A, "--outcome", "anonymise", "--text", "new.md", "--yes")
    assert answer.exit_code == 0, answer.output
    assert (folder / "stories/a.md").read_text() == (
        f"---\nid: {A}\ntitle: A lamp\n---\nA woman counted boats.\n"
    )
    assert here(folder, "withdraw", A, "--outcome", "anonymise", "--yes").exit_code == 2


def test_an_id_of_no_story_is_said_to_be_none(folder):
    assert isinstance(here(folder, "withdraw", "s-00000000", "--yes").exception, StoryholdError)
