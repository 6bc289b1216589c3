"""What a disk refuses, named for people: it is full, it may only be read, or it fails."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from app.errors import DiskRefused

FULL = "The disk of the archive is full. Nothing was changed."
READ_ONLY = "The archive may not write to its folder. Nothing was changed."
FAILING = "The disk of the archive did not take it. Nothing was changed."
MAKE_ROOM = "Tell whoever looks after this archive to make room, then try again."
LET_WRITE = "Tell whoever looks after this archive to let it write there, then try again."
LOOK = "Tell whoever looks after this archive to look at the disk, then try again."
OF_FILES = {
    errno.ENOSPC: (FULL, MAKE_ROOM),
    errno.EDQUOT: (FULL, MAKE_ROOM),
    errno.EFBIG: (FULL, MAKE_ROOM),
    errno.EROFS: (READ_ONLY, LET_WRITE),
    errno.EACCES: (READ_ONLY, LET_WRITE),
    errno.EPERM: (READ_ONLY, LET_WRITE),
    errno.EIO: (FAILING, LOOK),
}
OF_SQLITE = {
    "SQLITE_FULL": (FULL, MAKE_ROOM),
    "SQLITE_READONLY": (READ_ONLY, LET_WRITE),
    "SQLITE_CANTOPEN": (READ_ONLY, LET_WRITE),
    "SQLITE_IOERR": (FAILING, LOOK),
}
OF_POSTGRESQL = {"53100": (FULL, MAKE_ROOM), "25006": (READ_ONLY, LET_WRITE), "58030": (FAILING, LOOK)}


def disk_refused(error: BaseException) -> DiskRefused | None:
    """What a disk refused, of its own or under a database; None for every other error."""
    if isinstance(error, OSError):
        found = OF_FILES.get(error.errno or 0)
    elif isinstance(error, DBAPIError):
        found = _of_database(error.orig)
    else:
        found = None
    return DiskRefused(*found) if found else None


def _of_database(error: BaseException | None) -> tuple[str, str] | None:
    """SQLite names an error by its kind and then more closely; PostgreSQL by five signs."""
    if isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", "")
        return next((said for kind, said in OF_SQLITE.items() if name.startswith(kind)), None)
    return OF_POSTGRESQL.get(getattr(error, "sqlstate", None) or "")


@contextmanager
def disk_named() -> Iterator[None]:
    """Name what a disk refuses in here. Raises DiskRefused; every other error as it is."""
    try:
        yield
    except (OSError, DBAPIError) as error:
        refused = disk_refused(error)
        if refused is None:
            raise
        raise refused from error
