"""Putting a backup back: checked to the last byte first, then exchanged step by step behind a marker.

Until the marker stands, nothing that was there has changed. From then on nobody can open the archive until
all is done; after a crash the same command begins again and ends it.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import cast

from sqlalchemy import delete, update

from app.config import Settings
from app.database.engine import known_migrations
from app.database.gathering import DOOR
from app.database.people import API_TOKEN, ONE_TIME_LINK, SIGN_IN, SINGLE_SIGN_ON
from app.database.sessions import PARTICIPANT
from app.database.state import advance
from app.errors import BackupDamaged, BackupRefused
from app.imports.bundle import read_bundle
from app.records.bundle import DATABASE, KEY, WITHDRAWALS, Manifest
from app.records.fresh import STAGED
from app.records.holding import Hold, mark_finished, mark_unfinished, unfinished
from app.records.withdrawals import LIFTED, Line, append_line, read_lines
from app.search.model import SearchIndex
from app.services.archive import Archive, Clock, open_held, utc_now
from app.services.auditing import Event, note
from app.services.denying import GONE, Kind
from app.services.exchanging import exchange, is_kept_aside, new_aside
from app.services.harvesting.keeping import tell_anew, told_since
from app.services.indexing import Progress
from app.services.limits import Limits, just_after, narrower
from app.services.rebuilding import rebuild
from app.services.withholding import withhold

MEGABYTE = 1024 * 1024
OTHER_DATABASE = "The database is PostgreSQL. A backup is restored into SQLite only; use pg_restore."
Engine = Callable[[Settings], SearchIndex]


@dataclass(frozen=True)
class Restored:
    """What was restored. `withheld`: a steward has to confirm it before anyone else reads a story.

    `aside` is where what was there before lies; None where nothing was, or where it was not kept.
    `erased_since`: it was not kept because the backup knows of an erasure that this archive did not.
    """

    at: str
    stories: int
    personas: int
    withheld: bool
    aside: Path | None
    erased_since: bool


@dataclass(frozen=True)
class Request:
    """What is to be restored where. `present` is the list of withdrawals that is believed besides."""

    backup: Path
    settings: Settings
    engine: Engine
    present: Path
    passphrase: str | None = None
    discard: bool = False
    clock: Clock = utc_now


def restore(
    request: Request, progress: Progress = lambda *_: None, reading: Progress | None = None
) -> Restored:
    """Put a backup in the place of what the settings name.

    Raises BackupDamaged, BackupRefused or ArchiveInUse, and then nothing was changed; after any other
    failure nothing is served until the same restore has been run again.
    """
    settings = request.settings
    if settings.database_path is None:
        raise BackupRefused(OTHER_DATABASE)
    settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    hold = Hold(settings.state, alone=True)
    try:
        with _staged(request, progress) as (staged, manifest):
            return _restore(request, hold, staged, manifest, reading)
    finally:
        hold.release()


def _restore(
    request: Request, hold: Hold, staged: Path, manifest: Manifest, reading: Progress | None
) -> Restored:
    settings, at = request.settings, manifest.about.at
    begun = unfinished(settings.state)
    listed, present = read_lines(staged / WITHDRAWALS), read_lines(request.present)
    plan = {
        "backup": at,
        "withheld": bool(begun.get("withheld")) or not knows_more(present, listed, at),
        "aside": begun.get("aside") or new_aside(settings.state, request.clock()).name,
        "erased": bool(begun.get("erased")) or bool(_erased(listed) - _erased(present)),
        "done": begun.get("done") or [],
        "told": begun.get("told") or _told_since(settings, staged),
    }
    mark_unfinished(settings.state, plan)  # before the lists are one: then nobody can tell what was news
    merge_lines(settings.withdrawals, present)
    merge_lines(settings.withdrawals, listed)
    aside = None if request.discard or plan["erased"] else settings.state / str(plan["aside"])
    exchange(settings, staged, aside, plan)
    _finish(request, hold, plan, reading)
    kept = aside if aside and is_kept_aside(aside) else None
    stories, personas = manifest.number_in("stories"), manifest.number_in("personas")
    return Restored(at, stories, personas, bool(plan["withheld"]), kept, bool(plan["erased"]))


def _told_since(settings: Settings, staged: Path) -> list[str]:
    present = settings.database_path
    return told_since(present, staged / DATABASE) if present else []


@contextmanager
def _staged(request: Request, progress: Progress) -> Iterator[tuple[Path, Manifest]]:
    """The backup's files, each of them checked, in a folder that goes afterwards."""
    staged = request.settings.state / STAGED
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(mode=0o700)
    try:
        yield staged, _read(request, staged, progress)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _read(request: Request, staged: Path, progress: Progress) -> Manifest:
    total, done = request.backup.stat().st_size // MEGABYTE, 0

    def read(more: int) -> None:
        nonlocal done
        done += more
        progress(done // MEGABYTE, max(total, done // MEGABYTE))

    manifest = read_bundle(request.backup, request.passphrase, staged, read)
    _refuse_database(staged / DATABASE, manifest)
    _open_record(staged, manifest)
    os.sync()
    return manifest


def _open_record(staged: Path, manifest: Manifest) -> None:
    """Let the files of the record be read by whom they were read before; all else is the archive's alone."""
    for one in manifest.files:
        if one.path.startswith(("stories/", "personas/")):
            (staged / one.path).chmod(one.mode & 0o644 | 0o600)
            (staged / one.path).parent.chmod(0o755)


def _refuse_database(path: Path, manifest: Manifest) -> None:
    """Raises for a database that is damaged, or newer than this version knows."""
    if not path.is_file() or not (path.parent / KEY).is_file():
        raise BackupDamaged
    path.chmod(0o600)
    try:
        with closing(sqlite3.connect(path)) as database:
            revision = database.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            whole = database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    except (sqlite3.DatabaseError, TypeError):
        raise BackupDamaged from None
    if revision not in known_migrations():
        raise BackupRefused(
            f"The database in this backup was made by a newer Storyhold ({manifest.about.archive}). "
            "Nothing was changed; install that version."
        )
    if not whole:
        raise BackupDamaged


def knows_more(present: list[Line], listed: list[Line], at: str) -> bool:
    """Whether a list of withdrawals goes on where a backup's ends, and so says what came after it."""
    return present[: len(listed)] == listed and any(_later(line.at, at) for line in present[len(listed) :])


def _later(moment: str, than: str) -> bool:
    try:
        return datetime.fromisoformat(moment) > datetime.fromisoformat(than)
    except (ValueError, TypeError):
        return False


def merge_lines(path: Path, more: list[Line]) -> None:
    """Add to a list what another knows besides.

    Where the two went different ways, nothing is lifted, and of a consent that both narrowed both hold.
    """
    known = read_lines(path)
    same = 0
    while same < min(len(known), len(more)) and known[same] == more[same]:
        same += 1
    parted = len(known) > same
    for line in more[same:]:
        if not parted or (line.kind != LIFTED and line not in known):
            append_line(path, line)
    if parted:
        for line in _narrower_of(known[same:], more[same:], read_lines(path)):
            append_line(path, line)


def _narrower_of(one: list[Line], other: list[Line], merged: list[Line]) -> Iterator[Line]:
    """For each story that both narrowed, what both leave, unless the merged list ends with that."""
    mine, theirs, last = _last_narrowed(one), _last_narrowed(other), _last_narrowed(merged)
    for story in sorted(mine.keys() & theirs.keys()):
        left = narrower(_limits_in(mine[story]), _limits_in(theirs[story]))
        if left != _limits_in(last[story]):
            at = just_after(max(mine[story].at, theirs[story].at, last[story].at))
            yield replace(last[story], at=at, uses=left.uses, until=left.until, not_for=left.not_for)


def _last_narrowed(lines: list[Line]) -> dict[str, Line]:
    return {line.story_id: line for line in lines if line.kind == Kind.NARROWED}


def _limits_in(line: Line) -> Limits:
    return Limits(line.uses if line.understood else 0, line.until, tuple(sorted(line.not_for)))


def _erased(lines: list[Line]) -> set[tuple[str, str]]:
    """The texts that are to be nowhere any more."""
    return {(line.story_id, line.kind) for line in lines if line.kind in GONE}


def _finish(request: Request, hold: Hold, plan: dict[str, object], reading: Progress | None) -> None:
    settings = request.settings
    archive = open_held(settings, request.engine(settings), request.clock, hold)
    try:
        _settle_people(archive, plan)
        rebuild(archive, reading)
        mark_finished(settings.state)
    finally:
        archive.close()


def _settle_people(archive: Archive, plan: dict[str, object]) -> None:
    """End what may have ended since: sessions, links and tokens come back to life in nobody's hands."""
    now, backup = archive.now().isoformat(timespec="microseconds"), str(plan["backup"])
    with archive.writing() as connection:
        for table in (SIGN_IN, ONE_TIME_LINK, SINGLE_SIGN_ON, API_TOKEN, DOOR):
            connection.execute(delete(table))
        connection.execute(update(PARTICIPANT).values(digest=None))
        if plan["withheld"]:
            withhold(connection, backup, now)
        tell_anew(connection, archive.now(), map(str, cast(list[str], plan["told"])))
        note(archive, connection, Event.RESTORED, backup=backup, withheld=plan["withheld"])
        advance(connection)
        connection.commit()
