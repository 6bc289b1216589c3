"""Which story belongs to which persona: because either file says so, by id or by slug."""

from sqlalchemy import Column, ColumnElement, Select, Subquery, Table, select, union

from app.database.tables import LINK, PERSONA, STORY


def pairs(where: ColumnElement[bool]) -> Subquery:
    """Pairs of `story_id` and `persona_id`; `where` is a condition on STORY, PERSONA or both.

    It stands inside, because SQLite would find all the pairs of the archive before it looks at it.
    """
    named = (
        _named(STORY, PERSONA, PERSONA.c.id),
        _named(STORY, PERSONA, PERSONA.c.slug),
        _named(PERSONA, STORY, STORY.c.id),
        _named(PERSONA, STORY, STORY.c.slug),
    )
    return union(*(statement.where(where) for statement in named)).subquery("pair")


def _named(by: Table, other: Table, target: Column[str]) -> Select[str, str]:
    joined = LINK.join(by, LINK.c.record_id == by.c.id).join(other, LINK.c.target == target)
    return select(STORY.c.id.label("story_id"), PERSONA.c.id.label("persona_id")).select_from(joined)
