"""`storyhold trace`: where the quotations in files come from."""

import json

import pytest

from tests.archives import story_file, write
from tests.terminal.test_terminal import run

FILES = {
    "stories/marisa.md": story_file(
        "Eleven months went by before anybody rang back, and then it was the wrong person.",
        id="s-4hd8n0qe",
        storyteller="Marisa",
    ),
    "stories/closed.md": story_file(
        "The kettle in the ward kitchen was locked with a bicycle chain.",
        "consent: {uses: [design]}",
        id="s-7k3fq2mx",
    ),
}
KEYS = ["text", "found", "id", "slug", "storyteller", "anchor", "version", "confidence", "difference"]
ANNEX = """# Heard

> “Eleven months went before anybody rang back”

No quotation at all.

The kettle in the ward kitchen was locked.
"""
PLAIN = "Nothing.\n\nbefore anybody rang back, and then\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trace")
    write(folder, FILES | {"annex.md": ANNEX, "plain.txt": PLAIN})
    return folder


def traced(folder, *asked):
    done = run(folder, "trace", *asked, "--format", "json")
    return done.returncode, json.loads(done.stdout)["quotations"]


def test_each_paragraph_is_a_quotation(folder):
    code, (first, second, third) = traced(folder, "annex.md")
    assert code == 0 and list(first) == KEYS
    assert first["found"] and (first["id"], first["slug"], first["version"]) == ("s-4hd8n0qe", "marisa", 1)
    assert first["storyteller"] == "Marisa" and first["anchor"].startswith("p-")
    assert first["difference"] == "Eleven months went [-by-] before anybody rang back"
    assert second == dict.fromkeys(KEYS) | {
        "text": "No quotation at all.", "found": False, "confidence": 0.0, "difference": ""
    }  # fmt: skip
    assert third["id"] == "s-7k3fq2mx"


def test_another_reader_finds_what_she_may_read(folder):
    _, (first, _, third) = traced(folder, "annex.md", "--as", "anonymous")
    assert first["found"] and not third["found"]
    assert traced(folder, "annex.md", "--as", "member")[1][2]["found"]


def test_several_files_are_one_list_and_one_that_can_not_be_read_is_said(folder):
    (folder / "broken.docx").write_bytes(b"no word file")
    code, found = traced(folder, "plain.txt", "broken.docx", "annex.md")
    assert code == 1 and [one["found"] for one in found] == [False, True, True, False, True]


def test_it_is_told_in_words_too(folder):
    told = run(folder, "trace", "annex.md")
    assert "Marisa, s-4hd8n0qe#p-" in told.stdout and "2 of 3 found." in told.stdout


def test_a_file_that_is_not_there_or_an_unknown_reader_is_a_wrong_use(folder):
    assert run(folder, "trace", "never.md").returncode == 2
    assert run(folder, "trace", "annex.md", "--as", "queen").returncode == 2
