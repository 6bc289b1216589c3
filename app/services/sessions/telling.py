"""A storyteller whose story lies on a table is told at her own door, where a gatherer asks for it.

She may take it off that table. Nobody learns from it whether she is in the room, nor has to be told why.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from app.database.marking import QUOTE
from app.database.sessions import SESSION, SESSION_STORY
from app.database.tables import STORY
from app.database.visibility import Action
from app.errors import NotFound
from app.services.allowing import may
from app.services.archive import Archive
from app.services.dates import date_label
from app.services.gathering.wording import Words
from app.services.recording import story_for
from app.services.sessions.changing import writing_in
from app.services.sessions.events import Kind
from app.services.sessions.log import append
from app.services.sessions.room import CLOSED, OPEN, Seen
from app.services.views import DoorTable


def left_on_table(session: int, story: Any = QUOTE.c.story_id) -> ColumnElement[bool]:
    """The condition under which a row is of a story that nobody took off this session's table.

    `story` is the column of its story's id.
    """
    off = select(SESSION_STORY.c.story_id)
    here = off.where(SESSION_STORY.c.session == session, SESSION_STORY.c.off)
    condition: ColumnElement[bool] = story.not_in(here)
    return condition


def ask_to_tell(archive: Archive, seen: Seen, session_id: str, story_id: str, *, tell: bool) -> None:
    """Have her told, or no longer: who gathered her story asks for it, and stewards. Raises NotFound."""
    with writing_in(archive, seen, session_id) as here:
        row = story_for(archive, here.connection, seen.actor, story_id, Action.EDIT)
        this = (SESSION_STORY.c.session == here.session.key, SESSION_STORY.c.story_id == row.id)
        told = update(SESSION_STORY).where(*this, SESSION_STORY.c.off.is_(False)).values(tell=tell)
        if here.connection.execute(told).rowcount != 1:
            raise NotFound
        here.connection.commit()


def told_of(archive: Archive, connection: Connection, seen: Seen, session: int) -> dict[str, bool]:
    """Of the stories on a table that this person may have told of: whether they are."""
    here = select(SESSION_STORY.c.story_id, SESSION_STORY.c.tell)
    rows = connection.execute(here.where(SESSION_STORY.c.session == session, SESSION_STORY.c.off.is_(False)))
    return {row.story_id: row.tell for row in rows if _hers_to_ask(archive, connection, seen, row.story_id)}


def _hers_to_ask(archive: Archive, connection: Connection, seen: Seen, story_id: str) -> bool:
    row = connection.execute(select(STORY).where(STORY.c.id == story_id)).first()
    return row is not None and may(archive, connection, seen.actor, row, Action.EDIT)


def tables_of(connection: Connection, story_id: str, words: Words) -> Sequence[DoorTable]:
    """The tables on which her story lies and of which she is told; none of a session that is over."""
    joined = SESSION_STORY.join(SESSION, SESSION.c.key == SESSION_STORY.c.session)
    told = (SESSION_STORY.c.story_id == story_id, SESSION_STORY.c.tell, SESSION_STORY.c.off.is_(False))
    live = (SESSION.c.state != CLOSED, SESSION.c.removed.is_(None))
    rows = select(SESSION.c.key, SESSION.c.day).select_from(joined).where(*told, *live)
    found = connection.execute(rows.order_by(SESSION.c.day, SESSION.c.key))
    return [DoorTable(row.key, date_label(row.day, words.dates)) for row in found]


def take_off_table(archive: Archive, story_id: str, session: int) -> None:
    """She takes her story off a table: its words are shown there no more, and nobody puts it back.

    Raises NotFound for a table of which she was not told.
    """
    told = (SESSION_STORY.c.session == session, SESSION_STORY.c.story_id == story_id, SESSION_STORY.c.tell)
    with archive.writing() as connection:
        row = connection.execute(select(SESSION).where(SESSION.c.key == session).with_for_update()).first()
        if (
            row is None
            or connection.execute(update(SESSION_STORY).where(*told).values(off=True)).rowcount != 1
        ):
            raise NotFound
        if row.state == OPEN:
            append(archive, connection, row, Kind.PREPARED, None)
        now = archive.now()
        connection.execute(update(SESSION).where(SESSION.c.key == session).values(changed=now))
        connection.commit()
