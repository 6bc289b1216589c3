"""Evidence of personas that is not there for whoever asks, in numbers: for people at the desk.

Whether it names nothing, or something that is hidden from her, makes no difference: the same words and the
same number. `storyhold check` tells the two apart, at the machine itself.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from app.database.tables import PERSONA, AnyRow
from app.database.visibility import Actor, visible_to
from app.records.model import Problem
from app.services.archive import Archive
from app.services.evidence import Source, is_open, references_of, sources
from app.services.evidence_watch import NOTHING, flags
from app.services.views import Flag

KEY = "statements"
ONE, MANY = (
    "a statement rests on evidence that is not there for you",
    "{} statements rest on evidence that is not there for you",
)
PART, PARTS = (
    "of one that you see, a piece of evidence is not there for you",
    "of {} that you see, a piece of evidence is not there for you",
)
REMEDY = (
    "It names nothing, or something that you may not read. Look where she is built; storyhold check, at the "
    "machine of the archive, names what leads to nothing."
)


def missing_evidence(archive: Archive, connection: Connection, actor: Actor) -> list[Problem]:
    """A line for each persona that she may see and of whose evidence something is not there for her."""
    shown = select(PERSONA).where(visible_to(actor, archive.now(), PERSONA), PERSONA.c.set_aside.is_(False))
    rows = connection.execute(shown.order_by(PERSONA.c.path)).all()
    named = list(dict.fromkeys(one for row in rows for one in references_of(row.groups)))
    found = sources(archive, connection, actor, named)
    flagged = flags(archive, connection, actor, named, found)
    told = ((row, _counted(row.groups, found, flagged)) for row in rows)
    return [_problem(row, *counts) for row, counts in told if any(counts)]


def _counted(
    groups: Iterable[Mapping[str, Any]], found: Mapping[str, Source], flagged: Mapping[str, Flag]
) -> tuple[int, int]:
    """How many statements are not there for her, and how many have a piece of evidence that is not."""
    statements = [one for group in groups for one in group["statements"]]
    there = [one for one in statements if is_open(one, found, flagged)]
    parts = sum(any(_leads_nowhere(name, flagged) for name in _named(one)) for one in there)
    return len(statements) - len(there), parts


def _named(statement: Mapping[str, Any]) -> list[str]:
    return [*statement["evidence"], *statement["against"]]


def _leads_nowhere(reference: str, flagged: Mapping[str, Flag]) -> bool:
    return reference in flagged and flagged[reference].why == NOTHING


def _problem(row: AnyRow, whole: int, parts: int) -> Problem:
    said = [(ONE, MANY, whole), (PART, PARTS, parts)]
    told = [one if number == 1 else many.format(number) for one, many, number in said if number]
    reason = "; ".join(told)
    return Problem(row.path, None, KEY, f"{reason[:1].upper()}{reason[1:]}.", REMEDY)
