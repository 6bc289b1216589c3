"""Signing in at another place: leaving with a state, coming back with it once and in the same browser."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, insert, select

from app.database.people import SIGN_IN, SINGLE_SIGN_ON
from app.database.tables import AnyRow
from app.errors import SignOnRefused
from app.services.archive import Archive
from app.services.arriving import arrive, told_by
from app.services.auditing import Event, note
from app.services.id_tokens import NOT_TRUSTED
from app.services.provider import Leaving, Provider
from app.services.signing_in import open_session, token_digest

log = structlog.get_logger()
LASTS = timedelta(minutes=10)  # between leaving and coming back
LONGEST_CODE = 4_000  # characters
TOO_LATE = (
    "This sign-in was begun elsewhere, has been used, or is more than ten minutes old. Please try again."
)
BROKEN_OFF = "The sign-in was broken off there, so nobody was signed in."


@dataclass(frozen=True)
class Gone:
    """Where to send somebody, and the cookie by which her browser is known again."""

    address: str
    browser: str


@dataclass(frozen=True)
class Arrived:
    """The cookie of the session that has begun, and the path to go on to."""

    cookie: str
    onto: str


def begin(archive: Archive, *, onto: str, back: str, address: str) -> Gone:
    """Send somebody to the single sign-on. Raises ProviderSilent, TooManyTries or SignOnRefused."""
    provider = _provider(archive)
    archive.throttle.begin(address)
    state, browser, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(4))
    away = provider.away(Leaving(state, nonce, verifier, back))
    told = {"browser": token_digest(browser), "nonce": nonce, "verifier": verifier, "next": onto}
    with archive.writing() as connection:
        connection.execute(delete(SINGLE_SIGN_ON).where(SINGLE_SIGN_ON.c.made <= archive.now() - LASTS))
        row = insert(SINGLE_SIGN_ON).values(digest=token_digest(state), made=archive.now(), **told)
        connection.execute(row)
        connection.commit()
    return Gone(away, browser)


def come_back(
    archive: Archive, asked: Mapping[str, str], *, browser: str, back: str, offered: str
) -> Arrived:
    """A session for whoever the provider says came back; the cookie she came with ends.

    `asked` is the query, `browser` the cookie of her leaving. Raises SignOnRefused or ProviderSilent.
    """
    provider = _provider(archive)
    row = _left(archive, asked.get("state", ""), browser)
    provider.refuse_other(asked.get("iss"))
    code = asked.get("code", "")
    if "error" in asked or not code or len(code) > LONGEST_CODE:
        raise SignOnRefused(BROKEN_OFF)
    leaving = Leaving(asked["state"], row.nonce, row.verifier, back)
    claims = provider.claims(code, leaving, archive.now())
    return Arrived(_enter(archive, claims, offered), row.next)


def _left(archive: Archive, state: str, browser: str) -> AnyRow:
    """How somebody left; whoever names the state uses it up, from whichever browser."""
    this = SINGLE_SIGN_ON.c.digest == token_digest(state)
    with archive.writing() as connection:
        young = (this, SINGLE_SIGN_ON.c.made > archive.now() - LASTS)
        row = connection.execute(select(SINGLE_SIGN_ON).where(*young)).first()
        connection.execute(delete(SINGLE_SIGN_ON).where(this))
        connection.commit()
    if row is None or not secrets.compare_digest(row.browser, token_digest(browser)):
        raise SignOnRefused(TOO_LATE)
    return row


def _enter(archive: Archive, claims: Mapping[str, Any], offered: str) -> str:
    person = told_by(claims, archive.settings)
    with archive.writing() as connection:
        row = arrive(archive, connection, person)
        cookie = open_session(archive, connection, row)
        connection.execute(delete(SIGN_IN).where(SIGN_IN.c.digest == token_digest(offered)))
        if not row.second_factor:  # else she is nobody yet: a code is still to come
            note(archive, connection, Event.SIGNED_IN, by=row.key, single_sign_on=True)
        connection.commit()
    return cookie


def _provider(archive: Archive) -> Provider:
    if archive.provider is None:
        raise SignOnRefused(NOT_TRUSTED)
    return archive.provider
