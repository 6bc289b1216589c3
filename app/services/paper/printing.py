"""A page as a PDF, by a program apart: with limits, and with nothing but what was named to it."""

import base64
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

import app.exports
from app.errors import ImportRefused, InvalidText
from app.exports.paper_worker import MISSING, TOO_LONG
from app.imports.limited import run

SECONDS = 60  # of the processor: a pack of a hundred sheets
WORKER = Path(app.exports.__file__).with_name("paper_worker.py")
NOT_MADE = "The file could not be made. Choose fewer sheets, or print the page from your browser."
INSTALL = "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"  # Debian, Ubuntu
TRIAL = '<!doctype html><html lang="en"><title>A trial</title><p>A trial.</p>'
Watch = Callable[[int], None]


class PrintingMissing(InvalidText):
    """What makes PDF files is not installed on this machine; everything else works."""


class PrintingBusy(InvalidText):
    """Too many files are being made at this moment."""


@dataclass(frozen=True)
class Printed:
    """A page to be printed. `files` are by whole address the kind and the bytes of all that it names."""

    html: str
    base: str
    files: Mapping[str, tuple[str, bytes]]
    sheets: int

    @cached_property
    def digest(self) -> str:
        """The same for the same page, and for no other."""
        names = "\n".join(sorted(self.files))
        return sha256(f"{self.base}\n{names}\n{self.html}".encode("utf-8", "surrogatepass")).hexdigest()


def pdf_of(printed: Printed, watch: Watch | None = None) -> bytes:
    """The PDF; `watch` is told now and then how many pages are laid out.

    Raises PrintingMissing, and InvalidText where it takes too much.
    """
    files = {
        name: (kind, base64.b64encode(content).decode()) for name, (kind, content) in printed.files.items()
    }
    asked = json.dumps({"html": printed.html, "base": printed.base, "files": files}).encode()
    told = (lambda said: watch(_pages(said))) if watch else None
    try:
        outcome = run([sys.executable, "-I", str(WORKER)], asked, seconds=SECONDS, watch=told)
    except ImportRefused:
        raise InvalidText(NOT_MADE) from None
    if outcome.code == MISSING:
        raise PrintingMissing("PDF files can not be made on this machine yet.")
    if outcome.code == TOO_LONG or not outcome.output.startswith(b"%PDF"):
        raise InvalidText(NOT_MADE)
    return outcome.output


def try_printing() -> None:
    """Make a file of one line, as it is done for people. Raises what `pdf_of` raises."""
    _tried(WORKER)


@cache
def _tried(_worker: Path) -> None:
    """What worked once works as long as this process lives; what did not is tried again."""
    pdf_of(Printed(TRIAL, "http://localhost/", {}, 1))


def _pages(said: str) -> int:
    return sum(line.startswith("page ") for line in said.splitlines())
