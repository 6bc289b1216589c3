"""A session's log in SQL: read, kept in memory as far as it was read, and added to in one order."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.database.sessions import SESSION, SESSION_EVENT
from app.database.tables import AnyRow
from app.errors import InvalidText
from app.services.archive import Archive
from app.services.sessions.events import Event, Kind, State, fold

MOST_EVENTS = 50_000  # of one session
KEPT = 64  # boards in memory
FULL = "So much was done in this session that no more can be kept in it. Close it, and begin another."


class _Boards:
    """Boards as far as this process has read them. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str, int], State] = OrderedDict()

    def get(self, key: tuple[str, str, int]) -> State:
        with self._lock:
            return self._kept.get(key, State())

    def put(self, key: tuple[str, str, int], state: State) -> None:
        with self._lock:
            if state.number >= self._kept.get(key, State()).number:
                self._kept[key] = state
                self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


_BOARDS = _Boards()


def state_of(connection: Connection, session: AnyRow) -> State:
    """The board of a session. `session` is a row of SESSION, read before this transaction added to the log:
    what is kept for others has to be committed.
    """
    key = (str(connection.engine.url), session.id, session.redone)
    before = _BOARDS.get(key)
    if before.number > session.number:  # an older copy was put back in the place of the database
        before = State()
    if before.number == session.number:
        return before
    state = fold(events_after(connection, session.key, before.number, session.number), before)
    _BOARDS.put(key, state)
    return state


def events_after(connection: Connection, session: int, number: int, until: int) -> Sequence[Event]:
    """The events of a session after this number, in their order. `session` is the row's key."""
    columns = [SESSION_EVENT.c[name] for name in ("number", "kind", "participant", "data", "at", "quote")]
    where = (
        SESSION_EVENT.c.session == session,
        SESSION_EVENT.c.number > number,
        SESSION_EVENT.c.number <= until,
    )
    rows = connection.execute(select(*columns).where(*where).order_by(SESSION_EVENT.c.number))
    return [Event(*row) for row in rows]


def already_sent(connection: Connection, session: AnyRow, sent: str) -> int | None:
    """The number of the event that was sent under this key before; None for what is new."""
    if not sent:
        return None
    same = (SESSION_EVENT.c.session == session.key, SESSION_EVENT.c.sent == sent)
    found = connection.execute(select(SESSION_EVENT.c.number).where(*same)).scalar()
    return None if found is None else int(found)


def append(
    archive: Archive,
    connection: Connection,
    session: AnyRow,
    kind: Kind,
    participant: int | None,
    data: dict[str, Any] | None = None,
    *,
    quote: int | None = None,
    sent: str = "",
) -> int:
    """Add one event; its number. Belongs in a transaction of `archive.writing()`. Raises InvalidText."""
    counted = update(SESSION).where(SESSION.c.key == session.key).values(number=SESSION.c.number + 1)
    number = int(connection.execute(counted.returning(SESSION.c.number)).scalar_one())
    if number > MOST_EVENTS and kind is not Kind.CLOSED:
        raise InvalidText(FULL)
    told = {"session": session.key, "number": number, "kind": kind.value, "participant": participant}
    more = {"data": data or {}, "quote": quote, "sent": sent or None, "at": archive.now()}
    connection.execute(insert(SESSION_EVENT).values(**told, **more))
    return number
