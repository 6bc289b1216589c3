"""Stewards and design teams look whose voices are missing, on every screen; a steward enters a population."""

import re
from collections.abc import Iterator

import pytest

from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, write
from tests.browser.test_signing_in import sits

PEOPLE = {
    "Stew": (("steward",), {"organisation": "Here"}),
    "Ann": (("member",), {"organisation": "Here"}),
}
SAID = [
    *["gender: woman, age_band: 30-49, ethnicity: A group whose name goes on and does not end soon"] * 14,
    *["gender: man, age_band: 65+"] * 7,
    *["gender: rather not say"] * 5,
    *["gender: non-binary"] * 2,
    *[""] * 15,
]

KATH = """---
name: Kath
uses: [publication]
reviewed: 2026-01-01
statements:
  Heard:
    - {statement: Waits, evidence: [s-00000001, s-00000001#p-000000]}
---
X
"""  # words that are there no more, of a story that is


def told(number, context):
    said = f"\ncontext: {{{context}}}" if context else ""
    head = f"id: s-{number:08}\nsite: {'Northgate' if number % 3 else 'Southgate'}\npersonas: [elena]{said}"
    return f"---\n{head}\nconsent: {{uses: [publication]}}\n---\nStory {number} is told.\n"


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    stories = {f"stories/t{number}.md": told(number, context) for number, context in enumerate(SAID)}
    elena = "---\nname: Elena\nuses: [publication]\n---\nX\n"
    write(tmp_path, stories | {"personas/elena.md": elena, "personas/kath.md": KATH})
    with serving(tmp_path) as place:
        yield place


@pytest.fixture
def cookies(place):
    return sign_in_all(place, PEOPLE)


def enter(who, text):
    """A population, looked at and kept."""
    who.go("/desk/coverage?trait=gender")
    who.page.get_by_label("Where the figures are from").fill("Census 2021, Northgate")
    who.page.get_by_label("The groups").fill(text)
    who.page.get_by_role("button", name="See what would be kept").click()
    assert who.sees("Nothing is kept yet")


def test_a_steward_enters_a_population_looks_at_it_keeps_it_and_undoes_it(visit, place, cookies):
    stew = come_as(visit, place, cookies["Stew"], java_script_enabled=False)
    enter(stew, "Woman; 51%\nMan; 48%\nNon-binary; 1%")
    stew.page.get_by_role("button", name="Keep it").click()
    assert stew.sees("Saved.")
    stew.go("/personas/coverage")
    table = stew.page.get_by_role("table", name="Gender")
    row = table.get_by_role("row", name=re.compile("Non-binary"))
    assert "fewer than five" in row.inner_text() and "1%" in row.inner_text()
    assert stew.sees("Missing, or nearly")
    stew.page.get_by_role("link", name=re.compile("Change it ?: Gender")).click()
    assert stew.sees("What stands now")
    enter(stew, "Woman; 50%")
    stew.page.get_by_role("button", name="Keep it").click()
    stew.page.get_by_role("button", name="Undo").click()
    assert stew.sees("As it was before.") and stew.sees("51.0%")


@pytest.mark.parametrize("who", ["Stew", "Ann"])
def test_charts_fit_every_screen_and_the_table_says_what_they_say(visit, place, cookies, who):
    stew = come_as(visit, place, cookies["Stew"])
    enter(stew, "Woman; 51%\nMan; 48%\nNon-binary; 1%")
    sits(stew)
    stew.page.get_by_role("button", name="Keep it").click()
    stew.go("/desk/coverage?trait=gender")
    sits(stew)
    reader = come_as(visit, place, cookies[who])
    reader.go("/personas/coverage")
    assert reader.page.locator("svg.voices").first.is_visible()
    sits(reader)
    assert (reader.page.get_by_role("link", name="Enter a population").count() == 1) is (who == "Stew")


def test_a_bad_list_is_answered_where_it_was_typed(visit, place, cookies):
    stew = come_as(visit, place, cookies["Stew"])
    stew.go("/desk/coverage")
    stew.page.get_by_label("Where the figures are from").fill("Census")
    stew.page.get_by_label("The groups").fill('"Woman; 51%')
    stew.page.get_by_role("button", name="See what would be kept").click()
    assert stew.sees("never closed") and stew.page.get_by_label("The groups").input_value() == '"Woman; 51%'
    sits(stew)
    stew.complaints.clear()


def test_what_changed_underneath_fits_every_screen(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/personas/kath")
    assert ann.sees("Changed underneath since it was last reviewed")
    sits(ann)
