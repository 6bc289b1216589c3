"""Signing in and out: sessions are rows, found by the hash of a cookie that only a browser knows."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import structlog
from sqlalchemy import ColumnElement, Connection, Update, delete, insert, or_, select, update
from sqlalchemy.exc import OperationalError

from app.database.engine import writing_if_free
from app.database.people import ACCOUNT, SIGN_IN
from app.database.tables import AnyRow
from app.database.visibility import Actor, Role
from app.errors import InvalidText, SignInRefused
from app.services.accounts import account_named, actor_with, fold_email, roles_of, void_resets, void_tokens
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.owning import own_stories
from app.services.passwords import fits, hash_password, is_dated, refuse_unfit, verify
from app.services.refusals import note_refused

log = structlog.get_logger()
IDLE, LONGEST = timedelta(hours=12), timedelta(days=7)
AWAITING = timedelta(minutes=10)  # for the code of a second factor, after the password
NOTED = timedelta(minutes=5)  # a session that is read from all the time is written this often
REFUSED = "That email address and password do not belong together here."


@dataclass(frozen=True)
class SignedIn:
    """Who is behind a living session. Keys are of the rows."""

    account: int
    session: int
    name: str
    email: str
    actor: Actor


def token_digest(token: str) -> str:
    """What is kept of a cookie or link: 256 random bits need no salt."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def sign_in(archive: Archive, email: str, password: str, *, address: str, offered: str = "") -> str:
    """A new cookie for whoever knows the password; the one she came with ends.

    Where the account has a second factor it is nobody's yet, and second_factor.give_code makes it hers.

    Raises SignInRefused (the same, after the same time, for an account that is not there), TooManyTries
    or Busy. A password that can be nobody's is InvalidText and is never hashed.
    """
    refuse_unfit(password)
    row = _known(archive, email, password, address)
    with archive.writing() as connection:
        cookie = open_session(archive, connection, row)
        connection.execute(delete(SIGN_IN).where(SIGN_IN.c.digest == token_digest(offered)))
        if not row.second_factor:
            note(archive, connection, Event.SIGNED_IN, by=row.key)
        connection.commit()
    return cookie


def _known(archive: Archive, email: str, password: str, address: str) -> AnyRow:
    try:
        folded = fold_email(email)
    except InvalidText:
        folded = ""
    archive.throttle.attempt(folded, address)
    with archive.engine.connect() as connection:
        row = account_named(connection, folded)
    right = verify(row.password if row else None, password)
    if row is None or not right or row.disabled is not None:
        note_refused(archive, folded, row.key if row else None)
        raise SignInRefused(REFUSED)
    if not row.second_factor:  # else a known password would buy any number of codes
        archive.throttle.succeeded(folded, address)
    return _at_todays_cost(archive, row, password)


def _at_todays_cost(archive: Archive, row: AnyRow, password: str) -> AnyRow:
    """The account with its password hashed afresh. Raises SignInRefused if it has another by now, or Busy."""
    if not is_dated(row.password):
        return row
    again = hash_password(password)
    with archive.writing() as connection:
        same = (ACCOUNT.c.key == row.key, ACCOUNT.c.password == row.password)
        connection.execute(update(ACCOUNT).where(*same).values(password=again))
        connection.commit()
        now = connection.execute(select(ACCOUNT).where(ACCOUNT.c.key == row.key)).one()
    if now.password != again and not verify(now.password, password):
        raise SignInRefused(REFUSED)
    return now


def open_session(archive: Archive, connection: Connection, row: AnyRow, *, proved: bool = False) -> str:
    """Begin a session of the account as it was read. Raises SignInRefused if it changed since.

    Unless a code was `proved`, the session of an account with a second factor is nobody's yet.
    """
    now, cookie = archive.now(), secrets.token_urlsafe(32)
    same = (
        ACCOUNT.c.key == row.key,
        ACCOUNT.c.password == row.password,
        ACCOUNT.c.second_factor == row.second_factor,
        ACCOUNT.c.disabled.is_(None),
    )
    if connection.execute(select(ACCOUNT.c.key).where(*same).with_for_update()).first() is None:
        raise SignInRefused(REFUSED)
    over = or_(SIGN_IN.c.seen <= now - IDLE, SIGN_IN.c.created <= now - LONGEST)
    connection.execute(delete(SIGN_IN).where(over))
    begun = {"account": row.key, "created": now, "seen": now, "rotated": now}
    begun |= {"awaiting": bool(row.second_factor) and not proved, "tries": 0}
    connection.execute(insert(SIGN_IN).values(digest=token_digest(cookie), **begun))
    return cookie


def session_of(archive: Archive, cookie: str) -> SignedIn | None:
    """Who this cookie is; None for one that is over, was never given, or whose account is disabled."""
    if not cookie or len(cookie) > 100:
        return None
    now = archive.now()
    with archive.engine.connect() as connection:
        row = connection.execute(
            select(ACCOUNT, SIGN_IN.c.key.label("session"), (SIGN_IN.c.seen <= now - NOTED).label("stale"))
            .join(SIGN_IN, SIGN_IN.c.account == ACCOUNT.c.key)
            .where(SIGN_IN.c.digest == token_digest(cookie), ACCOUNT.c.disabled.is_(None))
            .where(*living(archive))
        ).first()
        if row is None:
            return None
        actor = actor_of(archive, connection, row)
    if row.stale:
        note_seen(archive, update(SIGN_IN).where(SIGN_IN.c.key == row.session))
    return SignedIn(row.key, row.session, row.name, row.email, actor)


def living(archive: Archive) -> tuple[ColumnElement[bool], ...]:
    """What is true of the rows of sessions that go on: not idle, not too old, and no code is awaited."""
    now = archive.now()
    return SIGN_IN.c.awaiting.is_(False), SIGN_IN.c.seen > now - IDLE, SIGN_IN.c.created > now - LONGEST


def note_seen(archive: Archive, row: Update) -> None:
    """Say that a session or a token is in use, unless somebody else writes now: the next request says it."""
    try:
        with writing_if_free(archive.engine) as connection:
            connection.execute(row.values(seen=archive.now()))
            connection.commit()
    except OperationalError:
        log.warning("that somebody is here could not be noted")


def actor_of(archive: Archive, connection: Connection, row: AnyRow) -> Actor:
    """What an account may do, as its row stands now."""
    roles = roles_of(row)
    gathers = Role.GATHERER in roles
    own = own_stories(archive, connection, row.gathers_as, row.key) if gathers else frozenset()
    return actor_with(archive, row, roles, own)


def sign_out(archive: Archive, cookie: str) -> None:
    """End the session of this cookie; one that is none is no error, and only one that went on is noted."""
    hers = SIGN_IN.c.digest == token_digest(cookie)
    with archive.writing() as connection:
        ended = connection.execute(select(SIGN_IN.c.account).where(hers, *living(archive))).scalar()
        connection.execute(delete(SIGN_IN).where(hers))
        if ended is not None:
            note(archive, connection, Event.SIGNED_OUT, by=ended)
        connection.commit()


def end_sessions(archive: Archive, connection: Connection, account: int, keep: int | None = None) -> str:
    """End an account's sessions and tokens; the one session to keep goes on under the new cookie that is
    returned.

    The cookie is empty where there is none to keep.
    """
    void_tokens(connection, account)
    hers = SIGN_IN.c.account == account
    connection.execute(delete(SIGN_IN).where(hers, SIGN_IN.c.key != (keep if keep is not None else -1)))
    cookie = secrets.token_urlsafe(32)
    renewed = update(SIGN_IN).where(hers, SIGN_IN.c.key == keep)
    kept = connection.execute(renewed.values(digest=token_digest(cookie), rotated=archive.now())).rowcount
    return cookie if kept else ""


def set_password(connection: Connection, account: int, kept: str) -> None:
    """Put a hash in the place of another; links to a new password that are still open go with it."""
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == account).values(password=kept))
    void_resets(connection, account)


def is_password(kept: str, password: str) -> bool:
    """Whether this is the password; what can be nobody's is not hashed. Raises Busy."""
    return fits(password) and verify(kept, password)
