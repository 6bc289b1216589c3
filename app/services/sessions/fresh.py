"""Whether anything in a session is new, asked cheaply and often; and what screens then show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, or_, select

from app.database.people import ACCOUNT
from app.database.sessions import PARTICIPANT, SESSION
from app.database.state import GENERATION_NOW
from app.database.tables import AnyRow
from app.database.visibility import today
from app.services.archive import Archive
from app.services.sessions.boards import read_board
from app.services.sessions.room import OPEN, actors_in, session_address
from app.services.views import SessionLive

_ASKED = select(SESSION).where(
    SESSION.c.id.in_(bindparam("ids", expanding=True)), SESSION.c.removed.is_(None)
)


PURPOSE = "the mark of a session"


@dataclass(frozen=True)
class Mark:
    """What a screen shows depends on this alone: events, consent, the day, and how far the session is.

    `sign` stands for all but the number of the last event: nobody can tell from it how much has changed in
    the archive.
    """

    number: int
    sign: str
    state: str

    def __str__(self) -> str:
        """As a screen sends it back. Begins with the number of the last event."""
        return f"{self.number}.{self.sign}"


def marks_of(
    archive: Archive, connection: Connection, ids: Iterable[str]
) -> Mapping[str, tuple[AnyRow, Mark]]:
    """The rows of these sessions as far as they are there, each with its mark now."""
    wanted = list(ids)
    generation = connection.exec_driver_sql(GENERATION_NOW).scalar()
    day = today(archive.now())
    return {
        row.id: (row, _mark_of(archive, row, f"{generation}.{day}"))
        for row in connection.execute(_ASKED, {"ids": wanted})
    }


def _mark_of(archive: Archive, row: AnyRow, now: str) -> Mark:
    """The mark of a row of SESSION; `now` are generation and day."""
    rest = f"{row.id}.{row.redone}.{now}.{row.state}.{row.changed.isoformat()}"
    return Mark(row.number, archive.keyed(PURPOSE, rest)[:16], row.state)


def live_view(archive: Archive, connection: Connection, session: AnyRow, *, leads: bool) -> SessionLive:
    """A session as everybody who takes part sees it at this moment."""
    actors = actors_in(archive, connection, session, None)
    board = read_board(archive, connection, session, actors, leads=leads)
    open_now = session.state == OPEN
    return SessionLive(
        address=session_address(session.id),
        state=session.state,
        board=board,
        leads=leads,
        may_write=open_now and (leads or not board.locked),
    )


def seated(connection: Connection, session: AnyRow) -> frozenset[int]:
    """The keys of those who take part now and may go on doing so."""
    joined = PARTICIPANT.outerjoin(ACCOUNT, ACCOUNT.c.key == PARTICIPANT.c.account)
    here = (PARTICIPANT.c.session == session.key, PARTICIPANT.c.removed.is_(None))
    able = or_(PARTICIPANT.c.account.is_(None), ACCOUNT.c.disabled.is_(None))
    known = or_(PARTICIPANT.c.account.is_not(None), PARTICIPANT.c.leads)
    admitted = [] if session.guests else [known]
    rows = select(PARTICIPANT.c.key).select_from(joined).where(*here, able, *admitted)
    return frozenset(connection.execute(rows).scalars())
