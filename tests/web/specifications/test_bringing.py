"""A specification is brought in: headings and numbered paragraphs of a file become requirements."""

import io
import re
from html import unescape

import pytest
from docx import Document
from docx.oxml import parse_xml

from app.imports.list_levels import SIGN
from tests.web.people import FROM_HERE, look, send
from tests.web.specifications.doing import text_of

MARKDOWN = """# Waiting well

Why we ask.

## Access

1. Ring back within two days.
   It is hers to say when.
   1. At a time she chose.
   2. By the same person.
2. Write, if she asks:
   - by letter
   - or by text

## Counting

2.1 Count who waits.

Nobody did before.

2.1.1 Publish it.

2.2 Count who left.

| Who | When |
| --- | --- |
| Lead | May |

### Staff know the place
"""
NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def brought(web, who, name, content):
    """The answer to a file."""
    bound = "----parts"
    head = f'--{bound}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{bound}--\r\n".encode()
    kind = ("content-type", f"multipart/form-data; boundary={bound}")
    return web.ask("POST", "/specifications/import", headers=[kind, FROM_HERE, who], body=body)


def numbered(answer):
    """Number and text of each requirement of a page."""
    found = re.findall(r'<span class="number">([\d.]+)</span> <a [^>]*>([^<]*)</a></h3>', answer.text)
    return [f"{number} {unescape(text)}" for number, text in found]


def page_of(web, who, answer):
    return answer if answer.status == 200 else look(web, answer["location"], who)


def docx_of(*blocks):
    """A Word file of headings (level, text), lists and paragraphs."""
    document = Document()
    for kind, text in blocks:
        if isinstance(kind, int):
            document.add_heading(text, kind)
        else:
            document.add_paragraph(text, style=kind or None)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue(), document


def test_headings_and_numbered_paragraphs_of_markdown_become_requirements(web, cy):
    answer = page_of(web, cy, brought(web, cy, "spec.md", MARKDOWN.encode()))
    assert numbered(answer) == [
        "1 Access",
        "1.1 Ring back within two days. It is hers to say when.",
        "1.1.1 At a time she chose.",
        "1.1.2 By the same person.",
        "1.2 Write, if she asks:",
        "2 Counting",
        "2.1 Count who waits.",
        "2.1.1 Publish it.",
        "2.2 Count who left.",
        "2.3 Staff know the place",
    ]
    words = text_of(answer)
    for kept in (
        "Waiting well",
        "Why we ask.",
        "– by letter – or by text",
        "Nobody did before.",
        "Lead · May",
    ):
        assert kept in words
    assert "A table in it became lines of text" in words and "Draft" in words


def test_a_word_file_comes_in_with_its_headings_and_lists(web, cy):
    content, _ = docx_of(
        (1, "Access"), ("List Number", "Ring back."), ("List Number", "Write."), (1, "Why"), ("", "Because.")
    )
    answer = page_of(web, cy, brought(web, cy, "Spec 3.docx", content))
    assert numbered(answer) == ["1 Access", "1.1 Ring back.", "1.2 Write.", "2 Why"]
    assert "Because." in answer.text


def test_of_tracked_changes_what_was_struck_out_stays_away(web, cy):
    _, document = docx_of((1, "About"), (1, "Access"))
    paragraph = document.add_paragraph("1. Ring back ")
    when = 'w:id="1" w:author="A" w:date="2026-01-01T00:00:00Z"'
    paragraph._p.append(parse_xml(f"<w:del {NS} {when}><w:r><w:delText>never</w:delText></w:r></w:del>"))
    paragraph._p.append(parse_xml(f"<w:ins {NS} {when}><w:r><w:t>soon</w:t></w:r></w:ins>"))
    out = io.BytesIO()
    document.save(out)
    answer = page_of(web, cy, brought(web, cy, "spec.docx", out.getvalue()))
    assert numbered(answer) == ["1 About", "2 Access", "2.1 Ring back soon"] and "never" not in answer.text
    assert "Look through it" in answer.text


def test_a_document_without_headings_or_numbers_has_a_requirement_for_each_paragraph(web, cy):
    answer = page_of(web, cy, brought(web, cy, "spec.md", b"Ring back.\n\nWrite.\n"))
    assert numbered(answer) == ["1 Ring back.", "2 Write."]
    assert "each paragraph became a requirement" in answer.text


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Night line_v2.md", "Night line v2"),
        ("C:\\\\docs\\\\line.md", "line"),
        (f"{'x' * 200}.md", "x" * 120),
        ("---.md", "Brought in"),
    ],
)
def test_a_document_without_a_title_has_its_files_name(web, cy, name, title):
    assert f"<h1>{title}</h1>" in page_of(web, cy, brought(web, cy, name, b"Ring back.")).text


def test_numbers_that_are_others_here_and_headings_that_became_requirements_are_told(web, cy):
    text = "1 Purpose\n=\n\nIt answers.\n\nAccess\n=\n\n1\\. Open.\n\n## Rest\n\n"
    text += "2.1 Ring.\n\n2.1.1 As in 2.1.\n\n3 Staff\n=\n"
    answer = page_of(web, cy, brought(web, cy, "line.md", text.encode()))
    told = text_of(answer)
    assert numbered(answer)[3:] == ["2.2 Rest", "2.2.1 Ring.", "2.2.1.1 As in 2.1.", "3 Staff"]
    assert "Numbers are counted anew here: 2.1 is 2.2.1, 2.1.1 is 2.2.1.1. Where its text names" in told
    assert "The heading “Purpose” has text below and nothing that is numbered, and became" in told
    same = page_of(web, cy, brought(web, cy, "spec.md", MARKDOWN.encode()))
    assert "counted anew" not in same.text and "has text below" not in same.text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("spec.docx", b"PK nothing"),
        ("spec.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"),
        ("spec.pdf", b"%PDF-1.7"),
        ("spec.exe", b"MZ"),
        ("spec.md", b""),
        ("spec.md", b"\n\n   \n"),
        ("spec.md", b"1. x\n" * 3_000),
        ("../../etc/passwd", b"root"),
    ],
)
def test_what_can_not_be_brought_in_is_refused_with_a_reason(web, cy, name, content):
    answer = brought(web, cy, name, content)
    assert answer.status in (422, 413) and "Nothing was brought in." in answer.text
    assert "There is no specification" in look(web, "/specifications", cy).text


def test_deep_lists_are_flat_enough_and_long_texts_are_cut_and_said_to_be(web, cy):
    deep = "".join(f"{'   ' * depth}1. At {depth}\n" for depth in range(9)) + f"\n2. {'x' * 5_000}\n"
    answer = page_of(web, cy, brought(web, cy, "spec.md", deep.encode()))
    assert answer.status == 200 and "longer than there is room for" in answer.text
    assert max(one.partition(" ")[0].count(".") for one in numbered(answer)) <= 5


def test_a_tangle_of_brackets_is_words_like_others(web, cy):
    for sign in ("[", "*", ">", "`", "- "):
        answer = brought(web, cy, "spec.md", sign.encode() * 40_000)
        assert answer.status in (200, 303, 422)


def test_only_who_writes_specifications_brings_one_in(web, ann, cy):
    assert brought(web, ann, "spec.md", MARKDOWN.encode()).status == 404
    assert look(web, "/specifications/import", ann).status == 404
    assert look(web, "/specifications/import", cy).status == 200


def test_levels_of_words_styles_for_numbered_lists_are_levels_of_requirements(web, cy):
    content, _ = docx_of(
        (1, "Access"),
        ("List Number", "Ring back."),
        ("List Number 2", "At a time she chose."),
        ("List Number 3", "By phone."),
        ("List Number 2", "By the same person."),
        ("", "Whoever that is."),
        ("List Number", "Write."),
        (1, "Counting"),
        ("List Number 2", "Count who waits."),
    )
    answer = page_of(web, cy, brought(web, cy, "spec.docx", content))
    assert numbered(answer) == [
        "1 Access",
        "1.1 Ring back.",
        "1.1.1 At a time she chose.",
        "1.1.1.1 By phone.",
        "1.1.2 By the same person.",
        "1.2 Write.",
        "2 Counting",
        "2.1 Count who waits.",
    ]
    assert "Whoever that is." in answer.text and not SIGN.search(answer.text)


def test_a_reload_of_what_was_brought_in_brings_nothing_in_again_and_says_the_same(web, cy):
    answer = brought(web, cy, "spec.md", MARKDOWN.encode())
    assert answer.status == 303 and "?file=step-" in answer["location"]
    for _ in range(2):
        page = look(web, answer["location"], cy)
        assert "A table in it became lines of text" in page.text
    spec, step = answer["location"].split("?file=")
    assert "became lines" not in look(web, spec, cy).text
    assert look(web, "/specifications", cy).text.count('<li class="card">') == 1
    assert send(web, spec, {"do": "undo", "step": step}, cy).status == 404
