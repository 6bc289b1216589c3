"""A reader who uses keys alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Visit

FOCUS_SHOWS = """() => {
  const shown = (node) => {
    const style = node && getComputedStyle(node);
    return Boolean(style) && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const node = document.activeElement;
  return node === document.body || shown(node) || shown(node.closest(".face"));
}"""


def test_tab_goes_from_the_skip_link_through_the_frame_into_the_page(reader):
    reader.go("/")
    order = []
    for _ in range(12):
        reader.press("Tab")
        order.append(reader.focused)
    frame = [
        "Skip to the page",
        "Storyhold",
        "Stories",
        "Personas",
        "Themes",
        "Sessions",
        "Specifications",
        "Desk",
    ]
    search = ["Search stories, quotes and personas", "Search"]
    assert order == [*frame, *search, "Open a story at random", "Browse personas"]


def test_the_skip_link_leads_past_the_frame(reader):
    reader.go("/stories/owen")
    reader.press("Tab")
    expect(reader.page.get_by_text("Skip to the page")).to_be_in_viewport()
    reader.press("Enter", "Tab")
    assert reader.focused == "Letters"


@pytest.mark.parametrize(
    "address", ["/", "/stories", "/stories/owen", "/search?q=letters", "/personas/elena"]
)
def test_the_focus_can_be_seen_wherever_it_is(reader, address):
    reader.go(address)
    for _ in range(40):
        reader.press("Tab")
        assert reader.page.evaluate(FOCUS_SHOWS), reader.focused


def test_a_slash_goes_to_the_search_box(reader):
    reader.go("/stories/owen")
    reader.press("/")
    assert reader.focused == "Search stories, quotes and personas"
    assert reader.page.locator("#q").input_value() == ""


def test_enter_searches_for_the_words_as_they_are(reader):
    reader.go("/")
    reader.press("/")
    reader.page.keyboard.type("letters came")
    reader.press("Enter")
    expect(reader.page).to_have_url(re.compile(r"/search\?q=letters\+came$"))


def typed(reader: Visit, words: str) -> None:
    reader.go("/")
    reader.press("/")
    reader.page.keyboard.type(words)
    expect(reader.page.get_by_role("option").first).to_be_visible()


def test_completions_are_offered_and_chosen_with_the_arrows(reader):
    typed(reader, "lette")
    reader.press("ArrowDown")
    expect(reader.page.get_by_role("option", selected=True)).to_have_text("letters theme")
    box = reader.page.get_by_role("combobox")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(box).to_have_attribute("aria-activedescendant", "offer-0")
    reader.press("Enter")
    expect(reader.page).to_have_url(reader.address + "/themes/letters")


def test_the_arrows_come_back_to_the_words_that_were_typed(reader):
    typed(reader, "lette")
    reader.press("ArrowUp", "ArrowDown")
    expect(reader.page.get_by_role("option", selected=True)).to_have_count(0)
    reader.press("Enter")
    expect(reader.page).to_have_url(re.compile(r"/search\?q=lette$"))


def test_escape_puts_the_completions_away_and_keeps_the_words(reader):
    typed(reader, "lette")
    reader.press("Escape")
    expect(reader.page.get_by_role("listbox")).to_be_hidden()
    assert reader.page.locator("#q").input_value() == "lette"


def test_arrows_go_through_what_was_found_and_enter_opens_it(reader):
    reader.go("/search?q=letters&sort=title")
    names = reader.page.locator("[data-hit]").all_inner_texts()
    reader.press("/", "ArrowDown")
    assert reader.focused == names[0]
    reader.press("ArrowDown", "ArrowDown", "ArrowUp")
    assert reader.focused == names[1]
    reader.press("ArrowUp", "ArrowUp")
    assert reader.focused == "Search stories, quotes and personas"
    reader.press("ArrowDown", "Enter")
    expect(reader.page.get_by_role("heading", level=1)).to_have_text(names[0])


def at_passage(reader: Visit) -> int:
    """The number of the passage that has the focus, from 0."""
    script = (
        "() => [...document.querySelectorAll('.passage')].indexOf(document.activeElement.closest('.passage'))"
    )
    return int(reader.page.evaluate(script))


def test_j_and_k_go_from_passage_to_passage(reader):
    reader.go("/stories/owen")
    reader.press("j", "j", "j", "k")
    assert at_passage(reader) == 1
    expect(reader.page.locator(".passage").nth(1)).to_be_in_viewport()


def test_keys_do_nothing_to_somebody_who_types(reader):
    reader.go("/stories/owen")
    reader.press("/")
    reader.page.keyboard.type("jk/jk")
    assert reader.page.locator("#q").input_value() == "jk/jk"


def test_single_keys_can_be_turned_off_and_stay_off(reader):
    reader.go("/stories/owen")
    reader.page.get_by_label("Use single keys").uncheck()
    reader.go("/stories/deniz")
    reader.press("j", "/")
    assert at_passage(reader) == -1
    assert reader.focused != "Search stories, quotes and personas"
    reader.page.get_by_label("Use single keys").check()
    reader.press("j")
    assert at_passage(reader) >= 0


def test_a_filter_keeps_the_focus_when_it_was_applied(reader):
    reader.go("/stories")
    reader.page.get_by_role("checkbox", name="Letters").focus()
    reader.press("Space")
    expect(reader.page).to_have_url(re.compile("theme=letters"))
    expect(reader.page.get_by_role("checkbox", name="Letters")).to_be_focused()
