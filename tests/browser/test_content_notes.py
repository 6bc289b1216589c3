"""Stories with a content note: the reader decides when to read, or not at all."""

from playwright.sync_api import expect

from tests.browser.browsing import Visit

FOLD, NOTE, CAME_FOR = (
    "#fold",
    "This story mentions self-harm and bereavement.",
    "The passage that you came for",
)


def is_open(reader: Visit) -> bool:
    return bool(reader.page.locator(FOLD).evaluate("fold => fold.open"))


def passage_of_marisa(reader: Visit) -> str:
    """The anchor of a passage in the middle of her story."""
    reader.go("/stories/marisa")
    return str(reader.page.locator(".behind .passage").nth(6).get_attribute("id"))


def test_the_note_stands_before_the_text_which_is_folded(reader):
    reader.go("/stories/marisa")
    assert reader.sees(NOTE)
    expect(reader.page.locator(".behind .story")).to_be_hidden()
    expect(reader.page.locator(".moments").first).to_be_hidden()
    reader.page.locator(f"{FOLD} > summary").click()
    expect(reader.page.locator(".behind .story")).to_be_visible()


def test_whoever_opens_a_story_on_a_telephone_stays_where_she_was(visit):
    reader = visit(width=375, height=740)
    reader.go("/stories/marisa")
    summary = reader.page.locator(f"{FOLD} > summary")
    summary.evaluate("one => window.scrollTo(0, one.getBoundingClientRect().top + scrollY - 300)")
    before = reader.page.evaluate("scrollY")
    summary.click()
    expect(reader.page.locator(".behind .story")).to_be_visible()
    reader.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert abs(reader.page.evaluate("scrollY") - before) < 50


def test_nothing_is_remembered_that_the_reader_did_not_ask_for(reader):
    reader.go("/stories/marisa")
    reader.page.locator(f"{FOLD} > summary").click()
    reader.go("/stories/marisa")
    assert not is_open(reader)
    assert reader.page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_always_open_is_remembered_on_this_device_until_it_is_taken_back(reader):
    reader.go("/stories/marisa")
    reader.page.get_by_label("Always open").check()
    assert is_open(reader)
    reader.go("/stories/iris")
    assert is_open(reader)
    reader.go("/search?q=letters")
    expect(reader.page.locator(".hit .fold .snip").first).to_be_visible()
    reader.page.get_by_label("Always open").uncheck()
    reader.go("/stories/marisa")
    assert not is_open(reader)


def test_a_link_to_a_passage_inside_keeps_the_fold_closed_and_says_so(visit):
    reader = visit()
    anchor = passage_of_marisa(reader)
    elsewhere = visit()
    elsewhere.go(f"/stories/marisa#{anchor}")
    expect(elsewhere.page.get_by_text(CAME_FOR)).to_be_visible()
    expect(elsewhere.page.get_by_text(NOTE)).to_be_in_viewport()
    assert not is_open(elsewhere)
    elsewhere.page.locator(f"{FOLD} > summary").click()
    expect(elsewhere.page.locator(f"#{anchor}")).to_be_in_viewport()


def test_a_passage_asked_for_later_keeps_the_fold_closed_too(reader):
    anchor = passage_of_marisa(reader)
    reader.page.evaluate("anchor => { location.hash = anchor }", anchor)
    expect(reader.page.get_by_text(CAME_FOR)).to_be_visible()
    assert not is_open(reader)


def test_whoever_opens_everything_is_taken_to_the_passage(reader):
    anchor = passage_of_marisa(reader)
    reader.page.get_by_label("Always open").check()
    reader.go("/")
    reader.go(f"/stories/marisa#{anchor}")
    expect(reader.page.locator(f"#{anchor}")).to_be_in_viewport()
    expect(reader.page.get_by_text(CAME_FOR)).to_be_hidden()


def test_a_story_that_was_just_opened_is_in_none_of_its_later_sections(reader):
    reader.go("/stories/marisa")
    reader.page.locator(f"{FOLD} > summary").click()
    contents = reader.page.get_by_role("navigation", name="In this story")
    expect(contents.get_by_role("link").last).to_be_visible()
    expect(contents.locator("[aria-current]")).to_have_count(0)
    contents.get_by_role("link").last.click()
    expect(contents.get_by_role("link").last).to_have_attribute("aria-current", "true")


def test_search_shows_no_words_of_such_a_story_before_they_are_asked_for(reader):
    reader.go("/search?q=letters")
    hit = reader.page.locator(".hit", has=reader.page.get_by_role("link", name="Marisa", exact=True))
    expect(hit.locator(".snip").first).to_be_hidden()
    hit.locator("summary").click()
    expect(hit.locator(".snip").first).to_be_visible()
    expect(reader.page.locator(".hit .fold .snip >> visible=true")).to_have_count(
        hit.locator(".snip").count()
    )
