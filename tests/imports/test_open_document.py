"""OpenDocument texts and Rich Text come in like Word files."""

import pytest

from app.errors import ImportRefused
from app.rendering.markdown import render
from tests.imports.documents import open_document, with_part, word
from tests.imports.packing import packed
from tests.imports.words import read, reasons, shown
from tests.rendering.conftest import LINKS

NOTE = (
    "<office:annotation><dc:creator>Jo &amp; Al</dc:creator><dc:date>2026-03-01T10:00:00</dc:date>"
    "<text:p>Ask --&gt; <text:span>her</text:span></text:p><text:p>soon.</text:p></office:annotation>"
)
ODT = (
    '<text:h text:outline-level="1">March</text:h>'
    f"<text:p>The first{NOTE} thing Marisa does *is*<office:annotation-end/> this.</text:p>"
    "<text:list><text:list-item><text:p>a letter</text:p></text:list-item></text:list>"
    "<table:table><table:table-row><table:table-cell><text:p>When</text:p></table:table-cell>"
    "<table:table-cell><text:p>What</text:p></table:table-cell></table:table-row></table:table>"
    f"<text:p>The end{NOTE}.</text:p>"
)
RTF = rb"""{\rtf1\ansi\ansicpg1252{\fonttbl\f0 Times;}
The first \b thing\b0  is \u8220?hers\u8221?, caf\'e9.\par
{\pict\pngblip 89504e470d0a1a0a}
{\*\generator nobody}Then another.\par}"""


def test_headings_lists_tables_and_comments_of_open_document_are_kept():
    comment = "<!-- Jo & Al: Ask - her soon. -->"
    assert read("talk.odt", open_document(ODT)).body == (
        f"# March\n\nThe first{comment} thing Marisa does \\*is\\* this.\n\n1.  a letter\n\n"
        f"|      |      |\n|------|------|\n| When | What |\n\nThe end{comment}.\n"
    )


def test_no_reader_is_shown_a_comment_and_the_gatherer_is_told():
    found = read("talk.odt", open_document(ODT))
    assert "Ask" not in render(found.body, links=LINKS).html
    assert "2 comments were kept" in reasons(found)


def test_a_comment_in_a_conversation_is_kept():
    lines = ["Ann: How was it?", f"Bo: Well{NOTE}.", "Ann: And?", "Bo: No."]
    found = read("talk.odt", open_document("".join(f"<text:p>{line}</text:p>" for line in lines)))
    assert found.turns[1].text == "Well<!-- Jo & Al: Ask - her soon. -->."
    assert found.turns[1].text in found.body


@pytest.mark.parametrize("part", ["content.xml", "styles.xml", "META-INF/manifest.xml"])
def test_a_doctype_in_any_part_is_refused(part):  # 35
    odd = b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "Manifest.dtd"><x/>'
    with pytest.raises(ImportRefused, match="doctype"):
        read("talk.odt", with_part(open_document(ODT), part, odd))


def test_a_text_with_a_password_is_said_to_have_one():  # 41
    manifest = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    with pytest.raises(ImportRefused, match="password"):
        read("talk.odt", with_part(open_document(ODT), "META-INF/manifest.xml", manifest))


@pytest.mark.parametrize("part", [0.1, 0.5, 0.95])
def test_a_text_cut_off_is_refused(part):  # 39
    whole = open_document(ODT)
    with pytest.raises(ImportRefused, match="cut off"):
        read("talk.odt", whole[: int(len(whole) * part)])


@pytest.mark.parametrize("content", [b"A story.", word("x"), packed(("a.md", b"x"))])
def test_another_kind_of_file_is_refused(content):  # 39
    with pytest.raises(ImportRefused, match=r"no \.odt"):
        read("talk.odt", content)


def test_rich_text_is_read_without_its_pictures():
    found = read("talk.rtf", RTF)
    assert shown(found.body) == ["The first thing is “hers”, café.", "Then another."]
    assert "**thing**" in found.body


QUOTED = [
    rb"\u8220?hers\u8221?.",
    rb'\u8220"hers\u8221".',
    rb"\u8220\'93hers\u8221\'94.",
    rb"{\uc0\u8220 hers\u8221 .}",
]


@pytest.mark.parametrize("written", QUOTED)
def test_letters_of_every_script_are_read_from_rich_text(written):
    assert read("talk.rtf", rb"{\rtf1\ansi %s\par}" % written).body == "“hers”.\n"


@pytest.mark.parametrize("content", [RTF[:-10], b"{\\rtf1 never ends", b"{\\rtf1 " + b"{" * 5_000])
def test_rich_text_cut_off_is_refused(content):  # 39
    with pytest.raises(ImportRefused, match="cut off"):
        read("talk.rtf", content)


@pytest.mark.parametrize("content", [b"A story.", b"{rtf}", word("x")])
def test_what_is_no_rich_text_is_refused(content):  # 39
    with pytest.raises(ImportRefused, match=r"no \.rtf"):
        read("talk.rtf", content)


def test_rich_text_nested_too_deep_is_refused():  # 36
    with pytest.raises(ImportRefused, match="nested"):
        read("talk.rtf", b"{\\rtf1 " + b"{" * 300_000 + b"x" + b"}" * 300_000 + b"}")
