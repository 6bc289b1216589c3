"""The second factor of an account: added, asked for at sign-in, and taken away."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pyotp
from sqlalchemy import Connection, delete, select, update

from app.database.people import ACCOUNT, SIGN_IN
from app.database.tables import AnyRow
from app.errors import InvalidText, SignInNeeded, SignInRefused
from app.services.accounts import account_of
from app.services.archive import Archive
from app.services.auditing import Event, about, note
from app.services.codes import (
    drop_paper_codes,
    is_by_clock,
    new_paper_codes,
    new_secret,
    normal_code,
    paper_codes_left,
    sealed_secret,
    step_of,
    use_up,
)
from app.services.passwords import refuse_unfit
from app.services.proving import prove_password
from app.services.sealing import seal, unseal
from app.services.signing_in import AWAITING, SignedIn, end_sessions, open_session, token_digest
from app.services.views import SecondFactorPage

ADDING = timedelta(minutes=10)  # from the password to the first code
MOST_TRIES = 5  # codes for one password
WRONG = "That code does not fit. Perhaps it was mistyped, is too old or was used already: each works once."
HAS_ONE = "Your account has a second factor already."
HAS_NONE = "Your account has no second factor."
LATE = "That took too long, so nothing was changed. Begin again."
ELSEWHERE = "Remove your own second factor at your account, with a code."


@dataclass(frozen=True)
class Beginning:
    """A secret that does not count before a code of it was given. `sealed` carries it to that moment."""

    secret: str
    address: str  # otpauth:, for a telephone
    sealed: str


@dataclass(frozen=True)
class Codes:
    """Recovery codes, to be shown this once, and the cookie under which the session goes on."""

    cookie: str
    codes: list[str]


def begin(archive: Archive, who: SignedIn, *, password: str, address: str) -> Beginning:
    """Offer a secret to whoever knows the password. Raises InvalidText, TooManyTries or Busy."""
    refuse_unfit(password)
    prove_password(archive, who, password, address)
    with archive.engine.connect() as connection:
        if account_of(connection, who.account).second_factor:
            raise InvalidText(HAS_ONE)
    secret = new_secret()
    return _beginning(archive, who, secret, seal(archive, _purpose(who), secret))


def begun(archive: Archive, who: SignedIn, sealed: str) -> Beginning:
    """The same secret again, after a code that did not fit. Raises InvalidText where it is too late."""
    secret = unseal(archive, _purpose(who), sealed, ADDING)
    if secret is None:
        raise InvalidText(LATE)
    return _beginning(archive, who, secret, sealed)


def _beginning(archive: Archive, who: SignedIn, secret: str, sealed: str) -> Beginning:
    uri = pyotp.TOTP(secret).provisioning_uri(name=who.email, issuer_name=archive.settings.title)
    return Beginning(secret, uri, sealed)


def _purpose(who: SignedIn) -> str:
    return f"adding a second factor\n{who.account}\n{who.session}"


def confirm(archive: Archive, who: SignedIn, *, sealed: str, code: str) -> Codes:
    """Add the second factor: from now on a sign-in needs it. Every other session ends.

    Raises InvalidText.
    """
    secret = begun(archive, who, sealed).secret
    step = step_of(archive, secret, normal_code(code))
    if step is None:
        raise InvalidText(WRONG)
    none_yet = (ACCOUNT.c.key == who.account, ACCOUNT.c.second_factor == "")
    kept = {
        "second_factor": sealed_secret(archive, who.account, secret),
        "second_factor_step": step,
    }
    with archive.writing() as connection:
        if connection.execute(update(ACCOUNT).where(*none_yet).values(kept)).rowcount != 1:
            raise InvalidText(HAS_ONE)
        codes = new_paper_codes(archive, connection, who.account)
        cookie = end_sessions(archive, connection, who.account, who.session)
        note(archive, connection, Event.SECOND_FACTOR_ON, by=who.account)
        connection.commit()
    return Codes(cookie, codes)


def remove(archive: Archive, who: SignedIn, *, password: str, code: str, address: str) -> str:
    """Take one's own second factor away; this session goes on under the cookie that is returned.

    Raises InvalidText, TooManyTries or Busy.
    """
    refuse_unfit(password)
    prove_password(archive, who, password, address)
    with archive.writing() as connection:
        _spend(archive, connection, who, code)
        _take_away(connection, who.account)
        cookie = end_sessions(archive, connection, who.account, who.session)
        note(archive, connection, Event.SECOND_FACTOR_OFF, by=who.account)
        connection.commit()
    archive.throttle.code_fitted(who.email)
    return cookie


def renew_codes(archive: Archive, who: SignedIn, *, password: str, code: str, address: str) -> Codes:
    """Ten new recovery codes; the older ones work no longer. Raises as `remove` does."""
    refuse_unfit(password)
    prove_password(archive, who, password, address)
    with archive.writing() as connection:
        _spend(archive, connection, who, code)
        codes = new_paper_codes(archive, connection, who.account)
        cookie = end_sessions(archive, connection, who.account, who.session)
        note(archive, connection, Event.RECOVERY_CODES, by=who.account)
        connection.commit()
    archive.throttle.code_fitted(who.email)
    return Codes(cookie, codes)


def _spend(archive: Archive, connection: Connection, who: SignedIn, code: str) -> None:
    row = account_of(connection, who.account)
    if not row.second_factor:
        raise InvalidText(HAS_NONE)
    _count(archive, row.email, code)
    if not use_up(archive, connection, row, code):
        raise InvalidText(WRONG)


def _count(archive: Archive, email: str, code: str) -> None:
    if is_by_clock(normal_code(code)):
        archive.throttle.offer_code(email)


def _take_away(connection: Connection, account: int) -> None:
    hers = update(ACCOUNT).where(ACCOUNT.c.key == account)
    connection.execute(hers.values(second_factor=""))  # the step stays: no code of then works again
    drop_paper_codes(connection, account)


def remove_for(archive: Archive, key: int, *, by: SignedIn | None = None) -> None:
    """Take somebody's second factor away who has lost everything; her sessions end. None is the terminal.

    Raises NotFound, or InvalidText for one's own and where there is none.
    """
    if by is not None and by.account == key:
        raise InvalidText(ELSEWHERE)
    with archive.writing() as connection:
        if not account_of(connection, key).second_factor:
            raise InvalidText("This account has no second factor.")
        _take_away(connection, key)
        end_sessions(archive, connection, key)
        done_by = by.account if by else None
        note(archive, connection, Event.SECOND_FACTOR_OFF, by=done_by, record_id=about(key))
        connection.commit()


def give_code(archive: Archive, cookie: str, code: str, *, address: str) -> str:
    """The cookie of a session for whoever gave the password before, and now a code that fits.

    Raises SignInNeeded where nothing is awaited (any more), SignInRefused or TooManyTries.
    """
    with archive.engine.connect() as connection:
        row = _awaited(archive, connection, cookie)
    archive.throttle.attempt(row.email, address)
    _count(archive, row.email, code)
    with archive.writing() as connection:
        found = _try(archive, connection, row, cookie, code)
        connection.commit()
    if not found and row.tries + 1 >= MOST_TRIES:
        raise SignInNeeded
    if not found:
        raise SignInRefused(WRONG)
    archive.throttle.succeeded(row.email, address)
    archive.throttle.code_fitted(row.email)
    return found


def _try(archive: Archive, connection: Connection, row: AnyRow, cookie: str, code: str) -> str:
    """The cookie of a session; empty, and one try less, for a code that does not fit."""
    this = SIGN_IN.c.digest == token_digest(cookie)
    tried = update(SIGN_IN).where(this, SIGN_IN.c.awaiting.is_(True), SIGN_IN.c.tries < MOST_TRIES)
    if connection.execute(tried.values(tries=SIGN_IN.c.tries + 1)).rowcount != 1:
        raise SignInNeeded
    account = account_of(connection, row.key)
    kind = use_up(archive, connection, account, code)
    if not kind:
        note(archive, connection, Event.SIGN_IN_REFUSED, by=row.key, code=True)
        return ""
    connection.execute(delete(SIGN_IN).where(this))
    opened = open_session(archive, connection, account, proved=True)
    note(archive, connection, Event.SIGNED_IN, by=row.key, code=kind)
    return opened


def _awaited(archive: Archive, connection: Connection, cookie: str) -> AnyRow:
    row = connection.execute(
        select(ACCOUNT, SIGN_IN.c.tries)
        .join(SIGN_IN, SIGN_IN.c.account == ACCOUNT.c.key)
        .where(SIGN_IN.c.digest == token_digest(cookie), ACCOUNT.c.disabled.is_(None))
        .where(SIGN_IN.c.awaiting.is_(True), SIGN_IN.c.tries < MOST_TRIES)
        .where(SIGN_IN.c.created > archive.now() - AWAITING)
    ).first()
    if row is None:
        raise SignInNeeded
    return row


def awaits_code(archive: Archive, cookie: str) -> bool:
    """Whether a code is all that is missing to this cookie."""
    with archive.engine.connect() as connection:
        try:
            _awaited(archive, connection, cookie)
        except SignInNeeded:
            return False
    return True


def read_second_factor(archive: Archive, who: SignedIn, **shown: Any) -> SecondFactorPage:
    """The page of one's own second factor; `shown` are further fields of it."""
    with archive.engine.connect() as connection:
        row = account_of(connection, who.account)
        left = paper_codes_left(connection, who.account)
    has_password = bool(row.password)
    return SecondFactorPage(who.email, bool(row.second_factor), left, has_password=has_password, **shown)
