"""The journal of jobs over many files: what each is to do, how far it is, and what became of each file.

Everything that a job needs to go on stands in it, so that it goes on in whatever process comes next.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from app.database.gathering import JOB_ITEM
from app.database.ledgers import JOB
from app.database.tables import AnyRow
from app.errors import NotFound
from app.services import intents
from app.services.archive import Archive

_ITEM = update(JOB_ITEM).where(JOB_ITEM.c.job == bindparam("of"), JOB_ITEM.c.number == bindparam("at"))


class Step(StrEnum):
    """What a job is at. The first two are worked on."""

    DOING = "doing"
    UNDOING = "undoing"
    STOPPED = "stopped"
    HALTED = "undoing stopped"
    DONE = "done"
    UNDONE = "undone"


WORKED_ON = (Step.DOING, Step.UNDOING)


class State(StrEnum):
    """What became of one file of a job."""

    WAITING = "waiting"
    DONE = intents.DONE
    UNCHANGED = "unchanged"  # it said all of it already
    CONFLICT = "conflict"  # somebody changed it meanwhile; it was left alone
    FAILED = "failed"
    REVIEW = "review"  # brought, and nobody may save it unseen: it waits at /add, or did
    UNDONE = "undone"
    KEPT = "kept"  # done, and could not be put back


@dataclass(frozen=True)
class Planned:
    """One file of a job that is to begin. `name` is what whoever begins it calls the file.

    `before` is the digest of the file as it is now, empty where there is none.
    """

    name: str = ""
    record_id: str = ""
    before: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """One file of a job. `after` is the digest of what the job wrote, or is about to write."""

    job: int
    number: int
    name: str
    record_id: str
    state: str
    before: str
    after: str
    said: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Job:
    """A job as it stands. `done` and `total` count the files of its step."""

    key: int
    kind: str
    account: int | None  # None: somebody at the machine
    data: dict[str, Any]
    step: str
    done: int
    total: int
    started: datetime
    finished: datetime | None
    failed: str  # the kind of error for which it could not go on; it is tried again

    @property
    def working(self) -> bool:
        return self.step in WORKED_ON


@dataclass(frozen=True)
class Outcome:
    """What became of one item. Empty digests and id leave what the journal holds."""

    state: State
    record_id: str = ""
    before: str = ""
    after: str = ""
    said: str = ""
    data: Mapping[str, Any] | None = None


def write_job(
    archive: Archive, kind: str, planned: Sequence[Planned], *, by: int | None, data: Mapping[str, Any]
) -> int:
    """A new job with its items, in one transaction; its key."""
    with archive.writing() as connection:
        key = add_job(archive, connection, kind, planned, by=by, data=data)
        connection.commit()
    return key


def add_job(
    archive: Archive,
    connection: Connection,
    kind: str,
    planned: Sequence[Planned],
    *,
    by: int | None,
    data: Mapping[str, Any],
) -> int:
    """The same in the caller's transaction."""
    row = {"kind": kind, "account": by, "data": dict(data), "step": Step.DOING.value, "total": len(planned)}
    made = connection.execute(
        insert(JOB).values(record_id="", done=0, failed="", started=archive.now(), **row)
    )
    (key,) = made.inserted_primary_key or (0,)
    if planned:
        connection.execute(insert(JOB_ITEM), [_item_row(key, n, one) for n, one in enumerate(planned, 1)])
    return int(key)


def _item_row(job: int, number: int, one: Planned) -> dict[str, Any]:
    told = {"name": one.name, "record_id": one.record_id, "before": one.before, "data": dict(one.data)}
    return {"job": job, "number": number, "state": State.WAITING.value, "after": "", "said": "", **told}


def read_job(archive: Archive, key: int) -> Job:
    """A job as it stands. Raises NotFound."""
    with archive.engine.connect() as connection:
        return job_at(connection, key)


def job_at(connection: Connection, key: int) -> Job:
    """The same as this connection sees it. Raises NotFound."""
    row = connection.execute(select(JOB).where(JOB.c.key == key)).first()
    if row is None:
        raise NotFound
    return job_in(row)


def job_in(row: AnyRow) -> Job:
    """A row of JOB."""
    known = row._mapping
    return Job(**{name: known[name] for name in Job.__dataclass_fields__})


def read_items(
    archive: Archive, job: int, *states: State, limit: int = -1, backwards: bool = False
) -> list[Item]:
    """Items of a job in these states, or all, in their order."""
    wanted = select(JOB_ITEM).where(JOB_ITEM.c.job == job)
    if states:
        wanted = wanted.where(JOB_ITEM.c.state.in_([state.value for state in states]))
    number = JOB_ITEM.c.number
    wanted = wanted.order_by(number.desc() if backwards else number)
    with archive.engine.connect() as connection:
        rows = connection.execute(wanted.limit(limit) if limit >= 0 else wanted).all()
    return [Item(**row._mapping) for row in rows]


def counts(connection: Connection, job: int) -> dict[str, int]:
    """How many items of a job are in each state."""
    state = JOB_ITEM.c.state
    rows = connection.execute(select(state, func.count()).where(JOB_ITEM.c.job == job).group_by(state))
    return {name: int(number) for name, number in rows}


def promise(archive: Archive, items: Iterable[tuple[Item, Outcome]]) -> None:
    """Commit what is about to be written, before a file is touched: id, digest and data of each item.

    After a crash the item still waits; the file with that digest is then this item's own work.
    """
    with archive.writing() as connection:
        _write(connection, ((item, _told(outcome) | {"state": item.state}) for item, outcome in items))
        connection.commit()


def note_outcomes(connection: Connection, pairs: Iterable[tuple[Item, Outcome]]) -> None:
    """Write what became of items, and how far their jobs are, in the caller's transaction."""
    listed = list(pairs)
    _write(connection, ((item, _told(outcome)) for item, outcome in listed))
    for job in {item.job for item, _ in listed}:
        count_done(connection, job)


def _write(connection: Connection, told: Iterable[tuple[Item, Mapping[str, Any]]]) -> None:
    """Write the columns that are told of each item; those of whom the same is told in one statement."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for item, values in told:
        row = {"of": item.job, "at": item.number, **{_new(name): value for name, value in values.items()}}
        alike[tuple(values)].append(row)
    for names, rows in alike.items():
        connection.execute(_ITEM.values({name: bindparam(_new(name)) for name in names}), rows)


def _new(name: str) -> str:
    """What a column’s new value is called: one of its own name would stand for the column."""
    return f"new_{name}"


def _told(outcome: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {"state": outcome.state.value, "said": outcome.said}
    for name in ("record_id", "before", "after"):
        if getattr(outcome, name):
            told[name] = getattr(outcome, name)
    if outcome.data is not None:
        told["data"] = dict(outcome.data)
    return told


def count_done(connection: Connection, job: int) -> None:
    """Say how far a job is in what it is at: of all files, or of those that are to be put back."""
    found = counts(connection, job)
    step = connection.execute(select(JOB.c.step).where(JOB.c.key == job)).scalar()
    back = found.get(State.UNDONE, 0) + found.get(State.KEPT, 0)
    if step in (Step.UNDOING, Step.HALTED, Step.UNDONE):
        done, total = back, back + found.get(State.DONE, 0) + found.get(State.REVIEW, 0)
    else:
        total = sum(found.values())
        done = total - found.get(State.WAITING, 0)
    connection.execute(update(JOB).where(JOB.c.key == job).values(done=done, total=total, failed=""))


def change_step(archive: Archive, job: int, before: Iterable[Step], now: Step, **values: Any) -> bool:
    """Take a job from one of these steps to another; False where it is at none of them by now."""
    with archive.writing() as connection:
        changed = take_step(connection, job, before, now, **values)
        connection.commit()
    return changed


def take_step(connection: Connection, job: int, before: Iterable[Step], now: Step, **values: Any) -> bool:
    """The same in the caller's transaction."""
    at = JOB.c.step.in_([step.value for step in before])
    row = update(JOB).where(JOB.c.key == job, at).values(step=now.value, **values)
    changed = connection.execute(row).rowcount == 1
    if changed:
        count_done(connection, job)
    return changed


def open_jobs(archive: Archive, kinds: Iterable[str]) -> list[int]:
    """Keys of the jobs of these kinds that are to be worked on, oldest first."""
    wanted = select(JOB.c.key).where(
        JOB.c.kind.in_(list(kinds)),
        JOB.c.finished.is_(None),
        JOB.c.step.in_([step.value for step in WORKED_ON]),
    )
    with archive.engine.connect() as connection:
        return list(connection.execute(wanted.order_by(JOB.c.key)).scalars())
