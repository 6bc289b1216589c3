"""Names of files that come from elsewhere: their kind, and a slug that is safe here."""

import re
import unicodedata
from pathlib import PurePosixPath

from app.records.model import Slug
from app.records.slugs import value_slug

LONGEST = 80  # characters of a slug: an address that can still be read out
_ENDING = re.compile(r"\.([A-Za-z0-9]{1,8})$")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])")  # names that Windows keeps for itself
_KINDS = {
    **{"md": "md", "markdown": "md", "txt": "txt", "text": "txt", "vtt": "vtt", "srt": "srt", "pdf": "pdf"},
    **{"docx": "docx", "odt": "odt", "rtf": "rtf", "html": "html", "htm": "html", "xhtml": "html"},
}


def ending_of(name: str) -> str:
    """A name's ending in lower case without its dot; empty where there is none."""
    found = _ENDING.search(last_part(name))
    return found.group(1).lower() if found else ""


def kind_of(name: str) -> str:
    """The format that a name's ending promises; empty for one that is not brought in."""
    return _KINDS.get(ending_of(name), "")


def last_part(name: str) -> str:
    """A path's last part, whichever way its slashes lean; without what no name may hold."""
    plain = "".join(c for c in name.replace("\\", "/") if unicodedata.category(c)[0] != "C")
    return PurePosixPath(plain.rstrip("/. ")).name


def title_for(name: str) -> str:
    """A title for a file that has none: its name without the ending; empty where no word is in it."""
    last = last_part(name)
    stem = last[: -len(ending_of(last)) - 1] if kind_of(last) else last
    words = " ".join(stem.replace("_", " ").split())
    return words if any(c.isalnum() for c in words) else ""


def slug_for(name: str) -> Slug:
    """A slug for a file that somebody named: letters and digits of any script, joined by hyphens.

    Never empty, never with a path, never longer than LONGEST characters or than a file system takes.
    """
    last = last_part(name)
    stem = last[: -len(ending_of(last)) - 1] if kind_of(last) else last
    words = value_slug(stem)[:LONGEST] if any(c.isalnum() for c in stem) else ""
    while len(words.encode()) > LONGEST * 2:
        words = words[:-1]
    words = words.strip("-") or "story"
    return Slug(f"story-{words}" if _DEVICES.fullmatch(words) else words)
