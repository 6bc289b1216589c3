"""Take the pictures in docs/images: `.venv/bin/python -m tests.browser.take_screenshots`."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.browser.browsing import a_browser, a_visit
from tests.browser.pictures import small_png
from tests.browser.serving import ROOT, serving

IMAGES = ROOT / "docs" / "images"
PICTURES = {
    "home": "/",
    "story": "/stories/owen",
    "search": "/search?q=letters",
    "persona": "/personas/elena",
    "stories": "/stories",
}
FURTHER: dict[str, tuple[str, dict[str, Any]]] = {
    "story-dark": ("/stories/deniz", {"color_scheme": "dark"}),
    "story-phone": ("/stories/owen", {"width": 320, "height": 720}),
}
SHOTS = {name: (address, {}) for name, address in PICTURES.items()} | FURTHER


def main() -> None:
    """Write a picture of each main page as the sample archive shows it."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("stories", "personas"):
            shutil.copytree(ROOT / name, folder / name)
        with serving(folder) as place, a_browser() as browser:
            for name, (address, how) in SHOTS.items():
                (IMAGES / f"{name}.png").write_bytes(_picture(browser, place.address, address, how))


def _picture(browser: Browser, archive: str, address: str, how: dict[str, Any]) -> bytes:
    with a_visit(browser, archive, **{"height": 1000, **how}) as visit:
        visit.go(address)  # a first visit warms the archive, so that the picture shows its usual speed
        visit.page.goto(archive + address, wait_until="networkidle")
        shot = visit.page.screenshot()
        visit.page.goto("about:blank")
        return small_png(visit.page, shot)


if __name__ == "__main__":
    main()
