"""Who is about to save what, and why: committed before a file is touched, so that no crash loses it.

Whoever takes the file in, the save itself or a reconcile after a crash, finds the intent by record and
digest, and writes in one transaction what belongs to the save: revision, ledger, audit, denial.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app.database.gathering import JOB_ITEM
from app.database.ledgers import JOB
from app.database.tables import AnyRow
from app.records.model import Digest, Story
from app.services.archive import Archive
from app.services.auditing import Deed, Event, note_deeds
from app.services.ledger import (
    NOTHING_MORE,
    Basis,
    Entry,
    Medium,
    Particulars,
    Source,
    note_all,
    said,
    terms_of,
)
from app.services.limits import Limits, set_limits

EDITOR = "editor"  # the source of a revision that somebody wrote here
SAVE = "save"  # the kind of job that an intent is kept as
DONE = "done"  # the state of an item that a job has written
_ITEM = (
    update(JOB_ITEM)
    .where(JOB_ITEM.c.job == bindparam("of"), JOB_ITEM.c.number == bindparam("at"))
    .values(state=bindparam("now"), record_id=bindparam("record"))
)
_ITEM_WRITTEN = _ITEM.values(after=bindparam("wrote"))
_FORGET = delete(JOB).where(JOB.c.kind == SAVE, JOB.c.record_id == bindparam("record"))


@dataclass(frozen=True)
class OfJob:
    """The item of a job over many files that a save is, and the state that the item is in with it."""

    job: int
    number: int
    state: str


@dataclass(frozen=True)
class Intent:
    """One save. `source` is the revision's (editor, import, …), `consent` the ledger's, if any."""

    source: str
    who: str = ""
    note: str = ""
    by: int | None = None
    event: Event = Event.EDITED
    consent: Source | None = None
    particulars: Particulars = NOTHING_MORE
    limits: Limits | None = None  # set with it, where the consent was narrowed in the archive
    item: OfJob | None = None


Intents = Mapping[tuple[str, str], Intent]  # by record and digest
FOLDER = Intent("folder")  # nobody said anything: a hand edit, a `git pull`


def announce(archive: Archive, record_id: str, digest: str, intent: Intent) -> None:
    """Commit an intent. Belongs under the record's lock: one of an earlier save that failed goes."""
    row = {
        "kind": SAVE,
        "record_id": record_id,
        "account": intent.by,
        "data": {"digest": digest, **asdict(intent)},
        "started": archive.now(),
    }
    with archive.writing() as connection:
        forget(connection, record_id)
        connection.execute(insert(JOB).values(step="", done=0, total=0, failed="", **row))
        connection.commit()


def forget(connection: Connection, record_id: str) -> None:
    """Take away what was intended for a record and never came, or has come."""
    connection.execute(_FORGET, {"record": record_id})


def open_intents(connection: Connection) -> Intents:
    """Every save that was announced and has not been taken in."""
    rows = connection.execute(select(JOB).where(JOB.c.kind == SAVE)).all()
    return {(row.record_id, row.data["digest"]): _read(row) for row in rows}


def _read(row: AnyRow) -> Intent:
    told: dict[str, Any] = {name: value for name, value in row.data.items() if name != "digest"}
    more = told["particulars"]
    medium = tuple(Medium(name) for name in more["medium"])
    particulars = Particulars(medium, Basis(more["basis"]), more["sheet"], more["note"])
    told["consent"] = Source(told["consent"]) if told["consent"] else None
    told["limits"] = _limits(told["limits"]) if told["limits"] else None
    told["item"] = OfJob(**told["item"]) if told.get("item") else None
    return Intent(**{**told, "event": Event(told["event"]), "particulars": particulars})


def _limits(told: Mapping[str, Any]) -> Limits:
    return Limits(told["uses"], told["until"], tuple(told["not_for"]))


@dataclass(frozen=True)
class Came:
    """What was announced and is there now."""

    record_id: str
    record: object
    digest: Digest
    intent: Intent


def fulfil(archive: Archive, connection: Connection, came: Sequence[Came]) -> None:
    """Write what belongs to saves, before their files are settled; the intents are done with."""
    if not came:
        return
    note_all(archive, connection, [_entry(archive, one) for one in came if _of_consent(one)])
    for one in came:
        if one.intent.limits:
            set_limits(archive, connection, one.record_id, one.intent.limits, by=one.intent.by)
    _note_items(connection, came)
    note_deeds(archive, connection, [_deed(archive, one) for one in came])
    connection.execute(_FORGET, [{"record": one.record_id} for one in came])


def _of_consent(one: Came) -> bool:
    return one.intent.consent is not None and isinstance(one.record, Story)


def _entry(archive: Archive, one: Came) -> Entry:
    assert one.intent.consent is not None and isinstance(one.record, Story)
    terms, intent = terms_of(archive, one.record), one.intent
    return Entry(one.record_id, one.intent.consent, terms, intent.by, intent.particulars)


def _deed(archive: Archive, one: Came) -> Deed:
    told: dict[str, object] = {"source": one.intent.source}
    if _of_consent(one):
        now: dict[str, object] = {"now": said(_entry(archive, one).terms)}
        told = now | (told if one.intent.source == "door" else {})
    return Deed(one.intent.event, one.intent.by, one.record_id, told)


def _note_items(connection: Connection, came: Sequence[Came]) -> None:
    """With the saves themselves, so that no crash can part them and a job does nothing twice."""
    rows = [(one.intent.item, one) for one in came if one.intent.item]
    for statement, done in ((_ITEM_WRITTEN, True), (_ITEM, False)):
        told = [
            {"of": item.job, "at": item.number, "now": item.state, "record": one.record_id}
            | ({"wrote": one.digest} if done else {})
            for item, one in rows
            if (item.state == DONE) is done
        ]
        if told:
            connection.execute(statement, told)
