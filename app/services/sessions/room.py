"""Who is in the room of a session, and so what everybody there may be shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, exists, or_, select

from app.database.people import ACCOUNT
from app.database.sessions import PARTICIPANT, SESSION, SESSION_PERSONA, SESSION_STORY
from app.database.tables import PERSONA, STORY, AnyRow
from app.database.visibility import ANONYMOUS, Actor, listed_to, may_mark
from app.errors import NotFound
from app.services.accounts import actor_with, roles_of
from app.services.archive import Archive
from app.services.recording import By

PREPARING, OPEN, CLOSED = "preparing", "open", "closed"


@dataclass(frozen=True)
class Seen:
    """Who looks at a session: what she may read, her account, and her row where she takes part."""

    actor: Actor
    by: By = field(default_factory=By)
    participant: AnyRow | None = None

    @property
    def works(self) -> bool:
        """Whether she works here; a guest by code does not."""
        return may_mark(self.actor)

    @property
    def leads(self) -> bool:
        """Whether she is a facilitator of this session."""
        return self.works and self.participant is not None and bool(self.participant.leads)

    @property
    def key(self) -> int | None:
        """Her place in the session's log."""
        return None if self.participant is None else int(self.participant.key)


def session_address(session_id: str) -> str:
    """The path of a session."""
    return f"/sessions/{session_id}"


def open_to(archive: Archive, actor: Actor, account: int | None) -> ColumnElement[bool]:
    """The condition under which a row of SESSION is there for somebody who works here.

    One on whose table lies only what she may not read is not: its name would tell of that.
    """
    hers = SESSION.c.account.is_(None) if account is None else SESSION.c.account == account
    there = (PARTICIPANT.c.session == SESSION.c.key, PARTICIPANT.c.removed.is_(None))
    takes_part = exists(select(PARTICIPANT.c.key).where(*there, PARTICIPANT.c.account == account))
    mine = hers if account is None else or_(hers, takes_part)
    return SESSION.c.removed.is_(None) & or_(mine, ~_laid(), _seen(archive, actor))


def _laid() -> ColumnElement[bool]:
    """Whether anything lies on the table."""
    personas = exists(select(SESSION_PERSONA.c.session).where(SESSION_PERSONA.c.session == SESSION.c.key))
    stories = exists(select(SESSION_STORY.c.session).where(SESSION_STORY.c.session == SESSION.c.key))
    return or_(personas, stories)


def _seen(archive: Archive, actor: Actor) -> ColumnElement[bool]:
    """Whether something lies there that she finds."""
    now = archive.now()
    personas = SESSION_PERSONA.join(PERSONA, PERSONA.c.id == SESSION_PERSONA.c.persona_id)
    persona = select(PERSONA.c.id).select_from(personas)
    stories = SESSION_STORY.join(STORY, STORY.c.id == SESSION_STORY.c.story_id)
    story = select(STORY.c.id).select_from(stories)
    return or_(
        exists(
            persona.where(SESSION_PERSONA.c.session == SESSION.c.key).where(listed_to(actor, now, PERSONA))
        ),
        exists(story.where(SESSION_STORY.c.session == SESSION.c.key).where(listed_to(actor, now))),
    )


def session_row(archive: Archive, connection: Connection, seen: Seen, session_id: str) -> AnyRow:
    """A session that is there for whoever looks: she works here, or takes part. Raises NotFound."""
    shown: ColumnElement[bool] = SESSION.c.removed.is_(None)
    if seen.participant is not None:
        shown = shown & (SESSION.c.key == seen.participant.session)
    elif seen.works:
        shown = open_to(archive, seen.actor, seen.by.account)
    else:
        raise NotFound
    row = connection.execute(select(SESSION).where(SESSION.c.id == session_id, shown)).first()
    if row is None:
        raise NotFound
    return row


def actors_in(archive: Archive, connection: Connection, session: AnyRow, viewer: Actor | None) -> list[Actor]:
    """Those who must all be allowed to see what this viewer is shown of a session.

    While it goes on: whoever takes part; with guests, also a reader without an account. Afterwards each
    reads what she herself may.
    """
    if session.state == CLOSED:
        return [viewer or ANONYMOUS]
    everybody = [*([viewer] if viewer else []), *([ANONYMOUS] if session.guests else [])]
    rows = select(ACCOUNT).join(PARTICIPANT, PARTICIPANT.c.account == ACCOUNT.c.key)
    here = (PARTICIPANT.c.session == session.key, PARTICIPANT.c.removed.is_(None))
    for row in connection.execute(rows.where(*here, ACCOUNT.c.disabled.is_(None))):
        everybody.append(actor_with(archive, row, roles_of(row)))
    return everybody or [ANONYMOUS]


def people_of(connection: Connection, session: int) -> list[AnyRow]:
    """All who take or took part, in the order in which they came. `session` is the row's key."""
    rows = select(PARTICIPANT).where(PARTICIPANT.c.session == session).order_by(PARTICIPANT.c.key)
    return list(connection.execute(rows).all())


def called(participant: int | None, names: Mapping[int, str]) -> str:
    """How a session's pages call whoever did something."""
    return names.get(participant, "") if participant is not None else ""
