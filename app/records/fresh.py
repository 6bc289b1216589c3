"""Writing a file of any size that is there whole or not at all."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from app.errors import BackupRefused
from app.records.replace import UNFINISHED, sync_folder

STAGED = "restoring"  # below the state folder: a backup's files until they are in their places
MAKING, MAKING_LOCK = "making-backup", "backup.lock"  # the database's copy until it is in the backup


def sweep_copies(state: Path) -> None:
    """Delete the copies that an interrupted backup or restore left behind; nobody is restoring."""
    if (state / STAGED).exists():
        shutil.rmtree(state / STAGED, ignore_errors=True)
    if (state / MAKING).exists():
        with suppress(Timeout), FileLock(state / MAKING_LOCK, timeout=0):  # refused while one is made
            shutil.rmtree(state / MAKING, ignore_errors=True)


@contextmanager
def fresh_file(path: Path, *, replace: bool) -> Iterator[tuple[BinaryIO, Path]]:
    """A file beside `path`, 0600, and its name; it takes the name when all has gone well, else it goes.

    Raises BackupRefused when another file has come to be there meanwhile, unless it may be replaced.
    """
    temporary = path.with_name(f"{UNFINISHED}{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    try:
        with open(descriptor, "w+b") as file:  # noqa: PTH123 made above, with its mode
            yield file, temporary
        _name(temporary, path, replace)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def _name(temporary: Path, path: Path, replace: bool) -> None:
    if replace:
        temporary.replace(path)
        return
    try:
        os.link(temporary, path)  # unlike a rename it never replaces
    except FileExistsError:
        raise BackupRefused(f"{path} has come to be there meanwhile. Name another file.") from None
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL) or path.exists():
            raise
        with suppress(FileNotFoundError):  # a stick knows no links
            temporary.rename(path)
