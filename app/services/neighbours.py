"""Which stories stand beside a story: told about the same things, or next in the archive's order."""

from collections.abc import Iterator, Sequence
from functools import partial

from sqlalchemy import ColumnElement, Connection, Select, and_, func, not_, or_, select

from app.database.links import pairs
from app.database.tables import PERSONA, STORY, THEME, AnyRow
from app.database.visibility import Actor, listed_to, visible_to
from app.services.archive import Archive

RELATED = 3  # cards under a story
COMMON = 400  # a theme or persona of more stories than this says little about two of them


def related_ids(archive: Archive, connection: Connection, actor: Actor, story_id: str) -> list[str]:
    """Ids of the stories that share most with this one; rare themes and personas weigh more."""
    weights: dict[str, float] = {}
    for sharing in _sharing(archive, connection, actor, story_id):
        for other in sharing:
            weights[other] = weights.get(other, 0) + 1 / len(sharing)
    weights.pop(story_id, None)
    return sorted(weights, key=lambda one: (-weights[one], one))[:RELATED]


def _sharing(
    archive: Archive, connection: Connection, actor: Actor, story_id: str
) -> Iterator[Sequence[str]]:
    """For each theme and persona of a story, the stories that have it too; none where too many do."""
    visible, today = listed_to(actor, archive.now()), archive.now().date()
    asked = [("theme", slug, _with_theme(slug, visible)) for slug in _themes_of(connection, story_id)]
    asked += [("persona", who, _with_persona(who, visible)) for who in _personas_of(connection, story_id)]
    for kind, name, statement in asked:
        yield archive.generation.keep(
            connection, ("sharing", kind, name, actor, today), partial(_few, connection, statement)
        )


def _few(connection: Connection, statement: Select[str]) -> Sequence[str]:
    found = connection.execute(statement.limit(COMMON)).scalars().all()
    return found if len(found) < COMMON else ()


def _themes_of(connection: Connection, story_id: str) -> Sequence[str]:
    return connection.execute(select(THEME.c.slug).where(THEME.c.story_id == story_id)).scalars().all()


def _personas_of(connection: Connection, story_id: str) -> Sequence[str]:
    pair = pairs(STORY.c.id == story_id)
    return connection.execute(select(pair.c.persona_id)).scalars().all()


def _with_theme(theme: str, visible: ColumnElement[bool]) -> Select[str]:
    joined = select(STORY.c.id).join(THEME, THEME.c.story_id == STORY.c.id)
    return joined.where(THEME.c.slug == theme, visible)


def _with_persona(persona_id: str, visible: ColumnElement[bool]) -> Select[str]:
    return select(pairs(and_(PERSONA.c.id == persona_id, visible)).c.story_id)


def next_story(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> AnyRow | None:
    """The story after this one, newest first; None after the last."""
    older = or_(STORY.c.gathered < row.gathered, STORY.c.slug > row.slug)
    return _first(archive, connection, actor, STORY.c.gathered <= row.gathered, older, newest_first=True)


def previous_story(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> AnyRow | None:
    """The story before this one, newest first; None before the first."""
    newer = or_(STORY.c.gathered > row.gathered, STORY.c.slug < row.slug)
    return _first(archive, connection, actor, STORY.c.gathered >= row.gathered, newer, newest_first=False)


def _first(
    archive: Archive, connection: Connection, actor: Actor, *where: ColumnElement[bool], newest_first: bool
) -> AnyRow | None:
    order = (
        (STORY.c.gathered.desc(), STORY.c.slug) if newest_first else (STORY.c.gathered, STORY.c.slug.desc())
    )
    columns = (STORY.c.id, STORY.c.slug, STORY.c.heading, STORY.c.role, STORY.c.site)
    statement = select(*columns).where(*where, listed_to(actor, archive.now())).order_by(*order).limit(1)
    return connection.execute(statement).first()


def count_stories(archive: Archive, connection: Connection, actor: Actor) -> int:
    """How many stories lists and search show this reader."""
    shown = select(func.count()).select_from(STORY).where(listed_to(actor, archive.now()))
    return int(connection.execute(shown).scalar() or 0)


def count_own_unlisted(archive: Archive, connection: Connection, actor: Actor) -> int:
    """How many stories she reads only because they are her own; they stand at /mine and in no list."""
    if not actor.own:
        return 0
    hers = (STORY.c.id.in_(actor.own), visible_to(actor, archive.now()))
    apart = select(func.count()).select_from(STORY).where(*hers, not_(listed_to(actor, archive.now())))
    return int(connection.execute(apart).scalar() or 0)
