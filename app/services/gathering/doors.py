"""The storyteller's own door: a private link to one story, without an account.

Only the link's SHA-256 is kept. There is one at a time; a fresh one ends the one before.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import OperationalError

from app.database.gathering import DOOR
from app.database.tables import STORY, AnyRow
from app.database.visibility import Action, Actor, storyteller
from app.errors import EditConflict, LinkDead
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.gathering.wording import language_for
from app.services.recording import By, story_for
from app.services.signing_in import token_digest
from app.services.withholding import withheld

log = structlog.get_logger()
LENGTH = 43  # characters of 256 random bits
SEEN_AGAIN = timedelta(hours=1)  # more often it is not written down that she came


@dataclass(frozen=True)
class Door:
    """A door that stands open: its story's row, and who comes in."""

    key: int
    row: AnyRow
    language: str

    @property
    def actor(self) -> Actor:
        return storyteller(self.row.id)


def door_path(token: str) -> str:
    """The path of a link."""
    return f"/door/{token}"


def desk_path(story_id: str) -> str:
    """The path at which a gatherer looks after a story's door."""
    return f"/s/{story_id}/door"


def door_of(connection: Connection, story_id: str) -> AnyRow | None:
    """The living link of a story."""
    living = (DOOR.c.story_id == story_id, DOOR.c.ended.is_(None))
    return connection.execute(select(DOOR).where(*living).order_by(DOOR.c.key.desc())).first()


def make_door(
    archive: Archive, actor: Actor, by: By, story_id: str, *, language: str = "", before: int = 0
) -> str:
    """The token of a fresh link; the one before ends.

    `before` is the key of the link that the page showed, 0 for none: whoever loads the answer again must
    not end the link that she has just sent. Raises EditConflict then, NotFound or Withdrawn.
    """
    token, now = secrets.token_urlsafe(32), archive.now()
    with archive.writing() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
        living = door_of(connection, row.id)
        if (living.key if living else 0) != before:
            raise EditConflict(row.id)
        _end(connection, row.id, now)
        spoken = language_for(language, row.language, archive.settings.language)
        told = {"story_id": row.id, "language": spoken, "made": now, "made_by": by.account}
        connection.execute(insert(DOOR).values(digest=token_digest(token), **told))
        note(archive, connection, Event.DOOR_MADE, by=by.account, record_id=row.id)
        connection.commit()
    return token


def end_door(archive: Archive, actor: Actor, by: By, story_id: str) -> None:
    """Take the link back; where there is none, nothing changes. Raises NotFound or Withdrawn."""
    with archive.writing() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
        if _end(connection, row.id, archive.now()):
            note(archive, connection, Event.DOOR_ENDED, by=by.account, record_id=row.id)
        connection.commit()


def _end(connection: Connection, story_id: str, now: datetime) -> int:
    living = (DOOR.c.story_id == story_id, DOOR.c.ended.is_(None))
    return connection.execute(update(DOOR).where(*living).values(ended=now)).rowcount


def open_door(archive: Archive, token: str, *, address: str) -> Door:
    """The door that a link opens.

    Raises LinkDead for every other, and TooManyTries where many of them came from one address. A link
    that is good opens whoever else tries from there.
    """
    with archive.engine.connect() as connection:
        found = _living(connection, token)
    if found is None:
        archive.throttle.refuse_guesser(address)
        archive.throttle.guessed(address)
        raise LinkDead
    return found


def _living(connection: Connection, token: str) -> Door | None:
    if len(token) != LENGTH or withheld(connection):
        return None
    wanted = (DOOR.c.digest == token_digest(token), DOOR.c.ended.is_(None))
    door = connection.execute(select(DOOR).where(*wanted)).first()
    if door is None:
        return None
    row = connection.execute(select(STORY).where(STORY.c.id == door.story_id)).first()
    return None if row is None else Door(door.key, row, door.language)


def note_opened(archive: Archive, door: Door) -> None:
    """Write down that she came, so that her gatherer knows that the link has arrived.

    Where it can not be written, because a disk is full or somebody else writes, she reads all the same.
    """
    try:
        _note_opened(archive, door)
    except OperationalError:
        log.exception("that a door was opened could not be written down")


def _note_opened(archive: Archive, door: Door) -> None:
    now = archive.now()
    with archive.engine.connect() as connection:
        opened = connection.execute(select(DOOR.c.opened).where(DOOR.c.key == door.key)).scalar()
    if opened is not None and opened.replace(tzinfo=opened.tzinfo or UTC) > now - SEEN_AGAIN:
        return
    with archive.writing() as connection:
        connection.execute(update(DOOR).where(DOOR.c.key == door.key).values(opened=now))
        connection.commit()


def speak(archive: Archive, door: Door, language: str) -> None:
    """Have the door speak another language from now on; one that there is no catalogue for is passed over."""
    with archive.writing() as connection:
        spoken = language_for(language, door.language)
        connection.execute(update(DOOR).where(DOOR.c.key == door.key).values(language=spoken))
        connection.commit()
