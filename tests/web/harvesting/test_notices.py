"""Where a public story was, every address and format says so, and says nothing else of it."""

import json
import re

import pytest

from app.config import load_settings
from app.database.visibility import TERMINAL
from app.errors import Withdrawn
from app.rendering.passages import anchor_of
from app.services.finishing import finish_jobs
from app.services.withdrawing import Outcome, Request, withdraw
from app.web.absence import absence_answer, wanted_form
from app.web.frame import bare_site
from tests.web.harvesting.conftest import A, B, D
from tests.web.people import send, someone

BOATS = "The lamplighter counted eleven boats before she went home again that night."
WORDS = ("Lantern", "Marisa", "Northgate", "Eleven", "boats", "dusk", "lamplighter")
ADDRESSES = (
    "/stories/a",
    f"/s/{A}",
    f"/s/{A}/v/1",
    f"/s/{A}/poster",
    f"/s/{A}/poster.pdf",
    "/api/v1/stories/a",
)


@pytest.mark.parametrize("outcome", [Outcome.KEEP, Outcome.ERASE])
def test_every_address_of_a_story_says_that_it_was_taken_back(web, outcome):
    withdraw(web.archive, TERMINAL, A, Request(outcome, replacement=B))
    finish_jobs(web.archive)
    for address in ADDRESSES:
        answer = web.get(address)
        assert answer.status == 410, address
        for said in (A, f"/s/{B}", "stories@example.org"):
            assert said in answer.text, address
        assert "4 May 2026" in answer.text or "2026-05-04" in answer.text, address
        assert [word for word in WORDS if word in answer.text] == [], address
        assert answer["cache-control"] == "no-store" and "etag" not in dict(answer.headers)


FORMS = {
    "csl.json": "application/problem+json",
    "jsonld": "application/problem+json",
    "dc.xml": "application/xml",
    "bib": "text/plain; charset=utf-8",
    "ris": "text/plain; charset=utf-8",
    "md": "text/plain; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "pdf": "text/html; charset=utf-8",
}


@pytest.mark.parametrize("ending", FORMS)
def test_a_notice_comes_in_the_form_that_was_asked_for(ending):
    settings = load_settings({"STORYHOLD_CONTACT": "stories@example.org"})
    error, site = Withdrawn(A, "2026-05-04", f"/s/{B}"), bare_site(settings)
    answer = absence_answer(site, settings, error, wanted_form(f"/s/{A}.{ending}"))
    assert (answer.status_code, answer.headers["content-type"]) == (410, FORMS[ending])
    text = bytes(answer.body).decode()
    assert A in text and f"/s/{B}" in text and "stories@example.org" in text
    if ending.endswith(("json", "jsonld")):
        told = json.loads(text)
        assert (told["id"], told["since"], told["status"]) == (A, "2026-05-04", 410)
    assert wanted_form("/stories/notes.md") == "text/html"


def marked(web, story_id: str, passage: str, words: str) -> str:
    """The id of a quote that a member marks."""
    fields = {"revision": "1", "anchor": anchor_of(passage), "exact": words}
    answer = send(web, f"/s/{story_id}/mark", fields, someone(web.archive, "Mo", "member"))
    return re.search(r"#(q-[0-9a-z]{8})$", answer["location"])[1]


def test_a_quote_of_a_story_that_was_taken_back_leads_to_the_notice(web):
    quote = marked(web, A, BOATS, "counted eleven boats")
    assert web.get(f"/q/{quote}").status == 302
    withdraw(web.archive, TERMINAL, A, Request())
    finish_jobs(web.archive)
    assert web.get(f"/q/{quote}").content == web.get(f"/s/{A}").content
    assert web.get(f"/api/v1/quotes/{quote}").content == web.get("/api/v1/stories/a").content
    assert web.get("/q/q-00000000") == web.get("/nowhere")


def test_a_quote_of_a_story_that_was_never_public_is_nobody_s(web):
    quote = marked(web, D, "For the teams.", "For the teams")
    withdraw(web.archive, TERMINAL, D, Request())
    finish_jobs(web.archive)
    assert web.get(f"/q/{quote}") == web.get("/q/q-00000000") == web.get("/nowhere")
    assert web.get(f"/api/v1/quotes/{quote}") == web.get("/api/v1/quotes/q-00000000")
