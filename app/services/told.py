"""Which themes the stories of a reader carry, and how many of them."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from app.database.tables import STORY, THEME
from app.database.visibility import Actor, visible_to
from app.services.archive import Archive


class Told(NamedTuple):
    """A theme and the number of stories that carry it."""

    slug: str
    label: str
    stories: int


def told_themes(archive: Archive, connection: Connection, actor: Actor) -> Sequence[Told]:
    """Every theme of this reader's stories, the most told first."""
    key = ("themes", actor, archive.now().date())
    return archive.generation.keep(connection, key, lambda: _told(archive, connection, actor))


def _told(archive: Archive, connection: Connection, actor: Actor) -> Sequence[Told]:
    stories = func.count(THEME.c.story_id).label("stories")
    rows = connection.execute(
        select(THEME.c.slug, func.min(THEME.c.label).label("label"), stories)
        .join(STORY, STORY.c.id == THEME.c.story_id)
        .where(visible_to(actor, archive.now()))
        .group_by(THEME.c.slug)
        .order_by(stories.desc(), THEME.c.slug)
    )
    return [Told(*row) for row in rows]
