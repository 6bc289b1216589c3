"""Who is about to save what, and why: committed before a file is touched, so that no crash loses it.

Whoever takes the file in, the save itself or a reconcile after a crash, finds the intent by record and
digest, and writes in one transaction what belongs to the save: revision, ledger, audit, denial.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app.database.gathering import JOB_ITEM
from app.database.ledgers import JOB
from app.database.tables import AnyRow
from app.records.model import Digest, Story
from app.services.archive import Archive
from app.services.auditing import Event, note
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


def fulfil(
    archive: Archive,
    connection: Connection,
    record_id: str,
    record: object,
    intent: Intent,
    *,
    digest: Digest,
) -> None:
    """Write what belongs to a save, before its file is settled; the intent is done with."""
    told: dict[str, object] = {"source": intent.source}
    if intent.consent and isinstance(record, Story):
        terms = terms_of(archive, record)
        told = {"now": said(terms)} | (told if intent.source == "door" else {})
        entry = Entry(record_id, intent.consent, terms, intent.by, intent.particulars)
        note_all(archive, connection, [entry])
    if intent.limits:
        set_limits(archive, connection, record_id, intent.limits, by=intent.by)
    if intent.item:
        _note_item(connection, record_id, intent.item, digest)
    note(archive, connection, intent.event, by=intent.by, record_id=record_id, **told)
    forget(connection, record_id)


def _note_item(connection: Connection, record_id: str, item: OfJob, digest: Digest) -> None:
    """With the save itself, so that no crash can part them and a job does nothing twice."""
    row = update(JOB_ITEM).where(JOB_ITEM.c.job == item.job, JOB_ITEM.c.number == item.number)
    wrote = {"after": digest} if item.state == DONE else {}
    connection.execute(row.values(state=item.state, record_id=record_id, **wrote))
