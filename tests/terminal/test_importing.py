"""`storyhold import`: what a gatherer at a terminal brings in, once, and undoes as one."""

import json
import zipfile

import pytest
from docx import Document

from tests.imports.pdfs import pdf
from tests.terminal.test_terminal import as_program, run

MARKED = """---
id: s-0wn00000
title: Marked   # hers
consent: {uses: [design], given: 2026-03-04}
mood: {kept: as is}
---
She rang back.
"""


@pytest.fixture
def place(tmp_path):
    for name in ("stories", "personas", "brought"):
        (tmp_path / name).mkdir()
    document = Document()
    document.add_heading("The chair", 1)
    document.add_paragraph("The first thing she does is move the chair.")
    document.save(tmp_path / "brought/interview one.docx")
    (tmp_path / "brought/marked.md").write_text(MARKED)
    (tmp_path / "brought/talk.vtt").write_text(
        "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v Ann>Where were you?\n\n"
        "00:00:04.000 --> 00:00:06.000\n<v Marisa>At the window.\n"
    )
    return tmp_path


def test_files_become_drafts_that_nobody_reads_and_the_same_file_is_recognised(place):
    first = as_program(place, "import", str(place / "brought"), "--format", "json", "--site", "Northgate")
    told = json.loads(first.stdout)
    assert first.returncode == 0, first.stderr
    assert (told["created"], told["unchanged"], told["problems"]) == (3, 0, [])
    assert [story["slug"] for story in told["stories"]] == ["interview-one", "marked", "talk"]
    file = (place / "stories/interview-one.md").read_text()
    assert "status: draft" in file and "consent:\n  uses: []\n" in file and "site: Northgate" in file
    assert "original: sha256:" in file and "The first thing she does is move the chair." in file
    again = json.loads(run(place, "import", str(place / "brought"), "--format", "json").stdout)
    assert (again["created"], again["unchanged"]) == (0, 3) and again["stories"] == told["stories"]
    assert len(list((place / "stories").iterdir())) == 3


def test_a_pdf_waits_to_be_looked_through_which_is_no_failure_and_comes_once(place):
    (place / "brought/rosa.pdf").write_bytes(pdf(["She waited at the window that whole winter."]))
    first = run(place, "import", str(place / "brought"), "--format", "json")
    told = json.loads(first.stdout)
    assert first.returncode == 0 and (told["created"], told["problems"]) == (3, [])
    assert [(one["file"].rpartition("/")[2], one["address"]) for one in told["waiting"]] == [
        ("rosa.pdf", "/add/1")
    ]
    (place / "brought/new.txt").write_text("Another.")
    (place / "brought/other.pdf").write_bytes(pdf(["She rang back in the spring."]))
    again = run(place, "import", str(place / "brought"))
    assert again.returncode == 0 and "rosa.pdf" not in again.stdout
    assert "other.pdf: waits at /add/2 to be looked through" in again.stdout
    assert "1 brought in, 4 there before, 1 to be looked through." in again.stdout


def test_what_an_import_that_was_killed_left_half_written_goes_with_the_next(place):
    half = place / "stories/.storyhold-unfinished-0123456789abcdef"
    half.write_text("She ra")
    assert run(place, "import", str(place / "brought")).returncode == 0
    assert not half.exists()


def test_a_thousand_stories_without_a_name_of_their_own_find_room(place):
    for number in ["", *(f"-{number}" for number in range(2, 1_002))]:
        (place / f"stories/talk{number}.md").write_text("Said.")
    told = json.loads(run(place, "import", str(place / "brought/talk.vtt"), "--format", "json").stdout)
    assert [story["slug"] for story in told["stories"]] == ["talk-1002"]


def test_a_markdown_file_keeps_its_own_front_matter_and_gets_an_id_of_this_archive(place):
    run(place, "import", str(place / "brought/marked.md"))
    file = (place / "stories/marked.md").read_text()
    assert "title: Marked   # hers\n" in file and "mood: {kept: as is}\n" in file
    assert "status: draft" not in file and "uses: [design]" in file and "s-0wn00000" not in file


def test_the_original_is_kept_for_its_team_alone(place):
    run(place, "import", str(place / "brought/talk.vtt"))
    kept = [path for path in (place / ".storyhold/originals").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in kept] == [(place / "brought/talk.vtt").read_bytes()]
    assert kept[0].stat().st_mode & 0o777 == 0o600


def test_originals_are_not_kept_where_the_settings_say_so(place):
    run(place, "import", str(place / "brought/talk.vtt"), STORYHOLD_KEEP_ORIGINALS="false")
    assert not (place / ".storyhold/originals").exists()
    told = json.loads(run(place, "import", str(place / "brought/talk.vtt"), "--format", "json").stdout)
    assert told["unchanged"] == 1


def test_what_can_not_be_brought_in_is_named_and_the_rest_comes(place):
    (place / "brought/empty.txt").write_text("")
    (place / "brought/broken.docx").write_bytes(b"PK\x03\x04 cut off")
    with zipfile.ZipFile(place / "all.zip", "w") as pack:
        for path in sorted((place / "brought").iterdir()):
            pack.write(path, path.name)
    done = run(place, "import", str(place / "all.zip"), "--format", "json")
    told = json.loads(done.stdout)
    assert done.returncode == 1 and told["created"] == 3
    assert sorted(one["file"].rpartition("/")[2] for one in told["problems"]) == ["broken.docx", "empty.txt"]
    assert all(one["reason"] and one["remedy"] and one["set_aside"] for one in told["problems"])


def test_two_files_of_one_name_become_two_stories(place):
    (place / "other").mkdir()
    (place / "other/talk.txt").write_text("Another talk.")
    told = run(
        place, "import", str(place / "brought/talk.vtt"), str(place / "other/talk.txt"), "--format", "json"
    )
    assert [story["slug"] for story in json.loads(told.stdout)["stories"]] == ["talk", "talk-2"]


def test_an_unknown_use_and_a_missing_file_are_said(place):
    assert run(place, "import", str(place / "brought"), "--uses", "selling").returncode == 2
    missing = run(place, "import", str(place / "nowhere.md"))
    assert missing.returncode == 1 and "There is no such file." in " ".join(missing.stderr.split())


def test_agreed_uses_are_written_into_what_has_none(place):
    run(place, "import", str(place / "brought/talk.vtt"), "--uses", "publication,design")
    assert "consent:\n  uses: [design, publication]\n" in (place / "stories/talk.md").read_text()


def test_what_can_not_be_brought_in_is_named_with_its_line_and_holds_up_nothing_else(place):
    (place / "brought/twice.md").write_text("---\ntitle: a\ntitle: b\n---\nx\n")
    paths = [str(place / name) for name in ("brought/twice.md", "none.zip", "brought/talk.vtt")]
    told = run(place, "import", *paths, "--format", "json")
    twice, none = json.loads(told.stdout)["problems"]
    assert (twice["file"], twice["line"], twice["reason"]) == (paths[0], 3, "The key ‘title’ is there twice.")
    assert (none["file"], none["reason"]) == (paths[1], "There is no such file.")
    assert told.returncode == 1 and (place / "stories/talk.md").exists()
    (place / "bad.zip").write_bytes(b"PK nothing")
    told = run(place, "import", str(place / "bad.zip"))
    assert told.returncode == 1 and "bad.zip: The file is damaged" in " ".join(told.stderr.split())


def test_a_file_called_after_somebody_is_brought_in_under_its_name_and_that_is_said(place):
    (place / "brought/rosalind-achterberg.txt").write_text("They rang, and she put the kettle on.\n")
    done = run(place, "import", str(place / "brought"), "--gatherer", "Ann  Reed")
    assert done.returncode == 0 and "rosalind-achterberg: this address may tell who" in done.stderr
    assert "talk: this" not in done.stderr and "marked: this" not in done.stderr
    assert "gatherer: Ann Reed" in (place / "stories/rosalind-achterberg.md").read_text()
