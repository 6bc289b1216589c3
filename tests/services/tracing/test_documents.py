"""The paragraphs of a file, each of which may be a quotation."""

import io

import docx
import pytest

from app.errors import ImportRefused
from app.services.tracing.documents import paragraphs_of

MARKDOWN = """---
title: Annex
---
# What we heard

> “It was the *third* time,” she said.

- A point & another
- [ ] to do

| who | what |
| --- | --- |
| R1 | “She *said* so & went,” 3 < 4 |
"""
PLAIN = "One line\nand its end.\n\n  \nAnother.\n" + "x " * 70 + "\nlong lines are paragraphs of their own\n"


def test_markdown_gives_its_passages_and_the_cells_of_its_tables():
    found = paragraphs_of("annex.md", MARKDOWN.encode())
    assert found[0] == "“It was the third time,” she said."
    assert found[-1] == "“She said so & went,” 3 < 4" and "R1" not in found
    assert not any("What we heard" in one or "Annex" in one for one in found)


@pytest.mark.parametrize("name", ["notes.txt", "notes"])
def test_plain_text_is_cut_at_empty_lines(name):
    first, second, third, fourth = paragraphs_of(name, PLAIN.encode())
    assert (first, second) == ("One line and its end.", "Another.")
    assert third.startswith("x x") and fourth == "long lines are paragraphs of their own"


def test_a_word_file_gives_its_paragraphs_and_cells_in_order():
    made = docx.Document()
    made.add_heading("Evidence", 1)
    made.add_paragraph("“I had told it so often.” [q-4hd8n0qe v3 8f2a]")
    made.add_table(1, 2).rows[0].cells[1].text = "“It stopped sounding like mine.”"
    out = io.BytesIO()
    made.save(out)
    assert paragraphs_of("annex.docx", out.getvalue()) == [
        "“I had told it so often.” [q-4hd8n0qe v3 8f2a]",
        "“It stopped sounding like mine.”",
    ]


HERS, HIS = "“It rang.” [q-4hd8n0qe v3 8f2a]", "“It did not ring.” [s-7k3fq2mx#p-2dca5f v3 1358]"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            f"1.1 Ring back. {HERS}3 — Kath {HIS} 4 — Sam",
            [f"1.1 Ring back. {HERS}", f"— Kath {HIS}", "— Sam"],
        ),
        ("“It rang.”\n\n[q-4hd8n0qe v3 8f2a] 3 — Kath", [HERS, "— Kath"]),
        ("It rang.\n\n[q-4hd8n0qe v3 8f2a] It rang.", ["It rang.", "[q-4hd8n0qe v3 8f2a] It rang."]),
        (f"{HERS}\n\n[q-4hd8n0qe v3 8f2a]", [HERS, "[q-4hd8n0qe v3 8f2a]"]),
        (f"{HERS}\n\n3", [HERS, "3"]),
    ],
    ids=["run together", "apart", "in front", "alone", "a number of its own"],
)
def test_what_stands_before_a_sign_is_what_it_signs(text, found):
    assert paragraphs_of("a.txt", text.encode()) == found


@pytest.mark.parametrize(("name", "content"), [("a.docx", b"PK"), ("a.xlsx", b"x"), ("a.docx", b"")])
def test_what_can_not_be_read_is_refused(name, content):
    with pytest.raises(ImportRefused):
        paragraphs_of(name, content)
