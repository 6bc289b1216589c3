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
    "a theme that nobody has described": "/themes/loss",
    "search, before one asks": "/search",
    "search": "/search?q=letters",
    "search with filters": "/search?q=letters&theme=loss&persona=elena",
    "search, nothing found": "/search?q=zygomorphic",
    "search, misspelt": "/search?q=leters",
    "search for one very long word": "/search?q=" + "w" * 200,
    "the source of a quotation, before one asks": "/trace",
    "the source of a quotation": "/trace?q=Trolley+facing+the+wall.+But+Colleen+knew,+and+she+came+round",
    "the source of what nobody said": "/trace?q=A+zebra+sat+upon+the+ornamental+dishwasher",
    "a pack, before one chooses": "/paper",
    "a poster of a story": "/s/s-c7m1xz5b/poster",
    "a poster of a story with a content note": "/s/s-4hd8n0qe/poster?words=yes",
    "a persona as a card": "/p/who-8n4xw1ce/card",
    "a pack of sheets": "/paper/sheets?card=who-8n4xw1ce&poster=s-c7m1xz5b",
    "a reference of a story": "/s/s-c7m1xz5b/cite",
    "a reference of words behind a content note": "/s/s-4hd8n0qe/cite?words=stopped+sounding+like+mine",
    "a reference of a passage that never was": "/s/s-c7m1xz5b/cite?at=p-000000",
    "a story at an anchor that never was": "/stories/owen?missing",
    "a page that is not there": "/stories/nobody",
    "a story that was taken back": "/stories/taken-back",
    "help about consent": "/help/consent",
    "the API": "/api/docs",
    "problems": "/desk/problems",
    "the codebook": "/desk/codebook",
    "a theme in the codebook": "/desk/codebook/letters?saved",
    "a theme that nobody has described, in the codebook": "/desk/codebook/time",
}
EMPTY = {
    "home": "/",
    "stories": "/stories",
    "personas": "/personas",
    "themes": "/themes",
    "search": "/search?q=a",
    "the codebook": "/desk/codebook",
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


@pytest.mark.parametrize("width", WIDTHS)
def test_the_text_stands_in_one_place_whether_or_not_anything_stands_beside_it(visit, width):
    reader = visit(width=width)
    places = []
    for slug in ("owen", "more/07", "awkward"):
        reader.go(f"/stories/{slug}")
        box = reader.page.locator(".story").bounding_box()
        places.append((box["x"], box["width"]))
    assert places == places[:1] * 3


def test_evidence_that_was_opened_leaves_the_cards_beside_it_as_they_are(visit):
    reader = visit()
    reader.go("/personas/elena")
    cards = reader.page.locator(".card.heads")
    before = [card.bounding_box()["height"] for card in cards.all()]
    assert before == before[:1] * 3
    for summary in cards.first.locator("summary").all():
        summary.click()
    opened, *beside = [card.bounding_box()["height"] for card in cards.all()]
    assert opened > before[0] and max(beside) <= before[0]


def test_on_a_telephone_what_was_found_has_the_whole_width(visit):
    reader = visit(width=320)
    reader.go("/search?q=letters")
    hit = reader.page.locator(".hit").first.bounding_box()
    for found in reader.page.locator(".hit .snip >> visible=true").all():
        assert found.bounding_box()["x"] == hit["x"]


def test_a_mark_for_links_makes_no_line_higher_than_the_others(visit):
    reader = visit(width=768)
    reader.go("/stories/owen")
    note = reader.page.locator(".note p").first
    mark = note.locator(".anchor:not(.markit, .citeit)")
    height = note.bounding_box()["height"]
    assert mark.bounding_box()["height"] >= 24
    mark.evaluate("mark => mark.remove()")
    assert note.bounding_box()["height"] == height


def look_at(visit: Visit, address: str, status: int = 200, opening: str = "") -> None:
    assert visit.go(address).status == status
    for summary in visit.page.locator(opening).all() if opening else []:
        summary.click()
    for width in WIDTHS:
        visit.page.set_viewport_size({"width": width, "height": 900})
        assert visit.page.evaluate(ANYTHING_WIDER) == "", f"at {width} pixels"
        if width in AXE_WIDTHS:
            examine(visit, width)


def examine(visit: Visit, width: int) -> None:
    there = visit.page.evaluate("'axe' in window")
    axe = Axe("null") if there else Axe()  # its half a megabyte once for each page
    for scheme in SCHEMES:
        visit.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        rules = EVERYTHING if scheme == SCHEMES[0] else COLOURS
        found = axe.run(visit.page, options=rules)
        assert not found.violations_count, f"at {width} pixels, {scheme}: {found.generate_report()}"
