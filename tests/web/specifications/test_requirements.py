"""Requirements are written, moved, taken away and undone; two who write at once lose nothing."""

import re

import pytest

from tests.web.people import hidden, look, send
from tests.web.specifications.doing import asked, begun, cited, quoted, states, text_of


@pytest.fixture
def spec(web, cy):
    return begun(web, cy, worths="Nobody tells it twice\nSomebody rings back")


def numbers(web, who, spec):
    """Number and text of each requirement, in their order."""
    page = look(web, spec, who).text
    found = re.findall(r'<span class="number">([\d.]+)</span> <a [^>]*>([^<]*)</a></h3>', page)
    return [f"{number} {text}" for number, text in found]


def changed(web, who, requirement, text, edition, **fields):
    told = {"do": "text", "text": text, "rationale": "", "priority": "", "edition": str(edition), **fields}
    return send(web, requirement, told, who)


def test_requirements_stand_in_each_other_and_are_moved_and_the_numbers_follow(web, cy, spec):
    first = asked(web, cy, spec, "Access", heading="yes")
    ring = asked(web, cy, spec, "Ring back", parent=first.rpartition("/")[2])
    asked(web, cy, spec, "Write", parent=first.rpartition("/")[2])
    last = asked(web, cy, spec, "Count")
    assert numbers(web, cy, spec) == ["1 Access", "1.1 Ring back", "1.2 Write", "2 Count"]
    send(web, ring, {"do": "move", "way": "down"}, cy)
    assert numbers(web, cy, spec) == ["1 Access", "1.1 Write", "1.2 Ring back", "2 Count"]
    moved = send(web, ring, {"do": "move", "way": "out"}, cy)["location"]
    assert numbers(web, cy, spec) == ["1 Access", "1.1 Write", "2 Ring back", "3 Count"]
    assert "the numbers follow" in look(web, moved, cy).text
    send(web, last, {"do": "move", "way": "in"}, cy)
    assert numbers(web, cy, spec) == ["1 Access", "1.1 Write", "2 Ring back", "2.1 Count"]
    assert send(web, first, {"do": "move", "way": "up"}, cy).status == 422
    assert send(web, first, {"do": "move", "way": "sideways"}, cy).status == 422
    assert send(web, first, {"do": "move", "way": "out"}, cy).status == 422


def test_whatever_was_done_last_is_undone(web, cy, spec):
    one, _two = asked(web, cy, spec, "One"), asked(web, cy, spec, "Two")
    cited(web, cy, one, quoted(web))
    gone = send(web, one, {"do": "remove"}, cy)["location"]
    assert numbers(web, cy, spec) == ["1 Two"] and states(web, cy, spec) == []
    page = look(web, gone, cy)
    assert "The requirement is taken away." in page.text
    send(web, spec, {"do": "undo", "step": hidden(page, "step")}, cy)
    assert numbers(web, cy, spec) == ["1 One", "2 Two"] and states(web, cy, spec) == ["current"]
    was = changed(web, cy, one, "Other", edition(web, cy, one))["location"]
    page = look(web, was, cy)
    assert send(web, one, {"do": "undo", "step": hidden(page, "step")}, cy).status == 303
    assert numbers(web, cy, spec) == ["1 One", "2 Two"]


def test_whoever_moves_one_in_the_list_stays_there_and_undoing_leads_nowhere_else(web, cy, spec):
    asked(web, cy, spec, "First.")
    second = asked(web, cy, spec, "Second.")
    moved = send(web, second, {"do": "move", "way": "up", "tree": "1"}, cy)
    assert (moved.status, moved["location"].partition("?")[0]) == (303, spec)
    assert "page=" not in moved["location"] and "step=" in moved["location"]
    other = send(web, second, {"do": "move", "way": "down", "tree": "3"}, cy)
    assert other["location"].endswith("&page=3")
    for tree in ("x", "-1"):
        away = send(web, second, {"do": "move", "way": "up", "tree": tree}, cy)
        assert away["location"].startswith(f"{second}?step=")
        step = away["location"].partition("step=")[2]
        undone = send(web, second, {"do": "undo", "step": step}, cy)
        assert undone["location"] == f"{second}?said=undone"


def test_what_was_changed_again_is_not_undone_over_the_head_of_who_did(web, cy, dora, spec):
    one = asked(web, cy, spec, "One")
    was = changed(web, cy, one, "Mine", edition(web, cy, one))["location"]
    changed(web, dora, one, "Hers", edition(web, dora, one))
    step = hidden(look(web, was, cy), "step")
    answer = send(web, one, {"do": "undo", "step": step}, cy)
    assert answer.status == 422 and "changed again since" in answer.text
    assert numbers(web, cy, spec) == ["1 Hers"]
    assert send(web, one, {"do": "undo", "step": "step-0"}, cy).status == 404


def edition(web, who, requirement):
    return hidden(look(web, requirement, who), "edition")


def test_of_two_who_write_one_requirement_at_once_nobody_loses_her_text(web, cy, dora, spec):
    one = asked(web, cy, spec, "One")
    read = edition(web, cy, one)
    assert changed(web, dora, one, "Hers is longer", read, rationale="Her reason").status == 303
    answer = changed(web, cy, one, "Mine is here", read, rationale="My reason")
    assert answer.status == 409
    for words in (
        "Hers is longer",
        "Her reason",
        "Mine is here",
        "My reason",
        "beside what stands there now",
    ):
        assert words in text_of(answer)
    assert numbers(web, cy, spec) == ["1 Hers is longer"]
    assert changed(web, cy, one, "Both of ours", hidden(answer, "edition")).status == 303
    assert numbers(web, cy, spec) == ["1 Both of ours"]


def test_the_same_words_sent_twice_are_no_conflict(web, cy, dora, spec):
    one = asked(web, cy, spec, "One")
    read = edition(web, cy, one)
    changed(web, dora, one, "Same", read)
    assert changed(web, cy, one, "Same", read).status == 303


def test_what_a_specification_is_about_is_changed_by_one_at_a_time(web, cy, dora, spec):
    read = hidden(look(web, f"{spec}/about", cy), "edition")
    told = {"do": "say", "edition": read, "title": "Waiting well", "status": "consultation", "version": "2"}
    assert send(web, f"{spec}/about", told, dora).status == 303
    answer = send(web, f"{spec}/about", told | {"title": "Mine", "version": "3"}, cy)
    assert answer.status == 409 and "Mine" in answer.text and "version 2" in answer.text
    page = text_of(look(web, spec, cy))
    assert "In consultation, version 2" in page
    assert send(web, f"{spec}/about", told | {"status": "odd"}, cy).status == 422


def test_a_requirement_is_held_against_what_the_programme_values(web, cy, spec):
    one = asked(web, cy, spec, "One")
    key = hidden(look(web, one, cy), "worth")
    read = edition(web, cy, one)
    told = {"do": "hold", "worth": key, "verdict": "against", "note": "It asks again.", "edition": read}
    assert send(web, one, told, cy).status == 303
    assert "Nobody tells it twice: goes against it . It asks again." in text_of(look(web, spec, cy)).replace(
        "it. It", "it . It"
    )
    assert send(web, one, told | {"worth": "none"}, cy).status == 404
    assert send(web, one, told | {"verdict": "odd"}, cy).status == 422


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4_001, "a\x00b"])
def test_words_that_can_not_be_kept_come_back_with_the_reason(web, cy, spec, text):
    answer = send(web, spec, {"do": "add", "text": text}, cy)
    assert answer.status == 422 and "Nothing was changed." in answer.text
    assert numbers(web, cy, spec) == []


def test_a_long_specification_has_pages(web, cy, spec):
    for number in range(42):
        asked(web, cy, spec, f"Number {number}")
    assert len(numbers(web, cy, spec)) == 40
    assert numbers(web, cy, f"{spec}?page=2") == ["41 Number 40", "42 Number 41"]
    for page in ("-1", "0", "999999999999", "abc"):
        assert look(web, f"{spec}?page={page}", cy).status == 200


def test_a_specification_is_taken_away_and_put_back_by_its_owner(web, cy, dora, sue, spec):
    assert send(web, f"{spec}/about", {"do": "remove"}, dora).status == 403
    gone = send(web, f"{spec}/about", {"do": "remove"}, cy)["location"]
    assert look(web, spec, cy).status == 404 and "Put it back" in look(web, gone, cy).text
    assert "Put it back" not in look(web, gone, dora).text
    told = {"do": "back", "specification": spec.rpartition("/")[2]}
    assert send(web, "/specifications", told, dora).status == 404
    send(web, "/specifications", told, cy)
    assert look(web, spec, cy).status == 200
    assert send(web, f"{spec}/about", {"do": "remove"}, sue).status == 303


@pytest.mark.parametrize("place", ["", "/requirements/req-00000000", "/about", "/access"])
def test_a_form_that_says_nothing_known_is_refused(web, cy, spec, place):
    if place.startswith("/req"):
        place = asked(web, cy, spec).removeprefix(spec)
    for fields in ({"do": "odd"}, {}, {"do": "add"}, {"do": "follow"}, {"do": "people"}, {"do": "hold"}):
        assert send(web, f"{spec}{place}", fields, cy).status == 422


def test_of_two_who_hold_it_against_a_value_at_once_nobody_loses_her_note(web, cy, dora, spec):
    one = asked(web, cy, spec, "One")
    key, read = hidden(look(web, one, cy), "worth"), edition(web, cy, one)
    told = {"do": "hold", "worth": key, "verdict": "keeps", "edition": read}
    assert send(web, one, {**told, "note": "Hers"}, dora).status == 303
    answer = send(web, one, {**told, "note": "Mine"}, cy)
    assert answer.status == 409 and 'value="Mine"' in answer.text and "Hers" in answer.text


def test_whoever_writes_on_what_somebody_takes_away_keeps_her_text(web, cy, dora, spec):
    one = asked(web, cy, spec, "One")
    read = edition(web, cy, one)
    send(web, one, {"do": "remove"}, dora)
    answer = changed(web, cy, one, "What I typed", read, rationale="And why")
    assert answer.status == 409 and "What I typed" in answer.text and "And why" in answer.text
    assert "taken this requirement away meanwhile" in answer.text


def test_what_was_promised_is_taken_off_and_put_back(web, cy, spec):
    send(web, spec, {"do": "promise", "words": "Ring everybody", "day": ""}, cy)
    send(web, spec, {"do": "promise", "words": "Write", "day": ""}, cy)
    promise = hidden(look(web, spec, cy), "promise")
    gone = send(web, spec, {"do": "drop", "promise": promise}, cy)["location"]
    page = look(web, gone, cy)
    assert "Ring everybody" not in page.text and "Put it back" in page.text
    send(web, spec, {"do": "promise-back", "promise": promise}, cy)
    assert "Ring everybody" in look(web, spec, cy).text
    assert send(web, spec, {"do": "promise", "words": " ", "day": ""}, cy).status == 422
    assert send(web, spec, {"do": "promise", "words": "x", "day": "soon"}, cy).status == 422
