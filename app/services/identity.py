"""Which id a file's record has, and which files claim one id together."""

from sqlalchemy import Connection, func, select

from app.database.tables import FILE, REVISION
from app.records.ids import derived_id
from app.records.model import RecordKind, Slug


def identify(connection: Connection, kind: RecordKind, slug: Slug, stated: str | None) -> str:
    """The id that the file states, else the first derived one that is and was no other record's."""
    if stated:
        return stated
    attempt = 1
    while _belongs_elsewhere(connection, kind, slug, derived_id(kind, slug, attempt)):
        attempt += 1
    return derived_id(kind, slug, attempt)


def _belongs_elsewhere(connection: Connection, kind: RecordKind, slug: Slug, record_id: str) -> bool:
    is_another = select(FILE.c.path).where(FILE.c.stated_id == record_id).limit(1)
    was_another = (
        select(REVISION.c.key)
        .where(REVISION.c.record_id == record_id, (REVISION.c.slug != slug) | (REVISION.c.kind != kind.value))
        .limit(1)
    )
    return any(connection.execute(one).first() is not None for one in (is_another, was_another))


def others_with(connection: Connection, stated: str, path: str) -> list[str]:
    """Paths of the other files that state this id."""
    rows = connection.execute(select(FILE.c.path).where(FILE.c.stated_id == stated, FILE.c.path != path))
    return list(rows.scalars())


def derived_elsewhere(connection: Connection, stated: str, path: str) -> list[str]:
    """Paths of files without an id of their own to which this id was given; they get another."""
    rows = connection.execute(
        select(FILE.c.path).where(FILE.c.record_id == stated, FILE.c.stated_id == "", FILE.c.path != path)
    )
    return list(rows.scalars())


def latest_revision(connection: Connection, record_id: str) -> int:
    """The number of the newest revision, 0 where there is none."""
    newest = select(func.max(REVISION.c.number)).where(REVISION.c.record_id == record_id)
    return int(connection.execute(newest).scalar() or 0)
