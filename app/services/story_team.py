"""Whether those who look after a story may still do so, where it is kept from some organisations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from app.database.gathering import DOOR_ENTRY
from app.database.people import ACCOUNT, STORY_PERSON
from app.database.tables import STORY, AnyRow
from app.database.visibility import Action, Actor, Answer, Role, decide, fold_name, visible_to
from app.records.model import Status
from app.services.accounts import actor_with, roles_of
from app.services.allowing import facts_of
from app.services.archive import Archive


@dataclass(frozen=True)
class StoryTeam:
    """Whether any of a story's gatherers, and any steward, may look after it now."""

    gatherers: bool
    stewards: bool

    def lost_to(self, after: "StoryTeam") -> tuple[str, ...]:
        """Who of them could no longer: 'gatherers', 'stewards'."""
        return tuple(
            name for name in ("gatherers", "stewards") if getattr(self, name) and not getattr(after, name)
        )


def team_of(archive: Archive, connection: Connection, row: AnyRow, more: Iterable[str] = ()) -> StoryTeam:
    """Who may look after a story; `more` are organisations that are to be kept out as well.

    While there is no steward, whoever sits at the machine looks after all of it.
    """
    facts = facts_of(connection, row)
    facts = replace(facts, not_for=facts.not_for | {fold_name(name) for name in more})
    action = Action.ERASE if row.status == Status.WITHDRAWN else Action.EDIT

    def any_may(actors: Sequence[Actor]) -> bool:
        return any(decide(one, facts, action, archive.now()) is Answer.ALLOWED for one in actors)

    stewards = _stewards(archive, connection)
    gatherers = _gatherers(archive, connection, row)
    if not stewards:
        return StoryTeam(not gatherers or any_may(gatherers), True)
    return StoryTeam(any_may(gatherers), any_may(stewards))


def unseen_waiting(archive: Archive, connection: Connection) -> list[str]:
    """Ids of the stories in which something that was said at her door waits, and no steward may see it."""
    stewards = set(_stewards(archive, connection))
    if not stewards:
        return []
    seen: list[ColumnElement[bool]] = [visible_to(one, archive.now()) for one in stewards]
    hidden = select(STORY.c.id).where(STORY.c.id.in_(with_open_entries()), ~or_(*seen))
    return list(connection.execute(hidden.order_by(STORY.c.id)).scalars())


def with_open_entries() -> Select[tuple[str]]:
    """Ids of the stories in which something that was said at her door waits for an answer."""
    return select(DOOR_ENTRY.c.story_id).where(DOOR_ENTRY.c.state == "open")


def _stewards(archive: Archive, connection: Connection) -> list[Actor]:
    rows = [one for one in _able(connection) if Role.STEWARD in roles_of(one)]
    return [actor_with(archive, one, [Role.STEWARD]) for one in rows]


def _gatherers(archive: Archive, connection: Connection, row: AnyRow) -> list[Actor]:
    """Those whose own it is, as services.owning says."""
    named = select(STORY_PERSON.c.account).where(STORY_PERSON.c.story_id == row.id)
    keys, name = set(connection.execute(named).scalars()), fold_name(row.gatherer or "")
    gathers = [one for one in _able(connection) if Role.GATHERER in roles_of(one)]
    hers = [one for one in gathers if one.key in keys or (name and fold_name(one.gathers_as) == name)]
    return [actor_with(archive, one, [Role.GATHERER], frozenset({row.id})) for one in hers]


def _able(connection: Connection) -> Sequence[AnyRow]:
    return connection.execute(select(ACCOUNT).where(ACCOUNT.c.disabled.is_(None))).all()
