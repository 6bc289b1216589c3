"""Recording what a storyteller agreed to, by role; what is wrong is said at its field."""

import html

import pytest

from tests.web.people import hidden, look, send, someone
from tests.web.serving import served, write

OPEN, HERS = "s-0pen0000", "s-hers0000"
NOW = "consent: {uses: [publication], given: 2026-01-01}"
FILES = {
    "open.md": f"---\nid: {OPEN}\ntitle: Open  # hers\nsurprise: kept\n{NOW}\n---\nBy lamplight.\n",
    "hers.md": f"---\nid: {HERS}\ngatherer: J. O.\nstatus: draft\n---\nBy moonlight.\n",
}


@pytest.fixture(scope="module")
def served_once(tmp_path_factory):
    with served(tmp_path_factory.mktemp("consent"), FILES) as web:
        yield web


@pytest.fixture(scope="module")
def cookies(served_once):
    archive = served_once.archive
    return {
        "steward": someone(archive, "Sue", "steward", organisation="The archive"),
        "gatherer": someone(archive, "Ga", "gatherer", gathers_as="J. O."),
        "other gatherer": someone(archive, "Gi", "gatherer", gathers_as="N. N."),
        "member": someone(archive, "Mo", "member"),
    }


@pytest.fixture
def web(served_once):
    return served_once


def address(story):
    return f"/s/{story}/consent"


def filled(web, story, cookie, *ticked, **fields):
    page = look(web, address(story), cookie)
    empty = dict.fromkeys(("given", "until", "co_crafted", "not_for", "basis", "sheet", "note"), "")
    return {**empty, **dict.fromkeys(ticked, "on"), "digest": hidden(page, "digest"), **fields}


def record(web, story, cookie, *ticked, **fields):
    return send(web, address(story), filled(web, story, cookie, *ticked, **fields), cookie)


def test_a_steward_records_what_was_agreed_and_it_holds_at_once(web, cookies):
    write(web.archive.settings.stories, FILES)
    assert look(web, "/stories/open").status == 200
    told = {"given": "2026-02-03", "basis": "public task", "sheet": "Sheet 3", "note": "On the phone."}
    answer = record(web, OPEN, cookies["steward"], "use-design", "use-learning", "medium-audio", **told)
    assert (answer.status, answer["location"]) == (303, f"{address(OPEN)}?saved")
    assert look(web, "/stories/open").status == 404
    assert look(web, "/api/v1/search?q=lamplight").json["total"] == 0
    assert look(web, "/api/v1/complete?q=lampl").json["items"] == []
    assert look(web, "/stories/open", cookies["member"]).status == 200
    page = html.unescape(look(web, address(OPEN), cookies["steward"]).text)
    for words in ("design sessions and learning", "Sue", "public task", "Sheet 3", "On the phone.", "audio"):
        assert words in page
    assert page.index("recorded in the archive") < page.index("first seen in a file")
    content = (web.archive.settings.stories / "open.md").read_text()
    assert "consent: {uses: [design, learning], given: 2026-02-03}\n" in content
    assert content.replace("uses: [design, learning], given: 2026-02-03", NOW[10:-1]) == FILES["open.md"]
