"""What all changes of a running session go through: who, whether she may, and that nothing is done twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from app.database.sessions import PARTICIPANT, SESSION
from app.database.tables import AnyRow
from app.errors import InvalidText, NotAllowed, NotFound
from app.services.archive import Archive
from app.services.sessions.events import Kind, State
from app.services.sessions.log import already_sent, append, state_of
from app.services.sessions.room import CLOSED, OPEN, Seen, session_row

LONGEST_KEY = 64  # characters of the key under which something is sent
NOT_OPEN = "The session has not begun yet."
OVER = "This session was closed meanwhile, so this was not added. Copy it, if you want to keep it."
LOCKED = "A facilitator has locked the board for now, so this was not added. Try again when it is open."
TOO_MUCH = "Very much came from you within a minute. Wait a little, then send this again."
LEADERS = "Only a facilitator of this session may do that."
TAKE_PART = "Take part in the session first."


class NotNow(InvalidText):
    """The session is not open, or locked: what was sent was not added."""


@dataclass(frozen=True)
class Sent:
    """Who sends something to which session. `key` is made by the sender: the same key is done once."""

    seen: Seen
    session_id: str
    key: str = ""


@dataclass(frozen=True)
class Here:
    """The session within a transaction that writes: nobody else adds to its log meanwhile."""

    archive: Archive
    connection: Connection
    session: AnyRow
    state: State
    seen: Seen

    def idea(self, number: int) -> Any:
        """An idea on the board. Raises NotFound; a hidden one is there for facilitators alone."""
        found = self.state.ideas.get(number)
        if found is None or (found.hidden and not self.seen.leads):
            raise NotFound
        return found


@dataclass(frozen=True)
class Change:
    """What is to be added to the log."""

    data: dict[str, Any]
    quote: int | None = None


Make = Callable[[Here], Change]


@contextmanager
def writing_in(archive: Archive, seen: Seen, session_id: str) -> Iterator[Here]:
    """A session that nobody else changes until this ends; commit is the caller's. Raises NotFound."""
    with archive.writing() as connection:
        held = select(SESSION.c.key).where(SESSION.c.id == session_id).with_for_update()
        connection.execute(held).first()
        row = session_row(archive, connection, seen, session_id)
        seen = _as_now(connection, seen)
        yield Here(archive, connection, row, state_of(connection, row), seen)


def _as_now(connection: Connection, seen: Seen) -> Seen:
    """Whoever was asked to leave meanwhile, or leads no more, does not."""
    if seen.participant is None:
        return seen
    now = select(PARTICIPANT).where(PARTICIPANT.c.key == seen.participant.key)
    row = connection.execute(now.where(PARTICIPANT.c.removed.is_(None))).first()
    if row is None:
        raise NotFound
    return replace(seen, participant=row)


def add(archive: Archive, sent: Sent, kind: Kind, make: Make) -> int:
    """Add what a participant did to the log; its number. What was sent before is not done again.

    Raises InvalidText, NotNow, NotAllowed or NotFound.
    """
    return _added(archive, sent, kind, make, leads=False)


def lead(archive: Archive, sent: Sent, kind: Kind, make: Make) -> int:
    """The same of what only a facilitator may do."""
    return _added(archive, sent, kind, make, leads=True)


def _added(archive: Archive, sent: Sent, kind: Kind, make: Make, *, leads: bool) -> int:
    if sent.seen.key is not None and not archive.throttle.take_part(sent.seen.key):
        raise NotNow(TOO_MUCH)
    with writing_in(archive, sent.seen, sent.session_id) as here:
        key = _own_key(here, sent.key)
        before = already_sent(here.connection, here.session, key)
        if before is not None:
            return before
        refuse_unless_open(here, leads=leads)
        change = make(here)
        told = (archive, here.connection, here.session, kind, here.seen.key, change.data)
        number = append(*told, quote=change.quote, sent=key)
        here.connection.commit()
    return number


def _own_key(here: Here, key: str) -> str:
    """Another participant's key is never hers: what she sends under the same one is hers, and new."""
    return f"{here.seen.key}:{key[:LONGEST_KEY]}" if key else ""


def refuse_unless_open(here: Here, *, leads: bool) -> None:
    """Raises NotNow while nothing can be added, NotAllowed for what only facilitators may do."""
    if here.seen.participant is None:
        raise NotAllowed(TAKE_PART)
    if leads and not here.seen.leads:
        raise NotAllowed(LEADERS)
    if here.session.state != OPEN:
        raise NotNow(OVER if here.session.state == CLOSED else NOT_OPEN)
    if here.state.locked and not here.seen.leads:
        raise NotNow(LOCKED)
