"""Which stories stand beside a story: told about the same things, or next in the archive's order."""

from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from app.database.links import PAIRS
from app.database.tables import STORY, THEME, AnyRow
from app.database.visibility import Actor, visible_to
from app.services.archive import Archive

RELATED = 3  # cards under a story
COMMON = 400  # a theme in more stories than this says little about two of them


def related_ids(archive: Archive, connection: Connection, actor: Actor, story_id: str) -> list[str]:
    """Ids of the stories that share most with this one; rare themes and common personas weigh more."""
    weights: dict[str, float] = {}
    visible = visible_to(actor, archive.now())
    for theme in _themes_of(connection, story_id):
        sharing = _sharing_theme(connection, theme, visible)
        for other in sharing if len(sharing) < COMMON else ():
            weights[other] = weights.get(other, 0) + 1 / len(sharing)
    for other in _sharing_persona(connection, story_id, visible):
        weights[other] = weights.get(other, 0) + 0.25
    weights.pop(story_id, None)
    return sorted(weights, key=lambda one: (-weights[one], one))[:RELATED]


def _themes_of(connection: Connection, story_id: str) -> list[str]:
    return list(connection.execute(select(THEME.c.slug).where(THEME.c.story_id == story_id)).scalars())


def _sharing_theme(connection: Connection, theme: str, visible: Any) -> list[str]:
    joined = select(STORY.c.id).join(THEME, THEME.c.story_id == STORY.c.id)
    return list(connection.execute(joined.where(THEME.c.slug == theme, visible).limit(COMMON)).scalars())


def _sharing_persona(connection: Connection, story_id: str, visible: Any) -> list[str]:
    mine = select(PAIRS.c.persona_id).where(PAIRS.c.story_id == story_id)
    joined = select(STORY.c.id).distinct().join(PAIRS, PAIRS.c.story_id == STORY.c.id)
    return list(connection.execute(joined.where(PAIRS.c.persona_id.in_(mine), visible)).scalars())


def next_story(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> AnyRow | None:
    """The story after this one, newest first; None after the last."""
    older = or_(
        STORY.c.gathered < row.gathered, and_(STORY.c.gathered == row.gathered, STORY.c.slug > row.slug)
    )
    return _first(archive, connection, actor, older, newest_first=True)


def previous_story(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> AnyRow | None:
    """The story before this one, newest first; None before the first."""
    newer = or_(
        STORY.c.gathered > row.gathered, and_(STORY.c.gathered == row.gathered, STORY.c.slug < row.slug)
    )
    return _first(archive, connection, actor, newer, newest_first=False)


def _first(
    archive: Archive, connection: Connection, actor: Actor, where: Any, *, newest_first: bool
) -> AnyRow | None:
    order = (
        (STORY.c.gathered.desc(), STORY.c.slug) if newest_first else (STORY.c.gathered, STORY.c.slug.desc())
    )
    columns = (STORY.c.id, STORY.c.slug, STORY.c.heading, STORY.c.role, STORY.c.site)
    statement = select(*columns).where(where, visible_to(actor, archive.now())).order_by(*order).limit(1)
    return connection.execute(statement).first()


def count_stories(archive: Archive, connection: Connection, actor: Actor) -> int:
    """How many stories this reader may see."""
    visible = select(func.count()).select_from(STORY).where(visible_to(actor, archive.now()))
    return int(connection.execute(visible).scalar() or 0)
