"""Keeps slugs inside their folder, and reading to plain files."""

import os
import stat
import time
import unicodedata
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from app.errors import InvalidRecord
from app.records.model import Problem, Slug
from app.records.problems import SetAside, unreadable
from app.records.replace import sync_folder

LONGEST_PART = 200  # bytes of UTF-8, so that an ending still fits into a file's name
LONGEST_SLUG = 1_000
READINGS = 5  # of a file that changes while it is read
RESTS, REST_SECONDS = 20, 0.2
CHANGING = (
    "The file was changed while it was read.",
    "Wait until whoever writes it has finished, then try again.",
)


def refuse_unsafe(slug: Slug) -> None:
    """Raises InvalidRecord for a slug that is no plain path of text below its folder."""
    parts = slug.split("/")
    controls = any(unicodedata.category(char) in ("Cc", "Cs") for char in slug)
    if controls or "\\" in slug or len(slug) > LONGEST_SLUG or not all(map(_is_plain, parts)):
        raise InvalidRecord("A file can not have this name.")


def _is_plain(part: str) -> bool:
    return part.strip() != "" and not part.startswith(".") and len(part.encode()) <= LONGEST_PART


def shown_path(path: Path | str) -> str:
    """A path as a person at a terminal can open it: from the current folder if below it, else absolute."""
    below = os.path.relpath(path)
    return os.path.abspath(path) if Path(below).parts[:1] == ("..",) else below  # noqa: PTH100 links stay


def make_folders(path: Path, root: Path) -> None:
    """Make the folders on the way from the root to a path, each so that it outlasts a power cut.

    Raises InvalidRecord when one of them is a symbolic link.
    """
    root.mkdir(parents=True, exist_ok=True)
    below = root
    for part in PurePosixPath(path.relative_to(root)).parts:
        below = below / part
        if below.is_symlink():
            raise InvalidRecord("A file can not lie behind a symbolic link.")
        if not below.is_dir():
            below.mkdir(exist_ok=True)
            sync_folder(below.parent)


def read_record(path: Path, largest: int) -> bytes:
    """A plain file's bytes, all of one moment.

    Raises SetAside when it is none, too large, changes all the time or can not be opened.
    Raises FileNotFoundError when it has gone.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:  # noqa: PTH123 a path would follow links
            return _read_plain(file, path, largest)
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = f"The file can not be opened ({error.strerror})."
        remedy = "Let the archive read it; it must be a plain file, not a link."
        raise SetAside([unreadable(path.as_posix(), None, reason, remedy)]) from None


def _read_plain(file: BinaryIO, path: Path, largest: int) -> bytes:
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        reason, remedy = "This is no plain file.", "Move it out of the folder."
        raise SetAside([unreadable(path.as_posix(), None, reason, remedy)])
    for _ in range(READINGS):
        before = os.fstat(file.fileno())
        content = file.read(largest + 1)
        if len(content) > largest:
            raise SetAside([too_large(path.as_posix())])
        if _same(before, os.fstat(file.fileno())) and len(content) == before.st_size:
            return content
        file.seek(0)
    raise SetAside([unreadable(path.as_posix(), None, *CHANGING)])


def _same(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)


def read_settled(path: Path, largest: int) -> bytes:
    """The same of a file that is read once and never again: while somebody writes it, it is waited for.

    Raises SetAside also where it has not come to rest after RESTS looks.
    """
    for _ in range(RESTS):
        if abs(time.time() - path.stat().st_mtime) > REST_SECONDS:
            return read_record(path, largest)
        time.sleep(REST_SECONDS / 2)
    raise SetAside([unreadable(path.as_posix(), None, *CHANGING)])


def too_large(file: str) -> Problem:
    """A file that is more than any story."""
    return unreadable(
        file, None, "The file is too large for a story.", "Split it, or move pictures out of it."
    )
