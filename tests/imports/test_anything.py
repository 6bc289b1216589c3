"""Whatever is in a file, it comes in or it is refused; nothing else ever happens."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import ImportRefused
from app.imports.convert import FORMATS, convert
from app.imports.packs import entries
from app.rendering.markdown import render
from tests.imports.documents import open_document, word
from tests.imports.packing import packed
from tests.imports.pdfs import pdf
from tests.rendering.conftest import LINKS

APART = ("docx", "odt", "html", "rtf", "pdf")
WHOLE = {
    "docx": word("The first thing.", "Then another."),
    "odt": open_document("<text:p>The first thing.</text:p>"),
    "html": b"<p>The <b>first</b> thing.</p>",
    "rtf": b"{\\rtf1 The \\b first\\b0  thing.\\par}",
    "pdf": pdf(["The first thing."]),
}


def comes_in_or_is_refused(name: str, content: bytes) -> None:
    try:
        converted = convert(name, content)
    except ImportRefused as refused:
        assert refused.reason
        assert refused.remedy
        return
    assert "\r" not in converted.body
    render(converted.body, links=LINKS)


def test_every_format_is_tried():
    assert {*APART, "md", "txt", "vtt", "srt"} == set(FORMATS)


@settings(max_examples=300)
@given(st.sampled_from(["md", "txt", "vtt", "srt", "", "doc"]), st.binary(max_size=400))
def test_any_bytes_under_any_name(ending, content):
    comes_in_or_is_refused(f"a.{ending}", content)


LINES = st.sampled_from(
    [
        "WEBVTT",
        "",
        "1",
        "00:00:01.000 --> 00:00:02.000",
        "00:00:01,5 --> x",
        "<v Ann>",
        "Ann: a",
        "NOTE",
        "-->",
        "b</v>",
    ]
)


@settings(max_examples=300)
@given(st.sampled_from(["vtt", "srt", "txt"]), st.lists(LINES, max_size=12))
def test_any_order_of_lines(ending, lines):
    comes_in_or_is_refused(f"a.{ending}", "\n".join(lines).encode())


@pytest.mark.parametrize("kind", APART)
@settings(max_examples=8, deadline=None)
@given(at=st.floats(0, 0.999), byte=st.integers(0, 255), length=st.integers(1, 40))
def test_a_document_with_some_bytes_overwritten(kind, at, byte, length):
    content = WHOLE[kind]
    place = int(at * len(content))
    comes_in_or_is_refused(f"a.{kind}", content[:place] + bytes([byte]) * length + content[place + length :])


@given(at=st.floats(0, 0.999), byte=st.integers(0, 255), length=st.integers(1, 8))
def test_a_zip_with_some_bytes_overwritten(at, byte, length):
    content = packed(("a.md", b"words " * 50), ("b/c.txt", b"more"))
    place = int(at * len(content))
    try:
        for entry in entries(content[:place] + bytes([byte]) * length + content[place + length :]):
            entry.read()
    except ImportRefused:
        return
