"""Take the pictures of docs/citing.md: `.venv/bin/python -m tests.browser.take_citing`."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.browsing import Visit, a_browser, a_visit
from tests.browser.pictures import small_png
from tests.browser.serving import ROOT, serving

IMAGES = ROOT / "docs" / "images"
BASE = "https://stories.example.org"  # as an archive is called where people work with it


def main() -> None:
    """Write a picture of a passage with its number, and of the panel that cites it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("stories", "personas"):
            shutil.copytree(ROOT / name, folder / name)
        with (
            serving(folder, base_url=BASE) as place,
            a_browser() as browser,
            a_visit(browser, place.address, height=900) as ann,
        ):
            ann.go("/stories/owen")
            ann.press("j", "j", "j", "j")
            expect(ann.page.get_by_role("link", name="Link to passage 4")).to_be_focused()
            _shot(ann, "citing-passage")
            ann.press("c")
            expect(ann.page.locator("dialog.panel[open] #quotation-plain")).to_be_visible()
            _shot(ann, "citing-panel")


def _shot(visit: Visit, name: str) -> None:
    taken = visit.page.screenshot()
    blank = visit.page.context.new_page()
    (IMAGES / f"{name}.png").write_bytes(small_png(blank, taken))
    blank.close()


if __name__ == "__main__":
    main()
