"""Which id a file's record has, and which files claim one id together."""

from sqlalchemy import Connection, bindparam, func, select

from app.database.ledgers import DENIAL
from app.database.tables import FILE, REVISION
from app.records.ids import derived_id
from app.services.reading_files import Examined

# Built once: each file that is taken in asks them.
_ELSEWHERE = select(FILE.c.path).where(FILE.c.path != bindparam("path"))
_HOLDERS = _ELSEWHERE.where(FILE.c.record_id == bindparam("record"))
_STATING = _ELSEWHERE.where(FILE.c.stated_id == bindparam("record"))
_DERIVED = _HOLDERS.where(FILE.c.stated_id == "")
_NEWEST = select(func.max(REVISION.c.number)).where(REVISION.c.record_id == bindparam("record"))


def identify(connection: Connection, examined: Examined, kept: str = "") -> str:
    """The id that the file states, else the one it had, else the first derived one that is free.

    Free is an id that is and was no other record's. `kept` is also the id of what was taken back at its
    place: an older file that comes back without an id is that story, and no new one.
    """
    if examined.stated_id:
        return examined.stated_id
    if kept and not _is_another(connection, kept, examined.path):
        return kept
    attempt = 1
    while not _is_free(connection, examined, derived_id(examined.kind, examined.slug, attempt)):
        attempt += 1
    return derived_id(examined.kind, examined.slug, attempt)


def _is_free(connection: Connection, examined: Examined, record_id: str) -> bool:
    if _is_another(connection, record_id, examined.path):
        return False
    denied = select(DENIAL.c.story_id).where(DENIAL.c.story_id == record_id).limit(1)
    if connection.execute(denied).first() is not None:
        return True
    elsewhere = (REVISION.c.slug != examined.slug) | (REVISION.c.kind != examined.kind.value)
    was_another = select(REVISION.c.key).where(REVISION.c.record_id == record_id, elsewhere).limit(1)
    return connection.execute(was_another).first() is None


def _is_another(connection: Connection, record_id: str, path: str) -> bool:
    return bool(others_with(connection, record_id, path) or holders_of(connection, record_id, path))


def holders_of(connection: Connection, record_id: str, path: str) -> list[str]:
    """Paths of the other files that are this record, by an id of their own or a derived one."""
    return list(connection.execute(_HOLDERS, {"record": record_id, "path": path}).scalars())


def others_with(connection: Connection, stated: str, path: str) -> list[str]:
    """Paths of the other files that state this id."""
    return list(connection.execute(_STATING, {"record": stated, "path": path}).scalars())


def derived_elsewhere(connection: Connection, stated: str, path: str) -> list[str]:
    """Paths of files without an id of their own to which this id was given; they get another."""
    return list(connection.execute(_DERIVED, {"record": stated, "path": path}).scalars())


def latest_revision(connection: Connection, record_id: str) -> int:
    """The number of the newest revision, 0 where there is none."""
    return int(connection.execute(_NEWEST, {"record": record_id}).scalar() or 0)
