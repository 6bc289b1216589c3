"""Somebody sees which themes occur together, and opens the words behind a number."""

import re
from collections.abc import Iterator

import pytest

from app.database.visibility import TERMINAL
from app.rendering.passages import anchor_of
from app.search.engines import choose_engine
from app.services.archive import open_archive
from app.services.marking.quotes import About, Chosen, mark
from app.services.recording import By
from tests.browser.serving import Place, serving, settings_for, take_in, write
from tests.browser.test_signing_in import sits

WORDS = "She moved the chair, looked at the door and said that it was time."
HEAD = "---\nid: s-0pen0000\nstoryteller: Marisa\nsite: Northgate\ngathered: 2026\nthemes: [waiting]\n"
STORY = f"{HEAD}consent: {{uses: [publication, design]}}\n---\n{WORDS}\n\nThe flat was cold.\n"
MARKS = {
    "looked at the door": ("Loss", "Being heard", "A theme whose name goes on and on and does not end"),
    "it was time": ("Loss", "Waiting"),
    "the chair": ("Loss", "الانتظار"),
}


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    write(tmp_path, {"stories/chair.md": STORY, "personas/.keep": ""})
    take_in(tmp_path)
    settings = settings_for(tmp_path)
    archive = open_archive(settings, choose_engine(settings))
    for words, themes in MARKS.items():
        chosen = [Chosen(anchor_of(WORDS), words)]
        mark(archive, TERMINAL, By(), "s-0pen0000", chosen, 1, About(themes, "", False))
    archive.close()
    with serving(tmp_path) as place:
        yield place


def test_the_map_opens_the_words_behind_a_number(visit, place):
    reader = visit(place)
    reader.go("/themes")
    reader.page.get_by_role("link", name="Which themes occur together").click()
    both = re.compile("^(Loss and Being heard|Being heard and Loss): 1 quote$")
    reader.page.locator("svg.heat").get_by_role("link", name=both).click()
    assert reader.path.startswith("/patterns/quotes?") and reader.sees("looked at the door")
    assert not reader.page.get_by_text("the chair", exact=True).is_visible()
    reader.page.get_by_role("link", name="Show what stands around all of them").click()
    assert reader.sees("She moved the chair,")
    sits(reader)


@pytest.mark.parametrize(
    "address",
    ["/patterns", "/patterns?by=stories", "/patterns/stories", "/patterns/sites?lines=kind", "/themes/loss"],
)
def test_charts_fit_every_screen_and_say_all_without_colour(visit, place, address):
    reader = visit(place)
    reader.go(address)
    sits(reader)


def test_themes_are_chosen_without_script(visit, place):
    reader = visit(place, java_script_enabled=False)
    reader.go("/patterns")
    reader.page.get_by_text("Choose themes").click()
    for name in ("Loss", "Waiting"):
        reader.page.get_by_role("checkbox", name=name).check()
    reader.page.get_by_role("button", name="Show these").click()
    assert reader.page.locator("table.pairs tbody tr").count() == 1
    reader.page.locator("table.pairs").get_by_role("link", name="Loss and Waiting: 1 quote").click()
    assert reader.sees("it was time")
