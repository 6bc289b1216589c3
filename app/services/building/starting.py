"""The page on which a persona is begun: what was chosen, in words and counts, and who told it."""

from sqlalchemy import Connection, select

from app.database.marking import QUOTE
from app.database.tables import STORY
from app.database.visibility import Actor, visible_to
from app.records.ids import normal_id
from app.services.archive import Archive
from app.services.building.beginning import MOST_STORIES
from app.services.building.workbench import kept_of
from app.services.cards import face_of
from app.services.marking.asking import AskedQuotes, read_wanted
from app.services.marking.describing import described
from app.services.marking.lines import count_listed, quotes_listed
from app.services.views import BeginPage, Face


def read_begin(archive: Archive, actor: Actor, asked: AskedQuotes) -> BeginPage:
    """What a new persona is begun from: a theme, a search, a lens's cell, or stories that were picked."""
    asked = asked.as_(actor)
    if not asked.q and not asked.chosen:
        return BeginPage("", "", 0, [])
    with archive.engine.connect() as connection:
        where = read_wanted(archive, connection, actor, asked).where()
        total = count_listed(archive, connection, actor, *where)
        found = connection.execute(quotes_listed(archive, actor, QUOTE.c.story_id, where=where).distinct())
        ids = [*_picked(asked), *found.scalars()]
        faces = _faces(archive, connection, actor, list(dict.fromkeys(ids))[:MOST_STORIES])
        told = "; ".join(described(archive, connection, actor, asked))
    return BeginPage(told, kept_of(asked), total, faces)


def _picked(asked: AskedQuotes) -> list[str]:
    """Stories that were picked by hand: they may have no quote yet."""
    return [found for one in asked.chosen.get("story", ()) if (found := normal_id(one))]


def _faces(archive: Archive, connection: Connection, actor: Actor, ids: list[str]) -> list[Face]:
    columns = (STORY.c.id, STORY.c.slug, STORY.c.heading, STORY.c.role, STORY.c.site)
    seen = select(*columns).where(STORY.c.id.in_(ids), visible_to(actor, archive.now()))
    return [face_of(row) for row in connection.execute(seen.order_by(STORY.c.heading, STORY.c.slug))]
