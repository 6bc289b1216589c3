"""What the archive already has for a field, so that spelling converges."""

from collections.abc import Sequence

from sqlalchemy import Column, Connection, func, select

from app.database.tables import KIND, PERSONA, STORY
from app.database.visibility import Actor, offered_to, visible_to
from app.services.archive import Archive
from app.services.told import told_themes

MOST = 400  # words offered for one field
COLUMNS = {
    "site": STORY.c.site,
    "role": STORY.c.role,
    "gatherer": STORY.c.gatherer,
    "language": STORY.c.language,
}


def known_values(archive: Archive, connection: Connection, actor: Actor) -> dict[str, Sequence[str]]:
    """The values of each field, the most used first, of what this person may see."""
    found: dict[str, Sequence[str]] = {
        name: _values(archive, connection, actor, column) for name, column in COLUMNS.items()
    }
    found["themes"] = [theme.label for theme in told_themes(archive, connection, actor)][:MOST]
    found["kind"] = _kinds(archive, connection, actor)
    found["personas"] = _personas(archive, connection, actor)
    return found


def _values(archive: Archive, connection: Connection, actor: Actor, column: Column[str]) -> Sequence[str]:
    hers = (column != "", visible_to(actor, archive.now()))
    often = select(column).where(*hers).group_by(column).order_by(func.count().desc(), column)
    return list(connection.execute(often.limit(MOST)).scalars())


def _kinds(archive: Archive, connection: Connection, actor: Actor) -> Sequence[str]:
    joined = select(func.min(KIND.c.label)).join(STORY, STORY.c.id == KIND.c.story_id)
    hers = joined.where(visible_to(actor, archive.now())).group_by(KIND.c.slug)
    return list(connection.execute(hers.order_by(func.count().desc(), KIND.c.slug).limit(MOST)).scalars())


def _personas(archive: Archive, connection: Connection, actor: Actor) -> Sequence[str]:
    """Slugs: a story names a persona by it."""
    hers = select(PERSONA.c.slug).where(offered_to(actor, archive.now()))
    return list(connection.execute(hers.order_by(PERSONA.c.slug).limit(MOST)).scalars())
