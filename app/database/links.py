"""Which story belongs to which persona: because either file says so, by id or by slug."""

from sqlalchemy import Column, Select, Subquery, Table, select, union

from app.database.tables import LINK, PERSONA, STORY


def _named(by: Table, other: Table, target: Column[str]) -> Select[tuple[str, str]]:
    joined = LINK.join(by, LINK.c.record_id == by.c.id).join(other, LINK.c.target == target)
    return select(STORY.c.id.label("story_id"), PERSONA.c.id.label("persona_id")).select_from(joined)


PAIRS: Subquery = union(
    _named(STORY, PERSONA, PERSONA.c.id),
    _named(STORY, PERSONA, PERSONA.c.slug),
    _named(PERSONA, STORY, STORY.c.id),
    _named(PERSONA, STORY, STORY.c.slug),
).subquery("pair")
