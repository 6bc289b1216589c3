"""People decide in the queue what becomes of quotes that an edit changed or lost, and take it back."""

import json
import re
from operator import itemgetter

import pytest

from app.database.marking import QUOTE, QUOTE_WORDS, STEP
from app.services.marking.forgetting import forget_marks
from tests.archives import rows
from tests.web.filling import filled_in
from tests.web.marking.doing import BODY, FLAT_AT, edited, marking, one, page
from tests.web.people import look, send, someone
from tests.web.serving import served, story

DESK = "/desk/quotes"
SLIPPED = BODY.replace("to see", "to seee")
SHORT = BODY.split("\n\n")[0]
PLACES = ("exact", "prefix", "suffix", "anchor", "start", "size", "located", "revision", "state", "removed")


@pytest.fixture
def web(tmp_path):
    stories = {"open.md": story(BODY, "id: s-0pen0000", "storyteller: Marisa")}
    with served(tmp_path, stories, at_loopback=True) as web:
        yield web


@pytest.fixture
def changed(web, ann):
    quote = one(web, ann, "wants to see")
    edited(web, SLIPPED)
    return quote


@pytest.fixture
def lost(web, ann):
    answer = marking(web, ann, anchor=FLAT_AT, exact="the flat")
    edited(web, SHORT)
    return answer["location"].rpartition("#")[2]


def stands(web):
    """Where each quote is, and by which words it is found."""
    places = [tuple(row[name] for name in PLACES) for row in rows(web.archive, QUOTE)]
    return places, [row["plain"] for row in rows(web.archive, QUOTE_WORDS)]


def decide(web, who, do, **fields):
    return send(web, DESK, {"do": do} | fields, who)


def undone(web, who, answer):
    """What somebody gets who presses the button that the page after offers."""
    assert answer.status == 303, answer.text
    shown = look(web, answer["location"], who)
    button = re.search(r'name="do" value="(back|undo)"', shown.text)
    assert button, shown.text
    named = re.search(r'name="(quote|steps)" value="([^"]*)"', shown.text)
    return send(web, DESK, {"do": button[1], named[1]: named[2]}, who)


def test_a_mark_that_was_taken_off_in_the_queue_is_put_back_there(web, ann, changed):
    before = stands(web)
    answer = undone(web, ann, decide(web, ann, "off", quote=changed))
    assert answer["location"] == f"/stories/open#{changed}" and stands(web) == before
    assert "“wants to see”" in look(web, DESK, ann).text


def test_words_that_were_kept_are_again_as_they_were_marked(web, ann, changed):
    before = stands(web)
    answer = undone(web, ann, decide(web, ann, "keep", quote=changed, now="wants to seee"))
    assert answer["location"] == f"{DESK}?saved=undone" and stands(web) == before
    text = look(web, DESK, ann).text
    assert "“wants to see”" in text and "“wants to seee”" in text


def test_several_that_were_kept_are_undone_at_once(web, ann):
    first, second = one(web, ann, "wants to see"), one(web, ann, "to see the door")
    edited(web, SLIPPED)
    before = stands(web)
    kept = {f"keep-{first}": "wants to seee", f"keep-{second}": "to seee the door"}
    answer = undone(web, ann, decide(web, ann, "several", **kept))
    assert answer["location"] == f"{DESK}?saved=undone" and stands(web) == before


def test_a_lost_mark_that_was_put_on_other_words_is_lost_again_and_found_when_its_words_come_back(
    web, ann, lost
):
    before = stands(web)
    undone(web, ann, decide(web, ann, "elsewhere", quote=lost, words="the chair"))
    assert stands(web) == before
    edited(web, BODY)
    (row,) = rows(web.archive, QUOTE)
    assert (row["state"], row["exact"]) == ("moved", "the flat")


def test_what_changed_again_since_is_left_as_it_is(web, ann, changed):
    answer = decide(web, ann, "keep", quote=changed, now="wants to seee")
    edited(web, SLIPPED.replace("wants", "hopes"))
    before = stands(web)
    left = undone(web, ann, answer)
    assert left["location"] == f"{DESK}?saved=left" and stands(web) == before
    assert "Left as it is" in look(web, left["location"], ann).text


def test_nobody_undoes_what_somebody_else_decided_but_stewards(web, ann, changed):
    decide(web, ann, "keep", quote=changed, now="wants to seee")
    steps = str(rows(web.archive, STEP)[0]["key"])
    ben = someone(web.archive, "Ben", "member", organisation="Here")
    assert decide(web, ben, "undo", steps=steps).status == 404
    sue = someone(web.archive, "Sue", "steward", organisation="Here")
    assert decide(web, sue, "undo", steps=steps)["location"] == f"{DESK}?saved=undone"
    assert decide(web, sue, "undo", steps=steps)["location"] == f"{DESK}?saved=left"
    for wrong in ("", "x", "-1"):
        assert decide(web, sue, "undo", steps=wrong).status in (303, 404, 422)


def test_a_step_repeats_no_words_and_goes_with_its_story(web, ann, changed):
    decide(web, ann, "keep", quote=changed, now="wants to seee")
    assert "wants" not in str(rows(web.archive, STEP))
    with web.archive.writing() as connection:
        forget_marks(connection, "s-0pen0000")
        connection.commit()
    assert rows(web.archive, STEP) == []


def test_a_mark_is_not_put_on_words_that_she_has_marked_already(web, ann, lost):
    there = one(web, ann, "the chair", revision="2")
    answer = decide(web, ann, "elsewhere", quote=lost, words="the chair")
    assert answer.status == 422 and f"marked already, as {there}" in answer.text


def test_a_mark_that_was_taken_off_and_lost_meanwhile_is_put_back_into_the_queue(web, ann):
    quote = marking(web, ann, anchor=FLAT_AT, exact="the flat")["location"].rpartition("#")[2]
    send(web, f"/q/{quote}/edit", {"do": "remove"}, ann)
    edited(web, SHORT)
    answer = send(web, f"/q/{quote}/edit", {"do": "back"}, ann)
    assert answer.status == 303 and answer["location"] == f"{DESK}?saved=back#{quote}"
    text = look(web, answer["location"].partition("#")[0], ann).text
    assert "The mark is there again." in text and f'id="{quote}"' in text


def test_a_mark_in_a_passage_that_was_closed_meanwhile_is_put_back_where_nobody_meets_it(web, ann):
    quote = one(web, ann)
    send(web, f"/q/{quote}/edit", {"do": "remove"}, ann)
    edited(web, f"::: closed\n{SHORT}\n:::\n\nOpen.\n")
    answer = send(web, f"/q/{quote}/edit", {"do": "back"}, ann)
    assert answer.status == 303 and answer["location"] == "/stories/open"
    assert "wants to see" not in page(web, ann)


def test_the_address_of_a_lost_quote_leads_whoever_may_decide_of_it_to_the_queue(web, ann, lost):
    sue = someone(web.archive, "Sue", "steward", organisation="Here")
    for who in (ann, sue):
        for address in (f"/q/{lost}", f"/q/{lost}/edit"):
            assert look(web, address, who)["location"] == f"{DESK}#{lost}"
    ben = someone(web.archive, "Ben", "member", organisation="Here")
    for who in (ben, None):
        assert look(web, f"/q/{lost}", who).content == look(web, "/nowhere", who).content
    assert look(web, f"/q/{lost}/edit", ben).status == 404


def test_the_address_of_a_lost_quote_leads_to_the_page_of_the_queue_on_which_it_stands(web, ann):
    words = ["She", "kept", "the", "flat,", "the", "job", "&", "the", "nephew,", "in", "that", "order"]
    pieces = [" ".join(words[at:end]) for at in (0, 1) for end in range(at + 1, 13)]
    chosen = [{"anchor": FLAT_AT, "exact": one, "suffix": "."} for one in pieces][:21]
    for part in (chosen[:15], chosen[15:]):
        marking(web, ann, selection=json.dumps(part))
    edited(web, SHORT)
    ids = [row["id"] for row in sorted(rows(web.archive, QUOTE), key=itemgetter("key"))]
    assert len(ids) == 21 and look(web, f"/q/{ids[19]}", ann)["location"] == f"{DESK}#{ids[19]}"
    assert look(web, f"/q/{ids[20]}", ann)["location"] == f"{DESK}?page=2#{ids[20]}"


def test_what_was_typed_stays_where_the_form_of_a_lost_quote_is_refused(web, ann, lost):
    form = look(web, DESK, ann)
    assert filled_in(form, DESK)["quote"] == lost
    answer = decide(web, ann, "elsewhere", quote=lost, words="nowhere at all")
    assert answer.status == 422 and "nowhere at all" in answer.text
