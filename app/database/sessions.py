"""Design sessions: what is prepared, who takes part, a log of all that was done. All people's work."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.database.columns import core, json_list, json_object, long_text, moment


class DesignSession(SQLModel, table=True):
    """A design session: what stands in it before it begins, and how far it is.

    `number` is that of its last event and grows in the transaction that writes one, so that whoever asks for
    it knows whether anything is new. `redone` grows where earlier events were changed, as erasing does.
    """

    __tablename__ = "design_session"
    key: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    title: str
    day: str = ""  # ISO date; empty where none is set yet
    team: str = ""
    purpose: str = long_text()
    vision: str = long_text()
    worths: list[dict[str, Any]] = json_list()  # what the programme values: {"key": 1, "name": …}; keys stay
    questions: list[str] = json_list()
    agenda: list[dict[str, str]] = json_list()  # {"time": "10:00", "what": …}
    guests: bool = True  # people join by code without an account; else they sign in
    expected: list[str] = json_list()  # roles of those who are to come
    votes: int = 3  # that each participant has, one for an idea
    state: str = "preparing"  # preparing, open, closed
    code: str = Field(default="", index=True)  # the last one that it was open under, as it is compared
    number: int = 0
    redone: int = 0
    account: int | None = Field(default=None, index=True)  # who made it; None: somebody at the machine
    made: datetime = moment()
    changed: datetime = moment()  # what is prepared
    opened: datetime | None = moment(required=False)
    closed: datetime | None = moment(required=False)
    removed: datetime | None = moment(required=False)  # can be put back for a time


class SessionPersona(SQLModel, table=True):
    """A persona on the table."""

    __tablename__ = "session_persona"
    session: int = Field(primary_key=True)
    persona_id: str = Field(primary_key=True, index=True)
    place: int = 0


class SessionStory(SQLModel, table=True):
    """A story to be read before a session, or on its table."""

    __tablename__ = "session_story"
    session: int = Field(primary_key=True)
    story_id: str = Field(primary_key=True, index=True)
    place: int = 0
    why: str = ""  # what to look for in it
    tell: bool = False  # its gatherer asks that its storyteller be told of it
    off: bool = False  # its storyteller took it off this table, and nobody puts it there again


class SessionParticipant(SQLModel, table=True):
    """Somebody who takes part. A guest has no account, and a cookie of her own for this session alone.

    `digest` is the SHA-256 of 256 random bits, which only her browser knows; it goes when the session closes.
    """

    __tablename__ = "session_participant"
    __table_args__ = (
        UniqueConstraint("session", "digest", name="uq_session_participant_digest"),
        UniqueConstraint("session", "account", name="uq_session_participant_account"),
    )
    key: int | None = Field(default=None, primary_key=True)
    session: int = Field(index=True)
    name: str  # of her own choosing, different from that of everybody else there
    account: int | None = Field(default=None, index=True)
    digest: str | None = Field(default=None, index=True)
    leads: bool = False  # a facilitator
    joined: datetime = moment()
    removed: datetime | None = moment(required=False)  # a facilitator asked her to leave


class SessionEvent(SQLModel, table=True):
    """One thing that somebody did in a session. Rows are added and never changed; erasing a story alone
    empties those that repeat its words.

    `number` counts from 1 within the session and has no gaps: it is the order on every screen. `sent` is made
    by who sends it, so that what is sent again is not done again.
    """

    __tablename__ = "session_event"
    __table_args__ = (
        UniqueConstraint("session", "number", name="uq_session_event_number"),
        UniqueConstraint("session", "sent", name="uq_session_event_sent"),
        Index("ix_session_event_quote", "quote"),
    )
    key: int | None = Field(default=None, primary_key=True)
    session: int = Field(index=True)
    number: int
    kind: str  # services.sessions.events.Kind
    participant: int | None = Field(default=None, index=True)
    quote: int | None = None  # the key of a quote that is pinned, or taken off
    data: dict[str, Any] = json_object()
    sent: str | None = None
    at: datetime = moment()


SESSION, SESSION_EVENT = core(DesignSession), core(SessionEvent)
SESSION_PERSONA, SESSION_STORY = core(SessionPersona), core(SessionStory)
PARTICIPANT = core(SessionParticipant)
