"""Accounts: their rows, and the rules that hold whoever changes them."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from app.database.people import ACCOUNT, API_TOKEN, ONE_TIME_LINK, SIGN_IN
from app.database.tables import AnyRow
from app.database.visibility import Actor, Role, fold_name
from app.errors import EditConflict, InvalidText, LastSteward, NotFound
from app.records.model import Digest
from app.services.archive import Archive
from app.services.auditing import Event, about, note
from app.services.defining import REFUSED
from app.services.denying import organisation_key

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
AT_MACHINE, HAS_LEFT = "somebody at the machine", "somebody who has left"
LONGEST_EMAIL, LONGEST_NAME = 254, 120  # characters


@dataclass(frozen=True)
class Standing:
    """What a steward says of an account. `gathers_as` is the name on the stories that are its own."""

    roles: frozenset[Role] = frozenset()
    organisation: str = ""
    gathers_as: str = ""


def fold_email(text: str) -> str:
    """An address as it is kept and compared. Raises InvalidText."""
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    if len(folded) > LONGEST_EMAIL or not EMAIL.fullmatch(folded) or REFUSED.search(folded):
        raise InvalidText("This is no email address.")
    return folded


def new_email(text: str) -> str:
    """The address of somebody who is to have an account, folded. Raises InvalidText.

    Where folding does more than to capitals, what is kept could be another person's, who would get her mail.
    """
    folded = fold_email(text)
    if unicodedata.normalize("NFC", text).strip().lower() != folded:
        raise InvalidText(f"Here this address would be {folded}, which may be somebody else's. Take another.")
    return folded


def one_line(text: str, what: str, *, needed: bool = False) -> str:
    """A name in NFC with single spaces; empty where nothing of it can be seen. Raises InvalidText, which
    names `what`.
    """
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if REFUSED.search(line):
        raise InvalidText(f"{what} holds a character that can not be read.")
    if len(line) > LONGEST_NAME:
        raise InvalidText(f"{what} can have {LONGEST_NAME} characters.")
    line = line if fold_name(line) else ""
    if needed and not line:
        raise InvalidText(f"{what} is missing.")
    return line


def actor_with(
    archive: Archive, row: AnyRow, roles: Iterable[Role], own: frozenset[str] = frozenset()
) -> Actor:
    """What an account may do in these roles; `own` are the ids of the stories that are hers."""
    belongs = row.organisation or None
    keyed = organisation_key(archive.keyed, belongs) if belongs else ""
    return Actor(frozenset(roles), belongs, own, signed_in=True, organisation_digest=keyed)


NAMES = select(ACCOUNT.c.key, ACCOUNT.c.name).where(ACCOUNT.c.key.in_(bindparam("keys", expanding=True)))


def names_by_key(connection: Connection, keys: Iterable[int | None]) -> dict[int, str]:
    """The names of these accounts; those who have left are not among them."""
    known = {key for key in keys if key is not None}
    if not known:
        return {}
    rows = connection.execute(NAMES, {"keys": list(known)})
    return {row.key: row.name for row in rows}


def named(account: int | None, names: Mapping[int, str]) -> str:
    """How pages call whoever did something."""
    return AT_MACHINE if account is None else names.get(account, HAS_LEFT)


def name_of(archive: Archive, account: int) -> str:
    """The name of an account, else its address; empty for one that is not there."""
    with archive.engine.connect() as connection:
        row = connection.execute(
            select(ACCOUNT.c.name, ACCOUNT.c.email).where(ACCOUNT.c.key == account)
        ).first()
    return (row.name or row.email) if row else ""


def roles_named(names: Iterable[str]) -> frozenset[Role]:
    """Roles by their names. Raises InvalidText."""
    try:
        return frozenset(Role(name) for name in names)
    except ValueError:
        raise InvalidText(f"A role is one of {', '.join(Role)}.") from None


def roles_of(row: AnyRow) -> frozenset[Role]:
    """The roles in a row; a name that is none opens nothing."""
    return frozenset(Role(name) for name in row.roles if name in tuple(Role))


def stored(roles: Iterable[Role]) -> list[str]:
    """Roles as a row keeps them."""
    return sorted(role.value for role in roles)


def account_of(connection: Connection, key: int) -> AnyRow:
    """An account's row. Raises NotFound."""
    row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.key == key)).first()
    if row is None:
        raise NotFound
    return row


def account_named(connection: Connection, email: str) -> AnyRow | None:
    """The account with this folded address."""
    return connection.execute(select(ACCOUNT).where(ACCOUNT.c.email == email)).first()


def all_accounts(archive: Archive) -> Sequence[AnyRow]:
    """Every account, by name."""
    with archive.engine.connect() as connection:
        return connection.execute(select(ACCOUNT).order_by(ACCOUNT.c.name, ACCOUNT.c.email)).all()


def has_accounts(archive: Archive) -> bool:
    """Whether anybody could sign in."""
    with archive.engine.connect() as connection:
        return connection.execute(select(ACCOUNT.c.key).limit(1)).first() is not None


def has_steward(archive: Archive) -> bool:
    """Whether the archive has a steward who is not disabled."""
    with archive.engine.connect() as connection:
        return bool(stewards(connection))


def stewards(connection: Connection) -> list[int]:
    """The accounts that are stewards and not disabled; a transaction that writes keeps them as they are."""
    able = select(ACCOUNT.c.key, ACCOUNT.c.roles).where(ACCOUNT.c.disabled.is_(None)).with_for_update()
    return [row.key for row in connection.execute(able) if Role.STEWARD in roles_of(row)]


def standing_digest(row: AnyRow) -> Digest:
    """What a form about an account carries, so that a change made meanwhile is noticed."""
    shown = [sorted(row.roles), row.organisation, row.gathers_as, row.disabled is not None]
    return Digest(sha256(json.dumps(shown).encode()).hexdigest())


def write_standing(
    connection: Connection, key: int, standing: Standing, *, expected: Digest | None = None
) -> bool:
    """Say what an account may do; whether its roles changed, which ends its sessions.

    Raises NotFound, EditConflict, InvalidText or LastSteward.
    """
    row = account_of(connection, key)
    if expected is not None and standing_digest(row) != expected:
        raise EditConflict(key)
    if row.disabled is None and Role.STEWARD not in standing.roles:
        _refuse_last(connection, key)
    values = {
        "roles": stored(standing.roles),
        "organisation": one_line(standing.organisation, "The organisation"),
        "gathers_as": one_line(standing.gathers_as, "The name on stories"),
    }
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == key).values(values))
    if Role.STEWARD not in standing.roles:
        _take_back_links_of(connection, key)
    return roles_of(row) != standing.roles


def changes_of(archive: Archive, before: AnyRow, after: AnyRow) -> dict[str, Any]:
    """What the audit keeps of a change: the roles before and after, names as digests of what they are now."""
    told: dict[str, Any] = {}
    if roles_of(before) != roles_of(after):
        told |= {"before": stored(roles_of(before)), "after": stored(roles_of(after))}
    if before.organisation != after.organisation:
        told["organisation"] = archive.keyed("organisation", fold_name(after.organisation))
    if before.gathers_as != after.gathers_as:
        told["gathers_as"] = archive.keyed("gathers as", fold_name(after.gathers_as))
    return told


def disable(archive: Archive, key: int, *, by: int | None = None) -> None:
    """Keep somebody out from now on: her sessions, tokens and links end.

    Raises NotFound or LastSteward.
    """
    with archive.writing() as connection:
        account_of(connection, key)
        _refuse_last(connection, key)
        changed = update(ACCOUNT).where(ACCOUNT.c.key == key, ACCOUNT.c.disabled.is_(None))
        news = connection.execute(changed.values(disabled=archive.now())).rowcount
        connection.execute(delete(SIGN_IN).where(SIGN_IN.c.account == key))
        void_resets(connection, key)
        void_tokens(connection, key)
        _take_back_links_of(connection, key)
        if news:
            note(archive, connection, Event.DISABLED, by=by, record_id=about(key))
        connection.commit()


def enable(archive: Archive, key: int, *, by: int | None = None) -> None:
    """Let somebody in again who was disabled. Raises NotFound."""
    with archive.writing() as connection:
        account_of(connection, key)
        changed = update(ACCOUNT).where(ACCOUNT.c.key == key, ACCOUNT.c.disabled.is_not(None))
        if connection.execute(changed.values(disabled=None)).rowcount:
            note(archive, connection, Event.ENABLED, by=by, record_id=about(key))
        connection.commit()


def _refuse_last(connection: Connection, key: int) -> None:
    if stewards(connection) == [key]:
        raise LastSteward(
            "This is the only steward, so nothing was changed. Make somebody else a steward first."
        )


def void_resets(connection: Connection, key: int) -> None:
    """Links to a new password for this account work no longer."""
    open_still = (ONE_TIME_LINK.c.account == key, ONE_TIME_LINK.c.used.is_(None))
    connection.execute(delete(ONE_TIME_LINK).where(*open_still))


def void_tokens(connection: Connection, key: int) -> None:
    """The account's tokens for programs work no longer: they end wherever its sessions do."""
    connection.execute(delete(API_TOKEN).where(API_TOKEN.c.account == key))


def _take_back_links_of(connection: Connection, key: int) -> None:
    """What somebody sent who may no longer send it."""
    open_still = (ONE_TIME_LINK.c.made_by == key, ONE_TIME_LINK.c.used.is_(None))
    connection.execute(delete(ONE_TIME_LINK).where(*open_still))
