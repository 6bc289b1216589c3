"""Texts in a folder of stories that are no Markdown: a gatherer hears of them, and nothing else changes."""

import json
import os
from contextlib import chdir
from dataclasses import asdict

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.database.visibility import TERMINAL
from app.records.folder import survey
from app.services.checking import check_archive, check_paths
from app.services.problems import read_problems
from tests.archives import NOON, make_archive, story_file, take_in, write

TEXTS = ("A Letter.DOCX", "interview.pdf", "notes.txt", "2026/march/joan.odt")
SILENT = (
    *("map.png", "photo.JPG", "sign.svg", "style.css", "data.json", "list.csv", "site.yml", "Makefile"),
    *(".hidden.docx", ".git/notes.txt", "~$terview.docx", "marisa.md"),
)


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, {f"stories/{name}": "bytes" for name in (*TEXTS, *SILENT)})
    write(tmp_path, {"elsewhere/real.docx": "bytes", "stories/marisa.md": story_file()})
    (tmp_path / "stories" / "link.docx").symlink_to(tmp_path / "elsewhere" / "real.docx")
    (tmp_path / "stories" / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "stories" / "pipe.txt")
    return tmp_path


def test_a_text_that_is_no_markdown_is_a_problem_of_its_own_and_no_record(folder):
    found = survey(folder / "stories")
    assert [file.slug for file in found.files] == ["marisa"]
    assert [p.file for p in found.passed_over] == sorted(f"{folder}/stories/{name}" for name in TEXTS)
    assert not any(p.set_aside or p.line or p.key for p in found.passed_over)
    assert found.problems == ()


def test_check_says_what_the_archive_reads_and_what_to_do(folder):
    with chdir(folder):
        checked = check_archive(make_archive(folder).settings, NOON)
        done = CliRunner().invoke(cli, ["check", "--format", "json"])
    assert (checked.files, checked.hidden) == (1, [])
    assert [p.file for p in checked.problems] == sorted(f"stories/{name}" for name in TEXTS)
    assert json.loads(done.stdout) == {"problems": [asdict(p) for p in checked.problems], "hidden": []}
    said = {p.file.rpartition(".")[2]: f"{p.reason} {p.remedy}" for p in checked.problems}
    assert ".md or .markdown, not in .docx." in said["DOCX"] and "save its text as a .md file" in said["DOCX"]
    assert "let its name end in .md" in said["txt"]


def test_check_says_the_same_of_such_a_file_that_is_named(folder):
    with chdir(folder):
        checked = check_paths([folder / "stories" / "notes.txt"], make_archive(folder).settings, NOON)
    assert (checked.files, [p.file for p in checked.problems]) == (0, ["stories/notes.txt"])


def test_the_page_of_problems_names_no_key_where_a_name_is_wrong(tmp_path):
    archive = make_archive(tmp_path, {"stories/a.md": story_file(), "stories/a.markdown": story_file()})
    take_in(archive)
    assert [(p.file, p.key) for p in read_problems(archive, TERMINAL).of_keys] == [("stories/a.md", None)]


def test_the_page_of_problems_names_them_by_their_place_in_the_record(folder):
    archive = make_archive(folder)
    take_in(archive)
    page = read_problems(archive, TERMINAL)
    assert [p.file for p in page.passed_over] == sorted(f"stories/{name}" for name in TEXTS)
    assert (page.total, page.set_aside, page.of_keys, page.hidden) == (len(TEXTS), [], [], [])
