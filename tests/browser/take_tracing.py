"""Take the picture of docs/tracing.md: `.venv/bin/python -m tests.browser.take_tracing`."""

import shutil
import tempfile
from pathlib import Path

from tests.browser.browsing import a_browser, a_visit
from tests.browser.pictures import small_png
from tests.browser.serving import ROOT, serving

QUOTED = (
    "“You can’t write that on a form. Trolley facing the wall … she’d come round by kitchen "
    "on [Colleen’s] way home. October, this is, before I noticed anything, and I live here.”"
)


def main() -> None:
    """Write it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("stories", "personas"):
            shutil.copytree(ROOT / name, folder / name)
        with (
            serving(folder) as place,
            a_browser() as browser,
            a_visit(browser, place.address, height=820) as reader,
        ):
            reader.go("/trace")
            reader.page.get_by_label("The quotation").fill(QUOTED)
            reader.page.get_by_role("button", name="Find it").click()
            taken = reader.page.screenshot()
            blank = reader.page.context.new_page()
            (ROOT / "docs" / "images" / "tracing.png").write_bytes(small_png(blank, taken))


if __name__ == "__main__":
    main()
