"""Writing one file's record into the catalogue, or its last good version when it is set aside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from app.database.tables import FILE, REVISION
from app.records.model import Persona, Problem, Slug, Story
from app.services.archive import Archive
from app.services.cataloguing import Origin, Rows, persona_rows, story_rows
from app.services.changing import OWN, remove_rows, replace_problems, replace_rows
from app.services.identity import latest_revision
from app.services.intents import FOLDER, Intent
from app.services.reading_files import Examined, examine

SHARED = "Another file has the same id: {others}."
SHARED_REMEDY = "Delete the id line from the file that is the copy; it then gets an id of its own."


@dataclass(frozen=True)
class Settled:
    """A file, the record that it is, and the other files that claim the same id."""

    examined: Examined
    record_id: str
    rivals: tuple[str, ...] = ()
    intent: Intent = FOLDER


def settle(archive: Archive, connection: Connection, one: Settled) -> bool:
    """Write the record's rows, problems and revision. True when the file is set aside."""
    examined, rows = one.examined, None
    if examined.record is not None and not one.rivals:
        rows = _rows(archive, examined.record, _origin(connection, one))
    shared = [shared_id(examined, one.rivals)] if one.rivals else []
    problems = (*examined.problems, *shared)
    replace_problems(connection, examined.path, problems)
    if rows is None:
        _keep_last_good(archive, connection, one)
        return True
    replace_rows(connection, rows)
    _observe_revision(connection, one, int(rows.own["revision"]), archive.now())
    return False


def shared_id(examined: Examined, rivals: Iterable[str]) -> Problem:
    """What is said of each of several files with one id."""
    reason = SHARED.format(others=", ".join(rivals))
    return Problem(examined.path, examined.id_line, "id", reason, SHARED_REMEDY, set_aside=True)


def _rows(archive: Archive, record: Story | Persona, origin: Origin) -> Rows:
    if isinstance(record, Story):
        return story_rows(record, origin, unstated=archive.unstated, now=archive.now())
    return persona_rows(record, origin, unstated=archive.unstated)


def _origin(connection: Connection, one: Settled) -> Origin:
    examined, newest = one.examined, latest_revision(connection, one.record_id)
    unchanged = newest and _digest_of(connection, one.record_id, newest) == examined.digest
    number = newest if unchanged else newest + 1
    return Origin(one.record_id, examined.slug, examined.path, examined.digest, number)


def _digest_of(connection: Connection, record_id: str, number: int) -> str:
    where = (REVISION.c.record_id == record_id, REVISION.c.number == number)
    return str(connection.execute(select(REVISION.c.digest).where(*where)).scalar())


def _observe_revision(connection: Connection, one: Settled, number: int, now: datetime) -> None:
    """A state of the file that nobody saw before gets the next number; numbers are never computed again."""
    if number <= latest_revision(connection, one.record_id):
        return
    row = {
        "record_id": one.record_id,
        "number": number,
        "kind": one.examined.kind.value,
        "slug": one.examined.slug,
        "digest": one.examined.digest,
        "content": one.examined.content,
        "observed": now,
        "who": one.intent.who,
        "source": one.intent.source,
        "note": one.intent.note,
    }
    connection.execute(insert(REVISION), [row])


def _keep_last_good(archive: Archive, connection: Connection, one: Settled) -> None:
    """Leave the newest revision in the catalogue, closed to all but its gatherers and stewards."""
    kind = one.examined.kind
    remove_rows(connection, kind, one.record_id)
    last = connection.execute(
        select(REVISION)
        .where(REVISION.c.record_id == one.record_id)
        .order_by(REVISION.c.number.desc())
        .limit(1)
    ).first()
    if last is None:
        return
    today, (path, slug) = archive.now().date(), _place(connection, one, last.slug)
    good = examine(last.content, path=path, slug=slug, kind=kind, today=today)
    origin = Origin(one.record_id, slug, path, last.digest, last.number, set_aside=True)
    if good.record is not None:
        replace_rows(connection, _rows(archive, good.record, origin))


def _place(connection: Connection, one: Settled, last_slug: str) -> tuple[str, Slug]:
    """Of several files with one id, where the record was before; else the first by path."""
    claims = select(FILE.c.path, FILE.c.slug).where(FILE.c.path.in_((one.examined.path, *one.rivals)))
    rows = connection.execute(claims.order_by(FILE.c.slug != last_slug, FILE.c.path)).all()
    return rows[0].path, Slug(rows[0].slug)


def holders_of_slug(connection: Connection, one: Settled) -> list[str]:
    """Ids of the records at a file's address until now: itself, or one that gives way to it."""
    own = OWN[one.examined.kind]
    return list(connection.execute(select(own.c.id).where(own.c.slug == one.examined.slug)).scalars())
