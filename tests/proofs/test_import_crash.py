"""An import is killed again and again: run once more it ends with every file there once, and none missing."""

import json
import random
import subprocess
import time
from pathlib import Path

import pytest

from tests.proof_scale import scaled
from tests.terminal.test_terminal import STORYHOLD, environment, run

pytestmark = pytest.mark.proof
FILES = scaled(12, 200)
KILLS = scaled(3, 40)
LONGEST = 6.0  # seconds from the start of the process to the kill


@pytest.fixture
def place(tmp_path):
    for name in ("stories", "personas", "brought"):
        (tmp_path / name).mkdir()
    for number in range(FILES):
        (tmp_path / f"brought/talk-{number:03}.txt").write_text(f"What number {number} said, and no other.")
    return tmp_path


def killed(place: Path, seconds: float) -> bool:
    """Start an import and kill it; whether it was still at work."""
    command = [*STORYHOLD, "import", str(place / "brought")]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=place, env=environment(), **quiet) as process:
        until = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        ended = process.poll() is not None
        process.kill()
    return not ended


def words(place: Path) -> list[str]:
    """The words of every story in the folder; nothing else may lie there."""
    files = sorted((place / "stories").rglob("*"))
    assert all(path.suffix == ".md" and not path.name.startswith(".") for path in files), files
    return sorted(path.read_text().rpartition("---\n")[2].strip() for path in files)


def test_an_import_that_is_killed_and_run_again_brings_every_file_in_once(place, figures):
    chance, kills = random.Random(11), 0
    for _ in range(KILLS):
        kills += killed(place, chance.uniform(0.4, LONGEST))
    told = json.loads(run(place, "import", str(place / "brought"), "--format", "json").stdout)
    wanted = sorted((place / path).read_text() for path in (place / "brought").iterdir())
    assert words(place) == wanted
    assert told["created"] + told["unchanged"] == FILES == len({one["id"] for one in told["stories"]})
    originals = [path for path in (place / ".storyhold/originals").rglob("*") if path.is_file()]
    assert len(originals) == FILES
    figures("imports of many files killed at a random moment, then run again", kills)
    figures("files of such imports: brought in once, twice, missing", f"{FILES}, 0, 0")
