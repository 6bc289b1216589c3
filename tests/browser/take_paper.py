"""Take the picture of docs/paper.md: `.venv/bin/python -m tests.browser.take_paper`. Needs poppler-utils.

Posters and cards of the sample archive, from the very files that somebody would print.
"""

import io
import shutil
import subprocess
import tempfile
import urllib.request
from pathlib import Path

from PIL import Image

from tests.browser.serving import ROOT, serving
from tests.browser.take_marking import mark_all

IMAGES = ROOT / "docs" / "images"
FILES = {
    "/s/s-c7m1xz5b/poster.pdf": 1,
    "/p/who-8n4xw1ce/poster.pdf": 1,
    "/paper/sheets.pdf?card=who-8n4xw1ce&{more}": 2,
    "/paper/sheets.pdf?theme=being-heard&theme=letters": 2,
}
HIGH, BETWEEN, GROUND = 620, 22, "#e9e1d3"  # pixels


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("stories", "personas"):
            shutil.copytree(ROOT / name, folder / name)
        with serving(folder) as place:
            mark_all(place)
            sheets = [_sheet(f"{place.address}{address}", page) for address, page in _files(folder).items()]
    _side_by_side(sheets).save(IMAGES / "paper.png", optimize=True)
    print("docs/images/paper.png")


def _files(folder: Path) -> dict[str, int]:
    ids = [
        line.removeprefix("id: ")
        for path in sorted((folder / "personas").glob("*.md"))
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("id: who-")
    ]
    more = "&".join(f"card={one}" for one in ids if one != "who-8n4xw1ce")
    return {address.replace("{more}", more): page for address, page in FILES.items()}


def _sheet(address: str, page: int) -> Image.Image:
    with urllib.request.urlopen(address) as answer, tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(answer.read())
        file.flush()
        command = ["pdftoppm", "-png", "-r", "60", "-f", str(page), "-l", str(page), file.name]
        drawn = subprocess.run(command, capture_output=True, check=True).stdout
    sheet = Image.open(io.BytesIO(drawn)).convert("RGB")
    return sheet.resize((round(sheet.width * HIGH / sheet.height), HIGH), Image.Resampling.LANCZOS)


def _side_by_side(sheets: list[Image.Image]) -> Image.Image:
    width = sum(sheet.width for sheet in sheets) + BETWEEN * (len(sheets) + 1)
    whole, at = Image.new("RGB", (width, HIGH + 2 * BETWEEN), GROUND), BETWEEN
    for sheet in sheets:
        whole.paste(sheet, (at, BETWEEN))
        at += sheet.width + BETWEEN
    return whole.quantize(256)


if __name__ == "__main__":
    main()
