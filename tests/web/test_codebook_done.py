"""The story team sees what was done last with the codebook, and undoes it later than at once."""

import re

import pytest

from app.database.marking import CODEBOOK, STEP
from tests.archives import rows
from tests.web.people import hidden, look, send, someone
from tests.web.serving import served, story
from tests.web.test_codebook_csv import DESK, TABLE


@pytest.fixture
def web(tmp_path):
    stories = {"a.md": story("A heron.", "themes: [loss, waiting]")}
    with served(tmp_path, stories, at_loopback=True) as web:
        yield web


@pytest.fixture
def gil(web):
    return someone(web.archive, "Gil", "gatherer", organisation="Here")


@pytest.fixture
def sue(web):
    return someone(web.archive, "Sue", "steward", organisation="Here")


def done(web, who, page=""):
    text = look(web, f"{DESK}{page}", who).text
    found = re.search(r'<details[^>]* id="done".*?</details>', text, re.S)
    return re.sub(r"\s+", " ", found[0]) if found else ""


def brought_in(web, who, table=TABLE):
    looked = send(web, f"{DESK}/import", {"text": table}, who)
    send(web, f"{DESK}/import", {"text": table, "digest": hidden(looked, "digest"), "do": "apply"}, who)
    return rows(web.archive, STEP)[-1]["key"]


def test_an_import_is_undone_long_after_the_page_that_said_so(web, gil):
    assert done(web, gil) == ""
    key = brought_in(web, gil)
    send(web, DESK, {"one": "waiting"}, gil)
    section = done(web, gil)
    assert (
        "Brought in from CSV: 2 themes" in section and "<bdi>Gil</bdi>" in section and " open>" not in section
    )
    assert section.index("Adopted: ") < section.index("Brought in") and 'dir="auto">Waiting</a>' in section
    assert send(web, DESK, {"undo": str(key)}, gil)["location"] == f"{DESK}?back=2&left=0"
    assert "undone " in done(web, gil) and f'value="{key}"' not in done(web, gil)


def test_what_somebody_changed_since_is_said_and_not_offered(web, gil):
    send(web, DESK, {"one": "loss"}, gil)
    form = look(web, f"{DESK}/loss", gil)
    send(web, f"{DESK}/loss", {"definition": "Gone.", "digest": hidden(form, "digest")}, gil)
    section = done(web, gil)
    assert section.count("changed since") == 1 and section.count('name="undo"') == 1
    assert "Written: " in section


def test_a_gatherer_sees_what_she_did_and_a_steward_what_everybody_did(web, gil, sue):
    send(web, DESK, {"one": "loss"}, sue)
    send(web, DESK, {"one": "waiting"}, gil)
    assert "Sue" not in done(web, gil) and "Waiting" in done(web, gil)
    assert "Sue" in done(web, sue) and "Gil" in done(web, sue)


def test_many_steps_are_paged_and_a_page_that_is_not_there_is_the_last(web, gil):
    for number in range(12):
        brought_in(web, gil, f"name\nTheme {number}\n")
    assert "Theme 11" in done(web, gil) and "Theme 1<" not in done(web, gil)
    for page in ("?steps=2", "?steps=99"):
        section = done(web, gil, page)
        assert " open>" in section and "Theme 1<" in section and "Page 2 of 2" in section
    assert "Page 1 of 2" in done(web, gil, "?steps=x")
    assert len(rows(web.archive, CODEBOOK)) == 12
