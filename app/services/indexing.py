"""Keeping search in step with the catalogue: the outbox, expiry of consent, and rebuilding."""

import threading
from collections.abc import Callable, Collection, Iterator

import structlog
from filelock import FileLock
from sqlalchemy import Connection, delete, select, tuple_, update

from app.database.state import read_state, write_state
from app.database.tables import STORY, TASK
from app.database.visibility import today
from app.errors import SearchUnavailable
from app.search.model import ConsentClass, Document
from app.services.archive import Archive
from app.services.changing import LEFT, changing
from app.services.documents import chunks, load_documents

log = structlog.get_logger()
CATCH_UPS = 4  # while a search waits, another story may leave
Progress = Callable[[int, int], None]
_draining = threading.Lock()


def update_search(archive: Archive, progress: Progress | None = None) -> int:
    """Work off the outbox; returns how many stories were brought up to date.

    A story whose task changed meanwhile keeps it. An index that is absent or corrupt is rebuilt.
    """
    with _draining, FileLock(archive.settings.state / "indexing.lock"):
        if not archive.index.ready():
            return rebuild_search(archive, progress)
        return sum(_update_part(archive, tasks) for tasks in _tasks(archive))


def _tasks(archive: Archive) -> Iterator[list[tuple[str, int]]]:
    with archive.engine.connect() as connection:
        rows = [(row.story_id, row.serial) for row in connection.execute(select(TASK))]
    serials = dict(rows)
    for part in chunks(serials):
        yield [(story, serials[story]) for story in part]


def _update_part(archive: Archive, tasks: list[tuple[str, int]]) -> int:
    ids = [story for story, _ in tasks]
    with archive.engine.connect() as connection:
        documents = list(load_documents(connection, ids))
    present = {document.key for document in documents}
    archive.index.remove([story for story in ids if story not in present])
    archive.index.put(documents)
    _done(archive, tasks)
    return len(tasks)


def _done(archive: Archive, tasks: list[tuple[str, int]]) -> None:
    with archive.writing() as connection:
        for part in (tasks[start : start + 100] for start in range(0, len(tasks), 100)):
            connection.execute(delete(TASK).where(tuple_(TASK.c.story_id, TASK.c.serial).in_(part)))
        if connection.execute(select(TASK.c.story_id).limit(1)).first() is None:
            write_state(connection, LEFT, "")
        connection.commit()


def search_as_narrowed(archive: Archive, connection: Connection, readable: Collection[ConsentClass]) -> None:
    """Let the index catch up before anyone searches a class that a story has just left.

    Raises SearchUnavailable when it can not: such a class is not searched until it can.
    """
    for _ in range(CATCH_UPS):
        if not _left(connection).intersection(readable):
            return
        if archive.index.ready():
            _try_update(archive)
        connection.rollback()  # what it has read is from before
    if _left(connection).intersection(readable):
        raise SearchUnavailable("A story has left this part of the archive, and the index still holds it")


def _left(connection: Connection) -> set[str]:
    return set(read_state(connection, LEFT).split())


def _try_update(archive: Archive) -> None:
    try:
        update_search(archive)
    except Exception:
        log.exception("search could not be brought up to date")


def rebuild_search(archive: Archive, progress: Progress | None = None) -> int:
    """Write a fresh index of every story that some search may know, and swap it in."""
    with archive.engine.connect() as connection:
        tasks = [(row.story_id, row.serial) for row in connection.execute(select(TASK))]
        ids = list(connection.execute(select(STORY.c.id).where(STORY.c.consent_class != "")).scalars())
        archive.index.rebuild(_counted(load_documents(connection, sorted(ids)), len(ids), progress))
    _done(archive, tasks)
    log.info("search rebuilt", stories=len(ids))
    return len(ids)


def _counted(documents: Iterator[Document], total: int, progress: Progress | None) -> Iterator[Document]:
    for number, document in enumerate(documents, 1):
        if progress:
            progress(number, total)
        yield document


def close_expired(archive: Archive, connection: Connection) -> None:
    """Take stories whose consent has ended out of their class, before anyone searches it.

    Pages need no help: visible_to compares the date itself.
    """
    ends = archive.generation.keep(connection, "next expiry", lambda: _next_expiry(connection))
    if ends and ends < today(archive.now()):
        expire(archive)
        connection.rollback()  # what it has read is from before


def _next_expiry(connection: Connection) -> str:
    """The earliest last day of consent among stories that are in a class because of it."""
    open_still = STORY.c.consent_class.not_like("stewards%") & (STORY.c.consent_class != "")
    row = connection.execute(
        select(STORY.c.until).where(open_still, STORY.c.until.is_not(None)).order_by(STORY.c.until).limit(1)
    ).first()
    return row.until if row else ""


def expire(archive: Archive) -> None:
    """Move every story whose consent has ended to the stewards' class, and its words with it."""
    day = today(archive.now())
    ended = (
        (STORY.c.until < day) & STORY.c.consent_class.not_like("stewards%") & (STORY.c.consent_class != "")
    )
    with archive.writing() as connection:
        ids = list(connection.execute(select(STORY.c.id).where(ended)).scalars())
        with changing(archive, connection, ids):
            for name in list(
                connection.execute(select(STORY.c.consent_class).where(ended).distinct()).scalars()
            ):
                narrowed = "stewards" + name[name.find("-not-") :] if "-not-" in name else "stewards"
                of_class = ended & (STORY.c.consent_class == name)
                connection.execute(update(STORY).where(of_class).values(consent_class=narrowed))
        connection.commit()
    log.info("consent ended", stories=len(ids))
