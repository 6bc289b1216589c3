"""Links that work once: an invitation, a new password, the first steward."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.database.people import ACCOUNT, ONE_TIME_LINK
from app.database.tables import AnyRow
from app.database.visibility import Role
from app.errors import InvalidText, LinkDead
from app.services.accounts import (
    Standing,
    account_named,
    account_of,
    new_email,
    one_line,
    stewards,
    stored,
    void_resets,
)
from app.services.archive import Archive
from app.services.auditing import Event, about, address_digest, note
from app.services.passwords import hash_password, refuse_guessable, refuse_unfit
from app.services.signing_in import end_sessions, open_session, set_password, token_digest


class Purpose(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    RESET = "reset"
    FORGOTTEN = "forgotten password"  # a reset that she asked for herself
    FIRST_STEWARD = "first steward"


RESETS = (Purpose.RESET, Purpose.FORGOTTEN)
LASTS = {
    Purpose.INVITATION: timedelta(days=7),
    Purpose.RESET: timedelta(days=1),
    Purpose.FORGOTTEN: timedelta(hours=2),
    Purpose.FIRST_STEWARD: None,
}

JUST_MADE = timedelta(minutes=10)  # whoever loads the answer again in this time wants no other link
OPEN_ALREADY = (
    "An invitation that gives the same is open already, and its link still works. Take it back first to make "
    "another."
)
RESET_OPEN = "A link to a new password was made just now, and still works. Wait ten minutes to make another."


@dataclass(frozen=True)
class Offer:
    """What a link offers, for the page that it leads to."""

    purpose: Purpose
    email: str
    name: str
    expires: datetime | None


@dataclass(frozen=True)
class Joining:
    """Whoever uses a link: her folded address, her name and her organisation."""

    email: str
    name: str
    organisation: str


def welcome_address(token: str) -> str:
    """The path of a link."""
    return f"/welcome/{token}"


def invite(archive: Archive, email: str, name: str, standing: Standing, *, by: int | None = None) -> str:
    """The token of an invitation; an older one to the same address works no longer.

    Raises InvalidText, also where the address has an account already, or `by` made the same just now.
    """
    folded = new_email(email)
    told = {
        "email": folded,
        "name": one_line(name, "The name"),
        "organisation": one_line(standing.organisation, "The organisation"),
        "gathers_as": one_line(standing.gathers_as, "The name on stories"),
        "roles": stored(standing.roles),
    }
    with archive.writing() as connection:
        if account_named(connection, folded):
            raise InvalidText("Somebody with this email address can sign in already.")
        if _just_made(archive, connection, Purpose.INVITATION, by, told):
            raise InvalidText(OPEN_ALREADY)
        _replace(connection, ONE_TIME_LINK.c.email == folded, Purpose.INVITATION)
        token = _make(archive, connection, Purpose.INVITATION, made_by=by, **told)
        digest = address_digest(archive, folded)
        note(archive, connection, Event.INVITED, by=by, address=digest, roles=told["roles"])
        connection.commit()
    return token


def offer_reset(archive: Archive, account: int, *, by: int | None = None) -> str:
    """The token of a link to a new password; the old password stays until it is used.

    Raises NotFound, or InvalidText for somebody who is disabled, or where `by` made one just now.
    """
    with archive.writing() as connection:
        row = account_of(connection, account)
        if row.disabled is not None:
            raise InvalidText("This account is disabled. Let it in again first.")
        if _just_made(archive, connection, Purpose.RESET, by, {"account": account}):
            raise InvalidText(RESET_OPEN)
        void_resets(connection, account)
        token = _make(archive, connection, Purpose.RESET, made_by=by, account=account, email=row.email)
        note(archive, connection, Event.RESET_OFFERED, by=by, record_id=about(account))
        connection.commit()
    return token


def _just_made(
    archive: Archive, connection: Connection, purpose: Purpose, by: int | None, told: Mapping[str, object]
) -> bool:
    """Whether this person made the same a moment ago, so that she has but loaded the answer again."""
    open_still = (ONE_TIME_LINK.c.purpose == purpose.value, ONE_TIME_LINK.c.used.is_(None))
    made = (ONE_TIME_LINK.c.made_by == by, ONE_TIME_LINK.c.made > archive.now() - JUST_MADE)
    rows = connection.execute(select(ONE_TIME_LINK).where(*open_still, *made)).mappings()
    return by is not None and any(all(row[name] == said for name, said in told.items()) for row in rows)


def offer_forgotten(archive: Archive, email: str) -> str | None:
    """The token of a link that somebody asked for who has forgotten her password.

    None where nobody with this folded address may sign in with one. Links of stewards stay as they are.
    """
    with archive.writing() as connection:
        row = account_named(connection, email)
        if row is None or row.disabled is not None or not row.password:
            return None
        _replace(connection, ONE_TIME_LINK.c.account == row.key, Purpose.FORGOTTEN)
        token = _make(archive, connection, Purpose.FORGOTTEN, account=row.key, email=row.email)
        note(archive, connection, Event.RESET_OFFERED, record_id=about(row.key), asked_for=True)
        connection.commit()
    return token


def offer_first_steward(archive: Archive) -> str | None:
    """The token of a link that makes the first steward, or None where there is one.

    Only its hash is kept, so each start makes another and the one before works no longer.
    """
    with archive.writing() as connection:
        if stewards(connection):
            return None
        _replace(connection, ONE_TIME_LINK.c.email == "", Purpose.FIRST_STEWARD)
        roles = stored([Role.STEWARD])
        token = _make(archive, connection, Purpose.FIRST_STEWARD, roles=roles)
        note(archive, connection, Event.INVITED, roles=roles)
        connection.commit()
    return token


def _make(archive: Archive, connection: Connection, purpose: Purpose, **told: object) -> str:
    token, now, lasts = secrets.token_urlsafe(32), archive.now(), LASTS[purpose]
    expires = now + lasts if lasts else None
    values = {"roles": [], "email": "", "name": "", "organisation": "", "gathers_as": "", **told}
    values |= {"digest": token_digest(token), "purpose": purpose.value, "made": now, "expires": expires}
    connection.execute(insert(ONE_TIME_LINK).values(values))
    return token


def _replace(connection: Connection, which: ColumnElement[bool], purpose: Purpose) -> None:
    unused = (ONE_TIME_LINK.c.purpose == purpose.value, ONE_TIME_LINK.c.used.is_(None))
    connection.execute(delete(ONE_TIME_LINK).where(which, *unused))


def read_link(archive: Archive, token: str) -> Offer:
    """What a link offers. Raises LinkDead."""
    with archive.engine.connect() as connection:
        row = _living(archive, connection, token)
    return Offer(Purpose(row.purpose), row.email, row.name, row.expires)


def _living(archive: Archive, connection: Connection, token: str) -> AnyRow:
    now = archive.now()
    row = connection.execute(
        select(ONE_TIME_LINK)
        .where(ONE_TIME_LINK.c.digest == token_digest(token), ONE_TIME_LINK.c.used.is_(None))
        .where(or_(ONE_TIME_LINK.c.expires.is_(None), ONE_TIME_LINK.c.expires > now))
    ).first()
    if row is None or not _still_true(connection, row):
        raise LinkDead
    return row


def _still_true(connection: Connection, row: AnyRow) -> bool:
    """Whether what the link offers can still be given."""
    if row.purpose == Purpose.FIRST_STEWARD:
        return not stewards(connection)
    if row.purpose in RESETS:
        able = (ACCOUNT.c.key == row.account, ACCOUNT.c.disabled.is_(None))
        return connection.execute(select(ACCOUNT.c.key).where(*able)).first() is not None
    return account_named(connection, row.email) is None


def accept(
    archive: Archive,
    token: str,
    *,
    email: str,
    name: str,
    password: str,
    again: str,
    organisation: str = "",
) -> str:
    """Use a link up: the account has this password. The cookie of a session, empty after a new password.

    `email` and `organisation` count for the first steward alone. Raises LinkDead, InvalidText or Busy.
    """
    refuse_unfit(password, again)
    with archive.engine.connect() as connection:
        offered = _living(archive, connection, token)
    first = offered.purpose == Purpose.FIRST_STEWARD
    address = new_email(email) if first else offered.email
    called = one_line(name, "Your name", needed=offered.purpose not in RESETS)
    belongs = one_line(organisation, "The organisation") if first else offered.organisation
    refuse_guessable(password, *known_of(archive, address, called or offered.name))
    kept = hash_password(password)  # before the transaction, which others wait for
    with archive.writing() as connection:
        row = _living(archive, connection, token)
        used = update(ONE_TIME_LINK).where(ONE_TIME_LINK.c.key == row.key, ONE_TIME_LINK.c.used.is_(None))
        if connection.execute(used.values(used=archive.now())).rowcount != 1:
            raise LinkDead
        cookie = _fulfil(archive, connection, row, Joining(address, called, belongs), kept)
        connection.commit()
    return cookie


def known_of(archive: Archive, email: str, name: str) -> tuple[str, ...]:
    """What anybody may know of her, which makes no password."""
    return name, email, email.partition("@")[0], archive.settings.title


def _fulfil(archive: Archive, connection: Connection, row: AnyRow, who: Joining, kept: str) -> str:
    if row.purpose in RESETS:
        set_password(connection, row.account, kept)
        end_sessions(archive, connection, row.account)
        note(archive, connection, Event.PASSWORD, by=row.account, by_link=True)
        return ""
    told = {"organisation": who.organisation, "gathers_as": row.gathers_as, "roles": row.roles}
    told |= {"email": who.email, "name": who.name}
    made = insert(ACCOUNT).values(password=kept, created=archive.now(), **told)
    try:
        connection.execute(made)
    except IntegrityError:
        raise InvalidText("Somebody with this email address can sign in already.") from None
    account = account_named(connection, who.email)
    assert account is not None
    cookie = open_session(archive, connection, account)
    note(archive, connection, Event.JOINED, by=account.key, invited_by=row.made_by, roles=row.roles)
    return cookie
