"""What is left to do when a story has been taken back: its file, its words in the index, its bytes in SQL.

Each step may be done twice without harm, so that a crash costs nothing but the step it fell into.
"""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import structlog
from filelock import FileLock, Timeout
from sqlalchemy import delete, func, select, update

from app.database.engine import BUSY_MILLISECONDS
from app.database.ledgers import DENIAL, JOB
from app.database.tables import FILE, REVISION, STORY, AnyRow
from app.records.edit import change_keys
from app.records.model import RecordKey, RecordKind, Slug, Status
from app.records.problems import SetAside
from app.records.replace import digest_of, sync_folder
from app.services.archive import Archive
from app.services.denying import Kind
from app.services.exchanging import forget_aside
from app.services.gathering.forgetting import sweep_incoming
from app.services.gathering.pictures import sweep_pictures
from app.services.indexing import rebuild_search, update_search
from app.services.observing import Found, marker_of
from app.services.paper.keeping import forget_files
from app.services.references import FOLDERS
from app.services.replacing import content_of
from app.services.taking_in import Work

log = structlog.get_logger()
Progress = Callable[[int, int], None]
STEPS = {
    "withdraw": ("file",),
    "anonymise": ("file", "index", "database"),
    "erase": ("file", "index", "database"),
}
CHECKPOINTS = 100  # tries, while readers hold on to old pages
KEPT_BESIDE = ("media", "originals")  # in the state folder


def finish_jobs(archive: Archive, progress: Progress | None = None) -> int:
    """Go on with all that is left to do; how many jobs were finished. What fails is tried again later."""
    finished = 0
    with suppress(Timeout), FileLock(archive.settings.state / "jobs.lock", timeout=0):
        for job in _open_jobs(archive):
            try:
                finish(archive, job, progress)
                finished += 1
            except Exception as error:
                log.exception("taking a story back could not be finished; it is tried again")
                mark(archive, job, failed=type(error).__name__)
    return finished


def finish(archive: Archive, job: int, progress: Progress | None = None) -> None:
    """Do every step that is left of one job. Raises what a step raises."""
    while (row := job_of(archive, job)) is not None and row.finished is None:
        do_step(archive, job, progress)
        steps = STEPS[row.kind]
        if progress:
            progress(steps.index(row.step) + 1, len(steps))


def finish_in_background(archive: Archive) -> threading.Thread:
    """The same while nobody waits."""
    thread = threading.Thread(target=finish_jobs, args=(archive,), name="finishing", daemon=True)
    thread.start()
    return thread


def job_of(archive: Archive, job: int) -> AnyRow | None:
    """A job as it stands."""
    with archive.engine.connect() as connection:
        return connection.execute(select(JOB).where(JOB.c.key == job)).first()


def newest_job(archive: Archive, story_id: str) -> AnyRow | None:
    """The last thing that was done with a story of these."""
    wanted = select(JOB).where(JOB.c.record_id == story_id, JOB.c.kind.in_(list(STEPS)))
    with archive.engine.connect() as connection:
        return connection.execute(wanted.order_by(JOB.c.key.desc()).limit(1)).first()


def _open_jobs(archive: Archive) -> list[int]:
    wanted = select(JOB.c.key).where(JOB.c.finished.is_(None), JOB.c.kind.in_(list(STEPS)))
    with archive.engine.connect() as connection:
        return list(connection.execute(wanted.order_by(JOB.c.key)).scalars())


def mark(archive: Archive, job: int, **values: Any) -> None:
    """Write down how far a job is."""
    with archive.writing() as connection:
        connection.execute(update(JOB).where(JOB.c.key == job).values(**values))
        connection.commit()


def do_step(archive: Archive, job: int, progress: Progress | None = None) -> None:
    """Do a job's next step and write down that it is done."""
    row = job_of(archive, job)
    if row is None or row.finished is not None:
        return
    steps = STEPS[row.kind]
    at = steps.index(row.step)
    if row.step == "file":
        FILE_STEPS[row.kind](archive, row)
        told = {"tell": row.data.get("tell", [])}
        mark(archive, job, data=told)  # a new text or a name: before the bytes of SQL are wiped
    elif row.step == "index":
        _clear_index(archive, row.record_id, progress)
    else:
        clear_database(archive)
    values: dict[str, Any] = {"done": at + 1, "total": len(steps), "failed": ""}
    last = at + 1 == len(steps)
    mark(archive, job, **values, **({"finished": archive.now()} if last else {"step": steps[at + 1]}))


def let_go(archive: Archive) -> None:
    """Take what left its class out of the index; where that fails, its class is not searched until it can."""
    forget_files(archive)
    try:
        if archive.index.ready():
            update_search(archive)
    except Exception:
        log.exception("the index still holds a story that was taken back; its class is not searched")


def _files_of(archive: Archive, story_id: str) -> list[AnyRow]:
    where = (FILE.c.record_id == story_id, FILE.c.kind == RecordKind.STORY.value)
    with archive.engine.connect() as connection:
        return list(connection.execute(select(FILE).where(*where).order_by(FILE.c.path)))


def _path_of(archive: Archive, row: AnyRow) -> Path:
    folder = archive.stores[RecordKind.STORY].folder
    return Path(f"{folder.as_posix()}{row.path.removeprefix(FOLDERS[RecordKind.STORY])}")


def _key_of(row: AnyRow) -> RecordKey:
    return RecordKey(RecordKind.STORY, Slug(row.slug))


def take_in_files(archive: Archive, story_id: str) -> None:
    """Have the catalogue follow what was done to a story's files; the watcher would, some seconds later."""
    for row in _files_of(archive, story_id):
        _take_in(archive, row.path, row.slug)


def _take_in(archive: Archive, name: str, slug: str) -> None:
    with archive.engine.connect() as connection:
        known = {row.path: row for row in connection.execute(select(FILE).where(FILE.c.path == name))}
    folder = archive.stores[RecordKind.STORY].folder
    path = Path(f"{folder.as_posix()}{name.removeprefix(FOLDERS[RecordKind.STORY])}")
    try:
        found = Found(RecordKind.STORY, Slug(slug), str(path), marker_of(path.lstat()))
    except FileNotFoundError:
        Work(archive, {}, known).forget(known)
        return
    Work(archive, {name: found}, known).take_all([name])


def mark_files(archive: Archive, story_id: str, changes: Mapping[str, object | None]) -> None:
    """Change keys of a story's file; one that can not be read stays as it is, and is closed already."""
    store = archive.stores[RecordKind.STORY]
    for row in _files_of(archive, story_id):
        path = _path_of(archive, row)
        with store.lock(_key_of(row)), suppress(FileNotFoundError, SetAside):
            content = store.read(path)
            changed = change_keys(content, changes)
            if changed != content:
                store.save(_key_of(row), changed, expected=digest_of(content))


def _say_taken_back(archive: Archive, job: AnyRow) -> None:
    with archive.engine.connect() as connection:
        where = (DENIAL.c.story_id == job.record_id, DENIAL.c.kind == Kind.WITHDRAWN.value)
        denial = connection.execute(select(DENIAL).where(*where)).first()
    if denial is None:
        return  # it was lifted meanwhile
    said: dict[str, object] = {"on": date.fromisoformat(denial.at[:10])}
    if denial.replacement:
        said["replacement"] = denial.replacement
    mark_files(archive, job.record_id, {"status": Status.WITHDRAWN.value, "withdrawn": said})
    take_in_files(archive, job.record_id)


def _replace_file(archive: Archive, job: AnyRow) -> None:
    """The new text, then the old file's end where it had another name, then the old versions'."""
    _forget_aside(archive, job.record_id)
    if "content" not in job.data:  # an older database has just learnt of it: what lies beside is of before
        _clear_beside(archive, job.record_id)
        return
    store, content, slug = archive.stores[RecordKind.STORY], content_of(job.data), Slug(job.data["slug"])
    rows = _files_of(archive, job.record_id)
    key = RecordKey(RecordKind.STORY, slug)
    with store.lock(key):
        now = store.digest(key)
        if now != digest_of(content):
            store.save(key, content, expected=now)
        path = store.path_of(slug)
    _clear_beside(archive, job.record_id)
    for row in rows:
        if row.slug != slug:
            _delete(archive, row)
    assert path is not None
    _take_in(archive, FOLDERS[RecordKind.STORY] + path.as_posix().removeprefix(store.folder.as_posix()), slug)
    hers = (REVISION.c.record_id == job.record_id, REVISION.c.digest != digest_of(content))
    with archive.writing() as connection:
        connection.execute(delete(REVISION).where(*hers))
        connection.commit()


def _forget_aside(archive: Archive, story_id: str) -> None:
    """What restores put aside before it was taken back holds its old text."""
    where = (DENIAL.c.story_id == story_id, DENIAL.c.kind.in_([Kind.ERASED.value, Kind.ANONYMISED.value]))
    with archive.engine.connect() as connection:
        at = connection.execute(select(func.max(DENIAL.c.at)).where(*where)).scalar()
    forget_aside(archive.settings.state, datetime.fromisoformat(at) if at else archive.now())


def _delete_files(archive: Archive, job: AnyRow) -> None:
    _clear_beside(archive, job.record_id)
    _forget_aside(archive, job.record_id)
    for row in _files_of(archive, job.record_id):
        _delete(archive, row)


def _clear_beside(archive: Archive, story_id: str) -> None:
    """What interrupted saves left behind, and whatever is kept of a story beside its file."""
    forget_files(archive)
    archive.stores[RecordKind.STORY].sweep_orphans()
    for name in KEPT_BESIDE:
        shutil.rmtree(archive.settings.state / name / story_id, ignore_errors=True)
    sweep_incoming(archive)
    sweep_pictures(archive)


def _delete(archive: Archive, row: AnyRow) -> None:
    """A file and the folders that only it was in: their names go too."""
    store, path = archive.stores[RecordKind.STORY], _path_of(archive, row)
    with store.lock(_key_of(row)):
        path.unlink(missing_ok=True)
        while path.parent.is_dir() and path.parent != store.folder and not any(path.parent.iterdir()):
            path.parent.rmdir()
            path = path.parent
        if path.parent.is_dir():
            sync_folder(path.parent)
        _take_in(archive, row.path, row.slug)


FILE_STEPS = {"withdraw": _say_taken_back, "anonymise": _replace_file, "erase": _delete_files}


def _clear_index(archive: Archive, story_id: str, progress: Progress | None) -> None:
    """Rewrite every part of the index that holds words of a story that left it."""
    if not archive.index.ready():
        rebuild_search(archive, progress)
        return
    update_search(archive)
    if not _in_catalogue(archive, story_id):  # a new text stays where it has just been put
        archive.index.remove([story_id])
    while archive.index.optimise():
        pass


def _in_catalogue(archive: Archive, story_id: str) -> bool:
    with archive.engine.connect() as connection:
        return connection.execute(select(STORY.c.id).where(STORY.c.id == story_id)).first() is not None


def clear_database(archive: Archive) -> None:
    """Leave no byte of what was deleted in SQLite's files: pages are written anew, the log is emptied.

    Raises OperationalError when readers hold on to old pages for too long.
    """
    if archive.settings.database_path is None:
        return
    raw = archive.engine.raw_connection()
    try:
        driver = raw.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("PRAGMA busy_timeout=500")
        _patiently(lambda: driver.execute("VACUUM"))
        _patiently(lambda: _checkpoint(driver))
        driver.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    finally:
        raw.close()


def _checkpoint(driver: sqlite3.Connection) -> None:
    busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise sqlite3.OperationalError("database is busy")


def _patiently(attempt: Callable[[], object]) -> None:
    for _ in range(CHECKPOINTS - 1):
        with suppress(sqlite3.OperationalError):
            attempt()
            return
    attempt()
