"""Somebody marks a story with keys, with a finger, without script; another one marks it at the same time."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.marking import (
    CHOOSE,
    PARAGRAPHS,
    STORY,
    begin,
    cards,
    chips,
    mark_as,
    marked,
    options,
    said,
    would,
)
from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, write
from tests.browser.test_signing_in import sits

PEOPLE = {
    "Ann": (("member",), {"organisation": "Here"}),
    "Ben": (("commissioner",), {"organisation": "Here"}),
    "June": (("gatherer",), {"organisation": "Here"}),
}

FOLDED = STORY.replace("consent:", "content_notes: [bereavement]\nconsent:").replace("0pen0000", "f0ld0000")


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    words = "\n\n".join(PARAGRAPHS)
    chair, folded = STORY + words, FOLDED + words
    write(tmp_path, {"stories/chair.md": chair, "stories/folded.md": folded, "personas/.keep": ""})
    with serving(tmp_path) as place:
        yield place


@pytest.fixture
def cookies(place):
    return sign_in_all(place, PEOPLE)


def test_ten_quotes_are_marked_with_keys_alone_and_taken_off_again(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/stories/chair")
    for number in range(1, 11):
        ann.press("j", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "m")
        assert ann.page.locator("#marker").is_visible()
        if number == 1:
            ann.page.keyboard.type("being heard, the door")
        else:
            ann.press("1")
        ann.press("Enter")
        assert marked(ann, number) == number
    words = ann.page.locator("mark.q").first.inner_text()
    assert words == "1: she moved"
    assert "Being heard" in cards(ann).first.inner_text() and "The door" in cards(ann).first.inner_text()
    assert cards(ann).last.locator(".chip").count() == 1
    ann.press("Control+z")
    assert marked(ann, 9) == 9
    ann.press("Control+Shift+z")
    assert marked(ann, 10) == 10
    sits(ann)


def test_a_form_is_left_with_escape_and_what_can_not_be_marked_is_said(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/stories/chair")
    assert ann.sees("mouse or a finger") and not ann.sees("follow the link Mark")
    ann.press("j", "m", "Escape")
    assert ann.page.locator("#marker").is_hidden()
    ann.press("m")
    ann.page.locator("#marker [name=themes]").fill(", ".join(f"theme {n}" for n in range(21)))
    with ann.page.expect_response("**/mark"):
        ann.press("Enter")
    assert (
        ann.page.locator("#marker .wrong").inner_text().startswith("Nothing was marked. These are 21 themes")
    )
    ann.complaints.clear()  # the browser notes that an answer was 422
    expect(cards(ann)).to_have_count(0)


def test_two_people_mark_one_story_at_once_and_each_sees_the_other(visit, place, cookies):
    ann, ben = (come_as(visit, place, cookies[name]) for name in ("Ann", "Ben"))
    for who in (ann, ben):
        who.go("/stories/chair")
        who.page.evaluate(CHOOSE, [0, 8, 20])
        who.page.locator("#marker [name=note]").fill(f"Said by {who is ann}.")
    ann.page.get_by_role("button", name="Mark", exact=True).click()
    assert marked(ann, 1) == 1
    ben.page.get_by_role("button", name="Mark", exact=True).click()
    assert marked(ben, 2) == 2
    assert "Ann" in cards(ben).first.inner_text() and "change" not in cards(ben).first.inner_text()
    ben.page.get_by_role("link", name="Mine").click()
    assert marked(ben, 1) == 1


def test_on_a_phone_words_are_marked_with_a_finger(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"], has_touch=True)
    ann.page.set_viewport_size({"width": 320, "height": 640})
    ann.go("/stories/chair")
    ann.page.evaluate(CHOOSE, [1, 9, 14])
    assert "she moved" in ann.page.locator("#marker-words").inner_text()  # whole words
    ann.page.locator("#marker [name=themes]").fill("being heard")
    sits(ann)
    ann.page.set_viewport_size({"width": 320, "height": 640})
    ann.page.get_by_role("button", name="Mark", exact=True).tap()
    assert marked(ann, 1) == 1
    quote = cards(ann).first.get_attribute("data-quote")
    ann.go(f"/q/{quote}")
    assert ann.path.startswith("/stories/chair") and ann.page.locator(f"mark#{quote}").is_visible()
    ann.go(f"/q/{quote}/edit")
    sits(ann)


LONG = (
    "what they never said to her, moving house, being heard, waiting, waiting room, trust, the door, chairs"
)
COVERED = """height => {
  Object.defineProperty(visualViewport, "height", { get: () => height });
  visualViewport.dispatchEvent(new Event("resize"));
}"""


@pytest.mark.parametrize("size", [(320, 640), (390, 844)])
def test_on_a_phone_the_button_that_marks_is_always_seen(visit, place, cookies, size):
    ann = come_as(visit, place, cookies["Ann"], has_touch=True, width=size[0], height=size[1])
    ann.go("/stories/chair")
    mark_as(ann, LONG)
    ann.page.evaluate(CHOOSE, [1, 9, 14])
    button = ann.page.get_by_role("button", name="Mark", exact=True)
    expect(button).to_be_in_viewport(ratio=1)
    ann.page.locator("#themes").fill("wait")
    expect(options(ann)).to_have_count(3)
    expect(button).to_be_in_viewport(ratio=1)
    expect(ann.page.get_by_role("option", name="Waiting", exact=True)).to_be_in_viewport(ratio=1)
    ann.page.get_by_label("A note").focus()
    expect(button).to_be_in_viewport(ratio=1)
    expect(ann.page.get_by_label("A note")).to_be_in_viewport(ratio=1)
    ann.page.evaluate(COVERED, size[1] - 300)  # a keyboard on the screen
    box = button.bounding_box()
    assert box and box["y"] + box["height"] <= size[1] - 300
    sits(ann)


def test_without_script_a_passage_is_marked_whole_and_its_words_too(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"], java_script_enabled=False)
    ann.go("/stories/chair")
    assert ann.sees("follow the link Mark that stands at the passage") and not ann.sees("mouse or a finger")
    ann.page.get_by_role("link", name="Mark", exact=True).nth(2).click()
    ann.page.get_by_label("Themes").fill("being heard")
    ann.page.get_by_role("button", name="Mark", exact=True).click()
    expect(ann.page.locator("mark.q")).to_have_count(3)  # around the word in italics
    expect(ann.page.locator(".just")).to_have_text("Marked. “Being heard” is a new theme.")
    expect(ann.page.locator(".just")).to_be_in_viewport()
    ann.page.get_by_role("button", name="Take off").click()
    expect(ann.page.locator("mark.q")).to_have_count(0)
    ann.page.get_by_role("button", name="Put it back").click()
    expect(ann.page.locator("mark.q")).to_have_count(3)


def test_what_was_said_of_a_quote_is_undone_and_done_again(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/stories/chair")
    ann.press("j", "ArrowRight", "m")
    ann.page.keyboard.type("the door")
    ann.press("Enter")
    assert marked(ann, 1) == 1
    ann.page.get_by_role("link", name="change", exact=True).click()
    ann.page.get_by_label("A note").fill("She decides.")
    ann.page.locator("#themes").fill("being heard")
    ann.page.get_by_role("button", name="Save").click()
    expect(cards(ann).first).to_contain_text("She decides.")
    ann.press("Control+z")
    expect(cards(ann).first).to_contain_text("The door")
    expect(cards(ann).first).not_to_contain_text("She decides.")
    ann.press("Control+Shift+z")
    expect(cards(ann).first).to_contain_text("Being heard")
    expect(cards(ann).first).to_contain_text("She decides.")
    ann.press("Control+z", "Control+z")
    assert marked(ann, 0) == 0


def test_half_a_theme_s_name_and_enter_takes_the_known_theme_and_makes_no_new_one(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/stories/chair")
    mark_as(ann, "waiting")
    begin(ann)
    ann.page.keyboard.type("wait")
    expect(options(ann)).to_have_text(["Waiting", "New theme: “wait”"])
    expect(would(ann)).to_have_text("1 known theme matches. “wait” would be a new theme.")
    expect(ann.page.get_by_role("option", name="Waiting")).to_have_attribute("aria-selected", "true")
    sits(ann)
    ann.press("Enter")
    expect(ann.page.locator("#themes")).to_have_value("Waiting")
    expect(options(ann)).to_have_count(0)
    ann.press("Enter")
    assert marked(ann, 2) == 2
    expect(chips(ann)).to_have_text(["Waiting"])
    expect(said(ann)).to_have_text("Marked. Ctrl+Z takes it off again.")


def test_enter_that_comes_before_the_list_asks_first_and_marks_nothing(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/stories/chair")
    mark_as(ann, "waiting")
    begin(ann)
    ann.page.keyboard.insert_text("wait")
    ann.press("Enter")
    expect(would(ann)).to_contain_text("“wait” is not a theme yet. Choose one of these")
    expect(cards(ann)).to_have_count(1)
    ann.press("ArrowUp")
    expect(ann.page.get_by_role("option", name="New theme")).to_have_attribute("aria-selected", "true")
    ann.press("Enter")
    expect(would(ann)).to_have_text("“wait” will be a new theme.")
    ann.press("Enter")
    assert marked(ann, 2) == 2
    expect(chips(ann)).to_have_text(["Wait"])
    expect(said(ann)).to_have_text("Marked. “Wait” is a new theme. Ctrl+Z takes it off again.")


def test_a_name_that_no_theme_has_is_marked_with_one_enter_and_said_to_be_new(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/stories/chair")
    begin(ann)
    ann.page.keyboard.insert_text("doors, windows")
    ann.press("Enter", "j")  # the last key was meant for the text
    assert marked(ann, 1) == 1
    expect(chips(ann)).to_have_text(["Doors", "Windows"])
    expect(said(ann)).to_have_text("Marked. “Doors” and “Windows” are new themes. Ctrl+Z takes it off again.")
    begin(ann)
    ann.page.keyboard.type("DOORS", delay=60)
    expect(would(ann)).to_have_text("“Doors” is a known theme.")
    ann.press("Enter")
    assert marked(ann, 2) == 2
    expect(chips(ann)).to_have_text(["Doors"])
    assert not ann.page.locator(".just").is_visible()


def test_a_half_name_before_a_comma_is_asked_about_too(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/stories/chair")
    mark_as(ann, "waiting, waiting room")
    begin(ann)
    ann.page.keyboard.insert_text("wait, doors")
    ann.page.get_by_role("button", name="Mark", exact=True).click()
    expect(options(ann)).to_have_text(["Waiting", "Waiting room", "New theme: “wait”"])
    ann.page.get_by_role("option", name="Waiting room").click()
    expect(ann.page.locator("#themes")).to_have_value("Waiting room, doors")
    ann.press("Escape")
    assert ann.page.locator("#marker").is_hidden()
    ann.press("m", "Enter")
    assert marked(ann, 2) == 2
    expect(chips(ann)).to_have_text(["Waiting room", "Doors"])


def test_escape_closes_the_list_before_the_form(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/stories/chair")
    mark_as(ann, "waiting")
    begin(ann)
    ann.page.keyboard.type("wait")
    expect(options(ann)).to_have_count(2)
    ann.press("Escape")
    expect(options(ann)).to_have_count(0)
    assert ann.page.locator("#marker").is_visible()
    ann.press("ArrowDown")
    expect(options(ann)).to_have_count(2)
    ann.press("Escape", "Escape")
    assert ann.page.locator("#marker").is_hidden()


def test_a_mark_that_is_changed_asks_about_half_a_name_too(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/stories/chair")
    mark_as(ann, "waiting")
    ann.page.get_by_role("link", name="change", exact=True).click()
    ann.page.locator("#themes").fill("wait")
    ann.page.get_by_role("button", name="Save").click()
    expect(would(ann)).to_contain_text("“wait” is not a theme yet")
    sits(ann)
    ann.page.get_by_role("option", name="New theme").click()
    ann.page.get_by_role("button", name="Save").click()
    expect(chips(ann)).to_have_text(["Wait"])
    expect(ann.page.locator("#marks .just")).to_have_text("Saved. “Wait” is a new theme.")


@pytest.mark.parametrize("script", [True, False])
def test_themes_that_are_typed_are_kept_with_the_lens_whichever_button_is_pressed(
    visit, place, cookies, script
):
    june = come_as(visit, place, cookies["June"], java_script_enabled=script)
    june.go("/lenses")
    june.page.get_by_role("button", name="Begin with the example").first.click()
    june.go("/s/s-0pen0000/mark")
    june.page.get_by_role("button", name="Mark", exact=True).click()
    june.page.get_by_role("link", name="change", exact=True).click()
    june.page.locator("#themes").fill("doors, being heard")
    june.page.get_by_label("A note").fill("She decides.")
    june.page.locator(".choose [type=checkbox]").nth(2).check()
    june.page.get_by_role("button", name="Keep it there").click()
    expect(june.page.locator(".in-lens .notice")).to_have_text(
        "Saved. “Being heard” and “Doors” are new themes."
    )
    expect(june.page.locator(".in-lens .notice")).to_be_in_viewport()
    expect(june.page.locator("#themes")).to_have_value("Doors, Being heard")
    expect(june.page.get_by_label("A note")).to_have_value("She decides.")
    june.page.locator(".choose [type=checkbox]").nth(5).check()
    june.page.get_by_label("A note").fill("She decides alone.")
    june.page.get_by_role("button", name="Save").click()
    expect(cards(june).first).to_contain_text("She decides alone.")
    june.page.get_by_role("link", name="change", exact=True).click()
    expect(june.page.locator(".choose :checked")).to_have_count(2)
    if script:
        sits(june)


def test_arrow_keys_go_on_from_passage_to_passage(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/stories/chair")
    ann.press("j", "ArrowDown", "ArrowDown", "ArrowUp", "m")
    expect(ann.page.locator("#marker-words")).to_contain_text("Line 2:")


def test_who_marks_a_folded_story_with_keys_is_led_to_open_it(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/stories/folded")
    ann.press("m")
    expect(said(ann)).to_have_text("The story is folded: open it first.")
    expect(ann.page.locator("#fold > summary")).to_be_focused()
    ann.press("Enter")
    mark_as(ann, "the door")
    assert marked(ann, 1) == 1
