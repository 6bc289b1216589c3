"""Word files come in with all that a story can hold; what it can not is said."""

import io

import docx
import pypandoc
import pytest

from app.errors import ImportRefused
from app.imports.model import Turn
from app.imports.office import MOST_BYTES
from app.rendering.markdown import render
from tests.imports.documents import PNG, WORD, saved, with_part, word, word_body
from tests.imports.packing import packed, said_to_be, with_flag
from tests.imports.words import read, reasons, shown, words
from tests.rendering.conftest import LINKS

CHANGE = 'w:id="3" w:author="J" w:date="2026-01-01T00:00:00Z"'
BOX = "<w:p><w:r><w:t>In the box.</w:t></w:r></w:p>"
NAMESPACES = " ".join(
    f'xmlns:{name}="{address}"'
    for name, address in {
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "v": "urn:schemas-microsoft-com:vml",
    }.items()
)


def story() -> bytes:
    document = docx.Document()
    document.add_heading("The eleven months", 0)
    document.add_heading("March", 1)
    spoken = document.add_paragraph("The first thing Marisa does is ")
    spoken.add_run("move").italic = True
    spoken.add_run(" the chair.")
    document.add_paragraph("“I had told it so often.”", style="Quote")
    document.add_paragraph("a letter", style="List Bullet")
    document.add_paragraph("a call", style="List Bullet")
    table = document.add_table(2, 2)
    for at, text in enumerate(["When", "What", "2019\nJune", "Loses | her sister"]):
        table.cell(at // 2, at % 2).text = text
    document.add_comment(runs=spoken.runs[0], text="Ask --> her", author="Jo", initials="J")
    document.add_picture(io.BytesIO(PNG))
    return saved(document)


def test_headings_quotations_lists_tables_and_comments_are_kept():
    found = read("talk.docx", story())
    assert found.title == "The eleven months"
    assert found.body.partition("\n![")[0] == (
        "# March\n\n"
        "<!-- Jo: Ask - her -->The first thing Marisa does is *move* the chair.\n\n"
        "> “I had told it so often.”\n\n"
        "- a letter\n\n- a call\n\n"
        "| When      | What                |\n"
        "|-----------|---------------------|\n"
        "| 2019 June | Loses \\| her sister |\n"
    )


def test_no_reader_is_shown_a_comment():
    page = render(read("talk.docx", story()).body, links=LINKS)
    assert page.comments == 1
    assert "Ask" not in page.html


def test_pictures_and_comments_are_reported():
    told = reasons(read("talk.docx", story()))
    assert "picture 1: A picture has no description." in told
    assert "1 comment was kept in the text as comments" in told


def test_footnotes_are_kept(tmp_path):
    path = tmp_path / "notes.docx"
    pypandoc.convert_text("She said so.[^1]\n\n[^1]: Twice.", "docx", format="markdown", outputfile=str(path))
    assert shown(read("notes.docx", path.read_bytes()).body) == ["She said so.", "Twice."]


def test_what_looks_like_markdown_in_word_is_words():
    odd = ["{at=00:00:01}", "::: pull", "*not* _this_ [x](y) {.z} <b>", "# no", "[a]{.b} `c`{.d}"]
    assert shown(read("odd.docx", word(*odd)).body) == odd


def test_a_passage_closed_in_word_is_closed_here_and_reported():
    found = read("talk.docx", word("Open.", "::: closed", "About her brother.", ":::", "Open again."))
    assert shown(found.body) == ["Open.", "Open again."]
    assert "closes what follows it" in reasons(found)


def test_an_interview_in_word_becomes_turns():
    lines = [
        "Talk in March",
        "Ann: How was it?",
        "Marisa B.: Well: brown.",
        "Ann: And?",
        "Marisa B.: No.",
        "Never.",
    ]
    assert read("talk.docx", word(*lines)).turns == (
        Turn("", "Talk in March"),
        Turn("Ann", "How was it?"),
        Turn("Marisa B.", "Well: brown."),
        Turn("Ann", "And?"),
        Turn("Marisa B.", "No.\n\nNever."),
    )


def test_an_interview_in_word_with_headings_and_a_table_becomes_turns():
    document = docx.Document()
    document.add_heading("The lamp", 0)
    document.add_heading("March", 1)
    for line in ("Ann: How was it?", "Marisa: Brown."):
        document.add_paragraph(line)
    document.add_table(1, 2).cell(0, 0).text = "2019"
    document.add_heading("April", 1)
    for line in ("Ann: And?", "Marisa: No.", "Never."):
        document.add_paragraph(line)
    found = read("talk.docx", saved(document))
    assert [turn.speaker for turn in found.turns] == ["", "Ann", "Marisa", "", "Ann", "Marisa"]
    assert found.turns[0].text == "# March" and found.turns[-1].text == "No.\n\nNever."
    assert "2019" in found.turns[3].text and found.turns[3].text.endswith("# April")


def test_a_transcript_of_otters_in_word_keeps_its_times():
    lines = [
        "Ann Smith  0:03\nHow was it?",
        "Marisa  0:07\nBrown.",
        "Ann Smith  1:02\nAnd?",
        "Marisa  1:02:03\nNo.",
    ]
    turns = read("talk.docx", word(*lines)).turns
    assert turns[0] == Turn("Ann Smith", "How was it?", "00:00:03")
    assert [turn.at for turn in turns] == ["00:00:03", "00:00:07", "00:01:02", "01:02:03"]


def test_a_few_names_with_colons_make_no_conversation():
    lines = ["Time: ten", "Place: here", "She came.", "She sat.", "She spoke.", "She left."]
    assert read("talk.docx", word(*lines)).turns == ()


def test_words_in_a_text_box_are_kept_once():
    pict = f"<w:pict><v:shape><v:textbox><w:txbxContent>{BOX}</w:txbxContent></v:textbox></v:shape></w:pict>"
    drawing = (
        f"<w:drawing><wp:inline><wps:wsp><wps:txbx><w:txbxContent>{BOX}</w:txbxContent></wps:txbx></wps:wsp>"
    )
    choice = f'<mc:Choice Requires="wps">{drawing}</wp:inline></w:drawing></mc:Choice>'
    both = f"<mc:AlternateContent>{choice}<mc:Fallback>{pict}</mc:Fallback></mc:AlternateContent>"
    for box in (pict, both):
        xml = f"<w:p {NAMESPACES}><w:r><w:t>Before.</w:t></w:r><w:r>{box}</w:r></w:p>"
        found = read("talk.docx", word_body(xml))
        assert shown(found.body) == ["Before.", "In the box."]
        assert found.reports == ()


def test_tracked_insertions_are_words_and_deletions_are_counted():
    xml = (
        f"<w:p><w:ins {CHANGE}><w:r><w:t>She came.</w:t></w:r></w:ins>"
        f"<w:del {CHANGE}><w:r><w:delText>He left.</w:delText></w:r></w:del></w:p>"
    )
    found = read("talk.docx", word_body(xml))
    assert shown(found.body) == ["She came."]
    assert "1 stretch that had been struck out as a change was left out" in reasons(found)


def test_words_that_do_not_come_over_are_counted():
    xml = "<w:p><w:r><w:t>Here.</w:t></w:r><w:chart><w:t>Lost in there</w:t></w:chart></w:p>"
    assert "3 words of the document did not come over" in reasons(read("talk.docx", word_body(xml)))


def test_a_box_of_one_cell_is_no_table():
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).text = "First.\nSecond."
    document.tables[0].cell(0, 0).add_paragraph("Third.")
    assert len(shown(read("talk.docx", saved(document)).body)) == 2


def test_not_a_word_of_a_long_document_is_lost():
    spoken = [f"Marisa said {n} that “the chair” was moved – again, at £{n}." for n in range(300)]
    assert words(" ".join(shown(read("talk.docx", word(*spoken)).body))) == words(" ".join(spoken))


DOCTYPES = [
    '<!DOCTYPE x [<!ENTITY a "b">]>',
    '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    '<!doctype x PUBLIC "a" "http://127.0.0.1/x">',
]


@pytest.mark.parametrize("part", ["word/document.xml", "word/comments.xml", "_rels/.rels", "word/x.XML"])
@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_a_doctype_in_any_part_is_refused(part, doctype, encoding):  # 35
    xml = f'<?xml version="1.0"?>{doctype}<w:document xmlns:w="{WORD}"><w:body/></w:document>'
    with pytest.raises(ImportRefused, match="doctype"):
        read("talk.docx", with_part(word("x"), part, xml.encode(encoding)))


def test_a_document_that_unpacks_to_too_much_is_refused_before_it_is_unpacked():  # 36
    with pytest.raises(ImportRefused, match="more than 50 MB"):
        read("talk.docx", with_part(word("x"), "word/media/image1.png", bytes(MOST_BYTES)))


def test_a_document_that_hides_its_size_is_refused():  # 36
    hidden = said_to_be(with_part(word("x"), "word/document.xml", bytes(MOST_BYTES + 1)), 1000)
    with pytest.raises(ImportRefused, match="damaged"):
        read("talk.docx", hidden)


def test_a_document_inside_a_document_is_not_opened():  # 36
    inner = with_part(word("x"), "word/embeddings/inner.docx", word("inside"))
    assert read("talk.docx", with_part(inner, "word/embeddings/again.zip", inner)).body == "x\n"


def test_a_document_with_thousands_of_parts_or_two_of_one_name_is_refused():  # 37
    many = packed(("word/document.xml", b""), *((f"word/{n}.xml", b"") for n in range(5_001)))
    with pytest.raises(ImportRefused, match="more than 5,000 files"):
        read("talk.docx", many)
    twice = packed(("word/document.xml", b"<a/>"), ("word/document.xml", b"<b/>"))
    with pytest.raises(ImportRefused, match="one name"):
        read("talk.docx", twice)


def test_a_document_that_would_take_for_ever_is_stopped():  # 36
    with pytest.raises(ImportRefused, match="stopped"):
        read("talk.docx", word_body("<w:p/>" * 7_000_000))


def test_a_document_with_a_password_is_said_to_have_one():  # 41
    ole = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    )
    with pytest.raises(ImportRefused, match="password"):
        read("talk.docx", ole)
    with pytest.raises(ImportRefused, match="password"):
        read("talk.docx", with_flag(word("x"), 1))


def test_an_old_word_file_is_told_what_to_become():  # 39
    with pytest.raises(ImportRefused, match=r"save it as \.docx"):
        read("talk.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"))


@pytest.mark.parametrize("part", [0.02, 0.3, 0.5, 0.99])
def test_a_document_cut_off_is_refused(part):  # 39
    whole = story()
    with pytest.raises(ImportRefused, match="damaged or was cut off"):
        read("talk.docx", whole[: int(len(whole) * part)])


@pytest.mark.parametrize("content", [b"A story.", PNG, b"%PDF-1.7", packed(("a.md", b"x")), b"{\\rtf1 x}"])
def test_another_kind_of_file_is_refused_by_what_is_in_it(content):  # 39
    with pytest.raises(ImportRefused, match=r"no \.docx"):
        read("talk.docx", content)


@pytest.mark.parametrize("xml", [b"", b"no xml", b"<w:document>", f'<w:document xmlns:w="{WORD}"/>'.encode()])
def test_a_document_whose_text_is_damaged_is_refused(xml):  # 39
    with pytest.raises(ImportRefused):
        read("talk.docx", with_part(word("x"), "word/document.xml", xml))


def test_a_document_without_words_is_refused():
    with pytest.raises(ImportRefused, match="no words"):
        read("talk.docx", word(""))
