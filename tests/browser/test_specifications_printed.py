"""A specification on paper: all of it is there, nothing to press, and the matrix fits its sheet."""

import io
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.people import come_as
from tests.browser.specifying import BUS, CHAIR, FORM, a_specification

COLUMNS = """count => {
  for (const row of document.querySelectorAll(".matrix tr")) {
    const last = row.lastElementChild;
    for (let at = 1; at <= count; at++) {
      const cell = last.cloneNode(true);
      if (cell.tagName === "TH") cell.firstElementChild.textContent = `Where nobody sits ${at}.`;
      row.append(cell);
    }
  }
}"""


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Iterator:
    with a_specification(tmp_path_factory.mktemp("printed")) as made:
        yield made


@pytest.fixture
def cy(visit, made):
    place, address, cookie = made
    come = come_as(visit, place, cookie)
    come.go(address)
    return come


def sheets(who):
    """Each sheet as it is printed by the browser."""
    return PdfReader(io.BytesIO(who.page.pdf(prefer_css_page_size=True))).pages


def words(who):
    return " ".join(" ".join(sheet.extract_text() for sheet in sheets(who)).split())


def test_a_specification_is_printed_with_what_it_asks_and_what_that_rests_on(cy, made):
    printed = words(cy)
    wanted = ("1.1 What somebody has told once", CHAIR, "twenty minutes", "Challenged by", "Four of ten")
    assert [one for one in (*wanted, "One sheet of paper", made[1]) if one not in printed] == []
    unwanted = ("Add a requirement", "Say what happened", "Word file", "Taken away", FORM)
    assert [one for one in unwanted if one in printed] == []


def test_its_other_pages_are_printed_without_what_can_be_pressed(cy, made):
    cy.page.get_by_role("link", name="Somebody rings back").click()
    printed = words(cy)
    assert "What it rests on" in printed and "Four of ten calls" in printed
    assert "Cite something" not in printed and "Nobody has answered" not in printed
    cy.go(f"{made[1]}/health")
    printed = words(cy)
    assert "a quarter of an hour" in BUS and "a quarter of an hour" in printed
    assert "What to do" in printed and "Take it off:" not in printed


def test_a_matrix_of_many_columns_fits_a_sheet_across(cy, made):
    cy.go(f"{made[1]}/matrix")
    cy.page.evaluate(COLUMNS, 30)
    first = sheets(cy)[0]
    assert float(first.mediabox.width) > float(first.mediabox.height)
    assert "Where nobody sits 30." in " ".join(first.extract_text().split())


def test_a_matrix_says_that_there_is_more_beside(cy, made):
    cy.go(f"{made[1]}/matrix")
    region = cy.page.get_by_role("region", name="Requirements by personas and themes")
    wider = "Where the table is wider than the window it can be scrolled sideways."
    expect(region).to_have_accessible_description(f"Across: 3 personas and 1 theme. {wider}")
    cy.page.evaluate(COLUMNS, 40)
    region.focus()
    cy.page.keyboard.press("ArrowRight")
    cy.page.wait_for_function("() => document.querySelector('.across').scrollLeft > 0")


def test_words_that_are_folded_stay_so_on_paper_which_says_so(visit):
    reader = visit()
    reader.go("/stories/marisa")
    reader.page.locator("#fold > summary").click()
    reader.page.locator(".passage a.citeit").first.evaluate("link => location.assign(link.href)")
    fold = reader.page.locator("details.fold").first
    expect(fold).to_be_visible()
    said = "summary => getComputedStyle(summary, '::after').content"
    reader.page.emulate_media(media="print")
    assert "folded when this was printed" in fold.locator("summary").evaluate(said)
    expect(fold.locator("blockquote").first).to_be_hidden()
    expect(fold.locator(".shut").first).to_be_hidden()
