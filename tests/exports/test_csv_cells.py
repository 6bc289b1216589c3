"""What leaves as CSV is shown by a spreadsheet and not run; whatever was written can be read again."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exports.csv_cells import csv_lines, safe_cell

RUN = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\x00=1", "\x1b", "\x85=1", " =1", "\u00a0@A1"]
RUN += ["\u200b=1", "\ufeff=1", "＝1+1", "－1", "＠A1", "\u202e=1", '=HYPERLINK("http://x","y")', "=", "-"]
KEPT = ["", "It rang.", "a=b", "3 - 2", "ann@example.org", "2026-03-04", "“=1”", "'=1", "Nørre ☃", "1+1"]


def read(lines):
    return list(csv.reader(io.StringIO("".join(lines).removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("text", RUN)
def test_what_a_spreadsheet_would_run_stands_behind_an_apostrophe(text):  # BAD_INPUT 61
    assert safe_cell(text) == f"'{text}"
    assert read(csv_lines(["a"], [[text]]))[1] == [f"'{text}"]


@pytest.mark.parametrize("text", KEPT)
def test_every_other_text_stays_as_it_is(text):
    assert safe_cell(text) == text


def test_a_file_has_its_header_its_mark_and_an_end_to_each_line():
    written = "".join(csv_lines(["number", "who"], [[7, 'Ann "A", N.'], [-8, None]]))
    assert written == '\ufeff"number","who"\r\n"7","Ann ""A"", N."\r\n"-8",""\r\n'


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_whatever_was_written_can_be_read_again_and_no_cell_begins_with_what_is_run(rows):
    found = read(csv_lines(["a", "b"], rows))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in found] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(cell[:1] in tuple("=+-@\t\r\n\x00") for row in found for cell in row if cell)
