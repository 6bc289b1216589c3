"""Take the pictures of docs/specifications.md: `.venv/bin/python -m tests.browser.take_specifications`.

The annex is printed by LibreOffice: `apt-get install --no-install-recommends libreoffice-writer poppler-utils
fonts-crosextra-carlito fonts-crosextra-caladea`.
"""

import subprocess
import tempfile
from pathlib import Path

from app.database.visibility import TERMINAL
from app.exports.specification_word import specification_document
from app.search.engines import choose_engine
from app.services.archive import open_archive
from app.services.marking.reports import word_file
from app.services.specifications.access import Who
from app.services.specifications.leaving import what_leaves
from tests.browser.browsing import Visit, a_browser, a_visit
from tests.browser.pictures import small_png
from tests.browser.serving import ROOT
from tests.browser.specifying import a_specification
from tests.web.serving import settings_for

IMAGES = ROOT / "docs" / "images"
BASE = "https://stories.example.org"  # as an archive is called where people work with it
WIDE = "1000"  # pixels of a page


def main() -> None:
    """Write all five."""
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
        word = _annex(Path(temporary), address.rpartition("/")[2])
        _keep(cy, "specification-annex", _first_page(word, Path(temporary)))


def _shot(visit: Visit, name: str) -> None:
    visit.page.wait_for_load_state("networkidle")
    _keep(visit, name, visit.page.screenshot())


def _annex(folder: Path, specification_id: str) -> bytes:
    """The annex as a Word file."""
    settings = settings_for(folder)
    archive = open_archive(settings, choose_engine(settings))
    leaving = what_leaves(archive, Who(TERMINAL), specification_id, BASE, annex=True)
    archive.close()
    return word_file(specification_document(leaving))


def _first_page(word: bytes, folder: Path) -> bytes:
    """The first page of a Word file, as LibreOffice prints it."""
    (folder / "annex.docx").write_bytes(word)
    office = [
        "soffice",
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    subprocess.run([*office, "--outdir", str(folder), str(folder / "annex.docx")], check=True)
    drawn = ["pdftoppm", "-png", "-singlefile", "-scale-to-x", WIDE, "-scale-to-y", "-1"]
    subprocess.run([*drawn, str(folder / "annex.pdf"), str(folder / "annex")], check=True)
    return (folder / "annex.png").read_bytes()


def _keep(visit: Visit, name: str, taken: bytes) -> None:
    blank = visit.page.context.new_page()
    (IMAGES / f"{name}.png").write_bytes(small_png(blank, taken))
    blank.close()


if __name__ == "__main__":
    main()
