"""Other names of themes, as far as somebody may be told them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from app.database.marking import ALIAS
from app.database.tables import STORY, THEME_SAID, AnyRow
from app.database.visibility import Actor, Role, visible_to
from app.services.archive import Archive
from app.services.marking.naming import last_themes


def closed_aliases(archive: Archive, connection: Connection, actor: Actor) -> set[str]:
    """Aliases that this person must not be told: only stories that are hidden from her say them.

    Of one that no story says any more it counts what was so when it was made; stewards know of it.
    """
    rows = connection.execute(select(ALIAS.c.slug, ALIAS.c.open)).all()
    said = set(connection.execute(select(THEME_SAID.c.slug).distinct()).scalars())
    hers = select(THEME_SAID.c.slug).join(STORY, STORY.c.id == THEME_SAID.c.story_id)
    seen = set(connection.execute(hers.where(visible_to(actor, archive.now())).distinct()).scalars())
    steward = Role.STEWARD in actor.roles
    told = {one.slug for one in rows if one.slug in seen or ((one.open or steward) and one.slug not in said)}
    return {row.slug for row in rows} - told


def aliases_shown(archive: Archive, connection: Connection, actor: Actor) -> Mapping[int, Sequence[str]]:
    """The other names of each theme by its key, as they were written."""
    closed = closed_aliases(archive, connection, actor)
    found: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(select(ALIAS).order_by(ALIAS.c.slug)):
        if row.slug not in closed:
            found[row.theme].append(row.name)
    return found


def theme_meant(archive: Archive, connection: Connection, actor: Actor, slug: str) -> AnyRow | None:
    """The theme that is meant by an alias which this person may be told; None for another name."""
    key = connection.execute(select(ALIAS.c.theme).where(ALIAS.c.slug == slug)).scalar()
    if key is None or slug in closed_aliases(archive, connection, actor):
        return None
    row = last_themes(connection, [key]).get(key)
    return row if row is not None and row.slug != slug else None


def aliases_meant(archive: Archive, connection: Connection, actor: Actor) -> dict[str, str]:
    """The slugs of themes by those of their other names."""
    closed = closed_aliases(archive, connection, actor)
    keys = {row.slug: row.theme for row in connection.execute(select(ALIAS)) if row.slug not in closed}
    themes = last_themes(connection, keys.values())
    return {slug: themes[key].slug for slug, key in keys.items() if key in themes}
