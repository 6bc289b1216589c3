"""The codebook in a browser: adopted, written, brought in; without script, and on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, write
from tests.browser.test_pages import ANYTHING_WIDER, AXE_WIDTHS, examine

STORY = "---\nid: s-0pen0000\nstoryteller: Marisa\nthemes: [waiting, bereavement, loss]\n"
CONSENT = "consent: {uses: [publication, design]}\n---\nShe moved the chair.\n"
TABLE = (
    "name,definition,parent,aliases\nMourning,What is done after a death.,loss,\nLoss,Gone.,,grief\n,x,,\n"
)
PEOPLE = {"Gil": (("gatherer",), {"organisation": "Here"})}
DESK = "/desk/codebook"


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    write(tmp_path, {"stories/chair.md": STORY + CONSENT, "personas/.keep": ""})
    with serving(tmp_path) as place:
        yield place


@pytest.fixture
def gil(visit, place):
    return come_as(visit, place, sign_in_all(place, PEOPLE)["Gil"])


def fits(reader, address):
    """That a page fits every screen and every reader."""
    for width in AXE_WIDTHS:
        reader.page.set_viewport_size({"width": width, "height": 900})
        if address:
            reader.go(address)
        assert reader.page.evaluate(ANYTHING_WIDER) == "", f"{address} at {width} pixels"
        examine(reader, width)


def test_a_theme_is_adopted_written_and_found_under_another_name(gil):
    gil.go(DESK)
    gil.page.get_by_role("button", name="Adopt Loss").click()
    assert gil.sees("1 theme is taken into the codebook.")
    gil.page.get_by_role("link", name="Loss", exact=True).click()
    gil.page.get_by_label("Also known as").fill("bereavement")
    gil.page.get_by_label("Plum").check()
    gil.page.get_by_label("Use it when").fill("Somebody is gone.")
    gil.page.get_by_role("button", name="Save").click()
    assert gil.sees("Saved.")
    gil.go("/themes/bereavement")
    assert gil.page.url.endswith("/themes/loss")
    assert gil.sees("Also known as bereavement") and gil.sees("Somebody is gone.")
    fits(gil, f"{DESK}/loss")


def test_a_table_is_looked_through_brought_in_and_undone(gil):
    gil.go(f"{DESK}/import")
    gil.page.get_by_label("Or paste the rows").fill(TABLE)
    gil.page.get_by_role("button", name="See what would change").click()
    assert gil.sees("2 themes are new") and gil.sees("The name is missing.")
    fits(gil, "")
    gil.page.get_by_role("button", name="Bring the others in").click()
    assert gil.sees("Brought in.") and gil.sees("under Loss")
    gil.page.get_by_role("button", name="Undo").click()
    assert gil.sees("2 themes are as before.")


def test_words_are_shared_without_script(visit, place):
    cookies = sign_in_all(place, PEOPLE)
    gil = come_as(visit, place, cookies["Gil"], java_script_enabled=False)
    gil.go("/desk/language")
    gil.page.get_by_label("The word").fill("participant")
    gil.page.get_by_label("We leave it").check()
    gil.page.get_by_label("What is said instead").fill("storyteller")
    gil.page.get_by_role("button", name="Write it down").click()
    assert gil.sees("Written down.")
    gil.go("/language")
    expect(gil.page.get_by_role("heading", name="We leave")).to_be_visible()
    assert gil.sees("storyteller")


@pytest.mark.parametrize("address", ["/language", "/desk/language", f"{DESK}/new", f"{DESK}/import", DESK])
def test_the_codebook_s_pages_fit_every_screen_and_every_reader(gil, address):
    fits(gil, address)
