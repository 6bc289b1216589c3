"""What facilitators do: choose, group, hide, lock, time-box, and write down what was decided."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import update

from app.database.sessions import PARTICIPANT, SESSION
from app.errors import InvalidText, NotAllowed, NotFound
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.defining import tidied
from app.services.sessions.changing import LEADERS, Change, Here, Sent, lead, writing_in
from app.services.sessions.events import Idea, Kind
from app.services.sessions.log import append
from app.services.sessions.room import CLOSED, OPEN

LONGEST_DECISION, LONGEST_REASON, LONGEST_STEP = 1_000, 2_000, 500  # characters
LONGEST_CLOCK = 480  # minutes
MOST_IDEAS = 120
TOO_MANY = "There are {} ideas on the board, and that is the most. Take one off that nobody needs."
NO_DAY = "This is no day. Write it like 2026-05-14, or leave it empty."


def choose_text(archive: Archive, sent: Sent, idea: int, column: str, text: int) -> int:
    """Of several texts in a cell, keep this one. Raises NotFound, NotAllowed."""

    def make(here: Here) -> Change:
        if all(one.number != text for one in here.idea(idea).cell(column).texts):
            raise NotFound
        return Change({"idea": idea, "column": column, "text": text})

    return lead(archive, sent, Kind.CHOSEN, make)


def group_idea(archive: Archive, sent: Sent, idea: int, name: str) -> int:
    """Put an idea into a group of this name, or out of any. Raises InvalidText, NotFound."""
    called = one_line(name, "The group’s name")

    def make(here: Here) -> Change:
        here.idea(idea)
        return Change({"idea": idea, "name": called})

    return lead(archive, sent, Kind.GROUPED, make)


def hide_idea(archive: Archive, sent: Sent, idea: int, *, hidden: bool) -> int:
    """Hide an idea from everybody but facilitators, or show it again. Raises NotFound."""

    def make(here: Here) -> Change:
        here.idea(idea)
        return Change({"idea": idea})

    return lead(archive, sent, Kind.HIDDEN if hidden else Kind.SHOWN, make)


def lock_board(archive: Archive, sent: Sent, *, locked: bool) -> int:
    """Let nobody but facilitators write, or everybody again."""
    return lead(archive, sent, Kind.LOCKED if locked else Kind.UNLOCKED, lambda _: Change({}))


def set_clock(archive: Archive, sent: Sent, minutes: int, what: str) -> int:
    """Time-box: from now for this many minutes; 0 stops the clock. Raises InvalidText."""
    called = one_line(what, "What the time is for")
    if not 0 <= minutes <= LONGEST_CLOCK:
        raise InvalidText(f"The clock takes 1 to {LONGEST_CLOCK} minutes.")
    ends = (archive.now() + timedelta(minutes=minutes)).isoformat(timespec="seconds") if minutes else ""
    return lead(archive, sent, Kind.CLOCK, lambda _: Change({"ends": ends, "what": called if ends else ""}))


def decide_on(archive: Archive, sent: Sent, words: str, reason: str, idea: int) -> int:
    """Write down a decision and why; `idea` may be 0. Raises InvalidText, NotFound."""
    told = told_of_decision(words, reason, idea)

    def make(here: Here) -> Change:
        if idea:
            here.idea(idea)
        return Change(told)

    return lead(archive, sent, Kind.DECIDED, make)


def told_of_decision(words: str, reason: str, idea: int) -> dict[str, Any]:
    """A decision as the log has it. Raises InvalidText."""
    told = {"words": tidied(words, LONGEST_DECISION), "reason": tidied(reason, LONGEST_REASON), "idea": idea}
    if not told["words"]:
        raise InvalidText("Write down what was decided.")
    return told


def add_step(archive: Archive, sent: Sent, what: str, who: str, day: str) -> int:
    """Write down who does what until when; the day may be empty. Raises InvalidText."""
    told = told_of_step(what, who, day)
    return lead(archive, sent, Kind.STEP, lambda _: Change(told))


def told_of_step(what: str, who: str, day: str) -> dict[str, Any]:
    """A next step as the log has it. Raises InvalidText."""
    told = {"what": tidied(what, LONGEST_STEP), "who": one_line(who, "Who does it"), "day": a_day(day)}
    if not told["what"]:
        raise InvalidText("Write down what is to be done.")
    return told


def a_day(text: str) -> str:
    """A day as it is kept; empty for none. Raises InvalidText."""
    if not text.strip():
        return ""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise InvalidText(NO_DAY) from None


def drop_outcome(archive: Archive, sent: Sent, number: int) -> int:
    """Take a decision or a next step off again; it stays in the log. Raises NotFound."""

    def make(here: Here) -> Change:
        if number not in here.state.decisions and number not in here.state.steps:
            raise NotFound
        return Change({"number": number})

    return lead(archive, sent, Kind.DROPPED, make)


def put_back(archive: Archive, sent: Sent, number: int) -> int:
    """Put back what was taken off, with all that was said of it. Raises InvalidText, NotFound."""

    def make(here: Here) -> Change:
        refuse_return(here, number)
        return Change({"number": number})

    return lead(archive, sent, Kind.RETURNED, make)


def refuse_return(here: Here, number: int) -> None:
    """Raises NotFound for what was not taken off, InvalidText where the board has no room for it."""
    if number not in here.state.off:
        raise NotFound
    if isinstance(here.state.off[number], Idea) and len(here.state.ideas) >= MOST_IDEAS:
        raise InvalidText(TOO_MANY.format(MOST_IDEAS))


def follow_up(archive: Archive, sent: Sent, step: int, came: str, *, done: bool) -> int:
    """Say what came of a next step: whoever works here does, also after the session. Raises NotFound."""
    words = tidied(came, LONGEST_REASON)
    with writing_in(archive, sent.seen, sent.session_id) as here:
        if not here.seen.works:
            raise NotAllowed(LEADERS)
        if step not in here.state.steps:
            raise NotFound
        told = {"step": step, "came": words, "done": done}
        number = append(archive, here.connection, here.session, Kind.FOLLOWED, here.seen.key, told)
        here.connection.commit()
    return number


def make_facilitator(archive: Archive, sent: Sent) -> None:
    """Whoever works here and takes part becomes a facilitator. Raises NotAllowed, NotFound."""
    with writing_in(archive, sent.seen, sent.session_id) as here:
        if not here.seen.works or here.seen.participant is None or here.session.state != OPEN:
            raise NotAllowed(LEADERS)
        if not here.seen.leads:
            hers = PARTICIPANT.c.key == here.seen.key
            here.connection.execute(update(PARTICIPANT).where(hers).values(leads=True))
            append(archive, here.connection, here.session, Kind.LEADS, here.seen.key, {"on": True})
        here.connection.commit()


def ask_to_leave(archive: Archive, sent: Sent, participant: int) -> None:
    """Somebody takes part no more; what she wrote stays. Raises NotAllowed, NotFound."""
    with writing_in(archive, sent.seen, sent.session_id) as here:
        if not here.seen.leads:
            raise NotAllowed(LEADERS)
        there = (PARTICIPANT.c.key == participant, PARTICIPANT.c.session == here.session.key)
        out = update(PARTICIPANT).where(*there, PARTICIPANT.c.removed.is_(None))
        if here.connection.execute(out.values(removed=archive.now())).rowcount != 1:
            raise NotFound
        append(archive, here.connection, here.session, Kind.LEFT, participant)
        here.connection.commit()


def close_session(archive: Archive, sent: Sent) -> bool:
    """End a session: its code opens nothing from now on. False where somebody has closed it already.

    Raises NotAllowed, NotFound.
    """
    with writing_in(archive, sent.seen, sent.session_id) as here:
        if here.session.state == CLOSED:
            return False
        if not here.seen.leads:
            raise NotAllowed(LEADERS)
        append(archive, here.connection, here.session, Kind.CLOSED, here.seen.key)
        this = update(SESSION).where(SESSION.c.key == here.session.key)
        here.connection.execute(this.values(state=CLOSED, closed=archive.now()))
        here.connection.commit()
    return True


def with_key(sent: Sent, key: str) -> Sent:
    """The same sender, with another key."""
    return replace(sent, key=key)
