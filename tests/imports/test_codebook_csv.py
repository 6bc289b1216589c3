"""A codebook comes in as Excel and other programs write it."""

import io
import zipfile

import pytest

from app.errors import ImportRefused
from app.imports.codebook_csv import read_codebook_csv


def packed(*parts: tuple[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts:
            archive.writestr(name, text)
    return buffer.getvalue()


EXCEL = packed(("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", "<workbook/>"))
CALC = packed(("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "<x/>"))


@pytest.mark.parametrize(
    ("first", "separator"),
    [
        ("sep=;", ";"),
        ('"sep=;"', ";"),
        ("SEP=;\r", ";"),
        ("\ufeffsep=\t", "\t"),
        ("sep=,,,", ","),
        ("\nsep=|", "|"),
        ("sep=^", "^"),
    ],
)
def test_the_first_line_of_excel_says_what_stands_between_cells(first, separator):
    text = f"{first}\nname{separator}definition\nLoss{separator}Gone; or, left.\n"
    text = text.replace("Gone; or, left.", '"Gone; or, left."')
    table = read_codebook_csv(text.encode())
    assert [row for _, row in table.rows] == [{"name": "Loss", "definition": "Gone; or, left."}]
    assert table.rows[0][0] == 3 + first.count("\n")


@pytest.mark.parametrize("text", ["sep=;", "sep=;\n", "sep=;\nx;y\n", "sep=x\nname\n"])
def test_a_line_that_says_the_separator_is_not_taken_for_names_of_columns(text):
    with pytest.raises(ImportRefused, match="does not name the columns"):
        read_codebook_csv(text.encode())


@pytest.mark.parametrize(
    ("content", "program"),
    [(EXCEL, "Excel"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Excel"), (CALC, "LibreOffice")],
)
def test_a_workbook_is_called_by_its_name_with_how_it_becomes_a_csv_file(content, program):
    with pytest.raises(ImportRefused, match=f"Open it in {program}, choose File, Save As"):
        read_codebook_csv(content)


def test_one_character_that_can_not_be_seen_is_one():
    assert read_codebook_csv(b"name\nLo\x00ss\n").said == [
        "1 character that no one can see was left out. "
        "Nothing needs to be done, unless something looks wrong."
    ]
