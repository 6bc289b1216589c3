"""Take the pictures of docs/gathering.md: `.venv/bin/python -m tests.browser.take_gathering`.

A gatherer goes through all of it in a browser, from a recording to the storyteller's own door.
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.browsing import Visit, a_browser, a_visit
from tests.browser.people import sign_in_all
from tests.browser.pictures import small_png
from tests.browser.serving import ROOT, Place, serving

IMAGES = ROOT / "docs" / "images"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
PEOPLE = {"Ann": (("gatherer",), {"gathers_as": "Ann Reed"})}
RECORDING = """WEBVTT

00:00:04.000 --> 00:00:09.000
<v Ann Reed>What do you remember of the first time you rang?

00:00:11.000 --> 00:00:24.000
<v Mary Jones>I had written it all down on the back of an envelope. If I read it out, I will not cry.

00:00:25.000 --> 00:00:41.000
<v Mary Jones>And then Dr Patel said, start from the beginning. So I started from the beginning again.

00:00:44.000 --> 00:00:47.000
<v Ann Reed>How many times was that?

00:00:49.000 --> 00:01:07.000
<v Mary Jones>Four. My sister Lena kept count. She said, Mary, they will know you by heart.
"""


def main() -> None:
    """Write a picture of each step."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("stories", "personas"):
            shutil.copytree(ROOT / name, folder / name)
        (folder / "recording.vtt").write_text(RECORDING)
        with serving(folder) as place, a_browser() as browser:
            _walk(place, browser, sign_in_all(place, PEOPLE)["Ann"])


def _walk(place: Place, browser: Browser, cookie: str) -> None:
    with a_visit(browser, place.address, **WIDE) as ann:
        ann.page.context.add_cookies([{"name": "storyhold", "value": cookie, "url": place.address}])
        ann.go("/add")
        _take(ann, "gathering-add")
        ann.page.get_by_label("Choose one file, or many").set_input_files(place.folder / "recording.vtt")
        ann.page.get_by_role("button", name="Bring them in").click()
        names = ann.page.get_by_label("Name in the story")
        names.nth(0).fill("Interviewer")
        names.nth(1).fill("Marisa")
        ann.page.get_by_role("button", name="Use these names").evaluate("one => one.scrollIntoView()")
        _take(ann, "gathering-review")
        ann.page.get_by_role("button", name="Use these names").click()
        ann.page.get_by_label("Title", exact=True).fill("By heart")
        ann.page.get_by_role("button", name="Save as a draft").click()
        _take(ann, "gathering-names")
        story = ann.path.partition("/names")[0]
        ann.go(f"{story}/edit")
        _take(ann, "gathering-edit")
        _edit(ann, story)
        ann.go(f"{story}/door")
        ann.page.get_by_role("button", name="Make a link").first.click()
        link = ann.page.locator("#link").input_value()
    with a_visit(browser, place.address, **PHONE) as storyteller:
        storyteller.page.goto(link)
        _take(storyteller, "gathering-door")


def _edit(ann: Visit, story: str) -> None:
    """A change, so that there is something in the history."""
    body = ann.page.get_by_role("textbox", name="The story", exact=True)
    body.fill(body.input_value().replace("on the back of an envelope", "on two envelopes"))
    ann.page.get_by_label("Why, in a line").fill("She said there were two")
    ann.page.get_by_role("button", name="Save", exact=True).click()
    ann.page.get_by_text("Saved as version").wait_for()
    ann.go(f"{story}/history?from=1&to=2")
    _take(ann, "gathering-history")


def _take(visit: Visit, name: str) -> None:
    visit.page.wait_for_load_state("networkidle")
    blank = visit.page.context.new_page()
    (IMAGES / f"{name}.png").write_bytes(small_png(blank, visit.page.screenshot()))
    blank.close()


if __name__ == "__main__":
    main()
