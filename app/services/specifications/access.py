"""Who is in a specification: those who write it, a design team that answers, or named people alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, delete, exists, false, insert, or_, select, update

from app.database.people import ACCOUNT
from app.database.specifications import SPECIFICATION, SPECIFICATION_PERSON
from app.database.tables import AnyRow
from app.database.visibility import Actor, Role, may_answer, may_specify
from app.errors import InvalidText, NotAllowed, NotFound
from app.services.accounts import roles_of
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.recording import By

WRITERS, TEAM, NAMED = "writers", "team", "named"
STATUSES = {
    "draft": "Draft",
    "consultation": "In consultation",
    "procurement": "In procurement",
    "agreed": "Agreed",
    "in force": "In force",
    "ended": "Ended",
}
READERS = (Role.COMMISSIONER, Role.STEWARD, Role.MEMBER)
NOBODY = "Name at least one other person, or leave it to those who write specifications."
UNKNOWN = "Choose people who have an account here."


@dataclass(frozen=True)
class Who:
    """Who looks at specifications, or writes them."""

    actor: Actor
    by: By = field(default_factory=By)

    @property
    def writes(self) -> bool:
        return may_specify(self.actor)


def specification_address(specification_id: str) -> str:
    """The path of a specification."""
    return f"/specifications/{specification_id}"


def requirement_address(specification_id: str, requirement_id: str) -> str:
    """The path of a requirement."""
    return f"{specification_address(specification_id)}/requirements/{requirement_id}"


def open_to(who: Who) -> ColumnElement[bool]:
    """The condition under which a row of SPECIFICATION is there for this person.

    One that is closed to all but named people is there for them, and for who sits at the machine itself.
    """
    there = SPECIFICATION.c.removed.is_(None)
    if who.actor.terminal:
        return there
    opened = [SPECIFICATION.c.access == TEAM] if may_answer(who.actor) else []
    ours = [SPECIFICATION.c.access != NAMED] if who.writes else opened
    hers = [_named(who)] if who.by.account is not None and (who.writes or opened) else []
    return there & or_(false(), *ours, *hers)


def _named(who: Who) -> ColumnElement[bool]:
    here = (SPECIFICATION_PERSON.c.specification == SPECIFICATION.c.key,)
    named = select(SPECIFICATION_PERSON.c.account).where(*here)
    listed = exists(named.where(SPECIFICATION_PERSON.c.account == who.by.account))
    return (SPECIFICATION.c.access == NAMED) & listed


def specification_row(connection: Connection, who: Who, specification_id: str) -> AnyRow:
    """A specification that is there for this person. Raises NotFound."""
    where = (SPECIFICATION.c.id == specification_id, open_to(who))
    row = connection.execute(select(SPECIFICATION).where(*where)).first()
    if row is None:
        raise NotFound
    return row


def row_to_write(connection: Connection, who: Who, specification_id: str) -> AnyRow:
    """The same for who may change it; nobody else does until the transaction ends. Raises NotFound."""
    held = select(SPECIFICATION.c.key).where(SPECIFICATION.c.id == specification_id).with_for_update()
    connection.execute(held).first()
    row = specification_row(connection, who, specification_id)
    if not who.writes:
        raise NotFound
    return row


def people_to_name(connection: Connection) -> Sequence[AnyRow]:
    """Everybody with an account who could be in a specification."""
    rows = connection.execute(select(ACCOUNT).where(ACCOUNT.c.disabled.is_(None)).order_by(ACCOUNT.c.name))
    return [row for row in rows.all() if roles_of(row) & set(READERS)]


def named_in(connection: Connection, specification: int) -> set[int]:
    """The accounts that are named in a specification, by its key."""
    here = SPECIFICATION_PERSON.c.specification == specification
    return set(connection.execute(select(SPECIFICATION_PERSON.c.account).where(here)).scalars())


def open_or_close(
    archive: Archive, who: Who, specification_id: str, access: str, people: Sequence[int] = ()
) -> None:
    """Say who is in it, and write that down in the audit. Whoever closes it stays in.

    Raises InvalidText, NotFound.
    """
    if access not in (WRITERS, TEAM, NAMED):
        raise InvalidText("Choose who is in it.")
    with archive.writing() as connection:
        row = row_to_write(connection, who, specification_id)
        chosen = _chosen(connection, who, people) if access == NAMED else set()
        connection.execute(
            delete(SPECIFICATION_PERSON).where(SPECIFICATION_PERSON.c.specification == row.key)
        )
        if chosen:
            rows = [{"specification": row.key, "account": one} for one in sorted(chosen)]
            connection.execute(insert(SPECIFICATION_PERSON), rows)
        now = archive.now()
        changed = update(SPECIFICATION).where(SPECIFICATION.c.key == row.key)
        connection.execute(changed.values(access=access, changed=now))
        told = {"access": access, "before": row.access, "people": sorted(chosen)}
        note(archive, connection, Event.SPECIFICATION, by=who.by.account, record_id=row.id, **told)
        connection.commit()


def _chosen(connection: Connection, who: Who, people: Sequence[int]) -> set[int]:
    known = {row.key for row in people_to_name(connection)}
    if not set(people) <= known:
        raise InvalidText(UNKNOWN)
    chosen = set(people) | ({who.by.account} if who.by.account is not None else set())
    if not set(people) - {who.by.account}:
        raise InvalidText(NOBODY)
    return chosen


def show_badge(archive: Archive, who: Who, specification_id: str, *, shown: bool) -> None:
    """Let the badge tell anybody the worst state of what is cited, or no longer. Raises NotFound."""
    with archive.writing() as connection:
        row = row_to_write(connection, who, specification_id)
        connection.execute(update(SPECIFICATION).where(SPECIFICATION.c.key == row.key).values(badge=shown))
        note(archive, connection, Event.SPECIFICATION, by=who.by.account, record_id=row.id, badge=shown)
        connection.commit()


def may_remove(who: Who, row: AnyRow) -> bool:
    """Whether a specification is hers to take away: its owner may, and stewards."""
    return who.writes and bool(row.account == who.by.account or Role.STEWARD in who.actor.roles)


def refuse_unless_hers(who: Who, row: AnyRow) -> None:
    """Raises NotAllowed."""
    if not may_remove(who, row):
        raise NotAllowed("Only its owner, and stewards, may take a specification away.")
