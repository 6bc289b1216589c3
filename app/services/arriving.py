"""Whose account it is that arrives by single sign-on, and what it may do from now on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection, insert, select, update

from app.config import Settings
from app.database.people import ACCOUNT
from app.database.tables import AnyRow
from app.database.visibility import Role
from app.errors import InvalidText, LastSteward, SignOnRefused
from app.services.accounts import (
    LONGEST_NAME,
    Standing,
    account_named,
    account_of,
    changes_of,
    fold_email,
    one_line,
    roles_of,
    stored,
    write_standing,
)
from app.services.archive import Archive
from app.services.auditing import Event, about, note
from app.services.signing_in import end_sessions

log = structlog.get_logger()
NOT_LET_IN = "You are known there, but nobody has let you into this archive. Ask one of its stewards."
NOT_CHECKED = (
    "Nobody was signed in, because the place where you signed in does not say that it has checked your email "
    "address."
)
SECOND_FACTOR = (
    "Your account here has a second factor, so single sign-on can not be linked to it. Sign in with your "
    "password, remove the second factor, come in this way once, and add it again."
)


@dataclass(frozen=True)
class Told:
    """What a provider says of somebody. `email` is empty unless it was checked there.

    `roles` and `organisation` are None where the settings leave them to the stewards.
    """

    subject: str
    email: str
    name: str
    roles: frozenset[Role] | None
    organisation: str | None


def told_by(claims: Mapping[str, Any], settings: Settings) -> Told:
    """The same from the claims of an ID token that was verified."""
    roles, organisation = settings.oidc_roles_claim, settings.oidc_organisation_claim
    return Told(
        subject=f"{settings.oidc_issuer} {claims['sub']}",
        email=_email(claims),
        name=_line(claims.get("name") or claims.get("preferred_username"), cut=True),
        roles=None if roles is None else _roles(claim(claims, roles), settings.oidc_roles),
        organisation=None if organisation is None else _line(claim(claims, organisation)),
    )


def claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name; where there is none, dots lead into claims within claims."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _email(claims: Mapping[str, Any]) -> str:
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return ""
    try:
        folded = fold_email(email)
    except InvalidText:
        return ""
    # Two letters that we fold into one may be two people's there: only capitals are one with small ones.
    return folded if (email.lower() if email.isascii() else email) == folded else ""


def _line(text: object, *, cut: bool = False) -> str:
    """A name as it can be kept; empty for what can not, which opens nothing.

    Only what she is called may be `cut`: half of an organisation's name would be another organisation.
    """
    line = text if isinstance(text, str) else ""
    try:
        return one_line(line[:LONGEST_NAME] if cut else line, "The name")
    except InvalidText:
        return ""


def _roles(said: object, mapping: tuple[str, ...]) -> frozenset[Role]:
    """The roles in a claim: a text or a list of them; what is none opens nothing."""
    values = said if isinstance(said, list) else [said]
    known = [entry.rpartition("=") for entry in mapping] or [(role.value, "=", role.value) for role in Role]
    named = {(value.strip(), role.strip()) for value, _, role in known}
    return frozenset(Role(role) for value, role in named if value in values)


def arrive(archive: Archive, connection: Connection, person: Told) -> AnyRow:
    """The account of this person, as it stands from now on: found, linked or new. Raises SignOnRefused."""
    known = connection.execute(select(ACCOUNT).where(ACCOUNT.c.subject == person.subject)).first()
    if known is None and not person.email:
        raise SignOnRefused(NOT_CHECKED)
    row = known or _linked(archive, connection, person) or _new(archive, connection, person)
    if row.disabled is not None:
        raise SignOnRefused(NOT_LET_IN)
    _stand(archive, connection, row, person)
    return account_of(connection, row.key)


def _linked(archive: Archive, connection: Connection, person: Told) -> AnyRow | None:
    """The account with this address, which is this subject's from now on; None where there is none."""
    row = account_named(connection, person.email)
    if row is None:
        return None
    if row.subject is not None or row.disabled is not None:
        raise SignOnRefused(NOT_LET_IN)
    if row.second_factor:
        raise SignOnRefused(SECOND_FACTOR)
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == row.key).values(subject=person.subject))
    note(archive, connection, Event.LINKED, by=row.key)
    return row


def _new(archive: Archive, connection: Connection, person: Told) -> AnyRow:
    """An account for somebody who may come in. Raises SignOnRefused."""
    if not person.roles and not archive.settings.oidc_newcomers:
        raise SignOnRefused(NOT_LET_IN)
    roles = stored(person.roles or ())
    told = {"email": person.email, "name": person.name or person.email.partition("@")[0], "roles": roles}
    made = insert(ACCOUNT).values(subject=person.subject, password="", created=archive.now(), **told)
    key = connection.execute(made.returning(ACCOUNT.c.key)).scalar_one()
    note(archive, connection, Event.JOINED, by=key, roles=roles, single_sign_on=True)
    return account_of(connection, key)


def _stand(archive: Archive, connection: Connection, row: AnyRow, person: Told) -> None:
    """Roles and organisation as the provider says them, where that is left to it. Others end sessions."""
    roles = roles_of(row) if person.roles is None else person.roles
    organisation = row.organisation if person.organisation is None else person.organisation
    standing = Standing(roles, organisation, row.gathers_as)
    try:
        changed = write_standing(connection, row.key, standing)
    except LastSteward:
        log.warning("single sign-on would have taken the role from the last steward", account=row.key)
        standing = Standing(roles | {Role.STEWARD}, organisation, row.gathers_as)
        changed = write_standing(connection, row.key, standing)
    if changed:
        end_sessions(archive, connection, row.key)
    told = changes_of(archive, row, account_of(connection, row.key))
    if told:
        told["single_sign_on"] = True
        note(archive, connection, Event.ROLES, by=row.key, record_id=about(row.key), **told)
