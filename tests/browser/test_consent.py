"""What a storyteller agreed to, recorded with a browser: every screen, light and dark, without script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.serving import Place, serving, write
from tests.browser.test_signing_in import become_first_steward, first_link, sits

HERON, LAMP, LONG = "s-her0n000", "s-1amp0000", "Wilhelmina-Susannah " * 6
FILES = {
    "stories/heron.md": f"---\nid: {HERON}\nstoryteller: Marisa\nconsent:\n  uses: [design, publication]\n"
    "  given: 2026-01-02\n---\nThe heron came at noon.\n",
    "stories/lamp.md": f"---\nid: {LAMP}\nstoryteller: {LONG}\n---\nNobody asked her.\n",
    "stories/over.md": "---\nstoryteller: Ines\nconsent: {uses: [design], until: 2020-01-01}\n---\nOver.\n",
}


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    write(tmp_path, FILES)
    with serving(tmp_path) as place:
        yield place


@pytest.mark.parametrize("script", [True, False])
def test_a_steward_records_less_than_before_and_a_stranger_finds_nothing_any_more(visit, place, script):
    stranger, steward = visit(place), visit(place, java_script_enabled=script)
    become_first_steward(steward, first_link(place))
    assert stranger.go("/stories/heron").status == 200
    steward.go("/desk/consent?list=not-gone-through")
    steward.page.get_by_role("link", name="record the consent of Marisa").click()
    steward.page.get_by_label("Publication").uncheck()
    steward.page.get_by_label("Gone through together on").fill("2026-02-03")
    steward.page.get_by_label("Lawful basis").select_option("public task")
    steward.page.get_by_label("Version of the information sheet").fill("Sheet 3")
    steward.page.get_by_label("Note", exact=True).fill("On the phone; she wants it in the team alone.")
    steward.page.get_by_role("button", name="Record this").click()
    expect(steward.page.get_by_text("Recorded. It holds from now on")).to_be_visible()
    expect(steward.page.get_by_text("in the team alone")).to_be_visible()
    expect(steward.page.locator(".ledger li")).to_have_count(2)
    assert stranger.go("/stories/heron").status == 404
    assert "uses: [design]" in (place.folder / "stories/heron.md").read_text()


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(visit, place):
    steward = visit(place)
    become_first_steward(steward, first_link(place))
    steward.go(f"/s/{HERON}/consent")
    steward.page.get_by_label("Given on").fill("2026-05-05")
    steward.page.get_by_label("Until", exact=True).fill("2026-05-04")
    steward.page.get_by_label("Note", exact=True).fill("Kept words.")
    steward.page.get_by_role("button", name="Record this").click()
    until = steward.page.get_by_label("Until", exact=True)
    expect(until).to_have_accessible_description(re.compile("^That day is the last.* before it is given"))
    expect(until).to_have_value("2026-05-04")
    expect(steward.page.get_by_label("Note", exact=True)).to_have_value("Kept words.")
    sits(steward)


def test_every_page_about_consent_fits_every_screen_and_every_reader(visit, place):
    steward = visit(place)
    become_first_steward(steward, first_link(place))
    for address in (f"/s/{LAMP}/consent?saved", "/desk/consent", "/desk/consent?list=missing"):
        steward.go(address)
        sits(steward)
