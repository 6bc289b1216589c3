"""Naming colleagues on a story, so that it is their own too: its gatherer does, and stewards."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, delete, insert, select

from app.database.people import ACCOUNT, STORY_PERSON
from app.database.state import advance
from app.database.tables import AnyRow
from app.database.visibility import Action, Role, fold_name
from app.errors import InvalidText, NotFound
from app.services.accounts import account_of, actor_with, roles_of
from app.services.allowing import may
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.cards import story_address
from app.services.reading import load_story_by_id
from app.services.signing_in import SignedIn
from app.services.views import Colleague, Named, NamedPage

NOBODY = "Choose a colleague from the list."


def people_address(story_id: str) -> str:
    """The page that says who is named on a story."""
    return f"/s/{story_id}/people"


def read_named(archive: Archive, who: SignedIn, story_id: str) -> NamedPage:
    """Whose own a story is, for those whose own it is. Raises NotFound or Withdrawn."""
    with archive.engine.connect() as connection:
        row = _own(archive, connection, who, story_id)
        gatherers = _gatherers(connection)
        named = _named(connection, row.id)
        may_name = _may_name(connection, who, row)
        return NamedPage(
            id=row.id,
            heading=row.heading,
            story=story_address(row.slug),
            address=people_address(row.id),
            people=[*_first(gatherers, row), *_others(gatherers, named, may_name=may_name)],
            colleagues=_colleagues(archive, connection, gatherers, row, named) if may_name else (),
            may_name=may_name,
        )


def refused_naming(archive: Archive, who: SignedIn, story_id: str, problem: str) -> NamedPage:
    """The same, with why nothing was changed."""
    return replace(read_named(archive, who, story_id), problem=problem)


def name_person(archive: Archive, who: SignedIn, story_id: str, account: int) -> None:
    """Make a story a colleague's own too, from her next request on. Raises NotFound or InvalidText."""
    with archive.writing() as connection:
        row = _to_name(archive, connection, who, story_id)
        named = _named(connection, row.id)
        choices = _colleagues(archive, connection, _gatherers(connection), row, named)
        if account not in {one.key for one in choices}:
            raise InvalidText(NOBODY)
        values = {"story_id": row.id, "account": account, "named_by": who.account, "named": archive.now()}
        connection.execute(insert(STORY_PERSON).values(values))
        _changed(archive, connection, who, row.id, account, named=True)


def take_name_off(archive: Archive, who: SignedIn, story_id: str, account: int) -> None:
    """Take a colleague's name off; one that is not there is no error. Raises NotFound."""
    with archive.writing() as connection:
        row = _to_name(archive, connection, who, story_id)
        hers = (STORY_PERSON.c.story_id == row.id, STORY_PERSON.c.account == account)
        if connection.execute(delete(STORY_PERSON).where(*hers)).rowcount:
            _changed(archive, connection, who, row.id, account, named=False)


def _changed(
    archive: Archive, connection: Connection, who: SignedIn, story_id: str, account: int, *, named: bool
) -> None:
    """A new generation, so that every process asks afresh whose own the story is."""
    advance(connection)
    note(archive, connection, Event.NAMED, by=who.account, record_id=story_id, person=account, named=named)
    connection.commit()


def _own(archive: Archive, connection: Connection, who: SignedIn, story_id: str) -> AnyRow:
    row = load_story_by_id(archive, connection, who.actor, story_id)
    if not may(archive, connection, who.actor, row, Action.EDIT):
        raise NotFound
    return row


def _to_name(archive: Archive, connection: Connection, who: SignedIn, story_id: str) -> AnyRow:
    row = _own(archive, connection, who, story_id)
    if not _may_name(connection, who, row):
        raise NotFound
    return row


def _may_name(connection: Connection, who: SignedIn, row: AnyRow) -> bool:
    """Whoever was named herself does not hand the story on."""
    if Role.STEWARD in who.actor.roles:
        return True
    return _gathered_by(account_of(connection, who.account), row)


def _gathered_by(account: AnyRow, row: AnyRow) -> bool:
    name = fold_name(account.gathers_as)
    return bool(name) and name == fold_name(row.gatherer)


def _named(connection: Connection, story_id: str) -> set[int]:
    on_it = select(STORY_PERSON.c.account).where(STORY_PERSON.c.story_id == story_id)
    return set(connection.execute(on_it).scalars())


def _gatherers(connection: Connection) -> list[AnyRow]:
    """Everybody who gathers now, by name."""
    rows = connection.execute(
        select(ACCOUNT).where(ACCOUNT.c.disabled.is_(None)).order_by(ACCOUNT.c.name, ACCOUNT.c.key)
    )
    return [row for row in rows if Role.GATHERER in roles_of(row)]


def _first(gatherers: Sequence[AnyRow], row: AnyRow) -> list[Named]:
    reason = "gathered it, as its file says"
    return [Named(one.name, one.organisation, reason) for one in gatherers if _gathered_by(one, row)]


def _others(gatherers: Sequence[AnyRow], named: set[int], *, may_name: bool) -> list[Named]:
    return [
        Named(one.name, one.organisation, "named here", one.key if may_name else 0)
        for one in gatherers
        if one.key in named
    ]


def _colleagues(
    archive: Archive, connection: Connection, gatherers: Sequence[AnyRow], row: AnyRow, named: set[int]
) -> list[Colleague]:
    """Who can be named: gatherers to whom it would open, and is not their own already."""
    found: list[Colleague] = []
    for one in gatherers:
        actor = actor_with(archive, one, roles_of(one), frozenset({row.id}))
        known = one.key in named or _gathered_by(one, row)
        if not known and may(archive, connection, actor, row, Action.EDIT):
            label = f"{one.name}, {one.organisation}" if one.organisation else one.name
            found.append(Colleague(one.key, label))
    return found
