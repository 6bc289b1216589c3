"""Pictures: whatever comes is drawn anew by a program apart, so that only what is seen stays of it.

What a file is, its bytes say, never its name. Place, camera, names and whatever hides behind a picture go.
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from app.errors import ImportRefused
from app.imports.limited import STOPPED, run
from app.imports.model import Report
from app.records.replace import digest_of

LARGEST = 20 * 1024 * 1024  # bytes of one picture
_WORKER = Path(__file__).with_name("picture_worker.py")
_SAVE_AS = "Save it as PNG or JPEG, and bring that in."
_SHOWS = re.compile(
    rb"\s*(?:<\?xml[^>]*>|<!--.*?-->|<!doctype[^>]*>|\s)*<(?P<tag>[a-z]+)", re.IGNORECASE | re.DOTALL
)
_PHONE = re.compile(rb"....ftyp(?:hei|hev|mif1|msf1|avif|avis)", re.DOTALL)
EMPTY = ImportRefused("The picture is empty.", "Save or send it again.")
TOO_LARGE = ImportRefused(
    f"The picture is larger than {LARGEST // 1024 // 1024} MB.", "Make it smaller, and bring that in."
)
SVG = ImportRefused(
    "An SVG is no picture but a program that draws one, and may hold scripts and words that nobody sees.",
    _SAVE_AS,
)
PAGE = ImportRefused("This is a web page and no picture, whatever its name says.", _SAVE_AS)
PHONE = ImportRefused(
    "This kind of picture, as some phones make it, can not be read here.",
    "Save it as JPEG, and bring that in.",
)
UNKNOWN = ImportRefused("This is no picture that can be read here, whatever its name says.", _SAVE_AS)
_WRONG = {
    "unknown": UNKNOWN,
    "large": ImportRefused(
        "The picture has more than 50 million points, so it was not opened.",
        "Make it smaller, 4,000 points wide at most, and bring that in.",
    ),
    "much": ImportRefused(
        "The picture takes more time or memory than there is for it.", "Make it smaller, and bring that in."
    ),
    "damaged": ImportRefused(
        "The picture is damaged or was cut off.",
        "Save or send it again, and look that the whole of it has arrived.",
    ),
}
MOVING = Report(
    "", "The picture moves; only its first moment is kept.", "Choose another moment if that one says more."
)


@dataclass(frozen=True)
class Picture:
    """A picture that is safe to keep: PNG or JPEG, drawn from what is seen alone; the same each time."""

    content: bytes
    width: int  # pixels
    height: int
    reports: tuple[Report, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes, under which a story names it."""
        return digest_of(self.content)


def drawn_anew(content: bytes, longest: int | None = None) -> Picture:
    """A picture as it is kept, `longest` pixels wide and high at most.

    Raises ImportRefused with a reason and a remedy.
    """
    _refuse(content)
    line, _, picture = _output(content, longest).partition(b"\n")
    try:
        told = dict(json.loads(line))
    except ValueError:
        raise _WRONG["much"] from None
    if "wrong" in told:
        raise _WRONG[told["wrong"]]
    reports = (MOVING,) if told["frames"] > 1 else ()
    return Picture(picture, int(told["width"]), int(told["height"]), reports)


def _output(content: bytes, longest: int | None) -> bytes:
    try:
        return run([sys.executable, "-I", str(_WORKER), *_asked(longest)], content).output
    except ImportRefused as refused:
        raise (_WRONG["much"] if refused is STOPPED else refused) from None


def _asked(longest: int | None) -> list[str]:
    return [] if longest is None else [str(longest)]


def _refuse(content: bytes) -> None:
    """What can be said of a file without drawing it. Raises ImportRefused."""
    if not content:
        raise EMPTY
    if len(content) > LARGEST:
        raise TOO_LARGE
    if _PHONE.match(content[:16]):
        raise PHONE
    begins = _SHOWS.match(content[:4096].removeprefix(b"\xef\xbb\xbf"))
    if begins:
        raise SVG if begins["tag"].lower() == b"svg" else PAGE


def kind_of_picture(content: bytes) -> str:
    """The media type of a kept picture, by its own bytes; empty for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/jpeg" if content.startswith(b"\xff\xd8\xff") else ""
