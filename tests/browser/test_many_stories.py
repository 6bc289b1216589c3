"""Many stories at once with a browser: chosen, changed by a job, put back; and interview guides."""

from collections.abc import Iterator

import pytest

from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, write
from tests.browser.test_signing_in import sits

PUBLIC = "consent: {uses: [design, publication]}"
PEOPLE = {
    "Sue": (("steward",), {}),
    "Ann": (("gatherer",), {"gathers_as": "Ann Owen"}),
    "Mo": (("member",), {}),
}


def told(name: str, gatherer: str) -> str:
    named = f"id: s-{name[-1] * 8}\nstoryteller: {name}\ngatherer: {gatherer}"
    return f"---\n{named}\nthemes: [dusk]\n{PUBLIC}\n---\nNoon.\n"


FILES = {f"stories/{name}.md": told(name, "Ann Owen") for name in ("Mara", "Teb", "Lec")}
FILES |= {"stories/Roz.md": told("Roz", "Somebody Else")}


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    write(tmp_path, FILES)
    with serving(tmp_path) as place:
        yield place


@pytest.fixture
def cookies(place):
    return sign_in_all(place, PEOPLE)


def text(place, name):
    return (place.folder / f"stories/{name}.md").read_text()


@pytest.mark.parametrize("script", [True, False])
def test_a_gatherer_changes_many_stories_watches_it_and_puts_it_all_back(visit, place, cookies, script):
    ann = come_as(visit, place, cookies["Ann"], java_script_enabled=script)
    ann.go("/stories?theme=dusk")
    assert not ann.page.get_by_role("checkbox", name="Mara").count()
    ann.page.get_by_role("link", name="Select", exact=True).click()
    for name in ("Mara", "Teb", "Roz"):
        ann.page.get_by_role("checkbox", name=name).check()
    ann.page.get_by_role("button", name="Change the chosen").click()
    assert ann.sees("Change 2 stories") and ann.sees("1 story is not yours to change")
    ann.page.get_by_label("Set the site").fill("Harbour")
    ann.page.get_by_label("No longer for publication").check()
    ann.page.get_by_label("Note").fill("As agreed on Monday")
    ann.page.get_by_role("button", name="See what will change").click()
    assert ann.sees("Is this right?") and ann.sees("The site becomes ‘Harbour’.")
    assert "Harbour" not in text(place, "Mara")
    ann.page.get_by_role("button", name="Change 2 stories").click()
    ann.page.get_by_role("heading", name="Done", exact=True).wait_for()
    assert "site: Harbour" in text(place, "Mara") and "site: Harbour" in text(place, "Teb")
    assert text(place, "Roz") == FILES["stories/Roz.md"] and text(place, "Lec") == FILES["stories/Lec.md"]
    stranger = visit(place)
    stranger.go("/stories")
    assert stranger.sees("Roz") and not stranger.page.get_by_text("Mara").count()
    assert not stranger.page.get_by_text("Select", exact=True).count()
    ann.page.get_by_text("Undo all of it").click()
    assert ann.sees("Only a steward can give them back")
    sue = come_as(visit, place, cookies["Sue"], java_script_enabled=script)
    sue.go(ann.path)
    assert sue.sees("by Ann")
    sue.page.get_by_text("Undo all of it").click()
    sue.page.get_by_role("button", name="Put 2 files back").click()
    sue.page.get_by_role("heading", name="Undone", exact=True).wait_for()
    assert text(place, "Mara") == FILES["stories/Mara.md"]
    stranger.go("/stories")
    assert stranger.sees("Mara")


def test_boxes_are_reached_by_the_keyboard_alone(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/stories?select=1")
    ann.page.get_by_role("checkbox").last.focus()
    ann.press("Space", "Tab")
    assert ann.focused == "Change the chosen"
    ann.press("Enter")
    ann.page.get_by_role("heading", name="Change").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_fit_every_screen(visit, place, cookies, scheme):
    ann = come_as(visit, place, cookies["Ann"], color_scheme=scheme)
    ann.go("/stories?select=1")
    sits(ann)
    ann.page.get_by_role("button", name="found").click()
    sits(ann)
    ann.page.get_by_label("Set the site").fill("Harbour")
    ann.page.get_by_role("button", name="See what will change").click()
    sits(ann)
    ann.page.get_by_role("button", name="Change 3 stories").click()
    ann.page.get_by_role("heading", name="Done", exact=True).wait_for()
    ann.page.get_by_text("Undo all of it").click()
    sits(ann)
    for address in ("/desk/jobs", "/guides", "/guides/magic-and-miserable-moments"):
        ann.go(address)
        sits(ann)


def test_a_guide_prints_with_room_for_notes(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/guides")
    ann.page.get_by_role("link", name="Beside somebody").click()
    assert ann.sees("Before you go") and ann.sees("To close with")
    height = "document.querySelector('.questions > li').getBoundingClientRect().height"
    shown = ann.page.evaluate(height)
    ann.page.emulate_media(media="print")
    assert ann.page.evaluate(height) > shown - 40 and not ann.page.locator(".desks").is_visible()
    padding = "getComputedStyle(document.querySelector('.questions > li')).paddingBottom"
    assert float(ann.page.evaluate(padding).removesuffix("px")) > 60
