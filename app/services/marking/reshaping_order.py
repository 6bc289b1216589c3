"""Which jobs that reshaped the codebook rest on which: the newer is undone before the older.

Two jobs meet where one changed a theme that the other changed or refers to, where both changed what one name
means, or where both changed the file of one story.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.database.gathering import JOB_ITEM
from app.database.ledgers import JOB
from app.database.marking import CODEBOOK
from app.database.tables import AnyRow
from app.records.slugs import value_slug
from app.services.documents import chunks
from app.services.gathering.journal import Job, State, Step
from app.services.marking.reshaping import Plan, Way, plan_in

KIND = "codebook"
REFERRING = ("parent", "merged_into")  # columns that hold the key of another theme
OURS = (State.DONE, State.CONFLICT, State.FAILED)  # files that undoing, or trying again, would change
THEIRS = (State.DONE, State.WAITING)


@dataclass(frozen=True)
class Reach:
    """What a plan touches: themes that it changes, those that it refers to as well, and names."""

    changed: frozenset[int]
    touched: frozenset[int]
    names: frozenset[str]

    def meets(self, other: "Reach") -> bool:
        """Whether one of the two would stand on what the other did."""
        return bool(self.changed & other.touched or self.touched & other.changed or self.names & other.names)


def reach_of(planned: Plan) -> Reach:
    """Two moves below one theme that was in the codebook do not meet: neither changes what it is."""
    changed = {one.theme for one in planned.cells if one.column != "adopted"} | set(planned.made)
    if planned.way is not Way.MOVE:
        changed |= set(planned.themes)
    touched = changed | set(planned.themes) | {one.theme for one in planned.cells}
    keys = [(one.before, one.after) for one in planned.cells if one.column in REFERRING]
    keys += [(one.before, one.after) for one in planned.names]
    touched |= {key for pair in keys for key in pair if key is not None}
    touched |= {one.theme for one in planned.carried}
    slugs = {slug for one in planned.cells if one.column == "slug" for slug in (one.before, one.after)}
    slugs |= {one.slug for one in planned.names} | set(planned.rewrite.old)
    slugs |= {value_slug(planned.rewrite.new)} if planned.rewrite.new else set()
    return Reach(frozenset(changed), frozenset(touched), frozenset(slugs))


def resting_on(connection: Connection, job: Job) -> list[int]:
    """The newer jobs to be undone before this one is, or before more of it is done; the newest first."""
    newer = select(JOB).where(JOB.c.kind == KIND, JOB.c.key > job.key, JOB.c.step != Step.UNDONE)
    rows = connection.execute(newer.order_by(JOB.c.key.desc())).all()
    reach = reach_of(plan_in(job.data["plan"]))
    meeting = {row.key for row in rows if reach.meets(_reach_in(row))}
    ours = select(JOB_ITEM.c.record_id).where(JOB_ITEM.c.job == job.key, JOB_ITEM.c.state.in_(OURS))
    theirs = (JOB_ITEM.c.job.in_([row.key for row in rows]), JOB_ITEM.c.state.in_(THEIRS))
    shared = select(JOB_ITEM.c.job).where(*theirs, JOB_ITEM.c.record_id.in_(ours)).distinct()
    meeting |= set(connection.execute(shared).scalars())
    return [row.key for row in rows if row.key in meeting]


def at_work(connection: Connection, planned: Plan) -> bool:
    """Whether a job that did not end meets this: each would find the other's themes and files changed.

    Until the caller's transaction ends, no other begins on one of these themes.
    """
    lock_themes(connection, planned)
    ended = (JOB.c.step == Step.UNDONE) | JOB.c.finished.is_not(None)
    rows = connection.execute(select(JOB).where(JOB.c.kind == KIND, ~ended)).all()
    reach = reach_of(planned)
    if any(reach.meets(_reach_in(row)) for row in rows):
        return True
    return bool(rows) and _carried_by(connection, [row.key for row in rows], planned.stories)


def lock_themes(connection: Connection, planned: Plan) -> None:
    """Hold the themes that a plan touches, where the database has more than one writer."""
    themes = sorted(reach_of(planned).touched)
    for part in chunks(themes):
        connection.execute(select(CODEBOOK.c.key).where(CODEBOOK.c.key.in_(part)).with_for_update()).all()


def _reach_in(row: AnyRow) -> Reach:
    return reach_of(plan_in(row.data["plan"]))


def _carried_by(connection: Connection, jobs: Sequence[int], stories: Iterable[str]) -> bool:
    theirs = (JOB_ITEM.c.job.in_(jobs), JOB_ITEM.c.state.in_(THEIRS))
    for part in chunks(list(stories)):
        shared = select(JOB_ITEM.c.job).where(*theirs, JOB_ITEM.c.record_id.in_(part)).limit(1)
        if connection.execute(shared).first() is not None:
            return True
    return False
