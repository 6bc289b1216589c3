"""Take the pictures of docs/specifications.md: `.venv/bin/python -m tests.browser.take_specifications`."""

import tempfile
from pathlib import Path

from tests.browser.browsing import Visit, a_browser, a_visit
from tests.browser.pictures import small_png
from tests.browser.serving import ROOT
from tests.browser.specifying import a_specification

IMAGES = ROOT / "docs" / "images"


def main() -> None:
    """Write all four."""
    with (
        tempfile.TemporaryDirectory() as temporary,
        a_specification(Path(temporary)) as (place, address, cookie),
        a_browser() as browser,
        a_visit(browser, place.address, height=1000) as cy,
    ):
        cy.page.context.add_cookies([{"name": "storyhold", "value": cookie, "url": place.address}])
        cy.go(address)
        _shot(cy, "specification")
        cy.page.get_by_role("link", name="Somebody rings back").click()
        _shot(cy, "specification-requirement")
        cy.go(f"{address}/health")
        _shot(cy, "specification-health")
        cy.go(f"{address}/matrix")
        _shot(cy, "specification-matrix")


def _shot(visit: Visit, name: str) -> None:
    visit.page.wait_for_load_state("networkidle")
    taken = visit.page.screenshot()
    blank = visit.page.context.new_page()
    (IMAGES / f"{name}.png").write_bytes(small_png(blank, taken))
    blank.close()


if __name__ == "__main__":
    main()
