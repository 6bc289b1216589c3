"""The preparing page: what is on the table, and what of it those who are to come could not see, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, select

from app.database.links import pairs
from app.database.sessions import SESSION_STORY
from app.database.tables import PERSONA, STORY, AnyRow
from app.database.visibility import ANONYMOUS, Actor, Role, on_the_table
from app.errors import NotFound
from app.services.archive import Archive
from app.services.sessions.boards import personas_on
from app.services.sessions.preparing import form_of, may_remove
from app.services.sessions.reading import stories_on
from app.services.sessions.room import Seen, session_address, session_row
from app.services.sessions.telling import told_of
from app.services.views import Choice, PreparePage, RoleComing, SessionColumn, SessionStory

SHOWN = 400  # personas or stories to choose from
LABELS = {
    Role.MEMBER: "people of design teams",
    Role.COMMISSIONER: "commissioners",
    Role.GATHERER: "gatherers",
    Role.STEWARD: "stewards",
}
GUESTS = "guests"
NOT_AGREED = "{} could not see it: it is not agreed to for publication, which is what they may read."
KEPT_FROM = "People of some organisations could not see it: its storyteller keeps it from them."


def read_preparing(archive: Archive, seen: Seen, session_id: str) -> PreparePage:
    """What is prepared, for whoever works here. Raises NotFound."""
    with archive.engine.connect() as connection:
        session = session_row(archive, connection, seen, session_id)
        if not seen.works:
            raise NotFound
        personas = personas_on(archive, connection, session, [seen.actor])
        stories = stories_on(archive, connection, session, [seen.actor])
        told = told_of(archive, connection, seen, session.key)
        unseen = _unseen(archive, connection, session, PERSONA, [one.key for one in personas])
        closed = _unseen(archive, connection, session, STORY, [one.face.id for one in stories])
        to_add = _personas_to_add(archive, connection, seen.actor, personas)
        stories_to_add = _stories_to_add(archive, connection, seen.actor, session.key, personas)
    return PreparePage(
        id=session.id,
        address=session_address(session.id),
        title=session.title,
        state=session.state,
        form=form_of(session),
        personas=[replace(one, unseen=unseen.get(one.key, "")) for one in personas],
        stories=[_story(one, closed, told) for one in stories],
        to_add=to_add,
        stories_to_add=stories_to_add,
        coming=[RoleComing(role, LABELS[role], role in session.expected) for role in Role],
        may_remove=may_remove(seen, session),
    )


def _story(story: SessionStory, closed: Mapping[str, str], told: Mapping[str, bool]) -> SessionStory:
    about = story.face.id
    return replace(story, unseen=closed.get(about, ""), may_tell=about in told, told=told.get(about, False))


def _expected(session: AnyRow) -> list[tuple[str, Actor]]:
    """Those who are to come, each with what anybody of her kind may read."""
    roles = [role for role in Role if role in session.expected]
    people = [(LABELS[role], Actor(frozenset({role}))) for role in roles]
    return [*([(GUESTS, ANONYMOUS)] if session.guests else []), *people]


def _unseen(
    archive: Archive, connection: Connection, session: AnyRow, table: Table, ids: Sequence[str]
) -> Mapping[str, str]:
    """For each of these records why not everybody who is to come could see it, where that is so."""
    kept: dict[str, list[str]] = {one: [] for one in ids}
    for label, actor in _expected(session):
        shown = on_the_table([actor], archive.now(), table)
        found = set(connection.execute(select(table.c.id).where(table.c.id.in_(ids), shown)).scalars())
        for one in kept:
            if one not in found:
                kept[one].append(label)
    excluding = select(table.c.id).where(table.c.id.in_(ids), table.c.excludes.is_(True))
    limited = set(connection.execute(excluding).scalars()) if session.expected else set[str]()
    return {one: _reason(labels, one in limited) for one, labels in kept.items()}


def _reason(labels: Sequence[str], limited: bool) -> str:
    told = " and ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)
    agreed = [NOT_AGREED.format(told[:1].upper() + told[1:])] if labels else []
    return " ".join([*agreed, *([KEPT_FROM] if limited else [])])


def _personas_to_add(
    archive: Archive, connection: Connection, actor: Actor, laid: Sequence[SessionColumn]
) -> list[Choice]:
    shown = on_the_table([actor], archive.now(), PERSONA)
    others = PERSONA.c.id.not_in([one.key for one in laid])
    rows = select(PERSONA.c.id, PERSONA.c.name, PERSONA.c.tagline).where(shown, others)
    found = connection.execute(rows.order_by(PERSONA.c.name, PERSONA.c.slug).limit(SHOWN))
    return [_choice(row.id, row.name, row.tagline) for row in found]


def _stories_to_add(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    session: int,
    personas: Sequence[SessionColumn],
) -> list[Choice]:
    """Stories of the personas on the table first, then the others, by name."""
    shown = on_the_table([actor], archive.now())
    laid = select(SESSION_STORY.c.story_id).where(SESSION_STORY.c.session == session)
    others = STORY.c.id.not_in(laid)  # nor what its storyteller took off
    columns = (STORY.c.id, STORY.c.heading, STORY.c.title)
    rows = connection.execute(select(*columns).where(shown, others).order_by(STORY.c.heading, STORY.c.slug))
    pair = pairs(PERSONA.c.id.in_([one.key for one in personas]))
    behind = {row.story_id for row in connection.execute(select(pair))}
    listed = sorted(rows.all(), key=lambda row: row.id not in behind)[:SHOWN]
    return [_choice(row.id, row.heading, row.title if row.title != row.heading else "") for row in listed]


def _choice(value: Any, name: str, detail: str) -> Choice:
    return Choice(value, f"{name}: {detail}" if detail else name, "", False)
