"""Interview guides: four that come with the archive, and those of the people who use it."""

import re

import pytest

from app.errors import NotFound
from app.records.model import RecordKind
from app.rendering.markdown import render
from app.services.gathering.guides import (
    list_guides,
    read_guide,
    read_guide_page,
    read_guides_page,
    text_to_start_from,
)
from app.services.references import ReferenceTargets
from tests.archives import make_archive

SHIPPED = [
    "a-day-a-week-a-turning-point",
    "asking-for-help",
    "beside-somebody",
    "magic-and-miserable-moments",
]
OWN = """---
title: A walk
for_whom: Anybody who would rather walk.
minutes: 30
questions:
  - Where shall we go?
  - {heading: The bench, ask: Who sat here?, prompts: [Before you?, "After -- or --> later"]}
closing: Thank her.
---
Take the **short** way.
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "guides").mkdir()
    return tmp_path / "guides"


@pytest.fixture
def archive(tmp_path, folder):
    archive = make_archive(tmp_path, guides=folder)
    yield archive
    archive.close()


def test_four_guides_come_with_the_archive_each_whole(archive):
    guides = list_guides(archive)
    assert [guide.slug for guide in guides] == SHIPPED and all(guide.shipped for guide in guides)
    for guide in guides:
        assert guide.for_whom and 30 <= guide.minutes <= 90 and guide.before.strip()
        assert 5 <= len(guide.questions) <= 9 and len(guide.closing) >= 3
        assert all(one.ask.endswith((".", "?")) and one.heading for one in guide.questions)


@pytest.mark.parametrize("slug", SHIPPED)
def test_what_a_shipped_guide_says_is_careful(archive, slug):
    page = read_guide_page(archive, slug)
    text = f"{page.title} {page.for_whom} {page.before_html} {page.questions} {page.closing}"
    assert not re.search(r"commit\w* suicide|\bpatient|service user|\bcases?\b", text, re.IGNORECASE)
    assert re.search(r"not wanting to live|died by suicide", page.before_html)
    assert (
        "take it back" in text or "gone through" in text or "go through" in text or "hears from you" in text
    )


def test_a_folder_adds_guides_and_replaces_one_of_the_same_name(archive, folder):
    (folder / "A walk.md").write_text(OWN)
    (folder / "asking-for-help.md").write_text(OWN.replace("A walk", "Our way of asking"))
    (folder / "notes.txt").write_text("no guide")
    (folder / ".hidden.md").write_text(OWN)
    assert [guide.slug for guide in list_guides(archive) if not guide.shipped] == [
        "a-walk",
        "asking-for-help",
    ]
    assert len(list_guides(archive)) == 5
    guide = read_guide(archive, "a-walk")
    assert (guide.title, guide.minutes, guide.closing) == ("A walk", 30, ("Thank her.",))
    assert [one.heading for one in guide.questions] == ["", "The bench"]
    assert "<strong>short</strong>" in read_guide_page(archive, "a-walk").before_html


def test_a_guide_that_never_was_is_absent(archive):
    for slug in ("nothing", "", "../secret", "beside-somebody.md"):
        with pytest.raises(NotFound):
            read_guide(archive, slug)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Only text.", "no questions"),
        (b"---\ntitle: x\nquestions: []\n---\n", "no questions"),
        (b"---\nquestions: [{prompts: [x]}]\n---\n", "no text and has no"),
        (b"---\nquestions: [1]\nminutes: an hour\n---\n", "no whole number"),
        (b"---\nquestions: [\n---\n", ""),
        (b"---\nquestions: &a [x, *a]\n---\n", ""),
        (b"---\nquestions: [x]\n", "never closed"),
        (b"\xff\xfe\x00", "UTF"),
        (b"---\nquestions: [x]\n---\n" + b"x" * 300_000, "large"),
        (b"", "no questions"),
    ],
)
def test_a_file_that_is_no_guide_is_named_with_the_reason_and_the_others_go_on(
    archive, folder, content, reason
):
    (folder / "broken.md").write_bytes(content)
    page = read_guides_page(archive)
    assert [one.file for one in page.problems] == ["broken.md"] and len(page.guides) == 4
    assert page.problems[0].reason and reason in page.problems[0].reason


def test_a_link_in_the_folder_leads_nowhere(archive, folder, tmp_path):
    (tmp_path / "secret.md").write_text(OWN)
    (folder / "linked.md").symlink_to(tmp_path / "secret.md")
    assert len(list_guides(archive)) == 4


def test_a_script_in_a_guide_is_inert(archive, folder):
    (folder / "bad.md").write_text(OWN + "<script>alert(1)</script> [x](javascript:alert(1))\n")
    html = read_guide_page(archive, "bad").before_html
    assert "<script" not in html and "javascript:" not in html.replace("[x](javascript", "")


def test_a_story_starts_with_a_heading_for_each_question_and_no_reader_sees_what_was_asked(archive, folder):
    (folder / "a-walk.md").write_text(OWN)
    text = text_to_start_from(read_guide(archive, "a-walk"))
    shown = render(text, links=ReferenceTargets(RecordKind.STORY, "x"))
    assert [section.title for section in shown.sections] == ["Where shall we go?", "The bench"]
    assert shown.passages == () and "Before you?" in text and "Before you?" not in shown.html
    for guide in list_guides(archive):
        shown = render(text_to_start_from(guide), links=ReferenceTargets(RecordKind.STORY, "x"))
        assert len(shown.sections) == shown.comments == len(guide.questions) and shown.passages == ()
