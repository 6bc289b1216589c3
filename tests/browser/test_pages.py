"""Every page, at every width, in light and in dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.browsing import SCHEMES, WIDTHS, Visit

PAGES = {
    "home": "/",
    "stories as cards": "/stories",
    "stories as a table": "/stories?layout=table",
    "the second page of stories": "/stories?page=2",
    "stories filtered": "/stories?theme=letters&site=eastmere",
    "stories filtered to none": "/stories?site=eastmere&year=2026",
    "a story": "/stories/owen",
    "a story that is folded": "/stories/marisa",
    "a story that is awkward": "/stories/awkward",
    "a story without front matter to speak of": "/stories/more/07",
    "personas": "/personas",
    "a persona": "/personas/elena",
    "a persona without words": "/personas/bare",
    "themes": "/themes",
    "a theme": "/themes/letters",
    "search, before one asks": "/search",
    "search": "/search?q=letters",
    "search with filters": "/search?q=letters&theme=loss&persona=elena",
    "search, nothing found": "/search?q=zygomorphic",
    "search, misspelt": "/search?q=leters",
    "search for one very long word": "/search?q=" + "w" * 200,
    "a page that is not there": "/stories/nobody",
    "a story that was taken back": "/stories/taken-back",
    "help about consent": "/help/consent",
    "the API": "/api/docs",
    "problems": "/desk/problems",
}
EMPTY = {
    "home": "/",
    "stories": "/stories",
    "personas": "/personas",
    "themes": "/themes",
    "search": "/search?q=a",
}
STATUS = {"/stories/nobody": 404, "/stories/taken-back": 410}
AXE_WIDTHS = (1280, 320)
EVERYTHING = {"resultTypes": ["violations"]}
COLOURS = EVERYTHING | {"runOnly": ["color-contrast", "link-in-text-block"]}  # all that a scheme changes
ANYTHING_WIDER = """() => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide <= 0) return "";
  const past = (one) => one.getBoundingClientRect().right > innerWidth;
  const all = [...document.body.querySelectorAll("*")].filter(past);
  return wide + "px: " + all.slice(-3).map((one) => one.outerHTML.slice(0, 80)).join(" … ");
}"""


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_a_page_fits_every_screen_and_every_reader(visit, address):
    look_at(visit(), address, STATUS.get(address, 200))


@pytest.mark.parametrize("address", EMPTY.values(), ids=EMPTY)
def test_a_page_of_an_empty_archive_fits_every_screen_and_every_reader(visit, empty, address):
    look_at(visit(empty), address)


def test_a_story_that_was_opened_fits_every_screen_and_every_reader(visit):
    look_at(visit(), "/stories/marisa", opening=".fold > summary")


def test_evidence_that_was_opened_fits_every_screen_and_every_reader(visit):
    look_at(visit(), "/personas/elena", opening=".ev > summary")


def test_passages_that_were_opened_fit_every_screen_and_every_reader(visit):
    look_at(visit(), "/search?q=letters", opening=".hit summary")


def look_at(visit: Visit, address: str, status: int = 200, opening: str = "") -> None:
    for width in WIDTHS:
        visit.page.set_viewport_size({"width": width, "height": 900})
        assert visit.go(address).status == status
        for summary in visit.page.locator(opening).all() if opening else []:
            summary.click()
        assert visit.page.evaluate(ANYTHING_WIDER) == "", f"at {width} pixels"
        if width in AXE_WIDTHS:
            examine(visit, width)


def examine(visit: Visit, width: int) -> None:
    for scheme in SCHEMES:
        visit.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        rules = EVERYTHING if scheme == SCHEMES[0] else COLOURS
        found = Axe().run(visit.page, options=rules)
        assert not found.violations_count, f"at {width} pixels, {scheme}: {found.generate_report()}"
