"""Saving a record through the archive: file, revision, catalogue, ledger and audit, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import Connection, select, update

from app.database.tables import FILE, AnyRow
from app.errors import EditConflict
from app.records.edit import change_keys
from app.records.ids import PREFIX, mint
from app.records.model import Digest, RecordKey, Story
from app.records.problems import SetAside
from app.records.replace import digest_of
from app.records.store import RecordStore
from app.services.archive import Archive
from app.services.gathering.deciding import StoryChange, refuse_undecided
from app.services.gathering.others import refuse_opening
from app.services.indexing import update_search
from app.services.intents import Intent, announce, forget
from app.services.limits import NO_LIMITS, Limits, goes_beyond, narrower, standing_limits, write_limits
from app.services.observing import Found
from app.services.reading_files import Examined, examine
from app.services.reconcile import reconcile, reconcile_named
from app.services.references import FOLDERS
from app.services.taking_in import Work

log = structlog.get_logger()


@dataclass(frozen=True)
class Saved:
    """A record as a save left it."""

    record_id: str
    digest: Digest
    changed: bool  # False where the file said all of it already


def save_record(
    archive: Archive, key: RecordKey, content: bytes, *, expected: Digest | None, intent: Intent
) -> Saved:
    """Put `content` in the place of the record's file, or make it where `expected` is None.

    File, revision, catalogue, ledger and audit change together, and search before this returns. A file
    without an id gets its own. Raises EditConflict where the file is not the one expected, RecordLocked,
    SetAside where the content can not be read, InvalidRecord, NamesUndecided, OthersStory, OSError: then
    nothing has changed.
    """
    saved = save_unsearched(archive, key, content, expected=expected, intent=intent)
    bring_search_up_to_date(archive)
    return saved


def save_unsearched(
    archive: Archive, key: RecordKey, content: bytes, *, expected: Digest | None, intent: Intent
) -> Saved:
    """The same for one of many files, after which the caller brings search up to date."""
    _see_hand_edits(archive, key, expected)
    with archive.stores[key.kind].lock(key):
        place = _place(archive, key, expected)
        save = _prepared(archive, key, content, place)
        _refuse(archive, save)
        announce(archive, save.record_id, save.examined.digest, intent)
        with _limited(archive, save.record_id, intent.limits):
            beyond = _write(archive, save, intent)
    if beyond:
        reconcile(archive)
    return Saved(save.record_id, save.examined.digest, save.examined.digest != expected)


@dataclass(frozen=True)
class _Place:
    """Where a record's file lies, or is to lie, and what the catalogue knows of it."""

    store: RecordStore
    path: str  # 'stories/…'
    file: Path
    known: AnyRow | None
    expected: Digest | None


@dataclass(frozen=True)
class _Save:
    """One save, ready to be written."""

    key: RecordKey
    place: _Place
    examined: Examined
    record_id: str


def _see_hand_edits(archive: Archive, key: RecordKey, expected: Digest | None) -> None:
    """What somebody wrote into the file meanwhile is a version of its own, and not this save's."""
    path = archive.stores[key.kind].path_of(key.slug)
    if path is None or expected is None:
        return
    with archive.engine.connect() as connection:
        known = _known(connection, _named(archive, key, path))
    if known is None or known.digest != expected:
        reconcile_named(archive, [str(path)])


def _place(archive: Archive, key: RecordKey, expected: Digest | None) -> _Place:
    store = archive.stores[key.kind]
    file = store.path_of(key.slug)
    found = digest_of(store.read(file)) if file else None
    if found != expected:
        raise EditConflict(key.slug)
    file = file or store.folder / f"{key.slug}.md"
    path = _named(archive, key, file)
    with archive.engine.connect() as connection:
        return _Place(store, path, file, _known(connection, path), expected)


def _named(archive: Archive, key: RecordKey, file: Path) -> str:
    """A file by its place in the record, wherever its folder lies."""
    return f"{FOLDERS[key.kind]}/{file.relative_to(archive.stores[key.kind].folder).as_posix()}"


def _known(connection: Connection, path: str) -> AnyRow | None:
    return connection.execute(select(FILE).where(FILE.c.path == path)).first()


def _prepared(archive: Archive, key: RecordKey, content: bytes, place: _Place) -> _Save:
    """The content with its id, read as a reconcile would read it. Raises SetAside."""
    examined = _examined(archive, key, content, place)
    record_id = examined.stated_id or (place.known.record_id if place.known else "") or mint(PREFIX[key.kind])
    if not examined.stated_id:
        examined = _examined(archive, key, change_keys(content, {"id": record_id}), place)
    return _Save(key, place, examined, record_id)


def _refuse(archive: Archive, save: _Save) -> None:
    """What a story's words forbid. Raises NamesUndecided, OthersStory."""
    story, place = save.examined.record, save.place
    if not isinstance(story, Story):
        return
    before = place.store.read(place.file) if place.expected is not None else b""
    old = _story_before(archive, save.key, place, before)
    with archive.engine.connect() as connection:
        change = StoryChange(save.record_id, story, save.examined.content, old, before, save.key.slug)
        refuse_undecided(archive, connection, change)
        refuse_opening(archive, connection, change)


def _story_before(archive: Archive, key: RecordKey, place: _Place, before: bytes) -> Story | None:
    """What stood in the file; None where nothing did that can be read."""
    if place.expected is None:
        return None
    today = archive.now().date()
    record = examine(before, path=place.path, slug=key.slug, kind=key.kind, today=today).record
    return record if isinstance(record, Story) else None


def _examined(archive: Archive, key: RecordKey, content: bytes, place: _Place) -> Examined:
    today = archive.now().date()
    examined = examine(content, path=place.path, slug=key.slug, kind=key.kind, today=today)
    if examined.record is None:
        raise SetAside(examined.problems)
    return examined


@contextmanager
def _limited(archive: Archive, story_id: str, limits: Limits | None) -> Iterator[None]:
    """Say outside the database what is left of a consent: at any moment the narrower of before and after.

    What narrows stands there before the file changes, what widens after SQL has committed.
    """
    if limits is None:
        yield
        return
    with archive.engine.connect() as connection:
        before = standing_limits(connection, story_id) or NO_LIMITS
    if goes_beyond(before, limits):
        write_limits(archive, story_id, narrower(before, limits))
    yield
    if narrower(before, limits) != limits:
        write_limits(archive, story_id, limits)


def _write(archive: Archive, save: _Save, intent: Intent) -> bool:
    """Flush the rows, replace the file, commit. Whether other files have to be looked at again.

    After a failure the intent stays only where the file is written: a reconcile then ends the save.
    """
    place, written = save.place, False
    try:
        with archive.writing() as connection:
            work = _taken_in(archive, connection, save)
            if save.examined.digest != place.expected:
                _replace_file(connection, save)
            written = True
            connection.commit()
    except BaseException:
        if not written:
            _give_up(archive, save, intent)
        raise
    return bool(work.beyond)


def _taken_in(archive: Archive, connection: Connection, save: _Save) -> Work:
    place, key = save.place, save.key
    marker = place.known.marker if place.known else ""
    found = {place.path: Found(key.kind, key.slug, str(place.file), marker)}
    work = Work(archive, found, {place.path: place.known} if place.known else {}, again=True)
    work.take_content(connection, save.examined)
    return work


def _replace_file(connection: Connection, save: _Save) -> None:
    stored = save.place.store.save(save.key, save.examined.content, expected=save.place.expected)
    marker = f"{stored.size}-{stored.mtime_ns}-{stored.inode}"
    connection.execute(update(FILE).where(FILE.c.path == save.place.path).values(marker=marker))


def _give_up(archive: Archive, save: _Save, intent: Intent) -> None:
    """Take back what was announced, unless the file was written all the same."""
    file = save.place.store.path_of(save.key.slug)
    if file and digest_of(save.place.store.read(file)) == save.examined.digest:
        return
    with archive.writing() as connection:
        forget(connection, save.record_id)
        standing = standing_limits(connection, save.record_id) or NO_LIMITS
        connection.commit()
    if intent.limits:
        write_limits(archive, save.record_id, standing)


def bring_search_up_to_date(archive: Archive) -> None:
    """Before an answer says that something is closed; if it fails, a class that a story left stays shut."""
    try:
        update_search(archive)
    except Exception:
        log.exception("search could not be brought up to date")
