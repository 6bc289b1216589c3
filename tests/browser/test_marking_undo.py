"""Somebody who marks is signed out, is offline, marks the same words again, and takes back what she did."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.marking import CHOOSE, begin, cards, chips, mark_as, marked, options, said
from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, write
from tests.browser.test_insight import a_board
from tests.browser.test_signing_in import sits

LINES = [f"Line {number}: she moved the chair and looked at the door." for number in range(1, 31)]
HEAD = "---\nid: s-{}\nstoryteller: {}\nconsent: {{uses: [publication, design]}}\n---\n"
PEOPLE = {
    "Ann": (("member",), {"organisation": "Here"}),
    "June": (("gatherer",), {"organisation": "Here"}),
    "Sue": (("steward",), {"organisation": "Here"}),
}
FIRST_WORD = """() => {
  const passage = document.querySelector(".story .passage");
  getSelection().setBaseAndExtent(passage, 0, (passage.querySelector("mark") ?? passage).firstChild, 4);
  document.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
}"""
BOTH = """() => {
  const words = document.querySelectorAll(".story .passage");
  getSelection().setBaseAndExtent(words[0].firstChild, 8, words[1].firstChild, 11);
  document.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
}"""
ALL = """() => {
  getSelection().selectAllChildren(document.querySelector(".story"));
  document.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
}"""
OFFLINE = "No connection: nothing was changed. Try again when you are back online."
SIGNED_OUT = "You are signed out: nothing was changed. Sign in in a new tab, then "


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    chair = HEAD.format("0pen0000", "Marisa") + "\n\n".join(LINES)
    heron = HEAD.format("her0n000", "Noor") + "The heron came at noon.\n"
    write(tmp_path, {"stories/chair.md": chair, "stories/heron.md": heron, "personas/.keep": ""})
    with serving(tmp_path) as place:
        yield place


@pytest.fixture
def cookies(place):
    return sign_in_all(place, PEOPLE)


@pytest.fixture
def ann(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/stories/chair")
    return ann


def signed_out(who):
    """Her session ends in another tab; what she is to be given back to go on."""
    context = who.page.context
    kept = context.cookies()
    context.clear_cookies()
    return lambda: context.add_cookies(kept)


def wrong(who):
    return who.page.locator("#marker .wrong")


def mark_button(who):
    return who.page.get_by_role("button", name="Mark", exact=True)


def note_of(who):
    return who.page.locator("#marker [name=note]")


def test_who_was_signed_out_keeps_what_she_wrote_and_marks_it_after_she_signed_in(ann):
    begin(ann)
    ann.page.keyboard.type("the door")
    note_of(ann).fill("She decides.")
    sign_in = signed_out(ann)
    mark_button(ann).click()
    expect(wrong(ann)).to_have_text(f"{SIGNED_OUT}press Mark again. What you wrote stays here.")
    expect(note_of(ann)).to_have_value("She decides.")
    expect(ann.page.locator("#themes")).to_have_value("the door")
    expect(ann.page.locator("#marker-words")).to_have_text("“Line”")
    sits(ann)
    with ann.page.context.expect_page() as tab:
        wrong(ann).get_by_role("link", name="Sign in").click()
    tab.value.wait_for_url("**/login?next=%2Fstories%2Fchair")
    tab.value.close()
    sign_in()
    mark_button(ann).click()
    expect(cards(ann)).to_contain_text("She decides.")
    expect(ann.page.locator("#marker")).to_be_hidden()
    ann.press("Control+z")
    assert marked(ann, 0) == 0
    ann.press("Control+z")
    expect(said(ann)).to_have_text("There is nothing to undo.")


def test_who_was_signed_out_is_told_so_whatever_she_takes_back_or_off(ann):
    mark_as(ann, "the door")
    sign_in = signed_out(ann)
    ann.press("Control+z")
    expect(said(ann)).to_have_text(f"{SIGNED_OUT}try again.")
    sits(ann)
    ann.press("Escape")
    expect(said(ann)).to_have_text("")
    ann.page.get_by_role("button", name="Take off").click()
    expect(said(ann)).to_have_text(f"{SIGNED_OUT}try again.")
    expect(cards(ann)).to_have_count(1)
    sign_in()
    ann.page.get_by_role("button", name="Take off").click()
    assert marked(ann, 0) == 0
    sign_in = signed_out(ann)
    ann.page.get_by_role("button", name="Put it back").click()
    expect(said(ann)).to_have_text(f"{SIGNED_OUT}try again.")
    sign_in()
    ann.press("Control+z")
    expect(cards(ann)).to_have_count(1)
    sign_in = signed_out(ann)
    ann.press("Control+Shift+z")
    expect(said(ann)).to_have_text(f"{SIGNED_OUT}try again.")
    sign_in()
    ann.press("Control+Shift+z")
    assert marked(ann, 0) == 0


def mark_again(who, theme, note):
    """The first word of the first passage is marked."""
    who.page.evaluate(FIRST_WORD)
    who.page.locator("#themes").fill(theme)
    note_of(who).fill(note)
    mark_button(who).click()
    expect(who.page.locator("#marker")).to_be_hidden()


def test_words_that_are_marked_again_go_back_to_what_was_said_of_them_before(ann):
    mark_again(ann, "the door", "First.")
    mark_again(ann, "being heard", "Second.")
    expect(said(ann)).to_contain_text("You had marked these words before: what you said now was added.")
    assert marked(ann, 1) == 1
    expect(chips(ann)).to_have_count(2)
    ann.press("Control+z")
    expect(chips(ann)).to_have_text(["The door"])
    expect(ann.page.locator(".note-of")).to_have_text("First.")
    ann.press("Control+z")
    assert marked(ann, 0) == 0
    ann.press("Control+Shift+z")
    expect(chips(ann)).to_have_text(["The door"])
    ann.press("Control+Shift+z")
    expect(chips(ann)).to_have_count(2)
    expect(ann.page.locator(".note-of")).to_contain_text("Second.")
    mark_again(ann, "the door", "")
    expect(said(ann)).to_have_text("Marked. You had marked these words before, and said the same.")
    ann.press("Control+z")
    expect(chips(ann)).to_have_text(["The door"])


def test_words_that_were_marked_in_another_tab_go_back_to_what_was_said_there(ann):
    other = ann.page.context.new_page()
    other.goto(ann.page.url)
    mark_again(ann, "the door", "First.")
    other.evaluate(FIRST_WORD)
    other.locator("#themes").fill("being heard")
    other.get_by_role("button", name="Mark", exact=True).click()
    expect(other.locator("#marks .chip")).to_have_count(2)
    other.keyboard.press("Control+z")
    expect(other.locator("#marks .chip")).to_have_text(["The door"])


def test_without_a_connection_nothing_is_lost_and_the_same_step_is_taken_back_afterwards(ann):
    mark_as(ann, "the door")
    mark_as(ann, "being heard")
    assert marked(ann, 2) == 2
    begin(ann)
    note_of(ann).fill("She decides.")
    ann.page.context.set_offline(True)
    mark_button(ann).click()
    expect(wrong(ann)).to_have_text(OFFLINE)
    ann.press("Escape", "Control+z")
    expect(said(ann)).to_have_text(OFFLINE)
    ann.page.locator("#marks").get_by_role("button", name="Take off").first.click()
    expect(said(ann)).to_have_text(OFFLINE)
    ann.page.context.set_offline(False)
    ann.press("Control+z")
    assert marked(ann, 1) == 1
    expect(chips(ann)).to_have_text(["The door"])
    ann.press("m")
    expect(note_of(ann)).to_have_value("She decides.")
    ann.complaints.clear()  # the browser notes that there was no connection


def test_what_is_left_of_a_step_over_two_passages_is_taken_back_later_and_done_again_as_one(ann):
    ann.page.evaluate(BOTH)
    mark_button(ann).click()
    assert marked(ann, 2) == 2
    second = cards(ann).last.get_attribute("data-quote")
    ann.page.route(f"**/q/{second}/edit", lambda route: route.abort())
    ann.press("Control+z")
    expect(said(ann)).to_have_text(
        "Undone in 1 of 2 passages. The connection broke off before the answer came. "
        "Try again: what was done already is not done twice."
    )
    assert marked(ann, 1) == 1
    ann.page.unroute(f"**/q/{second}/edit")
    ann.press("Control+z")
    assert marked(ann, 0) == 0
    ann.press("Control+Shift+z")
    assert marked(ann, 2) == 2
    ann.press("Control+z")
    assert marked(ann, 0) == 0
    ann.complaints.clear()


def test_a_mark_that_somebody_else_took_off_is_no_step_that_one_meets_for_ever(visit, place, cookies, ann):
    mark_as(ann, "the door")
    mark_as(ann, "being heard")
    sue = come_as(visit, place, cookies["Sue"])
    sue.go("/stories/chair")
    sue.page.get_by_role("button", name="Take off").last.click()
    assert marked(sue, 1) == 1
    ann.press("Control+z")
    expect(said(ann)).to_contain_text("is not there any more")
    ann.press("Control+z")
    expect(said(ann)).to_have_text("Undone.")
    assert marked(ann, 0) == 0
    ann.complaints.clear()  # the browser notes that an answer was 404


def test_the_last_step_is_taken_back_from_another_story_too(ann):
    mark_as(ann, "the door")
    assert marked(ann, 1) == 1
    ann.go("/stories/heron")
    mark_as(ann, "birds")
    assert marked(ann, 1) == 1
    ann.go("/stories/chair")
    ann.press("Control+z")
    expect(said(ann)).to_have_text("Undone, in “Noor”.")
    assert marked(ann, 1) == 1
    sits(ann)
    ann.press("Control+z")
    assert marked(ann, 0) == 0
    ann.press("Control+Shift+z", "Control+Shift+z")
    expect(said(ann)).to_have_text("Done again, in “Noor”.")
    said(ann).get_by_role("link", name="Noor").click()
    ann.page.wait_for_url("**/stories/heron")
    assert marked(ann, 1) == 1


def test_who_signs_in_after_somebody_else_does_not_take_back_her_steps(ann, place, cookies):
    mark_as(ann, "the door")
    assert marked(ann, 1) == 1
    ann.page.context.add_cookies([{"name": "storyhold", "value": cookies["Sue"], "url": place.address}])
    ann.go("/stories/chair")
    ann.press("Control+z")
    expect(said(ann)).to_have_text("There is nothing to undo.")
    assert marked(ann, 1) == 1


def test_what_a_quote_s_page_could_not_save_is_no_step_and_what_it_took_off_is_one(ann):
    mark_as(ann, "the door")
    change = ann.page.get_by_role("link", name="change", exact=True)
    change.click()
    ann.page.locator("#themes").fill(", ".join(f"theme {n}" for n in range(21)))
    ann.page.get_by_role("button", name="Save").click()
    expect(ann.page.locator(".wrong")).to_contain_text("These are 21 themes")
    ann.page.locator("#themes").fill("being heard")
    ann.page.get_by_role("button", name="Save").click()
    expect(chips(ann)).to_have_text(["Being heard"])
    ann.press("Control+z")
    expect(chips(ann)).to_have_text(["The door"])
    change.click()
    ann.page.get_by_role("button", name="Take the mark off").click()
    ann.page.wait_for_url("**/stories/**off=**")
    assert marked(ann, 0) == 0
    ann.press("Control+z")
    expect(chips(ann)).to_have_text(["The door"])
    ann.press("Control+z")
    assert marked(ann, 0) == 0


def test_who_chooses_too_much_reads_how_much_it_is(ann):
    ann.page.evaluate(ALL)
    note_of(ann).fill("All of it.")
    mark_button(ann).click()
    expect(wrong(ann)).to_contain_text("These are 30 passages, and 20 is the most at once.")
    ann.page.route("**/mark", lambda route: route.fulfill(status=413, body="<h1>413</h1>"))
    mark_button(ann).click()
    expect(wrong(ann)).to_contain_text("characters, more than can be sent at once.")
    expect(note_of(ann)).to_have_value("All of it.")
    ann.complaints.clear()


def in_passage(who):
    """The passage that has the focus, by the number of its line."""
    return who.page.evaluate("document.activeElement.closest('.passage')?.innerText.match(/Line \\d+/)?.[0]")


def test_the_focus_stays_where_she_reads_whatever_she_marks_and_takes_back(ann):
    ann.press("m")
    expect(said(ann)).to_have_text("Choose some words first, or go to a passage with j.")
    ann.press("j", "j", "ArrowRight", "m")
    ann.page.keyboard.type("the door")
    ann.press("Escape")
    assert in_passage(ann) == "Line 2" and ann.page.locator("#marker").is_hidden()
    ann.press("m", "Enter")
    assert marked(ann, 1) == 1
    assert in_passage(ann) == "Line 2"
    for keys, left in (("Control+z", 0), ("Control+Shift+z", 1)):
        ann.press(keys)
        assert marked(ann, left) == left
        assert in_passage(ann) == "Line 2"
    ann.page.evaluate(CHOOSE, [4, 0, 4])  # with the mouse
    note_of(ann).focus()
    ann.press("Escape")
    assert in_passage(ann) == "Line 5"


def test_the_focus_goes_from_a_mark_that_is_taken_off_to_the_next_one_and_comes_back(ann):
    mark_as(ann, "the door")
    mark_as(ann, "being heard")
    first, second = (cards(ann).nth(number).get_attribute("data-quote") for number in (0, 1))
    in_card = "document.activeElement.closest('[data-quote]')?.dataset.quote"
    for quote in (first, second):
        ann.page.locator(f"[data-quote={quote}] button").focus()
        ann.press("Enter")
        expect(ann.page.locator(f"[data-quote={quote}]")).to_have_count(0)
        if quote == first:
            assert ann.page.evaluate(in_card) == second
    assert ann.focused == "Put it back"
    ann.press("Enter")
    assert marked(ann, 1) == 1
    assert ann.page.evaluate(in_card) == second


def test_escape_closes_the_list_then_the_form_and_words_that_were_refused_are_said_no_more(ann):
    mark_as(ann, "waiting")
    begin(ann)
    ann.page.keyboard.type("wait")
    expect(options(ann)).to_have_count(2)
    ann.press("Escape")
    expect(options(ann)).to_have_count(0)
    assert ann.focused == "themes"
    ann.press("Escape")
    assert in_passage(ann) == "Line 2" and ann.page.locator("#marker").is_hidden()
    ann.page.context.set_offline(True)
    ann.press("m")
    expect(ann.page.locator("#marker-words")).to_have_text("“Line”")
    ann.page.locator("#themes").fill("")
    mark_button(ann).click()
    expect(wrong(ann)).to_have_text(OFFLINE)
    ann.page.context.set_offline(False)
    ann.page.evaluate(CHOOSE, [4, 0, 4])
    expect(wrong(ann)).to_have_count(0)
    ann.complaints.clear()


def test_a_board_says_plainly_that_there_is_no_connection(visit, place, cookies):
    june = come_as(visit, place, cookies["June"])
    a_board(june, 1)
    move = june.page.locator("[data-grip]").first
    move.focus()
    june.page.context.set_offline(True)
    june.press("Enter", "ArrowRight", "Enter")
    expect(said(june)).to_have_text(OFFLINE)
    june.page.context.set_offline(False)
    sign_in = signed_out(june)
    june.press("Enter", "ArrowRight", "Enter")
    expect(said(june)).to_contain_text("You are signed out: nothing was changed.")
    sign_in()
    june.press("Enter", "ArrowRight", "Enter")
    expect(said(june)).to_contain_text("It is in a new cluster.")
    june.complaints.clear()
