"""Replaces a file so that power may fail at any moment."""

import fcntl
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from app.records.model import Digest

UNFINISHED = ".storyhold-unfinished-"  # begins with a dot, so that it is never read as a record

_MODE = 0o644


def digest_of(content: bytes) -> Digest:
    """The digest by which a record's bytes are known."""
    return Digest(sha256(content).hexdigest())


def replace_file(path: Path, content: bytes, *, still: Callable[[], None] = lambda: None) -> None:
    """Write a file so that a reader sees the old text or the new, never half of either.

    `still` is asked at the last moment whether the old text is still the one to replace: what it raises
    ends it. Raises OSError and leaves the old file as it was when the disk is full or refuses the write.
    """
    with _unfinished(path) as (descriptor, temporary):
        _write_all(descriptor, content)
        os.fchmod(descriptor, _mode_of(path))
        os.fsync(descriptor)
        _read_back(temporary, content)
        still()
        temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make sure that names written into or deleted from a folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep_unfinished(folder: Path) -> int:
    """Delete what interrupted saves left behind, anywhere below the folder; the number of files.

    Files that a save is writing at this moment are left alone.
    """
    swept = 0
    for below, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        swept += sum(_swept(Path(below, name)) for name in names if name.startswith(UNFINISHED))
    return swept


def _swept(path: Path) -> bool:
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while its writer lives
            path.unlink()
            return True
        finally:
            os.close(descriptor)
    return False


@contextmanager
def _unfinished(path: Path) -> Iterator[tuple[int, Path]]:
    temporary = path.with_name(f"{UNFINISHED}{secrets.token_hex(8)}")
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW
    descriptor = os.open(temporary, flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor, temporary
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _mode_of(path: Path) -> int:
    try:
        return stat.S_IMODE(path.lstat().st_mode)
    except FileNotFoundError:
        return _MODE


def _read_back(temporary: Path, content: bytes) -> None:
    if digest_of(temporary.read_bytes()) != digest_of(content):
        raise OSError(f"The disk did not keep what was written to {temporary.name}")
