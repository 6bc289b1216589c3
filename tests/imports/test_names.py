"""The archive itself chooses what a story that is brought in is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ImportRefused
from app.imports.convert import convert, slug_for
from app.imports.names import kind_of
from app.records.paths import refuse_unsafe


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Marisa’s talk.docx", "marisas-talk"),
        ("2026/march/Owen Rees (final).VTT", "owen-rees-final"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.txt", "win"),
        ("/absolute/x.md", "x"),
        ("CON.md", "story-con"),
        ("lpt1.txt", "story-lpt1"),
        ("trailing dot.md.", "trailing-dot"),
        ("a\0b.md", "ab"),
        ("ﬁrst.md", "first"),
        ("Łucja i Zoë.docx", "łucja-i-zoe"),
        ("مقابلة.docx", "مقابلة"),
        ("notes.v2", "notes-v2"),
        (".md", "story"),
    ],
)
def test_a_slug_is_made_of_the_names_words(name, slug):  # 34
    assert slug_for(name) == slug


@pytest.mark.parametrize("name", ["😀.md", "...", "", "/", "\0", "....md", "———.txt"])
def test_a_name_without_letters_gets_one(name):  # 34
    assert slug_for(name) == "story"


def test_a_long_name_is_cut():  # 34
    assert len(slug_for("x" * 300 + ".md")) == 80
    assert len(slug_for("語" * 300 + ".md").encode()) <= 160


@given(st.text(max_size=400))
def test_every_slug_can_be_a_file(name):  # 34
    slug = slug_for(name)
    refuse_unsafe(slug)
    assert "/" not in slug


@pytest.mark.parametrize("name", ["a.doc", "a.pages", "a.jpg", "a.exe", "a.zip", "a.md.png"])
def test_another_kind_of_file_is_refused_and_told_what_would_do(name):  # 39
    with pytest.raises(ImportRefused, match=r"\.docx"):
        convert(name, b"words")


def test_a_name_without_an_ending_is_read_as_text():  # 39
    assert convert("notes", b"words").body == "words\n"


def test_endings_are_known_in_any_case():
    assert [kind_of(name) for name in ("A.DOCX", "b.Htm", "c.markdown", "d")] == ["docx", "html", "md", ""]
