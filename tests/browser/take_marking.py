"""Take the pictures of docs/marking.md: `.venv/bin/python -m tests.browser.take_marking`.

A design team has marked some of the sample stories; a steward marks one more, merges two themes, looks at
what occurs together, and takes it away.
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect
from sqlalchemy import select

from app.database.tables import PASSAGE, STORY
from app.database.visibility import TERMINAL
from app.search.engines import choose_engine
from app.services.archive import Archive, open_archive
from app.services.marking.quotes import About, Chosen, mark
from app.services.recording import By
from tests.browser.browsing import Visit, a_browser, a_visit
from tests.browser.people import sign_in_all
from tests.browser.pictures import small_png
from tests.browser.serving import ROOT, Place, serving, settings_for

IMAGES = ROOT / "docs" / "images"
WIDE = {"width": 1280, "height": 860}
PEOPLE = {"Dana": (("steward", "member"), {"organisation": "The archive"})}
MARKED = (  # words of the sample stories, and what they are about
    ("marisa", "I had told it so often that it stopped sounding like mine.", "Telling it twice, Being heard"),
    ("marisa", "In the same places, like a woman on the radio.", "Telling it twice"),
    ("marisa", "I said, I’m stood in the compost, love, you rang me.", "Letters, Being heard"),
    ("marisa", "I found it when I was looking for the bus times.", "Letters"),
    ("owen", "The letter came after the funeral, asking why she had missed it.", "Letters, Loss"),
    ("owen", "Two years I’d been trying to get her to tell somebody.", "Family support, Being heard"),
    ("owen", "I thought they mightn’t know about the bus.", "Getting there"),
    ("pauline", "Nobody’s ever been helped by the script, except to the exit.", "Rules, Being heard"),
    ("pauline", "We’d been writing to a dead woman about her son.", "Letters, Loss"),
    ("pauline", "You can hear them take a breath before they start again.", "Telling it twice, Being heard"),
    ("pauline", "And there was a chair free.", "Open door"),
    ("kit", "they’ve put risk history in it", "Letters, Rules"),
    ("kit", "He was ringing to say who he’d asked.", "Being heard, Getting there"),
    ("ray", "She never asked who wanted it reading.", "Small kindness, Letters"),
    ("idris", "Put it. No. Yeah, put it, there’s no auntie.", "Children carrying, Family support"),
    ("robyn", "He was doing this thing of not looking.", "Waiting, Being heard"),
)


def main() -> None:
    """Write a picture of each step."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("stories", "personas"):
            shutil.copytree(ROOT / name, folder / name)
        with serving(folder) as place, a_browser() as browser:
            cookie = sign_in_all(place, PEOPLE)["Dana"]
            mark_all(place)
            _walk(place, browser, cookie)


def mark_all(place: Place) -> None:
    """Mark what a design team might have marked."""
    settings = settings_for(place.folder)
    archive = open_archive(settings, choose_engine(settings))
    try:
        for slug, words, themes in MARKED:
            _mark(archive, slug, words, tuple(themes.split(", ")))
    finally:
        archive.close()


def _mark(archive: Archive, slug: str, words: str, themes: tuple[str, ...]) -> None:
    with archive.engine.connect() as connection:
        story = connection.execute(select(STORY).where(STORY.c.slug == slug)).one()
        told = select(PASSAGE.c.anchor, PASSAGE.c.text).where(PASSAGE.c.story_id == story.id)
        (anchor,) = [row.anchor for row in connection.execute(told) if words in row.text]
    about = About(themes, "", stays=False)
    mark(archive, TERMINAL, By(), story.id, [Chosen(anchor, words)], story.revision, about)


def _walk(place: Place, browser: Browser, cookie: str) -> None:
    with a_visit(browser, place.address, **WIDE) as dana:
        dana.page.context.add_cookies([{"name": "storyhold", "value": cookie, "url": place.address}])
        _mark_one(dana)
        dana.go("/desk/codebook")
        _take(dana, "marking-codebook")
        dana.go("/desk/codebook/written-down-wrong/merge")
        dana.page.get_by_label("The theme that takes it in").fill("Telling it twice")
        dana.page.get_by_role("button", name="See what will change").click()
        _take(dana, "marking-merge")
        dana.page.get_by_role("button", name="Merge themes").click()
        expect(dana.page.get_by_role("heading", name="Done")).to_be_visible(timeout=30_000)
        dana.go("/patterns")
        _take(dana, "marking-patterns")
        dana.go("/lenses")
        dana.page.get_by_role("button", name="Begin with the example").first.click()
        dana.go("/lenses")
        dana.page.get_by_role("link", name="Purpose, power, practice").click()
        _take(dana, "marking-lens")
        dana.go("/themes/letters/quotes")
        dana.page.get_by_role("link", name="Take these out").click()
        _take(dana, "marking-take")


def _mark_one(dana: Visit) -> None:
    """With keys alone: to a passage, some of its words, and the form."""
    dana.go("/stories/pauline")
    dana.press("j", "j", "j", "ArrowRight", *["Shift+ArrowRight"] * 6, "m")
    dana.page.keyboard.type("hear")
    expect(dana.page.get_by_role("option", name="Being heard")).to_be_visible()
    _take(dana, "marking-story")


def _take(visit: Visit, name: str) -> None:
    visit.page.wait_for_load_state("networkidle")
    blank = visit.page.context.new_page()
    (IMAGES / f"{name}.png").write_bytes(small_png(blank, visit.page.screenshot()))
    blank.close()
    print(f"docs/images/{name}.png")


if __name__ == "__main__":
    main()
