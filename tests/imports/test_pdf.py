"""PDFs give up their words, as well as that goes, and always to be looked through."""

import io
import zlib

import pypdf
import pytest

from app.errors import ImportRefused
from app.imports import pdf_worker
from app.services.paper.printing import Printed, pdf_of
from tests.imports.pdfs import pdf, written
from tests.imports.words import read, reasons, shown

PAGES = (
    ["The first thing Marisa does is move the chair, and every exam-", "ple of it is (mostly) *hers*."],
    ["I had told it so often that it stopped sounding like mine, and so", "I stopped."],
)


def locked(password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(*PAGES)))
    writer.encrypt(password, "owner", algorithm="AES-256")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_a_gatherer_brings_in_the_words_of_a_pdf():
    assert shown(read("talk.pdf", pdf(*PAGES)).body) == [
        "The first thing Marisa does is move the chair, and every example of it is (mostly) *hers*.",
        "I had told it so often that it stopped sounding like mine, and so I stopped.",
    ]


def test_it_is_always_to_be_looked_through():
    assert read("talk.pdf", pdf(*PAGES)).must_review


def test_words_joined_at_a_lines_end_are_counted():
    assert "1 word that was parted at the end of a line was joined" in reasons(read("talk.pdf", pdf(*PAGES)))


def test_a_sentence_goes_on_over_the_page():
    body = read(
        "talk.pdf", pdf(["She came and sat, in the end, by the", "1"], ["window of the ward.", "2"])
    ).body
    assert body == "She came and sat, in the end, by the window of the ward.\n"


def test_more_room_between_lines_parts_paragraphs():
    lines = [
        "A little about Wendy",
        "",
        "Wendy begins by sharing that",
        "in high school she went",
        "",
        "Years later",
    ]
    assert shown(read("talk.pdf", pdf(lines)).body) == [
        "A little about Wendy",
        "Wendy begins by sharing that in high school she went",
        "Years later",
    ]


def test_numbers_and_titles_at_the_edge_of_pages_are_left_out_and_counted():
    pages = [
        ["Northgate talks", f"What was said on this page is {word}.", str(at)]
        for at, word in enumerate("abcd", 1)
    ]
    talk = read("talk.pdf", pdf(*pages))
    assert shown(talk.body) == [" ".join(f"What was said on this page is {word}." for word in "abcd")]
    assert "8 page numbers and lines at the edges of pages were left out" in reasons(talk)


def test_a_conversation_in_a_pdf_is_one():
    lines = ["Ann: How was it, when you came", "here?", "Bo: Well.", "Ann: And then?", "Bo: I left."]
    turns = read("talk.pdf", pdf(lines)).turns
    assert [turn.speaker for turn in turns] == ["Ann", "Bo", "Ann", "Bo"]
    assert turns[0].text == "How was it, when you came here?"


def test_scanned_pages_are_said_to_be_so():
    with pytest.raises(ImportRefused, match="scanned"):
        read("talk.pdf", pdf(None, None))


def test_one_scanned_page_among_others_is_named():
    talk = read("talk.pdf", pdf(PAGES[0], None, PAGES[1]))
    assert "page 2: No words can be read on this page" in reasons(talk)


def test_a_pdf_with_a_password_is_said_to_have_one():  # 41
    with pytest.raises(ImportRefused, match="password"):
        read("talk.pdf", locked("secret"))


def test_a_pdf_that_may_be_read_without_its_owners_password_is_read():
    assert "move the chair" in read("talk.pdf", locked("")).body


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_pdf_cut_off_is_refused_or_read_as_far_as_it_goes(part):  # 39
    whole = pdf(*PAGES)
    try:
        assert read("talk.pdf", whole[: int(len(whole) * part)]).must_review
    except ImportRefused as error:
        assert "cut off" in str(error) or "scanned" in str(error)


def one_page(content: bytes) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"
    return written(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, content]
    )


HOSTILE = {
    "nothing": b"%PDF-1.7",
    "nonsense": b"%PDF-1.7\n" + b"\xff\x00<<[" * 5_000,
    "pages in a ring": written([b"<< /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]),
    "a million pages": written([b"<< /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 1000000 >>"]),
    "content in a ring": one_page(b"4 0 R"),
    "deep": one_page(b"[" * 20_000),
    "bomb": one_page(
        b"<< /Filter [/FlateDecode /FlateDecode] /Length 0 >>\nstream\n%s\nendstream"
        % zlib.compress(zlib.compress(bytes(200_000_000), 9), 9)
    ),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_pdf_is_refused_and_nothing_falls(content):  # 36
    with pytest.raises(ImportRefused):
        read("talk.pdf", content)


@pytest.mark.parametrize("content", [b"A story.", b"PK\x03\x04", b"<html><p>x</p></html>"])
def test_what_is_no_pdf_is_refused(content):  # 39
    with pytest.raises(ImportRefused, match=r"no \.pdf"):
        read("talk.pdf", content)


def test_a_page_that_can_not_be_read_is_named_and_the_others_stay(monkeypatch):
    def fails(self, **how):
        raise ZeroDivisionError

    monkeypatch.setattr(pypdf.PageObject, "extract_text", fails)
    assert pdf_worker.read(pdf(*PAGES)) == {"pages": ["", ""], "total": 2, "unread": [1, 2]}


def test_a_pdf_of_too_many_pages_is_read_in_part_and_says_where_it_stops(monkeypatch):
    monkeypatch.setattr(pdf_worker, "MOST_PAGES", 1)
    assert pdf_worker.read(pdf(*PAGES))["total"] == 2
    assert len(pdf_worker.read(pdf(*PAGES))["pages"]) == 1


def test_reading_that_takes_too_long_hands_on_what_was_read(monkeypatch):
    monkeypatch.setattr(pdf_worker, "MOST_SECONDS", -1)
    assert pdf_worker.read(pdf(*PAGES)) == {"pages": [], "total": 2, "unread": []}


def test_lines_of_larger_type_belong_together_beside_many_of_small_type():
    """As in the annex of a specification, whose footnotes are small and close."""
    said = " ".join(f"She said it {number} times and nobody wrote it down," for number in range(12))
    notes = " ".join(
        f"Note {number} of the same page, in small type and close lines." for number in range(40)
    )
    page = f"<p style='font: 13px/1.6 serif'>{said}</p><p style='font: 7px/1.1 serif'>{notes}</p>"
    html = f"<!doctype html><html lang='en'><title>x</title><style>@page {{ size: A5 }}</style>{page}</html>"
    body = read("annex.pdf", pdf_of(Printed(html, "http://localhost/", {}, 1))).body
    assert shown(body) == [said, notes]
