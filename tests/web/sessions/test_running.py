"""A design session from preparing to closing, by plain forms."""

import re

import pytest
from sqlalchemy import select

from app.database.sessions import SESSION, SESSION_EVENT
from tests.archives import rows
from tests.web.people import cookie_in, look, send, someone
from tests.web.sessions.doing import (
    ABDI,
    DESIGN_WORDS,
    ELENA,
    cell,
    code_of,
    do,
    guest,
    idea,
    join,
    opened,
    prepared,
    write,
)


def test_a_session_is_prepared_opened_run_and_closed(web, ann):
    address = prepared(web, ann)
    shown = look(web, address, ann).text
    assert "Nobody begins again." in shown and "10:40" in shown and "Open it, and get a code" in shown
    do(web, ann, address, "open")
    number = idea(web, ann, address)
    assert cell(web, ann, address, number) == "Elena Not yet discussed : Elena"
    assert write(web, ann, address, number, note="Nights are when it happens").status == 303
    assert cell(web, ann, address, number) == "Elena Helps : Elena Nights are when it happens"
    do(web, ann, address, "decide", words="We try it", reason="Two nights of three", idea=str(number))
    do(web, ann, address, "step", what="Ask the switchboard", who="Joy", day="2026-06-01")
    shown = look(web, address, ann).text
    assert "Because: Two nights of three" in shown and "Joy · by 1 June 2026" in shown
    assert "The session is closed." in look(web, do(web, ann, address, "close")["location"], ann).text
    late = do(web, ann, address, "idea", text="Too late")
    assert late.status == 422 and "was closed meanwhile" in late.text and "Too late" in late.text
    step = re.search(r'name="step" value="(\d+)"', look(web, address, ann).text)[1]
    do(web, ann, address, "follow", step=step, came="They said yes", done="yes")
    assert "They said yes" in look(web, address, ann).text


def test_a_facilitator_puts_back_what_was_taken_off_with_all_that_was_said_of_it(web, ann, session):
    sam = guest(web, ann, session, "Sam")
    number, later = idea(web, sam, session, "A phone"), idea(web, ann, session, "A walk")
    write(web, ann, session, number, note="Nights are when it happens")
    do(web, sam, session, "vote", idea=str(number))
    send(web, f"{session}/ideas/{number}", {"do": "drop"}, sam)
    assert "Nights are when" not in look(web, session, ann).text
    assert "Taken off (1)" in look(web, session, ann).text
    assert "Taken off" not in look(web, session, sam).text
    assert do(web, sam, session, "back", number=str(number)).status == 403
    assert do(web, ann, session, "back", number=str(later)).status == 404
    do(web, ann, session, "back", number=str(number))
    shown = look(web, session, sam).text
    assert "Nights are when it happens" in shown and "1 vote" in shown
    assert shown.index("A phone") < shown.index("A walk") and "Taken off" not in look(web, session, ann).text


def test_people_join_with_a_code_under_any_name_and_without_an_account(web, ann, session):
    sam = guest(web, ann, session, "😀")
    assert sam[1].startswith("storyhold-room=")
    shown = look(web, session, sam)
    assert "You are here as <b>😀</b>" in shown.text and "2 people here" in shown.text
    assert shown["cache-control"] == "no-store" and "For facilitators" not in shown.text
    number = idea(web, sam, session, "An emoji may have ideas")
    assert "added by 😀" in look(web, session, ann).text
    assert do(web, sam, session, "vote", idea=str(number)).status == 303
    again = guest(web, ann, session, "😀")
    assert "You are here as <b>😀 (2)</b>" in look(web, session, again).text
    assert "You are here as <b>😀</b>" in look(web, session, sam).text


def test_a_guest_comes_back_as_herself(web, ann, session):
    sam = guest(web, ann, session)
    back = join(web, code_of(web, ann, session).lower().replace("-", " "), "Somebody else", sam)
    assert back.status == 303 and "You are here as <b>Sam</b>" in look(web, session, sam).text


def test_ten_wrong_codes_slow_whoever_types_them_and_nobody_else(web, ann, session):
    code = code_of(web, ann, session)
    for _ in range(10):
        wrong = join(web, "larch-000")
        assert wrong.status == 422 and "No session has this code" in wrong.text
    assert [join(web, "larch-000").status for _ in range(4)] == [422] * 4
    slowed = join(web, code)
    assert slowed.status == 429 and int(slowed["retry-after"]) <= 60 and "Wait" in slowed.text
    assert join(web, code, client=("198.51.100.7", 4)).status == 303


def test_a_code_after_closing_gets_a_clear_answer_and_guests_a_page_that_says_so(web, ann, session):
    code, sam = code_of(web, ann, session), guest(web, ann, session)
    do(web, ann, session, "close")
    late = join(web, code, "Kim")
    assert late.status == 410 and "its session has been closed" in late.text
    ended = look(web, session, sam)
    assert ended.status == 410 and "It was closed. Thank you" in ended.text
    assert do(web, sam, session, "idea", text="One more").status == 410


def test_two_facilitators_may_close_at_once(web, ann, session):
    bo = someone(web.archive, "Bo", "member")
    do(web, bo, session, "join")
    do(web, bo, session, "lead")
    assert do(web, ann, session, "close")["location"].endswith("said=closed")
    second = do(web, bo, session, "close")
    assert second["location"].endswith("said=closed-before")
    assert "a moment before you" in look(web, second["location"], bo).text
    assert [row["kind"] for row in rows(web.archive, SESSION_EVENT)].count("closed") == 1


def test_an_idea_of_ten_thousand_characters_is_refused_with_a_reason_and_kept_in_the_form(web, ann, session):
    answer = do(web, ann, session, "idea", text="long " * 2_000)
    assert answer.status == 422
    assert "9,999 characters long, and an idea can have 500" in answer.text and "long long" in answer.text


def test_room_for_two_hundred_and_no_more(web, ann, session, monkeypatch):
    monkeypatch.setattr("app.services.sessions.joining.MOST_PEOPLE", 3)
    code = code_of(web, ann, session)
    assert [join(web, code, f"P{n}").status for n in range(3)] == [303, 303, 422]
    assert "room for no more" in join(web, code, "Late").text


def test_what_is_sent_twice_under_one_key_is_done_once(web, ann, session):
    for _ in range(3):
        assert do(web, ann, session, "idea", text="Once", sent="a-key").status == 303
    assert look(web, session, ann).text.count('<tr id="idea-') == 1
    sam = guest(web, ann, session)
    do(web, sam, session, "idea", text="Hers", sent="a-key")
    assert ">Hers</a>" in look(web, session, ann).text


def test_two_texts_of_one_cell_stay_until_a_facilitator_chooses(web, ann, session):
    sam, kim = guest(web, ann, session), guest(web, ann, session, "Kim")
    number = idea(web, ann, session)
    write(web, sam, session, number, "helps", "She rang at night")
    write(web, kim, session, number, "not", "She has no telephone")
    shown = cell(web, sam, session, number)
    assert "2 texts" in shown and "She rang at night" in shown and "She has no telephone" in shown
    page = look(web, f"{session}/cells/{number}/{ELENA}", ann).text
    texts = re.findall(r'name="text" value="(\d+)"', page)
    address = f"{session}/cells/{number}/{ELENA}"
    assert send(web, address, {"do": "choose", "text": texts[1]}, sam).status == 403
    assert send(web, address, {"do": "choose", "text": texts[1]}, ann).status == 303
    assert cell(web, sam, session, number) == "Elena Would not help : Elena She has no telephone"


def test_who_saw_a_text_may_write_another_in_its_place(web, ann, session):
    sam, kim = guest(web, ann, session), guest(web, ann, session, "Kim")
    number = idea(web, ann, session)
    write(web, sam, session, number, "helps", "At night")
    base = re.search(r'name="base" value="(\d+)"', look(web, f"{session}/cells/{number}/{ELENA}", kim).text)[
        1
    ]
    write(web, kim, session, number, "partly", "At night, if she has credit", base)
    assert cell(web, sam, session, number) == "Elena Partly : Elena At night, if she has credit"


def test_a_facilitator_locks_groups_hides_and_time_boxes(web, ann, session):
    sam, number = guest(web, ann, session), idea(web, ann, session)
    assert do(web, sam, session, "lock").status == 403
    do(web, ann, session, "lock")
    refused = do(web, sam, session, "idea", text="While it is locked")
    assert refused.status == 422 and "locked the board for now" in refused.text
    do(web, ann, session, "unlock")
    do(web, ann, session, "clock", minutes="10", what="First ideas")
    assert re.search(r'role="timer" data-ends="[^"]+"><b>First ideas</b>', look(web, session, sam).text)
    send(web, f"{session}/ideas/{number}", {"do": "group", "name": "By telephone"}, ann)
    assert re.search(r'<tr class="group"[^>]*>.*?By telephone', look(web, session, sam).text)
    send(web, f"{session}/ideas/{number}", {"do": "hide", "name": ""}, ann)
    assert "answered until ten" not in look(web, session, sam).text
    assert look(web, f"{session}/ideas/{number}", sam).status == 404
    assert "Hidden ideas" in look(web, session, ann).text


def test_votes_are_counted_and_run_out(web, ann, session):
    numbers = [str(idea(web, ann, session, text)) for text in ("One", "Two", "Three")]
    for number in numbers[:2]:
        do(web, ann, session, "vote", idea=number)
    refused = do(web, ann, session, "vote", idea=numbers[2])
    assert refused.status == 422 and "given all 2 of your votes" in refused.text
    do(web, ann, session, "unvote", idea=numbers[0])
    assert do(web, ann, session, "vote", idea=numbers[2]).status == 303


def test_a_participant_is_a_stranger_everywhere_else(web, ann, session):
    sam, other = guest(web, ann, session), opened(web, ann, title="Another")
    for address in (other, "/sessions", f"{session}/prepare", "/boards", "/stories/design", "/desk", "/mine"):
        hers, nobodys = look(web, address, sam), look(web, address)
        if address.endswith("/prepare"):
            assert hers.status == 404
            continue
        assert (hers.status, hers.get("location"), hers.body) == (
            nobodys.status,
            nobodys.get("location"),
            nobodys.body,
        )


def test_somebody_who_is_asked_to_leave_is_out_and_what_she_wrote_stays(web, ann, session):
    sam = guest(web, ann, session)
    idea(web, sam, session, "I was here")
    who = re.search(r'name="who" value="(\d+)"', look(web, session, ann).text)[1]
    assert do(web, ann, session, "leave", who=who).status == 303
    gone = look(web, session, sam)
    assert gone.status == 410 and "asked you to leave" in gone.text
    assert join(web, code_of(web, ann, session), "Sam", sam).status == 422
    assert "I was here" in look(web, session, ann).text


def test_events_are_numbered_without_gaps_and_boards_are_the_same_after_a_start(web, ann, session):
    number = idea(web, ann, session)
    write(web, ann, session, number, "partly", "In which language?")
    numbers = [row["number"] for row in rows(web.archive, SESSION_EVENT)]
    assert numbers == list(range(1, len(numbers) + 1))
    with web.archive.engine.connect() as connection:
        assert connection.execute(select(SESSION.c.number)).scalar_one() == numbers[-1]
    before = cell(web, ann, session, number)
    from app.services.sessions import log

    log._BOARDS._kept.clear()
    assert cell(web, ann, session, number) == before


@pytest.mark.parametrize("address", ["/join", "/join?code=LARCH-427"])
def test_the_short_address_leads_to_the_form(web, address):
    answer = look(web, address)
    assert answer.status == 307
    assert 'name="code"' in look(web, answer["location"]).text


def test_with_guests_everybody_sees_what_is_published_and_nothing_else(web, ann):
    address = opened(web, ann, ELENA, ABDI)
    number = idea(web, ann, address)
    for who in (ann, guest(web, ann, address)):
        shown = look(web, address, who).text
        assert "Elena" in shown and "Abdi" not in shown and "Not everything on the table" in shown
        assert look(web, f"{address}/cells/{number}/{ABDI}", who).status == 404
    assert write(web, ann, address, number, column=ABDI).status == 404
    prepare = look(web, f"{address}/prepare", ann).text
    assert "Guests could not see it" in prepare and "Abdi of the teams" in prepare


def test_signed_in_the_board_shows_what_its_least_trusted_participant_may_see(web, ann):
    address = opened(web, ann, ELENA, ABDI, guests="no")
    assert "Abdi of the teams" in look(web, address, ann).text
    code = code_of(web, ann, address)
    assert "/login?next=" in join(web, code)["location"]
    cai = someone(web.archive, "Cai", "commissioner")
    assert join(web, code, "Cai", cai).status == 303
    for who in (ann, cai):
        assert "Abdi of the teams" not in look(web, address, who).text


def test_stories_on_the_list_need_design_or_publication(web, ann):
    address = prepared(web, ann)
    for named, status in (("/stories/open", 303), ("s-des1gn00", 303), ("s-1earn000", 422), ("no", 422)):
        laid = send(web, f"{address}/prepare", {"do": "lay-story", "story": named, "why": ""}, ann)
        assert laid.status == status, named
    page = look(web, f"{address}/prepare", ann).text
    assert "Hidden Olu" in page and "Guests could not see it: it is not agreed to for publication" in page
    do(web, ann, address, "open")
    shown = look(web, address, ann).text
    assert "Marisa" in shown and "Hidden Olu" not in shown and DESIGN_WORDS not in shown


def test_a_session_that_is_taken_away_can_be_put_back(web, ann, session):
    away = send(web, f"{session}/prepare", {"do": "remove"}, ann)
    assert look(web, session, ann).status == 404
    assert "Put it back" in look(web, away["location"], ann).text
    send(web, "/sessions", {"do": "back", "session": session.rpartition("/")[2]}, ann)
    assert look(web, session, ann).status == 200


def test_somebody_at_the_machine_can_hold_a_session_before_there_are_accounts(tmp_path):
    from tests.web.asking import AT_THE_MACHINE
    from tests.web.serving import served
    from tests.web.sessions.doing import PERSONAS, STORIES

    with served(tmp_path, STORIES, PERSONAS, at_loopback=True) as web:
        made = send(web, "/sessions", {"do": "make", "title": "Alone"}, client=AT_THE_MACHINE)
        address = made["location"].removesuffix("/prepare")
        came = send(web, address, {"do": "open"}, client=AT_THE_MACHINE)
        me = cookie_in(came)
        assert "For facilitators" in look(web, address, me, client=AT_THE_MACHINE).text
