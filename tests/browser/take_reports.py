"""Take the pictures of a report and a wall: `.venv/bin/python -m tests.browser.take_reports`."""

import tempfile
from pathlib import Path

from tests.browser.browsing import Visit, a_browser, a_visit
from tests.browser.pictures import small_png
from tests.browser.rooms import a_session
from tests.browser.serving import ROOT

IMAGES = ROOT / "docs" / "images"


def main() -> None:
    """Write both."""
    with (
        tempfile.TemporaryDirectory() as temporary,
        a_session(Path(temporary)) as (place, address, cookie),
        a_browser() as browser,
        a_visit(browser, place.address, height=1000) as ann,
    ):
        ann.page.context.add_cookies([{"name": "storyhold", "value": cookie, "url": place.address}])
        ann.go(f"{address}/report")
        _shot(ann, "sessions-report")
        ann.page.set_viewport_size({"width": 1280, "height": 720})
        ann.go(f"{address}/wall")
        ann.page.wait_for_load_state("networkidle")
        ann.press("ArrowRight")
        ann.page.wait_for_timeout(1_000)
        _shot(ann, "sessions-wall")


def _shot(visit: Visit, name: str) -> None:
    taken = visit.page.screenshot()
    blank = visit.page.context.new_page()
    (IMAGES / f"{name}.png").write_bytes(small_png(blank, taken))
    blank.close()


if __name__ == "__main__":
    main()
