"""What a session holds of a story follows that story's consent, and goes with it when it is erased."""

import re

import pytest
from sqlalchemy import select

from app.database.marking import QUOTE
from app.database.sessions import SESSION, SESSION_EVENT, SESSION_STORY
from app.rendering.passages import anchor_of
from app.services.merging import erase_words
from app.services.reconcile import reconcile
from tests.archives import rows
from tests.web.people import look, send, someone
from tests.web.serving import story
from tests.web.sessions.doing import DESIGN_WORDS, ELENA, WORDS, cell, do, guest, idea, prepared, write


@pytest.fixture
def quote(web, ann):
    """The id of a quote that Ann marked."""
    told = {"revision": "1", "anchor": anchor_of(WORDS), "exact": "begin again"}
    answer = send(web, "/s/s-0pen0000/mark", told, ann)
    return re.search(r"#(q-[0-9a-z]{8})$", answer["location"])[1]


@pytest.fixture
def pinned(web, ann, session, quote):
    """The number of an idea in whose cell stands a note that rests on that quote."""
    number = idea(web, ann, session)
    write(web, ann, session, number, note="She said so")
    answer = send(web, f"{session}/cells/{number}/{ELENA}", {"do": "pin", "quote": f"/q/{quote}"}, ann)
    assert answer.status == 303, answer.text
    return number


def test_words_are_pinned_to_a_cell_and_taken_off(web, ann, session, quote, pinned):
    sam = guest(web, ann, session)
    assert "begin again Marisa" in cell(web, sam, session, pinned)
    send(web, f"{session}/cells/{pinned}/{ELENA}", {"do": "unpin", "quote": quote}, sam)
    assert "begin again" not in cell(web, sam, session, pinned)


def test_words_that_not_everybody_may_read_can_not_be_pinned(web, ann, session, pinned):
    told = {"revision": "1", "anchor": anchor_of(DESIGN_WORDS), "exact": "The kettle"}
    hers = send(web, "/s/s-des1gn00/mark", told, ann)["location"].rpartition("#")[2]
    answer = send(web, f"{session}/cells/{pinned}/{ELENA}", {"do": "pin", "quote": hers}, ann)
    assert answer.status == 422 and "everybody in the room may read" in answer.text


def test_when_consent_narrows_the_cell_that_rests_on_it_shows_nothing(web, ann, session, pinned):
    sam = guest(web, ann, session)
    mark = look(web, f"{session}/changes", sam).json["mark"]
    file = web.archive.settings.stories / "open.md"
    file.write_text(story(WORDS, "id: s-0pen0000", "storyteller: Marisa", uses="design"))
    reconcile(web.archive)
    for who in (sam, ann):
        assert cell(web, who, session, pinned) == "Elena Not yet discussed : Elena"
    news = look(web, f"{session}/changes?after={mark}", sam)
    assert news.json["parts"] and "She said so" not in news.text


def test_erasing_a_story_empties_what_rests_on_it_alone(web, ann, session, pinned):
    send(web, f"{session}/prepare", {"do": "lay-story", "story": "s-0pen0000", "why": ""}, ann)
    with web.archive.writing() as connection:
        erase_words(connection, "s-0pen0000")
        connection.commit()
    assert rows(web.archive, SESSION_STORY) == [] and rows(web.archive, QUOTE) == []
    assert "She said so" not in str(rows(web.archive, SESSION_EVENT))
    assert "Not yet discussed" in cell(web, ann, session, pinned)
    numbers = [row["number"] for row in rows(web.archive, SESSION_EVENT)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_session_about_nothing_but_an_erased_story_goes_and_one_with_ideas_is_nobody_elses(web, ann):
    bo = someone(web.archive, "Bo", "member")
    made = send(web, "/sessions", {"do": "make", "title": "About her"}, ann)["location"]
    alone = made.removesuffix("/prepare")
    other = prepared(web, ann, title="Ideas of hers")
    for address in (alone, other):
        send(web, f"{address}/prepare", {"do": "lay-story", "story": "s-0pen0000", "why": ""}, ann)
    send(web, f"{other}/prepare", {"do": "take-persona", "persona": ELENA}, ann)
    do(web, ann, other, "open")
    idea(web, ann, other)
    assert look(web, other, bo).status == 200
    with web.archive.writing() as connection:
        erase_words(connection, "s-0pen0000")
        connection.commit()
    with web.archive.engine.connect() as connection:
        assert list(connection.execute(select(SESSION.c.title)).scalars()) == ["Ideas of hers"]
    assert look(web, other, bo).status == 404 and look(web, other, ann).status == 200


def test_a_session_with_what_somebody_may_not_read_is_not_there_for_her(web, ann):
    cai = someone(web.archive, "Cai", "commissioner")
    address = send(web, "/sessions", {"do": "make", "title": "For the teams"}, ann)["location"]
    address = address.removesuffix("/prepare")
    assert look(web, address, cai).status == 200
    send(web, f"{address}/prepare", {"do": "lay-story", "story": "s-des1gn00", "why": ""}, ann)
    assert look(web, address, cai).status == 404 and "For the teams" not in look(web, "/sessions", cai).text


def test_guests_are_out_when_a_session_asks_for_accounts(web, ann, session):
    sam = guest(web, ann, session)
    about = {"do": "about", "title": "The first meeting", "guests": "no"}
    assert send(web, f"{session}/prepare", about, ann).status == 303
    answer = look(web, session, sam)
    assert answer.status == 410 and "people who have signed in" in answer.text


def test_who_works_here_pins_a_passage_which_is_marked_by_it_and_a_guest_can_not(web, ann, session):
    sam, number = guest(web, ann, session), idea(web, ann, session)
    address, passage = f"{session}/cells/{number}/{ELENA}", f"/stories/open#{anchor_of(WORDS)}"
    assert send(web, address, {"do": "pin", "quote": passage}, sam).status == 422
    assert rows(web.archive, QUOTE) == []
    assert send(web, address, {"do": "pin", "quote": passage}, ann).status == 303
    assert [row["exact"] for row in rows(web.archive, QUOTE)] == [WORDS]
    assert "She would not begin again. Marisa" in cell(web, sam, session, number)
    hidden = f"s-des1gn00#{anchor_of(DESIGN_WORDS)}"
    assert send(web, address, {"do": "pin", "quote": hidden}, ann).status == 422
