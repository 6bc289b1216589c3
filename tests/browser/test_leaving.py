"""The way out of a story with a content note: at once, for every hand, with and without script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Request, expect

from tests.browser.browsing import Visit

ELSEWHERE = "https://www.bbc.co.uk/weather"
AWAY = "<!doctype html><title>Weather</title><p>Dry, with a light wind."
Come = Callable[..., tuple[Visit, list[Request]]]


@pytest.fixture
def come(visit) -> Come:
    """A reader whose way out is answered here, so that no test asks another host; and what it was asked."""

    def arrive(**how: object) -> tuple[Visit, list[Request]]:
        reader, asked = visit(**how), []
        context = reader.page.context
        reader.page.on("request", lambda one: asked.append(one) if one.url.startswith(ELSEWHERE) else None)
        context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body=AWAY, content_type="text/html"))
        return reader, asked

    return arrive


def left(reader: Visit, asked: list[Request]) -> None:
    """She is elsewhere, and elsewhere was not told where she came from."""
    reader.page.wait_for_url(ELSEWHERE)
    expect(reader.page.get_by_text("Dry, with a light wind.")).to_be_visible()
    assert [one.headers.get("referer") for one in asked] == [None]
    reader.complaints[:] = [one for one in reader.complaints if ELSEWHERE not in one]


def test_it_is_the_first_stop_after_the_way_to_the_page_and_stays_in_sight(come):
    reader, _ = come()
    reader.go("/stories/marisa")
    reader.press("Tab", "Tab")
    assert reader.focused == "Exit this page"
    reader.page.locator("#fold > summary").click()
    reader.page.mouse.wheel(0, 4000)
    expect(reader.page.get_by_role("link", name="Exit this page")).to_be_in_viewport()


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", [1280, 320])
def test_one_press_leads_elsewhere(come, script, width):
    reader, asked = come(java_script_enabled=script, width=width)
    reader.go("/stories/marisa")
    reader.page.get_by_role("link", name="Exit this page").click()
    left(reader, asked)


def test_with_script_the_story_is_no_more_behind_the_back_button(come):
    reader, asked = come()
    reader.go("/stories")
    reader.go("/stories/marisa")
    reader.page.get_by_role("link", name="Exit this page").click()
    left(reader, asked)
    reader.page.go_back()
    assert reader.path == "/stories"


def test_shift_three_times_leaves_and_says_so_on_the_way(come):
    reader, asked = come()
    reader.go("/stories/marisa")
    said = reader.page.locator("#said")
    reader.press("Shift")
    expect(said).to_have_text("Shift, press 2 more times to exit.")
    reader.press("Shift")
    expect(said).to_have_text("Shift, press 1 more time to exit.")
    assert reader.path == "/stories/marisa"
    reader.press("Shift")
    left(reader, asked)


def test_capital_letters_lead_nowhere(come):
    reader, asked = come()
    reader.go("/stories/marisa")
    reader.page.locator("#q").focus()
    reader.press("Shift+A", "Shift+B", "Shift+C", "Shift", "a", "Shift", "Shift")
    assert reader.path == "/stories/marisa" and not asked


def test_whoever_stops_half_way_stays(come):
    reader, asked = come()
    reader.page.clock.install()
    reader.go("/stories/marisa")
    reader.press("Shift", "Shift")
    reader.page.clock.run_for(6_000)
    expect(reader.page.locator("#said")).to_have_text("Exit this page: no longer waiting for Shift.")
    reader.press("Shift")
    assert reader.path == "/stories/marisa" and not asked


def test_a_story_without_a_content_note_has_no_such_button_and_asks_for_no_script_of_it(come):
    reader, _ = come()
    asked: list[str] = []
    reader.page.on("request", lambda one: asked.append(one.url))
    reader.go("/stories/owen")
    expect(reader.page.get_by_role("link", name="Exit this page")).to_have_count(0)
    assert not [url for url in asked if "exit.js" in url]


def test_it_is_not_printed(come):
    reader, _ = come()
    reader.go("/stories/marisa")
    reader.page.emulate_media(media="print")
    expect(reader.page.locator("#exit")).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 320])
def test_it_stands_on_a_bar_of_its_own_and_covers_no_word(come, width):
    reader, _ = come(width=width)
    reader.go("/stories/marisa")
    reader.page.locator("#fold > summary").click()
    reader.page.mouse.wheel(0, 2000)
    bar = reader.page.locator(".out")
    box = bar.bounding_box()
    assert box is not None and (box["x"], box["width"]) == (0, width)
    assert bar.evaluate("bar => getComputedStyle(bar).backgroundColor").startswith("rgb(")  # no alpha: opaque
    side = reader.page.locator(".side" if width > 1000 else "h1").bounding_box()
    assert side is not None and (side["y"] >= box["y"] + box["height"] or side["y"] + side["height"] < 0)
