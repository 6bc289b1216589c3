"""What sessions hold of a story whose words have to go: its place on tables, and what was pinned from it."""

from sqlalchemy import Connection, delete, insert, select, update

from app.database.marking import QUOTE
from app.database.sessions import PARTICIPANT, SESSION, SESSION_EVENT, SESSION_PERSONA, SESSION_STORY
from app.services.sessions.events import Kind


def forget_on_tables(connection: Connection, story_id: str) -> None:
    """Take a story off every table, and empty the notes that rest on its quotes alone.

    Events stay in their order without these words, and boards are computed afresh.
    """
    _off_tables(connection, story_id)
    hers = set(connection.execute(select(QUOTE.c.key).where(QUOTE.c.story_id == story_id)).scalars())
    if not hers:
        return
    pins = select(SESSION_EVENT.c.session).where(SESSION_EVENT.c.quote.in_(hers)).distinct()
    for session in connection.execute(pins).scalars().all():
        _forget_in(connection, session, hers)


def _off_tables(connection: Connection, story_id: str) -> None:
    """A session with nothing else on its table goes too: what it was called came from there.

    Where something was said in it, an empty place stays on the table, so that it is not everybody's now.
    """
    this = SESSION_STORY.c.story_id == story_id
    tables = connection.execute(select(SESSION_STORY.c.session).where(this)).scalars().all()
    connection.execute(delete(SESSION_STORY).where(this))
    for session in tables:
        if _laid_in(connection, session):
            continue
        said = (SESSION_EVENT.c.session == session, SESSION_EVENT.c.kind == Kind.IDEA.value)
        if connection.execute(select(SESSION_EVENT.c.key).where(*said)).first():
            empty = {"session": session, "story_id": "", "place": 0, "why": "", "tell": False, "off": False}
            connection.execute(insert(SESSION_STORY).values(empty))
            continue
        for table in (SESSION_EVENT, PARTICIPANT):
            connection.execute(delete(table).where(table.c.session == session))
        connection.execute(delete(SESSION).where(SESSION.c.key == session))


def _laid_in(connection: Connection, session: int) -> bool:
    return any(
        connection.execute(select(table.c.session).where(table.c.session == session)).first()
        for table in (SESSION_STORY, SESSION_PERSONA)
    )


def _forget_in(connection: Connection, session: int, hers: set[int]) -> None:
    pinned = (SESSION_EVENT.c.session == session, SESSION_EVENT.c.quote.is_not(None))
    held: dict[tuple[int, str], set[int]] = {}
    for row in connection.execute(select(SESSION_EVENT.c.data, SESSION_EVENT.c.quote).where(*pinned)):
        held.setdefault((row.data["idea"], row.data["column"]), set()).add(row.quote)
    alone = {cell for cell, quotes in held.items() if quotes <= hers}
    written = (SESSION_EVENT.c.session == session, SESSION_EVENT.c.kind == Kind.CELL.value)
    for row in connection.execute(select(SESSION_EVENT.c.key, SESSION_EVENT.c.data).where(*written)).all():
        if (row.data["idea"], row.data["column"]) in alone:
            empty = {**row.data, "verdict": "", "note": ""}
            this = update(SESSION_EVENT).where(SESSION_EVENT.c.key == row.key)
            connection.execute(this.values(data=empty))
    gone = update(SESSION_EVENT).where(SESSION_EVENT.c.session == session, SESSION_EVENT.c.quote.in_(hers))
    connection.execute(gone.values(quote=None))
    again = update(SESSION).where(SESSION.c.key == session)
    connection.execute(again.values(redone=SESSION.c.redone + 1))
