"""Jobs over many files: begun, watched, stopped, gone on with and undone as one.

    key = start(archive, "bulk", [Planned(record_id=…, before=…)], by=account, data={…})
    run(archive, key, progress)

A server's worker goes on with every open job by itself (`app.services.gathering.working`).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import ColumnElement, Connection, select, update

from app.database.gathering import JOB_ITEM
from app.database.ledgers import JOB
from app.database.visibility import Actor, Role
from app.errors import InvalidText, JobsWait, NotFound
from app.services.archive import Archive
from app.services.gathering.doing import do_next, undo_next
from app.services.gathering.journal import (
    Job,
    Planned,
    State,
    Step,
    change_step,
    count_done,
    job_at,
    job_in,
    open_jobs,
    read_job,
    take_step,
    write_job,
)
from app.services.gathering.kinds import KINDS
from app.services.reconcile import reconcile
from app.services.taking_in import Progress
from app.services.withholding import withheld

LOOK_SECONDS = 0.25
LATER = (
    "The archive was put back from a backup, and a steward has not yet looked at it. Begin this after that."
)
NOT_NOW = "That is not possible as the job stands now. Nothing was changed."
HELD = "This can not be done now, and nothing was changed. Below it says why."
ENDED = (Step.DONE, Step.STOPPED)


def start(
    archive: Archive,
    kind: str,
    items: Iterable[Planned],
    *,
    by: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> int:
    """Write a job down; its key. A server begins it at once, a terminal with `run`.

    `data` holds ids and what was chosen: never names, for it stays. Raises JobsWait.
    """
    assert kind in KINDS, kind
    refuse_waiting(archive)
    key = write_job(archive, kind, list(items), by=by, data=data or {})
    archive.work.set()
    return key


def refuse_waiting(archive: Archive) -> None:
    """Raises JobsWait while no job may begin."""
    with archive.engine.connect() as connection:
        if withheld(connection):
            raise JobsWait(LATER)


def run(
    archive: Archive,
    job: int,
    progress: Progress | None = None,
    *,
    wait: bool = True,
    stopping: Event | None = None,
) -> Job:
    """Work on a job until it is done, undone or stopped; the job as it stands then.

    Only one process works on a job: while another does, this one watches, or returns where it may not
    `wait`. What a crash left half done is settled first. Raises NotFound, JobsWait, and what keeps the
    journal itself from being written; the job then goes on later.
    """
    refuse_waiting(archive)
    with _alone(archive, job, progress, wait) as mine:
        if mine and read_job(archive, job).working:
            for store in archive.stores.values():
                store.sweep_orphans()
            reconcile(archive)
            _work(archive, job, progress, stopping or Event())
    return read_job(archive, job)


def _work(archive: Archive, key: int, progress: Progress | None, stopping: Event) -> None:
    prepared = None
    while not stopping.is_set():
        job = read_job(archive, key)
        if progress:
            progress(job.done, job.total)
        if job.working and job.step != prepared:
            KINDS[job.kind].prepare(archive, job)
            prepared = job.step
        if job.step == Step.DOING:
            if not do_next(archive, job):
                _end(archive, job, Step.DONE)
        elif job.step == Step.UNDOING:
            if not undo_next(archive, job):
                _end(archive, job, Step.UNDONE)
        else:
            return


def _end(archive: Archive, job: Job, step: Step) -> None:
    KINDS[job.kind].ended(job)  # first: a job that a crash kept from this goes on, and comes here again
    change_step(archive, job.key, [Step(job.step)], step, finished=archive.now())


@contextmanager
def _alone(archive: Archive, job: int, progress: Progress | None, wait: bool) -> Iterator[bool]:
    """Whether this process has the job to itself."""
    locks = archive.settings.state / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    lock = FileLock(locks / f"job-{job}.lock")
    while True:
        try:
            lock.acquire(timeout=LOOK_SECONDS if wait else 0)
            break
        except Timeout:
            now = read_job(archive, job)
            if not wait or not now.working:
                yield False
                return
            if progress:
                progress(now.done, now.total)
    try:
        yield True
    finally:
        lock.release()


def stop(archive: Archive, job: int) -> None:
    """No further file is begun. Raises InvalidText where nothing is worked on."""
    if not change_step(archive, job, [Step.DOING], Step.STOPPED) and not change_step(
        archive, job, [Step.UNDOING], Step.HALTED
    ):
        raise InvalidText(NOT_NOW)


def resume(archive: Archive, job: int) -> None:
    """Go on where it was stopped. Raises InvalidText where it was not, or JobsWait."""
    refuse_waiting(archive)
    if not change_step(archive, job, [Step.STOPPED], Step.DOING) and not change_step(
        archive, job, [Step.HALTED], Step.UNDOING
    ):
        raise InvalidText(NOT_NOW)
    archive.work.set()


def undo(archive: Archive, job: int, *, by: int | None = None) -> None:
    """Put every file back that the job changed, as one; `by` is who asked for it.

    Raises InvalidText where it still works, was undone already, or another job rests on it, or JobsWait.
    """
    refuse_waiting(archive)
    with archive.writing() as connection:
        data = {**job_at(connection, job).data, "undone_by": by}
        begun = _begin_again(connection, job, Step.UNDOING, data=data)
        if whole := KINDS[begun.kind].whole:
            whole.undo(archive, connection, begun)
        connection.commit()
    archive.work.set()


def _begin_again(connection: Connection, job: int, step: Step, **values: Any) -> Job:
    """Take a job that ended back to work, unless something newer rests on it. Raises InvalidText."""
    if not take_step(connection, job, ENDED, step, finished=None, **values):
        raise InvalidText(NOT_NOW)
    begun = job_at(connection, job)
    if KINDS[begun.kind].held(connection, begun):
        raise InvalidText(HELD)
    return begun


def try_again(archive: Archive, job: int, *, digests: Mapping[str, str] | None = None) -> None:
    """Do what failed or was in conflict once more, with the files as they are now.

    `digests` are those of the files now, by record. Raises InvalidText, or JobsWait.
    """
    refuse_waiting(archive)
    begun = read_job(archive, job)
    if gone := KINDS[begun.kind].gone(begun):
        raise InvalidText(gone)
    left = (JOB_ITEM.c.job == job, JOB_ITEM.c.state.in_([State.FAILED.value, State.CONFLICT.value]))
    with archive.writing() as connection:
        _begin_again(connection, job, Step.DOING)
        for row in connection.execute(select(JOB_ITEM).where(*left)).all():
            now = (digests or {}).get(row.record_id, row.before)
            this = update(JOB_ITEM).where(JOB_ITEM.c.job == job, JOB_ITEM.c.number == row.number)
            connection.execute(this.values(state=State.WAITING.value, said="", before=now))
        count_done(connection, job)
        connection.commit()
    archive.work.set()


def job_for(archive: Archive, actor: Actor, account: int | None, key: int) -> Job:
    """A job that she began, or any for a steward. Raises NotFound."""
    job = read_job(archive, key)
    hers = account is not None and job.account == account
    if job.kind not in KINDS or not (hers or Role.STEWARD in actor.roles):
        raise NotFound
    return job


def jobs_for(
    archive: Archive, actor: Actor, account: int | None, *, page: int, size: int
) -> tuple[list[Job], int]:
    """One page of the jobs that she began, or of all for a steward, newest first; and how many there are."""
    where: list[ColumnElement[bool]] = [JOB.c.kind.in_(list(KINDS))]
    if Role.STEWARD not in actor.roles:
        where.append(JOB.c.account == (account if account is not None else -1))
    with archive.engine.connect() as connection:
        keys = list(connection.execute(select(JOB.c.key).where(*where)).scalars())
        newest = select(JOB).where(*where).order_by(JOB.c.key.desc())
        rows = connection.execute(newest.limit(size).offset((page - 1) * size)).all()
    return [job_in(row) for row in rows], len(keys)


def waiting_jobs(archive: Archive) -> list[int]:
    """Keys of the jobs that somebody should work on, of kinds that are known here."""
    return open_jobs(archive, KINDS)
