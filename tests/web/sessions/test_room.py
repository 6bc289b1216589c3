"""What lies round the board: the way in for telephones, a pack to print, what came of it to take along."""

import re

import pytest

from app.rendering.qr import qr_svg
from app.services.sessions import joining
from tests.web.people import look, send, someone
from tests.web.serving import served
from tests.web.sessions.doing import (
    ABDI,
    ELENA,
    PERSONAS,
    STORIES,
    code_of,
    do,
    guest,
    join,
    opened,
    prepared,
)

SQUARE = '<svg class="qr"'


def square(code, base):
    return qr_svg(f"{base}/join?code={code}")


def lay(web, who, address, *stories):
    for one in stories:
        kept = send(web, f"{address}/prepare", {"do": "lay-story", "story": one, "why": ""}, who)
        assert kept.status == 303, kept.text


def pack(web, who, address):
    """What is chosen by the link to the pack; None without one."""
    found = re.search(r'href="/paper\?([^"]*)">Print the pack', look(web, address, who).text)
    return found and found[1].replace("&amp;", "&")


def test_facilitators_have_a_square_that_leads_a_telephone_to_the_code(web, ann, session):
    code = code_of(web, ann, session)
    shown = look(web, session, ann).text
    assert re.search(r"<svg[^>]*qr", shown) and f'<p class="code">{code}</p>' in shown
    base = re.search(r"<b>(\S+)/join</b>", shown)[1]
    assert square(code, base) in shown
    opened_by_it = look(web, look(web, f"/join?code={code}")["location"]).text
    assert f'value="{code}"' in opened_by_it


def test_nobody_but_facilitators_is_shown_the_square(web, ann, session):
    bo = someone(web.archive, "Bo", "member")
    do(web, bo, session, "join")
    for who in (guest(web, ann, session), bo, someone(web.archive, "Cy", "steward")):
        for address in (session, f"{session}/wall", f"{session}/wall?code=yes"):
            shown = look(web, address, who)
            assert shown.status == 200 and "How people join" not in shown.text
            assert SQUARE not in shown.text and "Join with a telephone" not in shown.text
    do(web, bo, session, "lead")
    assert "How people join" in look(web, session, bo).text
    do(web, ann, session, "close")
    assert "How people join" not in look(web, session, ann).text


def test_a_wall_has_the_code_only_where_a_facilitator_asks_for_it_and_until_it_is_closed(web, ann, session):
    code = code_of(web, ann, session)
    plain = look(web, f"{session}/wall", ann).text
    assert code not in plain and f'href="{session}/wall?code=yes"' in plain
    asked = look(web, f"{session}/wall?code=yes", ann).text
    assert asked.count(code) == 2 and "Join with a telephone" in asked
    assert f'data-address="{session}/wall?code=yes"' in asked and "Take the code off" in asked
    mark = re.search('data-mark="([^"]*)"', asked)[1]
    known = [ann, ("if-none-match", f'"{mark}"')]
    assert web.get(f"{session}/wall?code=yes", headers=known).status == 304
    do(web, ann, session, "close")
    assert code not in web.get(f"{session}/wall?code=yes", headers=known).text


def test_an_address_that_no_telephone_reaches_is_said(web, ann, session):
    shown = look(web, session, ann).text
    assert "opens on this computer alone" in shown and "STORYHOLD_BASE_URL" in shown


def test_of_one_that_others_reach_nothing_is_said(tmp_path):
    with served(tmp_path, STORIES, PERSONAS, BASE_URL="http://stories.example") as web:
        someone(web.archive, "Steward", "steward")
        ann = someone(web.archive, "Ann", "member")
        address = opened(web, ann)
        shown = look(web, address, ann).text
        assert "<b>http://stories.example/join</b>" in shown and "on this computer alone" not in shown
        assert square(code_of(web, ann, address), "http://stories.example") in shown


def test_the_pack_of_a_session_is_chosen_already(web, ann):
    address = prepared(web, ann, ELENA, ABDI, guests="no")
    lay(web, ann, address, "s-des1gn00", "s-0pen0000")
    asked = pack(web, ann, address)
    assert asked == f"card={ELENA}&card={ABDI}&poster=s-des1gn00&poster=s-0pen0000"
    page = look(web, f"/paper?{asked}", ann).text
    chosen = re.findall(r'name="(\w+)" value="([^"]+)"[^>]*checked', page)
    assert set(chosen) == {
        ("card", ELENA),
        ("card", ABDI),
        ("poster", "s-des1gn00"),
        ("poster", "s-0pen0000"),
    }
    assert f'href="{address}/report">Export outcomes' in look(web, address, ann).text


def test_a_pack_names_only_what_whoever_looks_may_take(web, ann):
    address = prepared(web, ann, ELENA, ABDI, guests="no")
    lay(web, ann, address, "s-des1gn00", "s-0pen0000")
    carl = someone(web.archive, "Carl", "commissioner")
    assert pack(web, carl, address) == f"card={ELENA}&poster=s-0pen0000"
    forged = look(web, f"/paper?card={ABDI}&poster=s-des1gn00&sheet=a4", carl).text
    assert "checked" not in forged and ABDI not in forged and "s-des1gn00" not in forged
    assert 'value="a4" selected' in forged


def test_with_guests_a_pack_has_what_lies_on_everybody_s_table(web, ann):
    address = opened(web, ann, ELENA, ABDI)
    lay(web, ann, address, "s-des1gn00", "s-0pen0000")
    assert pack(web, ann, address) == f"card={ELENA}&poster=s-0pen0000"


def test_guests_are_led_to_nothing_outside_the_session(web, ann, session):
    shown = look(web, session, guest(web, ann, session)).text
    assert "Add an idea" in shown
    assert "Print the pack" not in shown and "Export outcomes" not in shown


def test_the_two_hundredth_comes_in_and_the_next_is_told_to_look_on(web, ann, session):
    code = code_of(web, ann, session)
    for number in range(joining.MOST_PEOPLE - 2):
        joining.join(web.archive, code, f"P{number}", joining.Comer())
    assert join(web, code, "The last").status == 303
    late = join(web, code, "Late")
    assert late.status == 422
    assert "There are 200 people in this session, and it has room for no more" in late.text
    shown = look(web, session, ann).text
    assert "200 people here" in shown
    who = re.search(r'name="who" value="(\d+)"', shown)[1]
    do(web, ann, session, "leave", who=who)
    assert join(web, code, "Late").status == 303


@pytest.mark.parametrize("address", ["/sessions/d-00000000", "{}", "{}/wall", "{}/report"])
def test_a_cookie_that_is_nobody_s_leads_to_the_code(web, ann, session, address):
    lost = look(web, address.format(session), ("cookie", "storyhold-room=of-nobody"))
    assert (lost.status, lost["location"]) == (303, "/sessions/join?again=yes")
    assert "not known in the session any more" in look(web, lost["location"]).text
