"""A storyteller takes her story back: from that moment it is on no sheet and in no file, and none is kept."""

import pytest

from app.services.paper.keeping import files_kept
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
    assert [look(web, address, ann).status for address in addresses] == [410, 200, 404, 200, 200]
    for address in (addresses[1].replace(".pdf", ""), addresses[3]):
        assert "Devon" not in look(web, address, ann).text, address
    assert "Devon" not in " ".join(pages(look(web, addresses[1], ann)))
    assert all("Devon" not in words for words in slides(look(web, addresses[4], ann)))
