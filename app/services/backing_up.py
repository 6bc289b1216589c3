"""Making a backup while people write.

The order is what makes it whole. The database is copied first, in one read transaction, then the record,
so that a file can only be newer than what the database says of it: that is a hand edit's case, which
reconcile mends, and a consent that was narrowed meanwhile stays narrowed. The other way round an edit
that the database knows of would be undone by the older file. No lock is needed for a file: the archive
replaces files whole. The list of withdrawals comes last: a story is written there before anything else is
done with it, so whatever of its withdrawal is in this backup, its line is too.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from app import __version__
from app.errors import BackupRefused
from app.exports.bundle import write_bundle
from app.imports.bundle import read_bundle
from app.records.bundle import (
    DATABASE,
    FORMAT,
    PERSONAS,
    STORIES,
    About,
    Manifest,
)
from app.records.fresh import MAKING, MAKING_LOCK, fresh_file
from app.records.withdrawals import read_lines
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.collecting import copy_database, entries, size_of
from app.services.denying import GONE

MEGABYTE = 1024 * 1024
POSTGRESQL = (
    "The database is PostgreSQL, which this command does not copy: its own pg_dump does that well. "
    "Back up with it, and copy the folders of stories and personas, secret.key and withdrawals.jsonl then."
)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class BackedUp:
    """What a backup holds, in numbers.

    `erased_meanwhile`: it may hold a text that was erased or replaced by now.
    """

    path: Path
    size: int
    stories: int
    personas: int
    encrypted: bool
    erased_meanwhile: bool


def back_up(
    archive: Archive,
    path: Path,
    *,
    passphrase: str | None = None,
    force: bool = False,
    progress: Progress = lambda *_: None,
) -> BackedUp:
    """Write everything that can not be made again into one file, 0600, and read it back to be sure.

    Raises BackupRefused, BackupFailed or OSError; then nothing is left at `path` that was not there before.
    """
    _refuse_unfit(archive, path, force)
    before = read_lines(archive.settings.withdrawals)
    with _work_folder(archive) as work, fresh_file(path, replace=force) as (file, temporary):
        total = size_of(archive) // MEGABYTE
        count = _Count(progress, 2 * total)
        revision = copy_database(archive, work / DATABASE)
        about = About(FORMAT, __version__, archive.now().isoformat(timespec="microseconds"), revision)
        manifest = Manifest(about)
        write_bundle(file, manifest, entries(archive, work), passphrase, count)
        file.flush()
        os.fsync(file.fileno())
        read_bundle(temporary, passphrase, None, count)
        size = file.tell()
    gone = any(line.kind in GONE for line in read_lines(archive.settings.withdrawals)[len(before) :])
    done = BackedUp(
        path, size, manifest.number_in(STORIES), manifest.number_in(PERSONAS), passphrase is not None, gone
    )
    _note(archive, about, done)
    return done


def _note(archive: Archive, about: About, done: BackedUp) -> None:
    told: dict[str, Any] = {
        "at": about.at,
        "stories": done.stories,
        "personas": done.personas,
        "encrypted": done.encrypted,
    }
    with archive.writing() as connection:
        note(archive, connection, Event.BACKED_UP, **told)
        connection.commit()


def _refuse_unfit(archive: Archive, path: Path, force: bool) -> None:
    settings, place = archive.settings, path.absolute().parent.resolve() / path.name
    if settings.database_path is None:
        raise BackupRefused(POSTGRESQL)
    if not place.parent.is_dir():
        raise BackupRefused(f"There is no folder {place.parent}.")
    for folder in (settings.stories, settings.personas, settings.search_index, settings.state):
        if place.is_relative_to(folder.resolve()):
            raise BackupRefused(
                f"A backup can not lie in {folder}, which belongs to the archive. Name another place."
            )
    kept = (settings.database_path, settings.secret_key_file, settings.withdrawals)
    if place.is_dir() or place.is_symlink() or place in [one.resolve() for one in kept]:
        raise BackupRefused(f"{path} is no file that a backup could replace. Name another.")
    if place.exists() and not force:
        raise BackupRefused(f"{path} is there already. Name another file, or replace it with --force.")


@contextmanager
def _work_folder(archive: Archive) -> Iterator[Path]:
    """A folder of one's own below the state folder; what an interrupted backup left there goes first."""
    folder = archive.settings.state / MAKING
    try:
        with FileLock(archive.settings.state / MAKING_LOCK, timeout=0):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except Timeout:
        raise BackupRefused("Another backup is being made. Try again when that is done.") from None


class _Count:
    """Adds up bytes, and tells of megabytes."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total, self.bytes = progress, total, 0

    def __call__(self, more: int) -> None:
        self.bytes += more
        self.progress(min(self.bytes // MEGABYTE, self.total), self.total)
