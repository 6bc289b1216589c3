"""Stories and personas on paper."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.browsing import Visit

NOT_ON_PAPER = (
    "header.top",
    "footer.foot",
    ".side",
    ".margin",
    ".turn",
    ".related",
    ".skip",
    ".anchor",
    "#said",
)
COLOURS = "node => [getComputedStyle(node).color, getComputedStyle(document.body).backgroundColor]"


@pytest.fixture(params=["light", "dark"])
def printed(visit, request) -> Visit:
    reader = visit(color_scheme=request.param)
    reader.page.emulate_media(media="print", color_scheme=request.param)
    return reader


def test_a_story_is_printed_without_the_frame_and_with_its_address(printed):
    printed.go("/stories/owen")
    for selector in NOT_ON_PAPER:
        for part in printed.page.locator(selector).all():
            expect(part).to_be_hidden()
    expect(printed.page.locator(".source")).to_contain_text(f"{printed.address}/s/s-c7m1xz5b")
    assert printed.sees("Owen keeps the letters in a tin")


def test_words_are_printed_dark_on_white_whatever_the_screen_is_like(printed):
    printed.go("/stories/owen")
    ink, paper = printed.page.locator(".story p").first.evaluate(COLOURS)
    assert (ink, paper) == ("rgb(34, 29, 24)", "rgb(255, 255, 255)")


def test_a_story_that_is_folded_stays_so_on_paper(printed):
    printed.go("/stories/marisa")
    expect(printed.page.locator(".behind .story")).to_be_hidden()
    assert printed.sees("Mentions self-harm and bereavement")


def test_a_story_that_was_opened_is_printed(printed):
    printed.go("/stories/marisa")
    printed.page.emulate_media(media="screen")
    printed.page.locator("#fold > summary").click()
    printed.page.emulate_media(media="print")
    expect(printed.page.locator(".behind .story")).to_be_visible()
    expect(printed.page.locator("#fold > summary")).to_be_hidden()


def test_a_persona_is_printed_with_her_address(printed):
    printed.go("/personas/elena")
    expect(printed.page.locator(".source")).to_contain_text(f"{printed.address}/p/who-8n4xw1ce")


SHEETS = {  # and their sizes in millimetres
    "/s/s-c7m1xz5b/poster": [(297, 420)],
    "/s/s-c7m1xz5b/poster?size=a2": [(420, 594)],
    "/p/who-8n4xw1ce/card": [(148, 210)],
    "/paper/sheets?poster=s-c7m1xz5b&poster=who-8n4xw1ce&card=who-8n4xw1ce": [(210, 297)] + [(297, 420)] * 3,
}


@pytest.mark.parametrize("address", SHEETS)
def test_sheets_are_printed_by_the_browser_as_the_file_has_them(visit, address):
    reader = visit()
    reader.go(address)
    pages = PdfReader(io.BytesIO(reader.page.pdf(prefer_css_page_size=True, print_background=True))).pages
    printed = [tuple(round(float(side) / 72 * 25.4) for side in page.mediabox[2:]) for page in pages]
    assert printed == SHEETS[address]
    assert all("PDF file" not in page.extract_text() for page in pages)
    assert all("printed" in page.extract_text().lower() for page in pages)
