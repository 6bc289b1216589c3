"""What belongs under a theme: written with and without script, and on paper."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Visit
from tests.browser.test_pages import ANYTHING_WIDER, AXE_WIDTHS, examine


@pytest.fixture(params=[1280, 320])
def plain(visit, request) -> Visit:
    return visit(java_script_enabled=False, width=request.param)


def test_a_steward_writes_what_belongs_under_a_theme_and_takes_it_back(plain):
    plain.go("/themes/trust")
    plain.page.get_by_role("link", name="Write what belongs under this").click()
    plain.page.get_by_label("What belongs under this").fill("Whom people tell things, and why.")
    plain.page.get_by_role("button", name="Save").click()
    plain.page.get_by_role("link", name="the theme’s page").click()
    assert plain.sees("Whom people tell things, and why.")
    plain.page.get_by_role("link", name="Change").click()
    plain.page.get_by_role("button", name="Take away what is written").click()
    assert plain.sees("Taken away.")
    expect(plain.page.locator("#definition")).to_be_empty()


def test_a_form_that_was_refused_fits_every_screen_and_every_reader(visit):
    reader = visit()
    for width in AXE_WIDTHS:
        reader.page.set_viewport_size({"width": width, "height": 900})
        reader.go("/desk/codebook/time")
        reader.page.fill("#definition", "Too long. " * 300)
        reader.page.get_by_role("button", name="Save").click()
        assert reader.sees("Not saved.")
        assert reader.page.evaluate(ANYTHING_WIDER) == "", f"at {width} pixels"
        examine(reader, width)


def test_a_steward_whose_other_name_was_refused_sees_why_and_is_one_press_from_the_field(visit):
    reader = visit(width=800, height=500)
    reader.go("/desk/codebook/time")
    reader.page.fill("#aliases", "x" * 500)
    reader.page.get_by_role("button", name="Save").click()
    alert = reader.page.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert).to_be_in_viewport()
    expect(alert).to_contain_text("Not saved.")
    reader.press("Tab", "Enter")
    reader.press("Control+End")
    reader.page.keyboard.type("y")
    assert reader.page.input_value("#aliases").endswith("y")
    expect(reader.page.locator("#aliases")).to_be_focused()


def test_a_theme_is_printed_with_what_belongs_under_it_and_nothing_to_press(visit):
    reader = visit()
    reader.page.emulate_media(media="print")
    reader.go("/themes/letters")
    assert reader.sees("What arrives on paper, and when.")
    expect(reader.page.get_by_text("Change")).to_be_hidden()
