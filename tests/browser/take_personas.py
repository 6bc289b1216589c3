"""Take the pictures of docs/personas.md: `.venv/bin/python -m tests.browser.take_personas`.

A design team has marked some of the sample stories; somebody of it reads a persona, builds on it, lays it
beside others, and looks whose voices are missing.
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.browsing import Visit, a_browser, a_visit
from tests.browser.people import sign_in_all
from tests.browser.pictures import small_png
from tests.browser.serving import ROOT, Place, serving
from tests.browser.take_marking import PEOPLE, mark_all

IMAGES = ROOT / "docs" / "images"
COMPARED = "/personas/compare?persona=elena&persona=dalia&persona=stan"
POPULATION = "Woman; 51%\nMan; 48%\nNon-binary; 1%"


def main() -> None:
    """Write a picture of each page."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("stories", "personas"):
            shutil.copytree(ROOT / name, folder / name)
        with serving(folder) as place, a_browser() as browser:
            cookie = sign_in_all(place, PEOPLE)["Dana"]
            mark_all(place)
            _walk(place, browser, cookie)


def _walk(place: Place, browser: Browser, cookie: str) -> None:
    with a_visit(browser, place.address, height=1100) as dana:
        dana.page.context.add_cookies([{"name": "storyhold", "value": cookie, "url": place.address}])
        dana.go("/personas/elena")
        repeats = dana.page.locator(".card.heads li", has_text="Repeats her story")
        repeats.locator("summary").first.click()
        dana.page.set_viewport_size({"width": 1280, "height": 1300})
        _take(dana, "personas-page")
        dana.page.set_viewport_size({"width": 1280, "height": 900})
        _build(dana)
        dana.page.set_viewport_size({"width": 1280, "height": 1000})
        dana.go(COMPARED)
        _take(dana, "personas-compare")
        _missing(dana)


def _build(dana: Visit) -> None:
    """With keys: a quote is picked up, and a statement chosen for it."""
    dana.go("/personas/elena")
    dana.page.get_by_role("link", name="Build").first.click()
    dana.page.locator("[data-grip]").first.focus()
    dana.press("Enter", "ArrowDown")
    expect(dana.page.locator(".claim.over")).to_be_visible()
    _take(dana, "personas-build", ".claim.over")


def _missing(dana: Visit) -> None:
    """With a population beside it, which a steward enters."""
    dana.go("/desk/coverage?trait=gender")
    dana.page.get_by_label("Where the figures are from").fill("Census 2021, Northgate")
    dana.page.get_by_label("The groups").fill(POPULATION)
    dana.page.get_by_role("button", name="See what would be kept").click()
    dana.page.get_by_role("button", name="Keep it").click()
    dana.go("/personas/coverage")
    _take(dana, "personas-coverage", "svg.voices")


def _take(visit: Visit, name: str, onto: str = "") -> None:
    """A picture of what is on the screen; `onto` is brought to its middle first."""
    visit.page.wait_for_load_state("networkidle")
    if onto:
        middle = "node => node.scrollIntoView({ block: 'center', behavior: 'instant' })"
        visit.page.locator(onto).first.evaluate(middle)
    blank = visit.page.context.new_page()
    (IMAGES / f"{name}.png").write_bytes(small_png(blank, visit.page.screenshot()))
    blank.close()
    print(f"docs/images/{name}.png")


if __name__ == "__main__":
    main()
