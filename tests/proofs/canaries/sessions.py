"""Design sessions with planted words: one with a cell that rests on each story, and one for each alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from app.database.sessions import SESSION, SESSION_EVENT, SESSION_PERSONA, SESSION_STORY
from tests.proofs.canaries.planting import EVERYBODY, Planted

EMPTY: dict[str, Any] = dict.fromkeys(("team", "day", "purpose", "vision", "code"), "")
LISTS: dict[str, Any] = {name: [] for name in ("worths", "questions", "agenda", "expected")}
OTHERS: dict[str, Any] = {"guests": False, "votes": 3, "number": 0, "redone": 0}


def plant_session(connection: Connection, now: datetime) -> None:
    """A session that is over: each reader sees of it what she may."""
    told = {"key": 1, "id": "d-planted", "title": "Planted", "state": "closed", "made": now, "changed": now}
    connection.execute(insert(SESSION).values(**EMPTY, **LISTS, **OTHERS, **told))
    connection.execute(insert(SESSION_PERSONA).values(session=1, persona_id=EVERYBODY, place=0))
    _say(connection, now, "idea", {"text": "The first"})
    _say(connection, now, "idea", {"text": "The second"})


def plant_in_sessions(connection: Connection, one: Planted, quote: int, now: datetime) -> None:
    """An idea with a cell to which only this story's quote is pinned, and a session with this story alone."""
    number = _say(connection, now, "idea", {"text": "Another"})
    cell = {"idea": number, "column": EVERYBODY}
    note = {"verdict": "helps", "note": f"Because of {one['quote cell']}.", "base": 0}
    _say(connection, now, "cell", cell | note)
    _say(connection, now, "pinned", cell, quote)
    title = {
        "id": one.session,
        "title": f"About {one['quote session']}",
        "state": "preparing",
        "account": 999,
    }
    made = insert(SESSION).values(**EMPTY, **LISTS, **OTHERS, **title, made=now, changed=now)
    key = connection.execute(made).inserted_primary_key[0]
    laid = {"session": key, "story_id": one.id, "place": 0, "why": "", "tell": False, "off": False}
    connection.execute(insert(SESSION_STORY).values(laid))


def plant_without(connection: Connection, now: datetime) -> None:
    """What others wrote in the session that is over, where this story is not: an idea is theirs alone."""
    _say(connection, now, "idea", {"text": "Another"})
    for _ in ("cell", "pinned"):
        connection.execute(update(SESSION).where(SESSION.c.key == 1).values(number=SESSION.c.number + 1))


def _say(
    connection: Connection, now: datetime, kind: str, data: dict[str, Any], quote: int | None = None
) -> int:
    counted = update(SESSION).where(SESSION.c.key == 1).values(number=SESSION.c.number + 1)
    number = connection.execute(counted.returning(SESSION.c.number)).scalar_one()
    told = {"session": 1, "number": number, "kind": kind, "data": data, "quote": quote, "at": now}
    connection.execute(insert(SESSION_EVENT).values(told))
    return int(number)
