"""A storyteller takes her story back: from that moment it is on no sheet and in no file, and none is kept."""

import os

import pytest

from app.services.paper import making
from app.services.paper.keeping import files_kept, forget_files, sweep_files
from tests.web.paper.printing import BY_DEVON, OF_DEVON, PERSONAS, STORIES, mark, pages, slides
from tests.web.people import look, send, someone
from tests.web.serving import served

PEOPLE = (("Priya", "member"), ("Sue", "steward"))
PACK = "poster=s-des1gn00&card=who-e1ena000"


@pytest.fixture
def web(tmp_path):
    stories = {name: STORIES[name] for name in ("open.md", "design.md")}
    with served(tmp_path, stories, {"elena.md": PERSONAS["elena.md"]}, at_loopback=True) as web:
        yield web


def test_a_story_that_is_taken_back_is_on_no_paper_from_then_on(web):
    ann, sue = (someone(web.archive, name, role, organisation="Here") for name, role in PEOPLE)
    quote = mark(web, ann, "s-des1gn00", BY_DEVON, OF_DEVON.partition("#")[2])
    addresses = [
        "/s/s-des1gn00/poster.pdf",
        "/p/who-e1ena000/poster.pdf",
        f"/q/{quote}/card",
        f"/paper/sheets?{PACK}",
        "/p/who-e1ena000/card.pptx",
    ]
    for address in addresses:
        assert look(web, address, ann).status == 200, address
    assert files_kept(web.archive)
    send(web, "/s/s-des1gn00/withdraw", {"do": "take back", "outcome": "keep"}, sue)
    assert files_kept(web.archive) == []
    assert [look(web, address, ann).status for address in addresses] == [410, 200, 410, 200, 200]
    for address in (addresses[1].replace(".pdf", ""), addresses[3]):
        assert "Devon" not in look(web, address, ann).text, address
    assert "Devon" not in " ".join(pages(look(web, addresses[1], ann)))
    assert all("Devon" not in words for words in slides(look(web, addresses[4], ann)))


def test_a_file_that_was_being_made_meanwhile_is_not_kept(web, monkeypatch):
    def made_late(printed, watch=None):
        forget_files(web.archive)  # as a withdrawal does
        return b"%PDF of before"

    monkeypatch.setattr(making, "pdf_of", made_late)
    assert look(web, "/s/s-0pen0000/poster.pdf").content == b"%PDF of before"
    assert files_kept(web.archive) == []


def test_files_are_kept_for_some_minutes_only(web, monkeypatch):
    monkeypatch.setattr(making, "pdf_of", lambda printed, watch=None: b"%PDF")
    look(web, "/s/s-0pen0000/poster.pdf")
    (kept,) = files_kept(web.archive)
    assert kept.read_bytes() == b"%PDF" and kept.parent.stat().st_mode & 0o077 == 0
    os.utime(kept, (0, 0))
    sweep_files(web.archive)
    assert files_kept(web.archive) == []
