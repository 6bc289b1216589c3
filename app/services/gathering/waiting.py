"""Files of an import that nobody may save unseen: they wait at `/add`, and the journal knows where."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import Connection, select, update

from app.database.gathering import INTAKE, JOB_ITEM
from app.database.tables import AnyRow
from app.imports.model import Converted
from app.records.replace import digest_of
from app.services.archive import Archive
from app.services.gathering.drafting import Wishes
from app.services.gathering.intaking import drop_text, take_to_review
from app.services.gathering.journal import Item, Outcome, State

WAITS_ALREADY = "It waits at /add already, to be looked through before it is saved."
SAVED = "It was looked through and saved as a story since. That was left as it is."
WORKED_ON = "Somebody has worked on it since, so it was left as it is. It still waits at /add."


def to_review(
    archive: Archive, account: int | None, item: Item, content: bytes, converted: Converted, wishes: Wishes
) -> Outcome:
    """A file of a job is to be looked through. The same file waits once, whatever brought it there and
    whatever a crash cut off. Raises ImportRefused, OSError.
    """
    there = _there_already(archive, account, digest_of(content))
    if there is not None and there.job != item.job:
        return Outcome(State.UNCHANGED, said=WAITS_ALREADY)
    name = Path(item.name).name
    key = (
        there.key
        if there
        else take_to_review(archive, account, name, content, converted, wishes, job=item.job)
    )
    with archive.engine.connect() as connection:
        row = _row(connection, key)
    return Outcome(State.REVIEW, after=_digest(row) if row else "", data={**item.data, "intake": key})


def _there_already(archive: Archive, account: int | None, digest: str) -> AnyRow | None:
    same = select(INTAKE.c.key, INTAKE.c.job).where(INTAKE.c.digest == digest, INTAKE.c.account.is_(account))
    with archive.engine.connect() as connection:
        return connection.execute(same.order_by(INTAKE.c.key).limit(1)).first()


def _row(connection: Connection, key: int) -> AnyRow | None:
    return connection.execute(select(INTAKE).where(INTAKE.c.key == key)).first()


def _digest(row: AnyRow) -> str:
    """Of all that somebody can change while it waits."""
    return digest_of(row.content + json.dumps(row.data, sort_keys=True).encode())


def take_from_review(archive: Archive, item: Item) -> Outcome:
    """Undo one: the text no longer waits, unless somebody worked on it."""
    if item.record_id:
        return Outcome(State.KEPT, said=SAVED)
    with archive.engine.connect() as connection:
        row = _row(connection, item.data["intake"])
    if row is None:  # somebody dropped it
        return Outcome(State.UNDONE)
    if _digest(row) != item.after or not drop_text(archive, row, as_it_was=True):
        return Outcome(State.KEPT, said=WORKED_ON)
    return Outcome(State.UNDONE)


def note_saved(connection: Connection, intake: AnyRow, story_id: str) -> None:
    """The file of a job is this story now: the page of the job leads to it, and what erases it knows it."""
    if intake.job is None:
        return
    waited = (JOB_ITEM.c.job == intake.job, JOB_ITEM.c.state == State.REVIEW.value)
    for row in connection.execute(select(JOB_ITEM).where(*waited)).all():
        if row.data.get("intake") == intake.key:
            this = update(JOB_ITEM).where(JOB_ITEM.c.job == row.job, JOB_ITEM.c.number == row.number)
            connection.execute(this.values(record_id=story_id))


def still_waiting(connection: Connection, items: Sequence[Item]) -> Mapping[int, int]:
    """The key of the text that each of these still is at `/add`, by the number of the item."""
    keys = {item.number: item.data["intake"] for item in items if "intake" in item.data}
    there = set(connection.execute(select(INTAKE.c.key).where(INTAKE.c.key.in_(keys.values()))).scalars())
    return {number: key for number, key in keys.items() if key in there}
