"""A reader whose browser runs no script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Visit


@pytest.fixture(params=[1280, 320])
def plain(visit, request) -> Visit:
    return visit(java_script_enabled=False, width=request.param)


def test_she_reads_a_story_and_follows_it_to_the_next(plain):
    plain.go("/stories/owen")
    assert plain.sees("Owen keeps the letters in a tin")
    plain.page.get_by_role("navigation", name="More stories").get_by_role("link").last.click()
    expect(plain.page.get_by_role("heading", level=1)).not_to_have_text("Owen")


def test_she_opens_the_fold(plain):
    plain.go("/stories/marisa")
    words = plain.page.locator(".behind .story p").first
    expect(words).to_be_hidden()
    plain.page.locator("#fold > summary").click()
    expect(words).to_be_visible()


def test_a_link_to_a_passage_leaves_a_fold_shut_until_she_opens_it(plain):
    plain.go("/stories/marisa")
    passages = plain.page.locator(".behind .passage")
    anchor = passages.nth(6).get_attribute("id")
    plain.go("/search?q=letters")
    hit = plain.page.locator(".hit", has=plain.page.get_by_role("link", name="Marisa", exact=True))
    hit.locator("summary").click()
    for follow in (
        lambda: hit.locator(".ref").first.click(),
        lambda: plain.go("/themes") and plain.go(f"/stories/marisa#{anchor}"),
        lambda: plain.go("/themes") and plain.go(f"/s/s-4hd8n0qe#{anchor}"),
    ):
        follow()
        expect(plain.page).to_have_url(re.compile("/stories/marisa#p-"))
        expect(plain.page.get_by_text("The passage that you came for is inside.")).to_be_visible()
        expect(passages.first).to_be_hidden()
        expect(plain.page.get_by_role("navigation", name="In this story")).to_be_hidden()
        assert plain.page.evaluate("scrollY") == 0
    plain.page.locator("#fold > summary").click()
    expect(plain.page.locator(f"#{anchor}")).to_be_visible()
    expect(plain.page.get_by_text("The passage that you came for")).to_be_hidden()


def test_what_she_opened_stays_open_while_she_goes_about_in_it(plain):
    plain.go("/stories/marisa")
    plain.page.locator("#fold > summary").click()
    section = plain.page.get_by_role("navigation", name="In this story").get_by_role("link").last
    name = section.inner_text()
    section.click()
    expect(plain.page.get_by_role("heading", name=name)).to_be_in_viewport()


def test_a_fold_says_what_it_does_next(plain):
    plain.go("/stories/marisa")
    summary = plain.page.locator("#fold > summary")
    for words in ("Open the story", "Fold it again", "Open the story"):
        expect(summary).to_have_text(words, use_inner_text=True)
        summary.click()


def test_nothing_is_offered_that_would_not_work(plain):
    for address in ("/stories/marisa", "/search?q=letters"):
        plain.go(address)
        expect(plain.page.get_by_text("Use single keys")).to_be_hidden()
        expect(plain.page.get_by_text("Always open")).to_be_hidden()


def test_she_filters_with_apply(plain):
    plain.go("/stories")
    opened = plain.page.get_by_text("Narrow the list")
    if opened.is_visible():
        opened.click()
    plain.page.get_by_role("checkbox", name="Letters").check()
    plain.page.get_by_role("checkbox", name="Eastmere").check()
    plain.page.get_by_role("button", name="Apply").click()
    expect(plain.page).to_have_url(re.compile(r"theme=letters.*site=eastmere"))
    assert sorted(plain.page.locator(".card h2").all_inner_texts()) == ["Anjali", "Owen"]


def test_she_searches_and_goes_to_the_passage(plain):
    plain.go("/")
    plain.page.get_by_role("searchbox").fill("quiet kitchen")
    plain.page.get_by_role("searchbox").press("Enter")
    expect(plain.page).to_have_url(re.compile(r"/search\?q=quiet\+kitchen"))
    link = plain.page.locator(".snip .ref").first
    assert re.fullmatch(r"para \d+", link.inner_text())
    anchor = link.get_attribute("href").partition("#")[2]
    link.click()
    expect(plain.page.locator(f"#{anchor}")).to_be_in_viewport()


def test_she_pages_to_the_end_and_back(plain):
    plain.go("/stories?sort=title")
    first = plain.page.locator(".card h2").first.inner_text()
    plain.page.get_by_role("link", name="Next").click()
    expect(plain.page.get_by_text("Page 2 of 2")).to_be_visible()
    expect(plain.page.get_by_role("link", name="Next")).to_have_count(0)
    plain.page.get_by_role("link", name="Previous").click()
    expect(plain.page.locator(".card h2").first).to_have_text(first)
