"""What is written down when a session is over: decisions, next steps, and what came of them.

While it goes on its facilitators write these; afterwards whoever took part, made it, or keeps the archive.
"""

from collections.abc import Callable
from typing import Any

from app.database.tables import AnyRow
from app.database.visibility import Role
from app.errors import NotAllowed, NotFound
from app.services.archive import Archive
from app.services.sessions.changing import LEADERS, LONGEST_KEY, Here, Sent, writing_in
from app.services.sessions.events import Kind
from app.services.sessions.leading import (
    add_step,
    decide_on,
    drop_outcome,
    put_back,
    refuse_return,
    told_of_decision,
    told_of_step,
)
from app.services.sessions.log import already_sent, append
from app.services.sessions.room import CLOSED, OPEN, Seen

THEIRS = "Those who took part in this session, whoever prepared it, and stewards write here after it."


def may_write_after(session: AnyRow, seen: Seen) -> bool:
    """Whether she may write decisions and next steps now. `session` is a row of SESSION."""
    if session.state == OPEN:
        return seen.leads
    return session.state == CLOSED and seen.works and _is_hers(session, seen)


def _is_hers(session: AnyRow, seen: Seen) -> bool:
    made = session.account == seen.by.account
    return seen.participant is not None or made or Role.STEWARD in seen.actor.roles


def write_decision(archive: Archive, sent: Sent, words: str, reason: str, idea: int) -> None:
    """Write down what was decided and why; `idea` may be 0. Raises InvalidText, NotFound, NotAllowed."""
    if not _over(archive, sent):
        decide_on(archive, sent, words, reason, idea)
        return
    told = told_of_decision(words, reason, idea)

    def check(here: Here) -> None:
        if idea:
            here.idea(idea)

    _add(archive, sent, Kind.DECIDED, told, check)


def write_step(archive: Archive, sent: Sent, what: str, who: str, day: str) -> None:
    """Write down who does what until when. Raises InvalidText, NotAllowed, NotFound."""
    if not _over(archive, sent):
        add_step(archive, sent, what, who, day)
        return
    _add(archive, sent, Kind.STEP, told_of_step(what, who, day), lambda _: None)


def take_off(archive: Archive, sent: Sent, number: int) -> None:
    """Take a decision or a next step off again; it stays in the log. Raises NotAllowed, NotFound."""
    if not _over(archive, sent):
        drop_outcome(archive, sent, number)
        return

    def check(here: Here) -> None:
        if number not in here.state.decisions and number not in here.state.steps:
            raise NotFound

    _add(archive, sent, Kind.DROPPED, {"number": number}, check)


def bring_back(archive: Archive, sent: Sent, number: int) -> None:
    """Put back what was taken off. Raises InvalidText, NotAllowed, NotFound."""
    if not _over(archive, sent):
        put_back(archive, sent, number)
        return
    _add(archive, sent, Kind.RETURNED, {"number": number}, lambda here: refuse_return(here, number))


def _over(archive: Archive, sent: Sent) -> bool:
    """Whether the session was closed. Raises NotFound."""
    with writing_in(archive, sent.seen, sent.session_id) as here:
        return bool(here.session.state == CLOSED)


def _add(
    archive: Archive, sent: Sent, kind: Kind, told: dict[str, Any], check: Callable[[Here], None]
) -> None:
    with writing_in(archive, sent.seen, sent.session_id) as here:
        if not may_write_after(here.session, here.seen):
            raise NotAllowed(THEIRS if here.seen.works else LEADERS)
        check(here)
        key = f"after:{sent.key[:LONGEST_KEY]}" if sent.key else ""
        if already_sent(here.connection, here.session, key) is None:
            append(archive, here.connection, here.session, kind, here.seen.key, told, sent=key)
            here.connection.commit()
