"""What goes into a backup, in the order in which it goes: see `backing_up` for why."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from app.errors import BackupFailed, BackupRefused
from app.exports.bundle import CHUNK, Entry, entry
from app.records.bundle import DATABASE, KEY, MEDIA, ORIGINALS, PERSONAS, STORIES, WITHDRAWALS
from app.services.archive import Archive

PAGES = 2048  # of the database in one step: 8 MB
WHOLE = 16 * 1024 * 1024  # bytes: any story, and most of what belongs to one, is read at once
TRIES, PAUSE_SECONDS = 6, 0.05
DAMAGED = "The database is damaged, so no backup was made. The last one that was made is still whole."


def copy_database(archive: Archive, copy: Path) -> str:
    """Copy the database as it is at one moment, while others write; the number of its migration.

    Raises BackupRefused where it is damaged.
    """
    source = archive.settings.database_path
    assert source is not None
    try:
        with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as live:
            live.execute("BEGIN")  # with a read transaction of its own, a writer does not make it begin again
            revision = str(live.execute("SELECT version_num FROM alembic_version").fetchone()[0])
            _copy(live, copy)
    except sqlite3.DatabaseError as error:
        raise BackupRefused(DAMAGED) from error
    return revision


def _copy(live: sqlite3.Connection, copy: Path) -> None:
    copy.touch(0o600)
    with closing(sqlite3.connect(copy)) as copied:
        live.backup(copied, pages=PAGES)
        copied.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        if copied.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise BackupRefused(DAMAGED)


def entries(archive: Archive, work: Path) -> Iterator[Entry]:
    """The database's copy in `work`, then the record as it is when its turn comes, the withdrawals last."""
    settings = archive.settings
    yield _entry(DATABASE, work / DATABASE)
    for name, folder in _folders(archive):
        for path in _files(folder):
            if found := _found(f"{name}/{path.relative_to(folder).as_posix()}", path):
                yield found
    yield entry(KEY, settings.secret_key_file.read_bytes())
    if settings.withdrawals.exists():
        yield entry(WITHDRAWALS, settings.withdrawals.read_bytes())


def size_of(archive: Archive) -> int:
    """About how many bytes there are to back up."""
    database = archive.settings.database_path
    files = [path for _, folder in _folders(archive) for path in _files(folder)]
    return sum(path.stat().st_size for path in (*files, *([database] if database else [])) if path.exists())


def _folders(archive: Archive) -> list[tuple[str, Path]]:
    settings = archive.settings
    record = [(STORIES, settings.stories), (PERSONAS, settings.personas)]
    return [*record, (MEDIA, settings.state / MEDIA), (ORIGINALS, settings.state / ORIGINALS)]


def _files(folder: Path) -> Iterator[Path]:
    """Every plain file, also those that are set aside; no links, and no name that begins with a dot."""
    for below, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(below, name)
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path


def _found(name: str, path: Path) -> Entry | None:
    """A file, unless it has gone since its folder was listed."""
    try:
        return _entry(name, path)
    except FileNotFoundError:
        return None


def _entry(name: str, path: Path) -> Entry:
    """A file as it is at one moment; one that somebody writes in place by hand is read until it holds still.

    What is too large for that is read as it goes, and the backup fails when it is longer or shorter then.
    """
    for attempt in range(TRIES):
        time.sleep(PAUSE_SECONDS * attempt)
        with _opened(path) as file:
            status = os.fstat(file.fileno())
            if status.st_size > WHOLE:
                return Entry(name, status.st_size, _chunks(path), status.st_mode & 0o755)
            content = file.read()
            if _mark(os.fstat(file.fileno())) == _mark(status) and len(content) == status.st_size:
                return entry(name, content, status.st_mode & 0o755)
    raise BackupFailed(f"{path} changes all the time. No backup was made; try again.")


def _mark(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _opened(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")


def _chunks(path: Path) -> Iterator[bytes]:
    with _opened(path) as file:
        while chunk := file.read(CHUNK):
            yield chunk
