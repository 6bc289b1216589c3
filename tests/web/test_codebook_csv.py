"""The codebook is brought in and taken away at the desk."""

import html
import re

import pytest

from app.database.marking import CODEBOOK, STEP
from tests.archives import rows
from tests.imports.test_codebook_csv import EXCEL
from tests.web.people import look, send, someone
from tests.web.posting import post
from tests.web.serving import served, story

DESK = "/desk/codebook"
TABLE = """name,definition,parent,aliases,colour
Loss,When somebody is gone.,,bereavement; grief,Teal
Mourning,,loss,,
"""


@pytest.fixture
def web(tmp_path):
    with served(tmp_path, {"a.md": story("A heron.", "themes: [loss]")}, at_loopback=True) as web:
        yield web


@pytest.fixture
def gil(web):
    return someone(web.archive, "Gil", "gatherer", organisation="Here")


def hidden(text, name):
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', text)[1])


def test_a_table_is_pasted_looked_at_brought_in_and_undone(web, gil):
    looked = send(web, f"{DESK}/import", {"text": TABLE}, gil)
    assert looked.status == 200 and "2 themes are new, 0 changed" in looked.text
    assert rows(web.archive, STEP) == []
    form = {"text": hidden(looked.text, "text"), "digest": hidden(looked.text, "digest"), "do": "apply"}
    done = send(web, f"{DESK}/import", form, gil)
    assert done.status == 303
    page = look(web, done["location"], gil).text
    assert "Brought in." in page and "Mourning" in page
    again = send(web, f"{DESK}/import", form, gil)
    assert again.status == 409 and "changed meanwhile" in again.text
    key = re.search(r'name="undo" value="(\d+)"', page)[1]
    assert "2 themes are as before" in look(web, send(web, DESK, {"undo": key}, gil)["location"], gil).text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "nothing in it"),
        ("x,y\n1,2\n", "name the columns"),
        ('name,definition\nLoss,"never closed\nx,y\n', "on line 2 is never closed"),
        ('name,definition\nLoss,"a"b"\n', "middle of a cell"),
        ("name\n" + "x" * 140_000, "130,000 characters"),
        ("name\n" + "a\n" * 10_002, "more than 10,000 rows"),
    ],
)
def test_a_file_that_is_no_codebook_is_refused_and_what_was_pasted_stays(web, gil, text, reason):
    answer = send(web, f"{DESK}/import", {"text": text}, gil)
    assert answer.status == 422 and reason in answer.text
    assert rows(web.archive, CODEBOOK) == []


@pytest.mark.parametrize("fields", [{}, {"do": "apply"}, {"do": "apply", "text": TABLE}])
def test_a_form_without_its_fields_brings_nothing_in(web, gil, fields):
    assert send(web, f"{DESK}/import", fields, gil).status == 422
    assert rows(web.archive, CODEBOOK) == []


def test_the_codebook_is_taken_away_in_both_forms(web, gil):
    send(web, DESK, {"one": "loss"}, gil)
    whole = look(web, f"{DESK}.csv", gil)
    assert whole["content-type"] == "text/csv; charset=utf-8" and whole.text.startswith('\ufeff"name","slug"')
    assert '"Loss","loss"' in whole.text
    assert look(web, f"{DESK}.csv?form=taguette", gil).text == '\ufeff"tag","description"\r\n"Loss",""\r\n'
    assert look(web, f"{DESK}.csv?form=x", gil).text == whole.text
    member = someone(web.archive, "Mia", "member", organisation="Here")
    assert look(web, f"{DESK}.csv", member).status == 404


def test_an_excel_workbook_is_said_to_be_one_and_its_bytes_stay_out_of_the_form(web, gil):
    files = [("files", "codes.xlsx", "application/octet-stream", EXCEL)]
    answer = post(web, f"{DESK}/import", gil, {"text": ""}, files)
    assert answer.status == 422 and "This is an Excel workbook" in answer.text
    assert "CSV UTF-8" in answer.text and "PK" not in answer.text
