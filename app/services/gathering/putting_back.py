"""Putting one file of a job back as it was before; what somebody changed since is left alone."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.database.people import ACCOUNT
from app.database.tables import FILE, PERSONA, REVISION, STORY, AnyRow
from app.database.visibility import TERMINAL, Action, Actor, Role
from app.errors import NotFound
from app.records.model import Digest, RecordKey, RecordKind, Slug
from app.records.replace import digest_of
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.gathering.journal import Item, Job, Outcome, State
from app.services.intents import Intent, OfJob
from app.services.reconcile import reconcile_named
from app.services.recording import story_for
from app.services.saving import bring_search_up_to_date, save_unsearched
from app.services.signing_in import actor_of

CHANGED = "Somebody changed it since. It was left as it is; its history has what was there before."
NO_FILE = "Its file is no longer there."
NO_BEFORE = "What was there before is not kept any more, so it was left as it is."
NOTE = "Put back as it was before job {job}"


@dataclass(frozen=True)
class Worker:
    """For whom a job works: her account and name, and what she may do now."""

    account: int | None
    name: str
    actor: Actor

    @property
    def steward(self) -> bool:
        return Role.STEWARD in self.actor.roles


def worker_for(archive: Archive, account: int | None) -> Worker:
    """Somebody with the rights that she has now. Raises NotFound where she was kept out meanwhile."""
    if account is None:
        return Worker(None, "", TERMINAL)
    with archive.engine.connect() as connection:
        row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.key == account)).first()
        if row is None or row.disabled is not None:
            raise NotFound
        return Worker(account, row.name, actor_of(archive, connection, row))


@dataclass(frozen=True)
class Place:
    """Where a record's one file lies."""

    key: RecordKey
    row: AnyRow
    digest: Digest | None


def place_of(archive: Archive, record_id: str) -> Place | None:
    """The file of a record as it is now; None where there is none. Two with one id are no place."""
    with archive.engine.connect() as connection:
        files = connection.execute(select(FILE).where(FILE.c.record_id == record_id)).all()
    if len(files) != 1:
        return None
    key = RecordKey(RecordKind(files[0].kind), Slug(files[0].slug))
    return Place(key, files[0], archive.stores[key.kind].digest(key))


def put_back(archive: Archive, job: Job, item: Item) -> Outcome:
    """The bytes of the revision before, or no file where there was none.

    Raises NotFound or Withdrawn where whoever undoes may not change it, and what save_record raises.
    """
    outcome = put_back_unsearched(archive, job, item)
    bring_search_up_to_date(archive)
    return outcome


def put_back_unsearched(archive: Archive, job: Job, item: Item) -> Outcome:
    """The same for one of many, after which the caller brings search up to date."""
    worker, place = undoer(archive, job, item), place_of(archive, item.record_id)
    if place is None or place.digest is None:
        return Outcome(State.KEPT, said=NO_FILE) if item.before else Outcome(State.UNDONE)
    if place.digest != item.after:
        return Outcome(State.KEPT, said=CHANGED)
    if not item.before:
        return _deleted(archive, worker, item, place)
    content = content_before(archive, item)
    if content is None:
        return Outcome(State.KEPT, said=NO_BEFORE)
    intent = back_intent(worker, job, item)
    save_unsearched(archive, place.key, content, expected=place.digest, intent=intent)
    return Outcome(State.UNDONE)


def undoer(archive: Archive, job: Job, item: Item) -> Worker:
    """Whoever asked that the job be undone, where she may change this record. Raises NotFound, Withdrawn."""
    worker = worker_for(archive, job.data.get("undone_by"))
    with archive.engine.connect() as connection:
        if _is_gone(connection, item.record_id):
            return worker
        if item.record_id.startswith("s-"):
            story_for(archive, connection, worker.actor, item.record_id, Action.EDIT)
        elif not worker.steward and job.account != worker.account:
            raise NotFound
    return worker


def _is_gone(connection: Connection, record_id: str) -> bool:
    table = STORY if record_id.startswith("s-") else PERSONA
    return connection.execute(select(table.c.id).where(table.c.id == record_id)).first() is None


def content_before(archive: Archive, item: Item) -> bytes | None:
    """What the file held before the job; None where that version was wiped."""
    where = (REVISION.c.record_id == item.record_id, REVISION.c.digest == item.before)
    with archive.engine.connect() as connection:
        content = connection.execute(select(REVISION.c.content).where(*where).limit(1)).scalar()
    return content if content is not None and digest_of(content) == item.before else None


def back_intent(worker: Worker, job: Job, item: Item) -> Intent:
    """A save that puts an item back, and says so in the journal with it."""
    back = OfJob(item.job, item.number, State.UNDONE.value)
    return Intent("restored", worker.name, NOTE.format(job=job.key), worker.account, item=back)


def _deleted(archive: Archive, worker: Worker, item: Item, place: Place) -> Outcome:
    """Delete a file that the job made and nobody has touched since."""
    store = archive.stores[place.key.kind]
    with store.lock(place.key):
        path = store.path_of(place.key.slug)
        store.delete(place.key, expected=Digest(item.after))
        with archive.writing() as connection:
            note(archive, connection, Event.REMOVED, by=worker.account, record_id=item.record_id)
            connection.commit()
    reconcile_named(archive, [str(path)])
    return Outcome(State.UNDONE)
