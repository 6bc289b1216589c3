"""A specification in a browser: on every screen, in the dark, on paper, and written without a script."""

import re
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
    cy.go("/specifications")
    cy.page.get_by_text("Bring one in", exact=False).first.click()
    sits(cy)
    cy.go(address)
    cy.page.get_by_text("Add a requirement").click()
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


def top_of(reader, selector):
    return reader.page.evaluate("(at) => document.querySelector(at).getBoundingClientRect().top", selector)


def test_requirements_are_moved_with_the_keyboard_and_nobody_loses_her_place(visit, made):
    place, address, cookie = made
    cy = come_as(visit, place, cookie)
    cy.go(address)
    expect(cy.page.locator("#how-to-order")).to_be_visible()
    said, ring = cy.page.locator("#said"), cy.page.get_by_role("link", name="Somebody rings back")
    ring.focus()
    item = f"#{ring.evaluate('(link) => link.closest(`li`).id')}"
    cy.page.evaluate("(at) => document.querySelector(at).scrollIntoView({ block: `center` })", item)
    before = top_of(cy, item)
    cy.press("Alt+ArrowUp")
    expect(said).to_have_text("It is 1.1 now.")
    expect(ring).to_be_focused()
    assert abs(top_of(cy, item) - before) < 2 and cy.path.startswith(f"{address}?step=")
    cy.press("Alt+ArrowUp")
    expect(said).to_contain_text("It stands there already")
    cy.complaints.clear()  # the browser notes that an answer was 422
    cy.press("Alt+ArrowDown", "Alt+ArrowRight")
    expect(said).to_have_text("It is 1.1.1 now.")
    cy.press("Alt+ArrowLeft")
    expect(said).to_have_text("It is 1.2 now.")
    cy.press("Control+z")
    expect(said).to_have_text("It is undone.")
    expect(cy.page.locator(f"{item} .number")).to_have_text("1.1.1")
    expect(ring).to_be_focused()
    cy.page.context.clear_cookies()
    cy.press("Alt+ArrowLeft")
    expect(said).to_contain_text("You are signed out: nothing was changed.")
    expect(ring).to_be_focused()


def test_what_is_cited_and_taken_off_stays_on_the_page_with_the_focus(visit, made):
    place, address, cookie = made
    cy = come_as(visit, place, cookie)
    cy.go(address)
    cy.page.get_by_role("link", name="Opening hours are counted").click()
    cy.page.get_by_text("Cite something", exact=True).click()
    here, said = cy.path, cy.page.locator("#said")
    cy.page.get_by_label("Its address or id").fill("q-00000000")
    cy.page.get_by_role("button", name="Cite the quote").click()
    pasted = cy.page.get_by_label("Its address or id")
    expect(pasted).to_have_accessible_description(re.compile("No quote was found"))
    expect(pasted).to_be_focused()
    expect(said).to_have_text("")
    cy.complaints.clear()  # the browser notes that an answer was 422
    cy.page.get_by_text("A persona, an idea or a figure").click()
    cy.page.get_by_label("A figure").fill("Nine to five")
    cy.page.get_by_label("Its source").fill("A card on the door, 2026")
    cy.page.get_by_role("button", name="Cite the figure").click()
    expect(said).to_have_text("It is cited.")
    expect(cy.page.get_by_role("button", name="Cite the figure")).to_be_focused()
    cy.page.get_by_role("button", name="Take it off").click()
    expect(said).to_have_text("The citation is taken off.")
    expect(cy.page.get_by_role("button", name="Put it back")).to_be_focused()
    cy.press("Control+z")
    expect(said).to_have_text("It is undone.")
    assert cy.sees("Nine to five") and cy.path.partition("?")[0] == here.partition("?")[0]


def test_who_is_named_opens_with_the_choice_and_what_was_taken_away_comes_back_without_a_script(visit, made):
    place, address, cookie = made
    cy = come_as(visit, place, cookie, java_script_enabled=False)
    cy.go(f"{address}/access")
    expect(cy.page.get_by_label("Dora")).to_be_hidden()
    cy.page.get_by_label("Only the people named").check()
    expect(cy.page.get_by_label("Dora")).to_be_visible()
    cy.page.get_by_role("button", name="Keep it").first.click()
    assert cy.sees("Name at least one other person")
    expect(cy.page.get_by_label("Dora")).to_be_visible()
    cy.go(address)
    cy.page.get_by_role("link", name="Opening hours are counted").click()
    cy.page.locator("summary", has_text="Take it away").click()
    cy.page.get_by_role("button", name="Take the requirement away").click()
    cy.go(address)
    cy.page.locator("#taken-away summary").click()
    cy.page.get_by_role("button", name="Put it back").click()
    assert cy.sees("It is back") and cy.sees("Opening hours are counted")
