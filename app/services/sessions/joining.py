"""Taking part in a session: by its code, under a name of one's own choosing, for this session only."""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, or_, select, update

from app.database.sessions import PARTICIPANT, SESSION
from app.database.tables import AnyRow
from app.database.visibility import ANONYMOUS, Actor
from app.errors import InvalidText, SignInNeeded, StoryholdError
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.recording import By
from app.services.sessions.changing import writing_in
from app.services.sessions.codes import typed_code
from app.services.sessions.events import Kind
from app.services.sessions.log import append
from app.services.sessions.room import CLOSED, OPEN, Seen
from app.services.signing_in import token_digest

MOST_PEOPLE = 200  # in one session
LONGEST_NAME = 60  # characters
LONGEST_COOKIE = 100
WRONG = "No session has this code. Look at it once more: a word and three digits, such as LARCH-427."
OVER = "This code was right: its session has been closed, and nobody can join it any more."
FULL = "There are {} people in this session, and it has room for no more. Look on with somebody beside you."
NAMELESS = "Write a name by which the others may call you. It need not be your own."
TOO_LONG = "This name has {} characters, and {} is the most here."
WENT = "A facilitator asked you to leave this session."


class CodeRefused(InvalidText):
    """A code opens nothing; `over` where it did until its session was closed."""

    def __init__(self, sentence: str, *, over: bool = False) -> None:
        super().__init__(sentence)
        self.over = over


class SessionOver(StoryholdError):
    """Whoever asks took part in a session, and does no more; `why` says so to her."""

    def __init__(self, title: str, why: str) -> None:
        super().__init__(why)
        self.title, self.why = title, why


class CodeNeeded(StoryholdError):
    """Whoever asks has a guest's cookie that is nobody's any more: she joins again with the code."""


@dataclass(frozen=True)
class Joined:
    """Somebody takes part; `cookie` is for a guest, who comes back with it."""

    session_id: str
    cookie: str = ""


@dataclass(frozen=True)
class Comer:
    """Who comes with a code: an account of somebody who signed in, or a browser with or without a cookie."""

    actor: Actor = ANONYMOUS
    account: int | None = None
    cookie: str = ""
    address: str = ""


def join(archive: Archive, code: str, name: str, comer: Comer) -> Joined:
    """Take part in the session of this code. Who takes part already goes on as she was.

    Raises TooManyTries after many wrong codes, CodeRefused, InvalidText for a name, or SignInNeeded where
    the session admits no guests.
    """
    archive.throttle.slow_session_codes(comer.address)
    with archive.writing() as connection:
        session = _session_with(archive, connection, code, comer)
        if not session.guests and comer.account is None:
            raise SignInNeeded
        there = _row_of(connection, session, comer)
        if there is not None:
            return Joined(session.id, comer.cookie)
        _refuse_full(connection, session)
        cookie = "" if comer.account is not None else _cookie(connection, comer)
        seat = {"account": comer.account, "digest": token_digest(cookie) if cookie else None}
        _seated(archive, connection, session, name, seat)
        connection.commit()
    return Joined(session.id, cookie)


def _session_with(archive: Archive, connection: Connection, code: str, comer: Comer) -> AnyRow:
    wanted = typed_code(code)
    this = select(SESSION).where(SESSION.c.code == wanted, SESSION.c.removed.is_(None)).with_for_update()
    session = connection.execute(this).first() if wanted else None
    if session is None or session.state not in (OPEN, CLOSED):
        archive.throttle.session_code_wrong(comer.address)
        raise CodeRefused(WRONG)
    if session.state == CLOSED:
        raise CodeRefused(OVER, over=True)
    return session


def _row_of(connection: Connection, session: AnyRow, comer: Comer) -> AnyRow | None:
    """Her row, if she takes part already. Raises CodeRefused where she was asked to leave."""
    hers = (
        PARTICIPANT.c.account == comer.account
        if comer.account is not None
        else PARTICIPANT.c.digest == token_digest(comer.cookie[:LONGEST_COOKIE])
    )
    row = connection.execute(select(PARTICIPANT).where(PARTICIPANT.c.session == session.key, hers)).first()
    if row is not None and row.removed is not None:
        raise CodeRefused(WENT)
    return row


def _cookie(connection: Connection, comer: Comer) -> str:
    """The cookie that she has from another session of ours, else a new one: never one that she made up."""
    return comer.cookie if _known(connection, comer.cookie) else secrets.token_urlsafe(32)


def _known(connection: Connection, cookie: str) -> bool:
    hers = PARTICIPANT.c.digest == token_digest(cookie[:LONGEST_COOKIE])
    return bool(cookie) and connection.execute(select(PARTICIPANT.c.key).where(hers)).first() is not None


def is_known(archive: Archive, cookie: str) -> bool:
    """Whether somebody takes or took part in a session with this cookie; after a restore nobody does."""
    with archive.engine.connect() as connection:
        return _known(connection, cookie)


def _refuse_full(connection: Connection, session: AnyRow) -> None:
    """Whoever can come back has a seat; those whose cookies a restore ended have none."""
    able = or_(PARTICIPANT.c.account.is_not(None), PARTICIPANT.c.digest.is_not(None))
    here = (PARTICIPANT.c.session == session.key, PARTICIPANT.c.removed.is_(None), able)
    number = connection.execute(select(func.count()).select_from(PARTICIPANT).where(*here)).scalar_one()
    if number >= MOST_PEOPLE:
        raise InvalidText(FULL.format(MOST_PEOPLE))


def _seated(
    archive: Archive,
    connection: Connection,
    session: AnyRow,
    name: str,
    seat: dict[str, int | str | None],
    *,
    leads: bool = False,
) -> int:
    """A new participant's key."""
    told = {"session": session.key, "name": free_name(connection, session, name), "leads": leads}
    made = insert(PARTICIPANT).values(**told, **seat, joined=archive.now())
    key = int(connection.execute(made.returning(PARTICIPANT.c.key)).scalar_one())
    append(archive, connection, session, Kind.JOINED, key)
    return key


def free_name(connection: Connection, session: AnyRow, name: str) -> str:
    """The name, with a number behind it where somebody is called so already. Raises InvalidText."""
    line = one_line(name, "The name")
    if len(line) > LONGEST_NAME:
        raise InvalidText(TOO_LONG.format(len(line), LONGEST_NAME))
    if not line:
        raise InvalidText(NAMELESS)
    rows = select(PARTICIPANT.c.name).where(PARTICIPANT.c.session == session.key)
    taken = {one.casefold() for one in connection.execute(rows).scalars()}
    if line.casefold() not in taken:
        return line
    return next(new for n in range(2, len(taken) + 3) if (new := f"{line} ({n})").casefold() not in taken)


def take_part(archive: Archive, seen: Seen, session_id: str, *, leads: bool = False) -> str:
    """Whoever works here takes part without a code; the cookie by which somebody without an account is known.

    Raises InvalidText, SessionOver or NotFound.
    """
    with writing_in(archive, Seen(seen.actor, seen.by), session_id) as here:
        if here.session.state != OPEN:
            raise InvalidText("The session is not open.")
        cookie = seat_worker(archive, here.connection, here.session, seen.by, leads=leads)
        here.connection.commit()
    return cookie


def seat_worker(
    archive: Archive, connection: Connection, session: AnyRow, by: By, *, leads: bool = False
) -> str:
    """Seat somebody who works here, or again; her cookie where she has no account. Raises InvalidText."""
    there = (PARTICIPANT.c.session == session.key, PARTICIPANT.c.account == by.account)
    row = connection.execute(select(PARTICIPANT).where(*there)).first() if by.account is not None else None
    if row is not None and row.removed is not None and not leads:
        raise InvalidText(WENT)
    if row is not None:
        now = {"removed": None, "leads": row.leads or leads}
        connection.execute(update(PARTICIPANT).where(PARTICIPANT.c.key == row.key).values(**now))
        return ""
    _refuse_full(connection, session)
    cookie = "" if by.account is not None else secrets.token_urlsafe(32)
    seat = {"account": by.account, "digest": token_digest(cookie) if cookie else None}
    _seated(archive, connection, session, by.name[:LONGEST_NAME] or "Facilitator", seat, leads=leads)
    return cookie


def seat_of(archive: Archive, session_id: str, account: int | None, cookie: str) -> AnyRow | None:
    """The row of whoever takes part in this session; None for anybody else.

    Raises SessionOver for a guest whose session was closed, and for whoever was asked to leave.
    """
    digest = token_digest(cookie) if cookie and len(cookie) <= LONGEST_COOKIE else None
    if account is None and digest is None:
        return None
    joined = PARTICIPANT.join(SESSION, SESSION.c.key == PARTICIPANT.c.session)
    hers = PARTICIPANT.c.account == account if account is not None else PARTICIPANT.c.digest == digest
    columns = (*PARTICIPANT.c, SESSION.c.state, SESSION.c.title, SESSION.c.guests)
    found = select(*columns).select_from(joined).where(SESSION.c.id == session_id, hers)
    with archive.engine.connect() as connection:
        row = connection.execute(found.where(SESSION.c.removed.is_(None))).first()
    if row is None or (row.account is not None and row.removed is not None):
        return None
    if row.removed is not None:
        raise SessionOver(row.title, WENT)
    if row.account is None and not row.leads and row.state == CLOSED:
        raise SessionOver(row.title, "It was closed. Thank you for taking part.")
    if row.account is None and not row.leads and not row.guests:
        raise SessionOver(row.title, "It goes on with people who have signed in.")
    return row
