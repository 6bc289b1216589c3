"""Somebody marks a story with keys, with a finger, without script; another one marks it at the same time."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, write
from tests.browser.test_signing_in import sits

PARAGRAPHS = [
    f"Line {number}: she moved the chair, *looked* at the door and said that it was time."
    for number in range(1, 13)
]
STORY = "---\nid: s-0pen0000\nstoryteller: Marisa\nconsent: {uses: [publication, design]}\n---\n"
PEOPLE = {
    "Ann": (("member",), {"organisation": "Here"}),
    "Ben": (("commissioner",), {"organisation": "Here"}),
}
CHOOSE = """([passage, from, to]) => {
  const words = document.querySelectorAll(".story .passage")[passage];
  const first = words.firstChild;
  getSelection().setBaseAndExtent(first, from, first, to);
  document.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
}"""


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    write(tmp_path, {"stories/chair.md": STORY + "\n\n".join(PARAGRAPHS), "personas/.keep": ""})
    with serving(tmp_path) as place:
        yield place


@pytest.fixture
def cookies(place):
    return sign_in_all(place, PEOPLE)


def cards(visit):
    return visit.page.locator("#marks li.coded")


def marked(visit, number):
    """That there are so many quotes now."""
    expect(cards(visit)).to_have_count(number)
    return number


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


def test_without_script_a_passage_is_marked_whole_and_its_words_too(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"], java_script_enabled=False)
    ann.go("/stories/chair")
    ann.page.get_by_role("link", name="Mark", exact=True).nth(2).click()
    ann.page.get_by_label("Themes").fill("being heard")
    ann.page.get_by_role("button", name="Mark", exact=True).click()
    expect(ann.page.locator("mark.q")).to_have_count(3)  # around the word in italics
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


def test_arrow_keys_go_on_from_passage_to_passage(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/stories/chair")
    ann.press("j", "ArrowDown", "ArrowDown", "ArrowUp", "m")
    expect(ann.page.locator("#marker-words")).to_contain_text("Line 2:")
