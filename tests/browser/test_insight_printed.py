"""A board and a lens on paper: quotes whole, names there, nothing to press."""

import io
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from sqlalchemy import select

from app.database.tables import PASSAGE
from app.database.visibility import TERMINAL
from app.services.archive import open_archive
from app.services.marking.quotes import About, Chosen, mark
from app.services.recording import By
from app.web.app import choose_engine
from tests.browser.marking import STORY
from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, settings_for, write

PEOPLE = {"June": (("gatherer",), {"organisation": "Here"})}
COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
PARAGRAPHS = [
    f"Begin{number} {'and then the door was shut again, as it had been before, ' * 9}end{number}."
    for number in COUNTED
]
PAPER = {"width": 718, "height": 1047}  # A4 between its margins, in pixels
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
HYPHENATED = "Interconnectedness between organisations"


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    write(tmp_path, {"stories/chair.md": STORY + "\n\n".join(PARAGRAPHS), "personas/.keep": ""})
    with serving(tmp_path) as place:
        yield place


@pytest.fixture
def june(visit, place):
    """A gatherer, in an archive in which each passage is marked."""
    cookies = sign_in_all(place, PEOPLE)
    settings = settings_for(place.folder)
    archive = open_archive(settings, choose_engine(settings))
    try:
        with archive.engine.connect() as connection:
            rows = connection.execute(select(PASSAGE)).all()
        for row in rows:
            about = About(("doors",), "", stays=False)
            mark(archive, TERMINAL, By(), row.story_id, [Chosen(row.anchor, row.text)], 1, about)
    finally:
        archive.close()
    return come_as(visit, place, cookies["June"])


def pages(who):
    """The words of each sheet."""
    return [sheet.extract_text() for sheet in PdfReader(io.BytesIO(who.page.pdf(format="A4"))).pages]


def on_paper(who):
    who.page.set_viewport_size(PAPER)
    who.page.emulate_media(media="print")


def test_a_board_is_printed_with_its_clusters_named_and_no_quote_cut_in_two(june):
    june.go("/boards")
    june.page.get_by_label("Its name").fill("What doors are")
    june.page.get_by_role("button", name="Begin it").click()
    june.page.get_by_label("Name may come later").fill("Shut again")
    june.page.get_by_role("button", name="Begin it").click()
    june.page.get_by_label("Under a theme").fill("doors")
    june.page.get_by_role("button", name="Hang them here").click()
    expect(june.page.locator("[data-grip]").first).to_be_visible()  # the script shows it
    june.page.locator("[data-grip]").first.focus()
    june.press("Enter", "ArrowRight", "Enter")
    expect(june.page.locator("[data-cluster]").nth(1).locator("li.hung")).to_have_count(1)
    sheets = pages(june)
    assert len(sheets) > 2 and "What doors are" in sheets[0] and "Shut again" in "".join(sheets)
    for number in COUNTED:
        (sheet,) = [at for at, words in enumerate(sheets) if f"Begin{number} " in words]
        assert f"end{number}." in sheets[sheet], f"{number} is cut in two"
    on_paper(june)
    for part in june.page.locator("#main :is(button, select, input, textarea, .put, .taking, .undo)").all():
        expect(part).to_be_hidden()
    expect(june.page.get_by_role("heading", name="Shut again")).to_be_visible()
    assert june.page.evaluate(WIDER) <= 0


def test_a_lens_is_printed_as_the_grid_that_it_is_however_broad_and_long(june):
    june.go("/lenses")
    june.page.get_by_role("button", name="Begin with the example").click()
    june.page.wait_for_url("**/lenses/purpose-power-practice")
    sheets = pages(june)
    assert all("Relational" in sheet and "Mechanistic" in sheet for sheet in sheets) and len(sheets) < 4
    for _ in range(6):
        june.go("/lenses/purpose-power-practice/edit")
        june.page.get_by_text("Add a column").click()
        form = june.page.locator("form:has(button[value=add-column])")
        form.locator("input[name=name]").fill(HYPHENATED)
        form.locator("button").click()
    june.go("/lenses/purpose-power-practice")
    on_paper(june)
    table = june.page.locator("table.lens")
    assert table.evaluate("node => getComputedStyle(node).display") == "table"
    assert june.page.evaluate(WIDER) <= 0
    for part in june.page.locator("#main .btn").all():
        expect(part).to_be_hidden()
    cut = "nodes => nodes.filter(node => node.scrollWidth > node.clientWidth + 1).length"
    assert table.locator("th, td").evaluate_all(cut) == 0
