"""What came of a session: decisions, next steps, how ideas stand, and that each reads only what she may."""

import re

import pytest

from tests.web.people import look, send, someone
from tests.web.sessions.doing import ABDI, ELENA, do, guest, idea, opened, write


@pytest.fixture
def talked(web, ann):
    """A session without guests, with two ideas; one helps Elena, the other was never spoken of."""
    address = opened(web, ann, ELENA, ABDI, guests="no")
    phone = idea(web, ann, address)
    idea(web, ann, address, "A leaflet")
    write(web, ann, address, phone, "helps", "Nights are when it happens")
    write(web, ann, address, phone, "not", "He has no phone", column=ABDI)
    return address


def report(web, who, address):
    return look(web, f"{address}/report", who)


def part(answer, name):
    """The words of one part of the page."""
    found = re.search(rf"<h[23][^>]*>{name}.*?(?=<h[23]|</section)", answer.text, re.DOTALL)
    return " ".join(re.sub("<[^>]*>", " ", found[0]).split()) if found else ""


def after(web, who, address, act, /, **fields):
    return send(web, f"{address}/report", {"do": act, **fields}, who)


def test_ideas_that_help_nobody_and_personas_that_no_idea_helps_are_named(web, ann, talked):
    page = report(web, ann, talked)
    assert page.status == 200
    assert "A leaflet not yet discussed: Elena, Abdi" in part(page, "Ideas that help nobody on the table")
    assert "A phone" not in part(page, "Ideas that help nobody on the table")
    unhelped = part(page, "Personas that no idea helps")
    assert "Abdi of the teams 1 idea would not help, 1 idea not yet discussed" in unhelped
    assert "Elena" not in unhelped
    never = part(page, "What was never discussed")
    assert "A leaflet Elena, Abdi of the teams, Being heard, No forms" in never
    assert "A phone that is answered until ten Being heard, No forms" in never
    assert "Being heard 2 not yet discussed" in part(page, "Held against what we value")
    assert "Nights are when it happens" in page.text and "He has no phone" in page.text


def test_decisions_and_next_steps_are_written_down_during_the_session_and_after_it(web, ann, talked):
    after(web, ann, talked, "decide", words="We ring back", reason="She asked", idea="0")
    do(web, ann, talked, "close")
    kept = after(web, ann, talked, "step", what="Ask for a line", who="Olu", day="2026-06-01")
    assert kept.status == 303 and "#steps" in kept["location"]
    after(web, ann, talked, "decide", words="No leaflet", reason="It helps nobody", idea="0")
    page = report(web, ann, talked)
    decided = part(page, "What was decided")
    assert "We ring back Because: She asked" in decided and "No leaflet Because: It helps nobody" in decided
    assert "Ask for a line Olu · by 1 June 2026 · " in part(page, "What we said we would do")
    number = re.search(r'name="step" value="(\d+)"', page.text)[1]
    done = after(web, ann, talked, "follow", step=number, came="The line is there", done="yes")
    page = look(web, done["location"].partition("#")[0], ann)
    assert "What came of it: The line is there" in page.text
    assert "· done" in part(page, "What we said we would do")
    after(web, ann, talked, "drop-step", step=number, came="")
    page = report(web, ann, talked)
    assert "Ask for a line" not in part(page, "What we said we would do") and "Taken off (1)" in page.text
    after(web, ann, talked, "back", number=number)
    assert "Ask for a line Olu" in part(report(web, ann, talked), "What we said we would do")
    assert after(web, ann, talked, "back", number=number).status == 404


def test_what_is_sent_twice_is_written_once_and_what_is_missing_is_said(web, ann, talked):
    do(web, ann, talked, "close")
    for _ in range(2):
        after(web, ann, talked, "step", what="Ask for a line", who="", day="", sent="k1")
    assert report(web, ann, talked).text.count('id="step-') == 1
    empty = after(web, ann, talked, "decide", words=" ", reason="Because we must", idea="0")
    assert empty.status == 422 and "Write down what was decided." in empty.text
    assert "Because we must" in empty.text
    wrong = after(web, ann, talked, "step", what="Ring", who="Olu", day="soon")
    assert wrong.status == 422 and "This is no day" in wrong.text and ">\nRing</textarea>" in wrong.text
    assert after(web, ann, talked, "decide", words="x", reason="", idea="999").status == 404
    assert after(web, ann, talked, "dance").status == 422


def test_only_those_whose_session_it_is_write_after_it_and_others_may_say_what_came_of_it(web, ann, talked):
    after(web, ann, talked, "step", what="Ask for a line", who="", day="")
    do(web, ann, talked, "close")
    bea = someone(web.archive, "Bea", "member")
    page = report(web, bea, talked)
    assert page.status == 200 and 'value="decide"' not in page.text and 'value="follow"' in page.text
    assert after(web, bea, talked, "decide", words="Mine", reason="", idea="0").status == 403
    number = re.search(r'name="step" value="(\d+)"', page.text)[1]
    assert after(web, bea, talked, "follow", step=number, came="Asked").status == 303
    steward = someone(web.archive, "Kit", "steward")
    assert after(web, steward, talked, "decide", words="Kept", reason="", idea="0").status == 303


def test_a_stranger_finds_no_report_and_a_guest_none_once_it_is_over(web, ann, session):
    number = idea(web, ann, session)
    write(web, ann, session, number, "helps", "It rings")
    sam = guest(web, ann, session)
    assert look(web, f"{session}/report").status == look(web, "/sessions/d-99999999/report").status == 303
    page = report(web, sam, session)
    assert "It rings" in page.text and "<form" not in page.text.partition("<main")[2]
    do(web, ann, session, "close")
    assert report(web, sam, session).status == 410
