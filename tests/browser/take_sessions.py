"""Take the pictures of docs/sessions.md: `.venv/bin/python -m tests.browser.take_sessions`.

A facilitator puts personas of the sample archive on the table, opens the session, and a guest joins on a
telephone.
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.browsing import Visit, a_browser, a_visit
from tests.browser.people import sign_in_all
from tests.browser.pictures import small_png
from tests.browser.serving import ROOT, Place, serving

IMAGES = ROOT / "docs" / "images"
ADDRESS = "http://stories.example"  # what the square leads to
PEOPLE = {"Dana": (("member",), {"organisation": "The archive"}), "Sue": (("steward",), {})}
TABLE = ("Elena", "Dalia", "Stan")
IDEAS = {
    "One conversation, written down once": (("Helps", "She would not begin again."), ("Partly", ""), None),
    "A phone that is answered until ten": (("Helps", ""), None, ("Partly", "If it is not a form")),
    "Somebody who comes along the first time": (None, ("Helps", "Somebody from her street? No."), None),
}


def main() -> None:
    """Write a picture of each step."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("stories", "personas"):
            shutil.copytree(ROOT / name, folder / name)
        with serving(folder, base_url=ADDRESS) as place, a_browser() as browser:
            _walk(place, browser, sign_in_all(place, PEOPLE)["Dana"])


def _walk(place: Place, browser: Browser, cookie: str) -> None:
    with a_visit(browser, place.address, height=860) as dana:
        dana.page.context.add_cookies([{"name": "storyhold", "value": cookie, "url": place.address}])
        _prepare(dana)
        dana.page.get_by_role("link", name="To the board").click()
        dana.page.get_by_role("button", name="Open it, and get a code").click()
        code = dana.page.locator("header .meta b").first.text_content()
        for words in IDEAS:
            dana.page.get_by_label("Your idea").fill(words)
            dana.page.get_by_role("button", name="Add an idea").click()
            expect(dana.page.locator("#ideas")).to_contain_text(words)
        for row, cells in enumerate(IDEAS.values()):
            for column, said in enumerate(cells):
                if said:
                    _say(dana, row, column, *said)
        dana.page.set_viewport_size({"width": 1280, "height": 1000})
        dana.go(dana.path.partition("?")[0])
        _shot(dana, "sessions-board")
        _ask_in(place, browser, dana)
        with a_visit(browser, place.address, width=375, height=700) as guest:
            _join(guest, code or "")


def _ask_in(place: Place, browser: Browser, dana: Visit) -> None:
    """The wall while people come in, with an address as a town's archive would have one."""
    with a_visit(browser, place.address, width=1280, height=720) as wall:
        cookies = dana.page.context.cookies()
        wall.page.context.add_cookies(
            [{key: one[key] for key in ("name", "value", "domain", "path")} for one in cookies]
        )
        wall.go(dana.path.partition("?")[0] + "/wall?code=yes")
        expect(wall.page.get_by_text("Join with a telephone")).to_be_visible()
        _shot(wall, "sessions-join")


def _prepare(dana: Visit) -> None:
    dana.go("/sessions")
    dana.page.get_by_label("Title").fill("The first meeting")
    dana.page.get_by_label("Team").fill("Open-door team")
    dana.page.get_by_role("button", name="Go on to the table").click()
    for name in TABLE:
        choices = dana.page.get_by_label("Put a persona there")
        value = choices.locator("option", has_text=name).first.get_attribute("value")
        choices.select_option(value)
        dana.page.get_by_role("button", name="Put her on the table").click()
    first = dana.page.locator("#known option").first.get_attribute("value")
    dana.page.get_by_label("A story").fill(first or "")
    dana.page.get_by_label("What to look for").fill("Where she stops telling it")
    dana.page.get_by_role("button", name="Put it on the list").click()
    expect(dana.page.get_by_text("Where she stops telling it")).to_be_visible()
    dana.go(dana.path.partition("#")[0])
    dana.page.wait_for_load_state("networkidle")
    _shot(dana, "sessions-prepare")


def _say(dana: Visit, row: int, column: int, verdict: str, note: str) -> None:
    dana.page.locator("#ideas tr").nth(row).locator("td").nth(column).locator("a").first.click()
    sheet = dana.page.get_by_role("dialog")
    sheet.get_by_label(verdict, exact=True).check()
    sheet.get_by_label("Why, in a few words").fill(note)
    if note.startswith("She would"):
        _shot(dana, "sessions-cell")
    sheet.get_by_role("button", name="Keep it").click()
    expect(sheet).to_be_hidden()


def _join(guest: Visit, code: str) -> None:
    guest.go("/join")
    guest.page.get_by_label("Code").fill(code)
    guest.page.get_by_label("The name the others call you by").fill("Table 3")
    guest.page.get_by_role("button", name="Join").click()
    expect(guest.page.locator("#ideas")).to_contain_text("She would not begin again.")
    _shot(guest, "sessions-phone")


def _shot(visit: Visit, name: str) -> None:
    visit.page.evaluate("scrollTo(0, 0)")
    taken = visit.page.screenshot()
    blank = visit.page.context.new_page()
    (IMAGES / f"{name}.png").write_bytes(small_png(blank, taken))
    blank.close()


if __name__ == "__main__":
    main()
