"""Three browsers in one design session: a facilitator, a telephone, and somebody who prefers the dark."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, write
from tests.browser.test_pages import ANYTHING_WIDER, AXE_WIDTHS, examine
from tests.web.sessions.doing import PERSONAS, STORIES

PHONE = {"width": 375, "height": 700}


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    files = {f"stories/{name}": text for name, text in STORIES.items()}
    write(tmp_path, files | {f"personas/{name}": text for name, text in PERSONAS.items()})
    with serving(tmp_path) as place:
        yield place


@pytest.fixture
def ann(place, visit):
    """A facilitator in an open session, with Elena on the table."""
    cookies = sign_in_all(place, {"Ann": (("member",), {}), "Sue": (("steward",), {})})
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/sessions")
    ann.page.get_by_label("Title").fill("The first meeting")
    ann.page.get_by_label("What the programme values").fill("Being heard")
    ann.page.get_by_role("button", name="Go on to the table").click()
    ann.page.get_by_label("Put a persona there").select_option(label="Elena")
    ann.page.get_by_role("button", name="Put her on the table").click()
    ann.page.get_by_role("link", name="To the board").click()
    ann.page.get_by_role("button", name="Open it, and get a code").click()
    expect(ann.page.get_by_text("The session is open: people can join")).to_be_visible()
    return ann


def joins(visit, place, ann, name, **how):
    """Somebody who joins with the code."""
    code = ann.page.locator("header .meta b").first.text_content()
    who = visit(place, **how)
    who.go("/join")
    who.page.get_by_label("Code").fill(code)
    who.page.get_by_label("The name the others call you by").fill(name)
    who.page.get_by_role("button", name="Join").click()
    expect(who.page.get_by_text(f"You are here as {name}")).to_be_visible()
    who.page.wait_for_load_state()  # what is typed is kept from then on
    return who


def adds(who, words):
    who.page.get_by_label("Your idea").fill(words)
    who.page.get_by_role("button", name="Add an idea").click()


def says(who, verdict, note):
    who.page.locator("#ideas .cell a").first.click()
    sheet = who.page.get_by_role("dialog")
    sheet.get_by_label(verdict, exact=True).check()
    sheet.get_by_label("Why, in a few words").fill(note)
    sheet.get_by_role("button", name="Keep it").click()
    expect(sheet).to_be_hidden()


def sits(who):
    """The same as other pages are looked at; this one always has a line open."""
    for width in AXE_WIDTHS:
        who.page.set_viewport_size({"width": width, "height": 900})
        assert who.page.evaluate(ANYTHING_WIDER) == "", f"{who.path} at {width} pixels"
        examine(who, width)


def test_three_browsers_see_one_session_as_it_fills(place, visit, ann):
    sam = joins(visit, place, ann, "Sam", **PHONE)
    kim = joins(visit, place, ann, "Kim", color_scheme="dark")
    adds(sam, "A phone that is answered until ten")
    for who in (ann, kim):
        expect(who.page.locator("#ideas")).to_contain_text("A phone that is answered until ten")
    says(kim, "Helps", "Nights are when it happens")
    for who in (ann, sam):
        expect(who.page.locator("#ideas .cell")).to_contain_text("Nights are when it happens")
    sam.page.get_by_role("button", name="Vote").click()
    expect(sam.page.get_by_role("button", name="Take my vote back")).to_be_visible()
    expect(ann.page.locator("#ideas")).to_contain_text("1 vote")
    expect(kim.page.get_by_role("button", name="Vote")).to_be_visible()
    width = sam.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    for who in (ann, sam, kim):
        sits(who)
    ann.page.get_by_role("button", name="Lock the board").click()
    expect(sam.page.get_by_text("A facilitator has locked the board")).to_be_visible()


def test_a_text_that_came_while_another_was_written_is_not_written_over(place, visit, ann):
    sam = joins(visit, place, ann, "Sam")
    adds(sam, "A phone that is answered until ten")
    sam.page.locator("#ideas .cell a").first.click()
    sheet = sam.page.get_by_role("dialog")
    sheet.get_by_label("Why, in a few words").fill("She has no telephone")
    sheet.get_by_role("link", name="Back to the board").click()
    says(ann, "Helps", "She rang at night")
    expect(sam.page.locator("#ideas .cell")).to_contain_text("She rang at night")
    sam.page.locator("#ideas .cell a").first.click()
    expect(sheet.get_by_label("Why, in a few words")).to_have_value("She has no telephone")
    sheet.get_by_role("button", name="Keep it").click()
    for who in (ann, sam):
        expect(who.page.locator("#ideas .cell")).to_contain_text("2 texts, one to be chosen")
    ann.page.locator("#ideas .cell a").first.click()
    ann.page.get_by_role("button", name=re.compile("Keep this one.*Sam")).click()
    expect(sam.page.locator("#ideas .cell")).to_contain_text("She has no telephone")
    expect(sam.page.locator("#ideas .cell")).not_to_contain_text("She rang at night")


def test_a_lost_line_loses_nothing_that_was_typed(place, visit, ann):
    sam = joins(visit, place, ann, "Sam", **PHONE)
    sam.page.get_by_label("Your idea").fill("Half an idea")
    sam.page.reload()
    expect(sam.page.get_by_label("Your idea")).to_have_value("Half an idea")
    sam.page.context.set_offline(True)
    sam.page.get_by_role("button", name="Add an idea").click()
    expect(sam.page.get_by_text("There is no line at the moment")).to_be_visible()
    adds(ann, "Meanwhile")
    sam.page.context.set_offline(False)
    for who in (ann, sam):
        expect(who.page.locator("#ideas tr")).to_have_count(2)
    expect(sam.page.get_by_label("Your idea")).to_have_value("")
    sam.complaints.clear()
    ann.complaints.clear()


def test_a_facilitator_has_her_buttons_in_one_row_and_a_wall_on_which_people_find_the_code(place, visit, ann):
    code = ann.page.locator("header .meta b").first.text_content()
    expect(ann.page.locator(".joining svg")).to_be_visible()
    expect(ann.page.locator(".joining .code")).to_have_text(code)
    places = ann.page.locator(".deck .btn:visible").evaluate_all(
        "all => all.map(one => Math.round(one.getBoundingClientRect().top))"
    )
    assert len(places) == 6 and len(set(places)) == 1
    sits(ann)
    ann.page.get_by_text("Set the clock", exact=True).click()
    ann.page.get_by_label("What for").fill("First ideas")
    sits(ann)
    ann.page.get_by_role("button", name="Start the clock").click()
    expect(ann.page.get_by_role("timer")).to_contain_text("First ideas")
    expect(ann.page.get_by_role("button", name="Start the clock")).to_be_hidden()
    ann.page.get_by_role("button", name="Stop the clock").press("Enter")
    expect(ann.page.get_by_role("timer")).to_have_count(0)
    expect(ann.page.get_by_role("button", name="Lock the board")).to_be_focused()
    ann.page.get_by_role("link", name="Show it on a wall").click()
    expect(ann.page.get_by_text(code)).to_have_count(0)
    ann.page.get_by_role("link", name="Show the code to join").click()
    expect(ann.page.locator(".slide.now.join")).to_contain_text(code)
    sits(ann)
    guest = visit(place, **PHONE)
    guest.go(f"/join?code={code}")
    expect(guest.page.get_by_label("Code")).to_have_value(code)
