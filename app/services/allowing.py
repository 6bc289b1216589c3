"""What a reader may do with one story of the catalogue."""

from sqlalchemy import Connection, select

from app.database.tables import NOT_FOR, AnyRow
from app.database.visibility import Action, Actor, Answer, Facts, decide, might
from app.services.archive import Archive


def facts_of(connection: Connection, row: AnyRow) -> Facts:
    """What the rule needs to know of a row of STORY."""
    excluded: frozenset[str] = frozenset()
    if row.excludes:
        kept_out = select(NOT_FOR.c.organisation).where(NOT_FOR.c.story_id == row.id)
        excluded = frozenset(connection.execute(kept_out).scalars())
    return Facts(row.id, row.uses, row.status, row.until, row.understood, row.set_aside, excluded)


def answer_to(archive: Archive, connection: Connection, actor: Actor, row: AnyRow, action: Action) -> Answer:
    """Whether this actor may do this with a story now."""
    return decide(actor, facts_of(connection, row), action, archive.now())


def may(archive: Archive, connection: Connection, actor: Actor, row: AnyRow, action: Action) -> bool:
    """Whether the answer is yes."""
    return might(actor, action) and answer_to(archive, connection, actor, row, action) is Answer.ALLOWED
