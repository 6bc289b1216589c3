"""Writing one file's record into the catalogue, or its last good version when it is set aside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from app.database.tables import FILE, REVISION, STORY
from app.records.model import Persona, Problem, RecordKind, Slug, Status, Story
from app.services.archive import Archive
from app.services.cataloguing import Origin, persona_rows
from app.services.changing import OWN, remove_rows, replace_problems, replace_rows
from app.services.denying import Denials
from app.services.handmade import note_closed, note_taken_back
from app.services.identity import latest_revision
from app.services.intents import FOLDER, Intent
from app.services.marking.relocating import relocate_quotes
from app.services.narrowing import Narrowed, narrowed_rows
from app.services.reading_files import Examined, examine
from app.services.tracing.before import keep_before
from app.services.withholding import withheld, without_uses

_REVISION = insert(REVISION)
_AT_SLUG = {kind: select(own.c.id).where(own.c.slug == bindparam("slug")) for kind, own in OWN.items()}
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
    """Write the record's rows, problems and revision. True when the file is set aside, or was erased."""
    newest = latest_revision(connection, one.record_id)
    examined, narrowed, origin = one.examined, Narrowed(None), _origin(connection, one, newest)
    if examined.record is not None and not one.rivals:
        if isinstance(examined.record, Story) and examined.record.status == Status.WITHDRAWN:
            note_taken_back(archive, connection, examined.record, origin)
        narrowed = _rows(archive, connection, examined.record, origin)
    shared = [shared_id(examined, one.rivals)] if one.rivals else []
    replace_problems(connection, examined.path, (*examined.problems, *shared, *narrowed.problems))
    if narrowed.rows is None:
        _keep_last_good(archive, connection, one)
        return True
    if isinstance(examined.record, Story):
        note_closed(archive, connection, examined.record, origin, narrowed.rows)
    replace_rows(connection, narrowed.rows)
    if origin.revision > newest:
        _observe_revision(connection, one, origin.revision, archive.now())
        if isinstance(examined.record, Story):
            relocate_quotes(archive, connection, one.record_id, examined.record, origin.revision)
            keep_before(archive, connection, one.record_id, examined.record, newest)
    return False


def shared_id(examined: Examined, rivals: Iterable[str]) -> Problem:
    """What is said of each of several files with one id."""
    reason = SHARED.format(others=", ".join(rivals))
    return Problem(examined.path, examined.id_line, "id", reason, SHARED_REMEDY, set_aside=True)


def _rows(archive: Archive, connection: Connection, record: Story | Persona, origin: Origin) -> Narrowed:
    if isinstance(record, Story):
        record = without_uses(record) if withheld(connection) else record
        denials = Denials(connection, archive.keyed)
        return narrowed_rows(denials, record, origin, unstated=archive.unstated, now=archive.now())
    return Narrowed(persona_rows(record, origin, unstated=archive.unstated))


def resettle(archive: Archive, connection: Connection, story_id: str) -> None:
    """Write a story's rows afresh from the version that they were made from, as the denials are now.

    Belongs within `changing`. No file is read.
    """
    row = connection.execute(select(STORY).where(STORY.c.id == story_id)).first()
    if row is None:
        return
    where = (REVISION.c.record_id == story_id, REVISION.c.number == row.revision)
    content = connection.execute(select(REVISION.c.content).where(*where)).scalar()
    if content is None:
        remove_rows(connection, RecordKind.STORY, story_id)
        return
    kind, today = RecordKind.STORY, archive.now().date()
    examined = examine(content, path=row.path, slug=Slug(row.slug), kind=kind, today=today)
    origin = Origin(story_id, row.slug, row.path, row.digest, row.revision, set_aside=row.set_aside)
    record = examined.record
    narrowed = _rows(archive, connection, record, origin) if record is not None else Narrowed(None)
    if not row.set_aside:
        replace_problems(connection, row.path, (*examined.problems, *narrowed.problems))
    if narrowed.rows is None:
        remove_rows(connection, kind, story_id)
    else:
        replace_rows(connection, narrowed.rows)


def _origin(connection: Connection, one: Settled, newest: int) -> Origin:
    examined = one.examined
    unchanged = newest and _digest_of(connection, one.record_id, newest) == examined.digest
    number = newest if unchanged else newest + 1
    return Origin(one.record_id, examined.slug, examined.path, examined.digest, number)


def _digest_of(connection: Connection, record_id: str, number: int) -> str:
    where = (REVISION.c.record_id == record_id, REVISION.c.number == number)
    return str(connection.execute(select(REVISION.c.digest).where(*where)).scalar())


def _observe_revision(connection: Connection, one: Settled, number: int, now: datetime) -> None:
    """A state of the file that nobody saw before gets the next number; numbers are never computed again."""
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
    connection.execute(_REVISION, [row])


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
    rows = _rows(archive, connection, good.record, origin).rows if good.record is not None else None
    if rows is not None:
        replace_rows(connection, rows)


def _place(connection: Connection, one: Settled, last_slug: str) -> tuple[str, Slug]:
    """Of several files with one id, where the record was before; else the first by path."""
    claims = select(FILE.c.path, FILE.c.slug).where(FILE.c.path.in_((one.examined.path, *one.rivals)))
    rows = connection.execute(claims.order_by(FILE.c.slug != last_slug, FILE.c.path)).all()
    return rows[0].path, Slug(rows[0].slug)


def holders_of_slug(connection: Connection, one: Settled) -> list[str]:
    """Ids of the records at a file's address until now: itself, or one that gives way to it."""
    asked = _AT_SLUG[one.examined.kind]
    return list(connection.execute(asked, {"slug": one.examined.slug}).scalars())
