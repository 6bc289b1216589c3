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
    words = plain.page.locator("#fold .story p").first
    expect(words).to_be_hidden()
    plain.page.locator("#fold > summary").click()
    expect(words).to_be_visible()


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
    anchor = link.inner_text()
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
