"""Bringing SQL up to date with the folder: after a start, a hand edit, a `git pull` or a crash."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from filelock import FileLock
from sqlalchemy import Connection, delete, select

from app import __version__
from app.database.state import read_state, write_state
from app.database.tables import FILE, PROBLEM, AnyRow
from app.records.model import Problem
from app.services.archive import Archive
from app.services.changing import CLASH
from app.services.finishing import finish_jobs
from app.services.harvesting.keeping import keep_all_denied
from app.services.marking.words import write_missing_words
from app.services.merging import merge_withdrawals
from app.services.never_came import announced_by_nobody, forget_never_came
from app.services.noticing import WholeFolder, files_named
from app.services.observing import Found, observe
from app.services.taking_in import Progress, Work
from app.services.tracing.before import write_missing_before
from app.services.withholding import withheld

BASIS = "read as"
READING = 7  # raised whenever the same file would be read, rendered or noted otherwise than before


@dataclass
class Reconciled:
    """What a reconcile found and did, in files."""

    seen: int = 0
    changed: int = 0
    removed: int = 0
    waiting: int = 0  # somebody keeps their lock: the next reconcile takes them in


def reconcile(archive: Archive, *, again: bool = False, progress: Progress | None = None) -> Reconciled:
    """Compare every file with the catalogue and take in what differs; with `again`, every file.

    Unchanged files are recognised by size, times and inode, without reading them. All are read again
    under a new version of the archive, and when the uses have changed that are assumed without consent.
    What a crash kept from being written is forgotten.
    """
    announced = announced_by_nobody(archive)
    with FileLock(archive.settings.state / "reconcile.lock"):
        merge_withdrawals(archive)
        keep_all_denied(archive)
        again = again or not read_as_now(archive)
        found, clashes = observe(archive)
        known = _known(archive)
        done = _compare(Work(archive, found, known, again, progress))
        _note_clashes(archive, clashes)
        if not done.waiting:
            _remember_basis(archive)
    if not done.waiting:
        forget_never_came(archive, announced)
    finish_jobs(archive)
    write_missing_words(archive)
    write_missing_before(archive, str(READING))
    return done


def reconcile_named(archive: Archive, notice: Collection[str]) -> Reconciled:
    """Compare only the files that a watcher names by their system paths; all where that is not enough."""
    try:
        with FileLock(archive.settings.state / "reconcile.lock"):
            if not read_as_now(archive):
                raise WholeFolder
            named = files_named(archive, notice)
            work = Work(archive, named.found, named.known)
            done = _compare(work)
            if work.beyond:
                raise WholeFolder
            return done
    except WholeFolder:
        return reconcile(archive)


def _compare(work: Work) -> Reconciled:
    """Let the catalogue forget what is gone, and take in what differs."""
    found, known = work.found, work.known
    removed = [path for path in known if path not in found]
    work.forget(removed)
    work.take_all(path for path, file in found.items() if work.again or _differs(known.get(path), file))
    return Reconciled(len(found), len(work.changed), len(removed), len(work.locked))


def read_as_now(archive: Archive) -> bool:
    """Whether the catalogue was made by this version and under these settings."""
    with archive.engine.connect() as connection:
        return read_state(connection, BASIS) == _basis(archive, connection)


def _basis(archive: Archive, connection: Connection) -> str:
    kept_back = ["kept back"] if withheld(connection) else []
    return " ".join([__version__, str(READING), *sorted(archive.unstated), *kept_back])


def _remember_basis(archive: Archive) -> None:
    if read_as_now(archive):
        return
    with archive.writing() as connection:
        write_state(connection, BASIS, _basis(archive, connection))
        connection.commit()


def _differs(known: AnyRow | None, file: Found) -> bool:
    if known is None or not known.digest:  # what could not be opened may be by now, with the same marker
        return True
    return (known.marker, known.slug) != (file.marker, file.slug)


def _known(archive: Archive) -> dict[str, AnyRow]:
    with archive.engine.connect() as connection:
        return {row.path: row for row in connection.execute(select(FILE))}


def _note_clashes(archive: Archive, clashes: Iterable[Problem]) -> None:
    """Problems of slugs are of the folder, not of a file's bytes; they are found at every scan."""
    noted = [(p.file, p.reason, p.remedy, p.set_aside) for p in clashes]
    columns = (PROBLEM.c.path, PROBLEM.c.reason, PROBLEM.c.remedy, PROBLEM.c.set_aside)
    with archive.engine.connect() as connection:
        known = connection.execute(select(*columns).where(PROBLEM.c.key == CLASH)).all()
    if sorted(noted) == sorted(tuple(row) for row in known):
        return
    with archive.writing() as connection:
        connection.execute(delete(PROBLEM).where(PROBLEM.c.key == CLASH))
        for path, reason, remedy, set_aside in noted:
            row = {"path": path, "key": CLASH, "reason": reason, "remedy": remedy, "set_aside": set_aside}
            connection.execute(PROBLEM.insert(), [{**row, "line": None, "hides": False}])
        connection.commit()
