"""A specification in a browser: on every screen, in the dark, on paper, and written without a script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.people import come_as
from tests.browser.specifying import BUS, CHAIR, FORM, a_specification
from tests.browser.test_pages import ANYTHING_WIDER
from tests.browser.test_signing_in import sits


@pytest.fixture
def made(tmp_path) -> Iterator:
    with a_specification(tmp_path) as made:
        yield made


def test_a_specification_and_all_its_pages_fit_every_screen_and_paper(visit, made):
    place, address, cookie = made
    cy = come_as(visit, place, cookie)
    for page in ("", "/health", "/matrix", "/about", "/access"):
        cy.go(f"{address}{page}")
        sits(cy)
    cy.go(address)
    assert cy.sees("1 taken back") and cy.sees("1 text changed") and not cy.sees(FORM)
    cy.page.get_by_role("link", name="Somebody rings back").click()
    cy.page.get_by_text("Cite something").click()
    expect(cy.page.get_by_label("As you set it")).to_be_visible()
    sits(cy)
    cy.go(address)
    cy.page.set_viewport_size({"width": 718, "height": 1047})
    cy.page.emulate_media(media="print")
    assert cy.page.evaluate(ANYTHING_WIDER) == ""
    expect(cy.page.get_by_role("button", name="Word file").first).to_be_hidden()


def test_a_requirement_is_written_and_cites_a_quote_without_a_script(visit, made):
    place, address, cookie = made
    cy = come_as(visit, place, cookie, java_script_enabled=False)
    cy.go("/search?q=often&in=quotes")
    cy.page.get_by_role("link", name="q-").first.click()
    cy.page.get_by_role("link", name="Cite it in a specification").first.click()
    cy.page.get_by_role("link", name="An open door").click()
    assert cy.sees("Choose the requirement under which to cite")
    cy.page.get_by_role("link", name="Opening hours are counted").click()
    cy.page.get_by_label("As you set it").fill("I had told it [to everybody] so often … like mine")
    cy.page.get_by_role("button", name="Cite the quote").click()
    assert cy.sees("It is cited.") and cy.sees("I had told it [to everybody] so often … like mine")
    cy.page.get_by_text("Cite something").click()
    cy.page.get_by_label("Its address or id").fill("q-00000000")
    cy.page.get_by_role("button", name="Cite the quote").click()
    assert cy.sees("No quote was found") and not cy.sees(BUS)
    cy.go(f"{address}/health")
    assert cy.sees("twenty minutes") and cy.sees("a quarter of an hour") and cy.sees(CHAIR)
