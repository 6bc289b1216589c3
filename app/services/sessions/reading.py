"""A session as it is read: what it is about, its reading list and its board."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from app.database.sessions import SESSION, SESSION_PERSONA, SESSION_STORY
from app.database.tables import PERSONA, STORY, AnyRow
from app.database.visibility import Actor, on_the_table
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.cards import face_of
from app.services.dates import date_label
from app.services.paging import pager
from app.services.paper.choosing import choice_address
from app.services.sessions.boards import read_board
from app.services.sessions.codes import shown_code
from app.services.sessions.events import State
from app.services.sessions.fresh import marks_of
from app.services.sessions.log import state_of
from app.services.sessions.room import (
    CLOSED,
    OPEN,
    Seen,
    actors_in,
    open_to,
    people_of,
    session_address,
    session_row,
)
from app.services.views import (
    AgendaLine,
    SessionCard,
    SessionForm,
    SessionPage,
    SessionPerson,
    SessionsPage,
    SessionStory,
)

PAGE = 24  # sessions of the list


def list_sessions(archive: Archive, seen: Seen, number: int, removed: str = "") -> SessionsPage:
    """One page of the sessions, those that go on first, then the newest."""
    with archive.engine.connect() as connection:
        shown = open_to(archive, seen.actor, seen.by.account)
        total = connection.execute(select(func.count()).select_from(SESSION).where(shown)).scalar_one()
        order = ((SESSION.c.state == OPEN).desc(), SESSION.c.changed.desc(), SESSION.c.key.desc())
        rows = connection.execute(
            select(SESSION).where(shown).order_by(*order).limit(PAGE).offset((number - 1) * PAGE)
        ).all()
        names = names_by_key(connection, [row.account for row in rows])
        cards = [_card(archive, connection, seen, row, named(row.account, names)) for row in rows]
    pages = pager(total, number, PAGE, lambda page: f"/sessions?page={page}" if page > 1 else "/sessions")
    return SessionsPage(cards, pages, SessionForm(), removed)


def _card(archive: Archive, connection: Connection, seen: Seen, row: AnyRow, by: str) -> SessionCard:
    joined = SESSION_PERSONA.join(PERSONA, PERSONA.c.id == SESSION_PERSONA.c.persona_id)
    here = select(PERSONA.c.name).select_from(joined).where(SESSION_PERSONA.c.session == row.key)
    shown = here.where(on_the_table([seen.actor], archive.now(), PERSONA))
    ideas = state_of(connection, row).ideas.values()
    return SessionCard(
        title=row.title,
        address=session_address(row.id),
        day_label=date_label(row.day, archive.settings.language),
        team=row.team,
        state=row.state,
        by=by,
        personas=list(connection.execute(shown.order_by(SESSION_PERSONA.c.place)).scalars()),
        ideas=sum(not one.hidden for one in ideas),
    )


def read_session(archive: Archive, seen: Seen, session_id: str) -> SessionPage:
    """A session with its board, as all who are in the room may see it. Raises NotFound."""
    with archive.engine.connect() as connection:
        row = session_row(archive, connection, seen, session_id)
        actors = actors_in(archive, connection, row, seen.actor)
        board = read_board(archive, connection, row, actors, participant=seen.key, leads=seen.leads)
        stories = stories_on(archive, connection, row, actors)
        names = names_by_key(connection, [row.account])
        people = _people(connection, row) if seen.leads else []
        state = state_of(connection, row)
        table = ([one.key for one in board.personas], [one.face.id for one in stories])
        pack = choice_address(archive, connection, seen.actor, *table) if seen.works else ""
        _, mark = marks_of(archive, connection, [row.id])[row.id]
    mine = seen.participant
    return SessionPage(
        id=row.id,
        address=session_address(row.id),
        title=row.title,
        day_label=date_label(row.day, archive.settings.language),
        team=row.team,
        purpose=row.purpose,
        vision=row.vision,
        questions=row.questions,
        agenda=[AgendaLine(line["time"], line["what"]) for line in row.agenda],
        state=row.state,
        guests=row.guests,
        code=shown_code(row.code) if row.state == OPEN else "",
        by=named(row.account, names),
        stories=stories,
        board=board,
        me=mine.name if mine is not None else "",
        leads=seen.leads,
        works=seen.works,
        may_lead=seen.works and mine is not None and not mine.leads and row.state == OPEN,
        may_write=may_write(row, state, seen),
        votes_left=max(0, row.votes - state.votes_of(mine.key)) if mine is not None else 0,
        people=people,
        pack_address=pack,
        mark=str(mark),
    )


def may_write(row: AnyRow, state: State, seen: Seen) -> bool:
    """Whether she may write on the board now."""
    return row.state == OPEN and seen.participant is not None and (seen.leads or not state.locked)


def stories_on(
    archive: Archive, connection: Connection, session: AnyRow, actors: Sequence[Actor], *more: Any
) -> list[SessionStory]:
    """The stories to read first that all of these people may read, in their order."""
    columns = [STORY.c[name] for name in ("id", "slug", "heading", "role", "site")]
    joined = SESSION_STORY.join(STORY, STORY.c.id == SESSION_STORY.c.story_id)
    where = (SESSION_STORY.c.session == session.key, SESSION_STORY.c.off.is_(False), *more)
    here = select(*columns, SESSION_STORY.c.why).select_from(joined).where(*where)
    rows = connection.execute(
        here.where(on_the_table(actors, archive.now())).order_by(SESSION_STORY.c.place, STORY.c.slug)
    )
    return [SessionStory(face_of(row), row.why) for row in rows]


def _people(connection: Connection, session: AnyRow) -> list[SessionPerson]:
    return [
        SessionPerson(row.key, row.name, row.account is None, row.leads)
        for row in people_of(connection, session.key)
        if row.removed is None
    ]


def is_over(session: AnyRow) -> bool:
    """Whether a session was closed."""
    return bool(session.state == CLOSED)
