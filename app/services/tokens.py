"""Tokens for programs: made at /account, shown once, worth what their account may do at each request."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from app.database.people import ACCOUNT, API_TOKEN
from app.database.tables import AnyRow
from app.database.visibility import Actor
from app.errors import InvalidText, TokenRefused
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.dates import date_label, moment_label
from app.services.signing_in import NOTED, SignedIn, actor_of, note_seen, token_digest
from app.services.views import TokenRow

PREFIX = "sh_"  # so that whoever looks for secrets in published files knows one
DAYS, USUAL_DAYS = (7, 30, 90, 365), 90
MOST = 50  # of one account, so that no list grows past reading
LONGEST = 200  # characters that are looked at


class Scope(StrEnum):
    """What a token may be used for; never more than its account may do."""

    READ = "read"
    WRITE = "write"


SCOPES = {Scope.READ: "reads", Scope.WRITE: "changes"}


@dataclass(frozen=True)
class Holder:
    """Whoever stands behind a token, with what she may do now. Keys are of the rows."""

    account: int
    token: int
    scopes: frozenset[Scope]
    actor: Actor


def days_named(text: str) -> int:
    """How long a token is to last. Raises InvalidText."""
    if text not in {str(days) for days in DAYS}:
        raise InvalidText(f"A token lasts {', '.join(map(str, DAYS[:-1]))} or {DAYS[-1]} days.")
    return int(text)


def make_token(archive: Archive, who: SignedIn, name: str, scopes: Iterable[Scope], days: int) -> str:
    """A token of this account; only its digest is kept.

    A name that one of hers has already, and is not over, is refused, so that loading the answer anew makes
    no second token unnoticed. Raises InvalidText.
    """
    called, given = one_line(name, "The token's name", needed=True), sorted(set(scopes))
    token, now = PREFIX + secrets.token_urlsafe(32), archive.now()
    told = {"account": who.account, "name": called, "scopes": given, "made": now}
    with archive.writing() as connection:
        _refuse_one_more(connection, who.account, called, now)
        made = insert(API_TOKEN).values(
            digest=token_digest(token), expires=now + timedelta(days=days), **told
        )
        key = connection.execute(made.returning(API_TOKEN.c.key)).scalar_one()
        note(archive, connection, Event.TOKEN_MADE, by=who.account, token=key, scopes=given, days=days)
        connection.commit()
    return token


def _refuse_one_more(connection: Connection, account: int, called: str, now: datetime) -> None:
    hers = select(func.count()).select_from(API_TOKEN).where(API_TOKEN.c.account == account)
    if connection.execute(hers).scalar_one() >= MOST:
        raise InvalidText(f"There are {MOST} tokens already. End one that is not used any more.")
    if connection.execute(hers.where(API_TOKEN.c.name == called, API_TOKEN.c.expires > now)).scalar_one():
        raise InvalidText(
            "You have a token of this name already, and it was shown when it was made. "
            "Name what the new one is for, or end the one that you have."
        )


def end_token(archive: Archive, who: SignedIn, key: int) -> None:
    """End one of one's own tokens; another's is passed over."""
    with archive.writing() as connection:
        hers = (API_TOKEN.c.key == key, API_TOKEN.c.account == who.account)
        if connection.execute(delete(API_TOKEN).where(*hers)).rowcount:
            note(archive, connection, Event.TOKEN_ENDED, by=who.account, token=key)
        connection.commit()


def tokens_of(archive: Archive, connection: Connection, account: int) -> list[TokenRow]:
    """The tokens of an account, the newest first; of none is shown what it is."""
    over = (API_TOKEN.c.expires <= archive.now()).label("over")
    hers = select(API_TOKEN, over).where(API_TOKEN.c.account == account).order_by(API_TOKEN.c.key.desc())
    return [_shown(archive, row) for row in connection.execute(hers)]


def _shown(archive: Archive, row: AnyRow) -> TokenRow:
    until, language = row.expires.isoformat()[:10], archive.settings.language
    seen = moment_label(row.seen, language)
    may = [word for scope, word in SCOPES.items() if scope in row.scopes]
    return TokenRow(row.key, row.name, may, date_label(until, language), seen, bool(row.over))


def holder_of(archive: Archive, token: str, *, address: str) -> Holder:
    """Who stands behind a token. One that is unknown, malformed, over, or whose account is disabled is
    refused in one way and with the same work.

    Raises TokenRefused, or TooManyTries after too many of these from one address.
    """
    archive.throttle.refuse_guesser(address)
    now = archive.now()
    stale = or_(API_TOKEN.c.seen.is_(None), API_TOKEN.c.seen <= now - NOTED).label("stale")
    with archive.engine.connect() as connection:
        row = connection.execute(
            select(ACCOUNT, API_TOKEN.c.key.label("token"), API_TOKEN.c.scopes, stale)
            .join(API_TOKEN, API_TOKEN.c.account == ACCOUNT.c.key)
            .where(API_TOKEN.c.digest == token_digest(token[:LONGEST]), API_TOKEN.c.expires > now)
            .where(ACCOUNT.c.disabled.is_(None))
        ).first()
        if row is None:
            archive.throttle.guessed(address)
            raise TokenRefused
        actor = actor_of(archive, connection, row)
    if row.stale:
        note_seen(archive, update(API_TOKEN).where(API_TOKEN.c.key == row.token))
    scopes = frozenset(Scope(scope) for scope in row.scopes if scope in tuple(Scope))
    return Holder(row.key, row.token, scopes, actor)
