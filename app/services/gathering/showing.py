"""The pages of jobs over many files, for whoever began one and for stewards."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from app.database.visibility import Actor, Role
from app.services.accounts import AT_MACHINE, named, names_by_key
from app.services.archive import Archive
from app.services.dates import moment_label
from app.services.gathering.importing import KIND as IMPORT
from app.services.gathering.jobs import ENDED, job_for, jobs_for
from app.services.gathering.journal import Item, Job, State, Step, counts, job_at, read_items
from app.services.gathering.kinds import KINDS, Held
from app.services.gathering.reviewing import review_address
from app.services.gathering.waiting import still_waiting
from app.services.paging import ListAddress, pager
from app.services.record_names import names_of
from app.services.views import (
    JobCount,
    JobHold,
    JobItemRow,
    JobMadeRow,
    JobPage,
    JobRow,
    JobsPage,
    JobTextRow,
)
from app.services.withholding import withheld

ADDRESS = "/desk/jobs"
PAGE_SIZE = 24
MOST_LISTED = 200
STATES = {
    Step.DOING: "Working",
    Step.UNDOING: "Being undone",
    Step.STOPPED: "Stopped",
    Step.HALTED: "Stopped while it was being undone",
    Step.DONE: "Done",
    Step.UNDONE: "Undone",
}
COUNTS = {
    State.DONE: "done",
    State.UNCHANGED: "said it already",
    State.CONFLICT: "left alone, because somebody changed them meanwhile",
    State.FAILED: "could not be done",
    State.UNDONE: "put back",
    State.KEPT: "could not be put back",
    State.WAITING: "not begun",
}
OF_FILES = COUNTS | {State.DONE: "brought in", State.UNCHANGED: "brought in before"}
LEFT = (State.CONFLICT, State.FAILED, State.KEPT)
HIDDEN = "A story that is not open to you"


def job_address(key: int) -> str:
    """The path of a job's page."""
    return f"{ADDRESS}/{key}"


def read_jobs(archive: Archive, actor: Actor, account: int | None, number: int) -> JobsPage:
    """One page of the jobs that she began, or of all for a steward, newest first."""
    jobs, total = jobs_for(archive, actor, account, page=number, size=PAGE_SIZE)
    with archive.engine.connect() as connection:
        names = names_by_key(connection, [job.account for job in jobs])
        rows = [_row(archive, connection, actor, job, _by(job, account, names)) for job in jobs]
    return JobsPage(total, rows, pager(total, number, PAGE_SIZE, ListAddress(ADDRESS).with_page))


def _by(job: Job, account: int | None, names: Mapping[int, str]) -> str:
    if job.account is None:
        return AT_MACHINE if account is not None else ""
    return "" if job.account == account else named(job.account, names)


def _row(archive: Archive, connection: Connection, actor: Actor, job: Job, by: str) -> JobRow:
    found = counts(connection, job.key)
    return JobRow(
        address=job_address(job.key),
        title=_title(archive, connection, actor, job, by),
        began_label=moment_label(job.started, archive.settings.language),
        by=by,
        state=STATES[Step(job.step)],
        done=job.done,
        total=job.total,
        working=job.working,
        left=sum(found.get(state, 0) for state in LEFT),
    )


def _title(archive: Archive, connection: Connection, actor: Actor, job: Job, by: str) -> str:
    kind = KINDS[job.kind]
    names = kind.words.named is not None and _may_know(archive, connection, actor, job, by)
    return kind.named(job) if names else kind.title(job)


def _may_know(archive: Archive, connection: Connection, actor: Actor, job: Job, by: str) -> bool:
    """Whether what was chosen is hers to know: in a job of her own it is."""
    if by == "":
        return True
    known = KINDS[job.kind].words.open(archive, connection, actor, job)
    return known and _sees_all(archive, connection, actor, job.key)


def read_job_page(
    archive: Archive, actor: Actor, account: int | None, key: int, problem: str = ""
) -> JobPage:
    """A job with all that somebody should look at. Raises NotFound."""
    job = job_for(archive, actor, account, key)
    with archive.engine.connect() as connection:
        page = replace(_page(archive, connection, actor, account, job), problem=problem)
        return replace(page, **_lists(archive, connection, actor, job))


def _page(archive: Archive, connection: Connection, actor: Actor, account: int | None, job: Job) -> JobPage:
    """The job without its files."""
    kind, step = KINDS[job.kind], Step(job.step)
    found, by = counts(connection, job.key), _by(job, account, names_by_key(connection, [job.account]))
    reviews = read_items(archive, job.key, State.REVIEW)
    all_hers = _may_know(archive, connection, actor, job, by)
    waiting = len(still_waiting(connection, reviews))
    undo_count = found.get(State.DONE, 0) + waiting
    held = kind.held(connection, job) if step in ENDED else Held()
    return JobPage(
        key=job.key,
        address=job_address(job.key),
        title=kind.named(job) if all_hers else kind.title(job),
        detail=kind.detail(job) if all_hers else (),
        onward=kind.onward(job) if all_hers and not job.working else None,
        began_label=moment_label(job.started, archive.settings.language),
        by=by,
        state=STATES[step],
        step=step.value,
        done=job.done,
        total=job.total,
        working=job.working,
        failed=bool(job.failed),
        waiting=withheld(connection) is not None,
        counts=[*_tally(job, found), *_looked_through(waiting, len(reviews) - waiting)],
        may=frozenset(_ways(job, found, undo_count, held)),
        undo_count=undo_count,
        caution="" if Role.STEWARD in actor.roles else kind.caution(job),
        undoing=kind.undoing(job),
        gone=kind.gone(job) if any(state in found for state in LEFT) else "",
        held_by=[_hold(archive, connection, actor, account, key) for key in held.jobs],
        held=held.said,
    )


def _hold(archive: Archive, connection: Connection, actor: Actor, account: int | None, key: int) -> JobHold:
    job = job_at(connection, key)
    by = _by(job, account, names_by_key(connection, [job.account]))
    hers = by == "" or Role.STEWARD in actor.roles
    title = _title(archive, connection, actor, job, by)
    going_back = job.step in (Step.UNDOING, Step.HALTED)
    return JobHold(title, job_address(key) if hers else "", going_back)


def _tally(job: Job, found: Mapping[str, int]) -> list[JobCount]:
    labels = OF_FILES if job.kind == IMPORT else COUNTS
    return [JobCount(label, found[state]) for state, label in labels.items() if found.get(state)]


def _ways(job: Job, found: Mapping[str, int], undo_count: int, held: Held) -> Iterator[str]:
    """What may be done with it now, as its form calls it."""
    if job.working:
        yield "stop"
    if job.step in (Step.STOPPED, Step.HALTED):
        yield "go on"
    if job.step in ENDED and not held:
        if undo_count or KINDS[job.kind].whole:
            yield "undo"
        if not KINDS[job.kind].gone(job) and (State.CONFLICT in found or State.FAILED in found):
            yield "again"


def _lists(archive: Archive, connection: Connection, actor: Actor, job: Job) -> dict[str, Any]:
    """Its files: what was brought in, what is to be looked through, and what was not done."""
    made = read_items(archive, job.key, State.DONE, State.UNCHANGED) if job.kind == IMPORT else []
    reviews, left = read_items(archive, job.key, State.REVIEW), read_items(archive, job.key, *LEFT)
    waiting = still_waiting(connection, reviews)
    return {
        "made": _made(archive, connection, actor, made[:MOST_LISTED]),
        "more_made": max(0, len(made) - MOST_LISTED),
        "reviews": _reviews(archive, connection, actor, reviews[:MOST_LISTED], waiting),
        "more_reviews": max(0, len(reviews) - MOST_LISTED),
        "left": _left(archive, connection, actor, left[:MOST_LISTED]),
        "more_left": max(0, len(left) - MOST_LISTED),
    }


def _sees_all(archive: Archive, connection: Connection, actor: Actor, key: int) -> bool:
    """Whether she may see every story of a job: else what was chosen for them is not hers to know."""
    wanted = {item.record_id for item in read_items(archive, key) if item.record_id}
    return wanted <= names_of(archive, connection, actor, wanted).keys()


def _looked_through(waiting: int, since: int) -> list[JobCount]:
    """Of the files that nobody may save unseen, how many still wait."""
    counted = [
        JobCount("waits to be looked through" if waiting == 1 else "wait to be looked through", waiting),
        JobCount("was looked through" if since == 1 else "were looked through", since),
    ]
    return [one for one in counted if one.count]


def _reviews(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    items: Sequence[Item],
    waiting: Mapping[int, int],
) -> list[JobTextRow]:
    names = names_of(archive, connection, actor, [item.record_id for item in items if item.record_id])
    rows = []
    for item in items:
        known, waits = names.get(item.record_id), item.number in waiting
        file = HIDDEN if item.record_id and not known else item.name or f"File {item.number}"
        address = review_address(waiting[item.number]) if waits else known.address if known else ""
        rows.append(JobTextRow(file, address, known.label if known else "", waits))
    return rows


def _left(archive: Archive, connection: Connection, actor: Actor, items: Sequence[Item]) -> list[JobItemRow]:
    names = names_of(archive, connection, actor, [item.record_id for item in items if item.record_id])
    waiting, rows = still_waiting(connection, items), []
    for item in items:
        known = names.get(item.record_id)
        label = known.label if known else HIDDEN if item.record_id else item.name or f"File {item.number}"
        address = known.address if known else ""
        if item.number in waiting:
            address = review_address(waiting[item.number])
        rows.append(JobItemRow(label, address, item.said))
    return rows


def _made(archive: Archive, connection: Connection, actor: Actor, items: Sequence[Item]) -> list[JobMadeRow]:
    """The stories that files were made into, as far as they are hers to see."""
    names = names_of(archive, connection, actor, [item.record_id for item in items])
    return [
        JobMadeRow(
            names[item.record_id].label,
            names[item.record_id].address,
            f"/s/{item.record_id}/names",
            item.name,
            item.said.split("\n") if item.said else [],
        )
        for item in items
        if item.record_id in names
    ]
