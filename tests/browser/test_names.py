"""Names left behind, decided with a browser: every screen, light and dark, keyboard alone, without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.serving import Place, serving, write
from tests.browser.test_signing_in import become_first_steward, first_link, sits

HERON, CALM = "s-her0n000", "s-ca1m0000"
TEXT = (
    "Marisa Jones rang Dr Whitfield on 07700 900123.\n\n“Marisa’s heron,” said Marisa.\n\n"
    "My brother Tonho never came back from the sea that year.\n"
)
FILES = {
    "stories/heron.md": f"---\nid: {HERON}\nstoryteller: Ana\nstatus: draft\n---\n{TEXT}",
    "stories/calm.md": f"---\nid: {CALM}\nstoryteller: Ines\nstatus: draft\n---\nThe heron came at noon.\n",
}


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    write(tmp_path, FILES)
    with serving(tmp_path) as place:
        yield place


@pytest.mark.parametrize("script", [True, False])
def test_a_steward_replaces_a_name_keeps_another_and_undoes_it_with_the_keyboard_alone(visit, place, script):
    steward = visit(place, java_script_enabled=script)
    become_first_steward(steward, first_link(place))
    steward.go(f"/s/{HERON}/names")
    heads = steward.page.locator(".findings h3 mark")
    expect(heads).to_have_text(["Marisa", "Marisa Jones", "Whitfield", "Tonho", "07700 900123"])
    steward.page.get_by_label("Pseudonym").first.focus()
    steward.page.keyboard.type("Inês")
    steward.press("Enter")
    expect(steward.page.get_by_text("Replaced, and written down apart")).to_be_visible()
    expect(heads).to_have_text(["Whitfield", "Tonho", "07700 900123"])
    steward.page.get_by_label("Keep it, because").first.fill("He agreed.")
    steward.page.get_by_role("button", name="Keep Whitfield").focus()
    steward.press("Enter")
    expect(steward.page.get_by_text("kept: He agreed.")).to_be_visible()
    if script:
        sits(steward)
    text = (place.folder / "stories/heron.md").read_text()
    assert text.endswith(TEXT.replace("Marisa Jones", "[Inês]").replace("Marisa", "[Inês]"))
    steward.page.get_by_role("button", name="Undo what was decided about Marisa").click()
    expect(heads).to_have_count(4)
    assert (place.folder / "stories/heron.md").read_text().endswith(TEXT)


def test_every_state_of_the_page_fits_every_screen_and_every_reader(visit, place):
    steward = visit(place)
    become_first_steward(steward, first_link(place))
    steward.go(f"/s/{CALM}/names")
    assert steward.sees("Nothing waits for a decision.")
    expect(steward.page.locator("#text + details").get_by_text("The heron came at noon.")).to_be_visible()
    sits(steward)
    steward.go(f"/s/{HERON}/names")
    steward.page.get_by_label("Passage", exact=True).select_option(index=2)
    steward.page.get_by_role("button", name="Close it: it is someone else’s story").click()
    expect(steward.page.get_by_text("Nothing lets it stand open yet.")).to_be_visible()
    steward.page.locator(".report summary").click()
    sits(steward)


def test_the_page_prints_with_all_that_was_found_and_no_form(visit, place):
    steward = visit(place)
    become_first_steward(steward, first_link(place))
    steward.go(f"/s/{HERON}/names")
    steward.page.emulate_media(media="print")
    expect(steward.page.locator(".findings h3 mark").first).to_be_visible()
    expect(steward.page.get_by_role("button", name="Replace Marisa", exact=True)).to_be_hidden()
