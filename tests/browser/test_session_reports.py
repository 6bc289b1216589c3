"""A session's report and its wall, in a browser: on every screen, in the dark, on paper, without a script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from app.database.visibility import TERMINAL
from app.services.archive import open_archive
from app.services.withdrawing import Request, withdraw
from app.web.app import choose_engine
from tests.browser.people import come_as
from tests.browser.rooms import CHAIR, a_session
from tests.browser.serving import settings_for
from tests.browser.test_pages import ANYTHING_WIDER
from tests.browser.test_signing_in import sits


@pytest.fixture
def over(tmp_path) -> Iterator:
    with a_session(tmp_path) as made:
        yield made


@pytest.fixture
def going_on(tmp_path) -> Iterator:
    with a_session(tmp_path, over=False) as made:
        yield made


def test_a_report_fits_every_screen_and_paper_and_a_next_step_is_ticked_off_without_a_script(visit, over):
    place, address, cookie = over
    ann = come_as(visit, place, cookie)
    ann.go(f"{address}/report")
    ann.page.get_by_text("Write down a decision").click()
    sits(ann)
    ann.page.set_viewport_size({"width": 718, "height": 1047})
    ann.page.emulate_media(media="print")
    assert ann.page.evaluate(ANYTHING_WIDER) == ""
    expect(ann.page.get_by_role("link", name="PDF file")).to_be_hidden()
    expect(ann.page.get_by_role("button", name="Keep it").first).to_be_hidden()
    plain = come_as(visit, place, cookie, java_script_enabled=False)
    plain.go(f"{address}/report")
    plain.page.get_by_text("Say what came of it").first.click()
    plain.page.get_by_label("What came of it", exact=True).first.fill("They need a second chair.")
    plain.page.get_by_label("It is done").first.check()
    plain.page.locator("#steps button[value=follow]").first.click()
    assert plain.sees("What came of it: They need a second chair.")
    assert plain.page.locator("#steps .done").count() == 1


def now(who):
    return who.page.locator(".slide.now")


def test_a_wall_turns_by_keys_takes_in_what_is_new_and_lets_go_of_what_was_taken_back(visit, going_on):
    place, address, cookie = going_on
    ann = come_as(visit, place, cookie)
    ann.go(f"{address}/wall")
    expect(now(ann)).to_have_count(1)
    expect(ann.page.locator("#place")).to_contain_text("paused")
    first = now(ann).inner_text()
    ann.press("ArrowRight")
    assert now(ann).inner_text() != first
    ann.press("ArrowLeft")
    assert now(ann).inner_text() == first
    ann.press("Space")
    expect(ann.page.get_by_role("button", name="Pause")).to_be_visible()
    ann.page.get_by_role("button", name="Pause").click()
    sits(ann)
    many = ann.page.locator(".slide").count()
    other = come_as(visit, place, cookie)
    other.go(address)
    cell = other.page.locator('a[href*="/cells/"]', has_text="Not yet discussed").first.get_attribute("href")
    other.go(cell)
    other.page.get_by_label("Helps", exact=True).check()
    other.page.get_by_role("button", name="Write it").or_(
        other.page.locator("button[value=write]")
    ).first.click()
    expect(ann.page.locator(".slide")).to_have_count(many + 1)
    settings = settings_for(place.folder)
    archive = open_archive(settings, choose_engine(settings))
    withdraw(archive, TERMINAL, "s-0pen0000", Request())
    archive.close()
    expect(ann.page.locator("#slides")).not_to_contain_text(CHAIR)


def test_a_wall_is_one_long_page_without_a_script_with_a_way_to_the_next(visit, going_on):
    place, address, cookie = going_on
    ann = come_as(visit, place, cookie, java_script_enabled=False)
    ann.go(f"{address}/wall")
    assert ann.page.locator(".slide:visible").count() == ann.page.locator(".slide").count() > 4
    ann.page.get_by_role("link", name="Next").first.click()
    target = ann.page.locator(".slide").nth(1)
    expect(target).to_be_in_viewport()
    assert "http-equiv" not in ann.page.content()
    small = "nodes => nodes.filter(n => parseFloat(getComputedStyle(n).fontSize) < innerHeight / 21).length"
    ann.page.set_viewport_size({"width": 1920, "height": 1080})
    assert ann.page.locator(".slide :is(blockquote, .said, .label, .above, .below)").evaluate_all(small) == 0
