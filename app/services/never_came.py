"""What was announced and never came: a crash or a full disk cut it off, and nothing of it is left behind."""

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

from filelock import FileLock, Timeout
from sqlalchemy import Connection, delete, select

from app.database.gathering import ORIGINAL
from app.database.ledgers import JOB
from app.database.people import STORY_PERSON
from app.database.tables import FILE
from app.errors import RecordLocked
from app.records.bundle import ORIGINALS
from app.records.model import RecordKey, RecordKind, Slug
from app.services.archive import Archive
from app.services.intents import SAVE

LOCK = "creating.lock"
Announced = Collection[tuple[int, str, str]]  # key of the intent, record, digest


@contextmanager
def creating(archive: Archive) -> Iterator[None]:
    """While new stories are announced and not all written: nobody takes them for given up."""
    with FileLock(archive.settings.state / LOCK):
        yield


def announced_by_nobody(archive: Archive) -> Announced:
    """The intents at whose new files nobody works now; none where somebody makes stories at this moment."""
    with suppress(Timeout), FileLock(archive.settings.state / LOCK, timeout=0):
        with archive.engine.connect() as connection:
            rows = connection.execute(select(JOB).where(JOB.c.kind == SAVE)).all()
        return [(row.key, row.record_id, row.data["digest"]) for row in rows]
    return []


def forget_never_came(archive: Archive, announced: Announced) -> None:
    """Forget those of them that a reconcile has not found, with all that was kept for them."""
    for key, record_id, digest in announced:
        with suppress(RecordLocked):  # somebody saves it now, and is not through
            _forget(archive, key, record_id, digest)


def _forget(archive: Archive, key: int, record_id: str, digest: str) -> None:
    with archive.engine.connect() as connection:
        file = connection.execute(select(FILE).where(FILE.c.record_id == record_id).limit(1)).first()
    if file is None:
        give_up(archive, [record_id])
        return
    record = RecordKey(RecordKind(file.kind), Slug(file.slug))
    store = archive.stores[record.kind]
    with store.lock(record, seconds=0):
        if store.digest(record) == digest:
            return  # it came after all, and the next reconcile takes it in
        with archive.writing() as connection:
            _forget_intents(connection, [record_id], key)
            connection.commit()


def give_up(archive: Archive, ids: Collection[str]) -> None:
    """Forget new stories whose files were never written: their intents, their people, their originals."""
    with archive.writing() as connection:
        _forget_intents(connection, ids)
        for table in (ORIGINAL, STORY_PERSON):
            connection.execute(delete(table).where(table.c.story_id.in_(ids)))
        connection.commit()
    for story_id in ids:
        shutil.rmtree(archive.settings.state / ORIGINALS / story_id, ignore_errors=True)


def _forget_intents(connection: Connection, ids: Collection[str], key: int | None = None) -> None:
    these = (JOB.c.kind == SAVE, JOB.c.record_id.in_(ids), *([JOB.c.key == key] if key is not None else []))
    connection.execute(delete(JOB).where(*these))
