"""What a story's gatherers and stewards read of it beyond what its readers do.

It is made from the file's own bytes for each of them, and kept nowhere: the catalogue knows what is open.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.database.tables import PROBLEM, AnyRow
from app.database.visibility import Action, Actor, today
from app.records.lookalikes import same_letters
from app.records.model import Problem, RecordKind
from app.rendering.markdown import render
from app.services.allowing import may
from app.services.archive import Archive
from app.services.masking import Mask
from app.services.references import ReferenceTargets
from app.services.states import is_open, state_of
from app.services.versions import shown_version
from app.services.views import TeamPart
from app.services.withholding import withheld

NEVER_SHOWN = frozenset({"context", "contexts", "kontext"})  # counted, and shown to nobody


@dataclass(frozen=True)
class Inside:
    """What the page gains for them: a part of its own, and the whole text where passages are closed."""

    part: TeamPart
    html: str


def read_inside(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> Inside | None:
    """What this reader may read of a story as one of its team; None for everybody else."""
    if not may(archive, connection, actor, row, Action.READ_CLOSED):
        return None
    story = shown_version(connection, row, archive.now().date())
    rendered = render(
        story.body,
        links=ReferenceTargets(RecordKind.STORY, row.slug),
        show_closed=True,
        title=row.title,
    )
    shown = archive.settings.shown_keys
    return Inside(
        TeamPart(
            state=state_of(row, today(archive.now()), waits=withheld(connection) is not None),
            open=is_open(row, today(archive.now())),
            closed=rendered.closed,
            comments=rendered.comments,
            keys=[(key, value) for key, value in row.other_keys if key not in shown and not _counted(key)],
            not_for=story.consent.not_for,
            set_aside=row.set_aside,
            problems=problems_of(archive, connection, actor, row.path),
            people=f"/s/{row.id}/people",
            names=f"/s/{row.id}/names",
            history=f"/s/{row.id}/history",
        ),
        rendered.html if rendered.closed else row.body_html,
    )


def _counted(key: str) -> bool:
    return same_letters(key) in NEVER_SHOWN


def problems_of(archive: Archive, connection: Connection, actor: Actor, path: str) -> list[Problem]:
    """What is wrong with one file; other files are named only where this reader may see them."""
    rows = connection.execute(select(PROBLEM).where(PROBLEM.c.path == path).order_by(PROBLEM.c.line)).all()
    mask = Mask(archive, connection, actor)
    return [mask.problem(row) for row in rows]
