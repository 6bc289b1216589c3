"""Themes of the codebook that rest on nothing: no story names them, nor a quote that somebody may not see."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from app.database.marking import QUOTE, QUOTE_THEME
from app.database.tables import STORY, AnyRow
from app.database.visibility import TERMINAL, Actor, Role, may_mark, visible_to
from app.services.archive import Archive
from app.services.told import told_themes


def marks_now(connection: Connection) -> tuple[object, ...]:
    """Another answer whenever somebody has marked something, or changed a mark."""
    newest = [select(func.max(QUOTE.c[name])) for name in ("key", "changed", "removed")]
    removed = select(func.count()).where(QUOTE.c.removed.is_not(None))
    columns = [one.scalar_subquery() for one in (*newest, removed)]
    return tuple(connection.execute(select(*columns)).one())


def resting_on_nothing(
    archive: Archive, connection: Connection, actor: Actor, rows: Mapping[str, AnyRow], *, headings: bool
) -> list[str]:
    """Themes of the codebook that this person may know of though she finds nothing under them.

    Of those that came from files it is stewards who know; of none that a story has which is closed to her.
    """
    steward = Role.STEWARD in actor.roles
    if not steward and not headings and not may_mark(actor):
        return []
    made = [slug for slug, row in rows.items() if row.merged_into is None and _is_kept(row, steward=steward)]
    told = {theme.slug for theme in told_themes(archive, connection, TERMINAL)}
    key = ("themes of others’ quotes", actor, archive.now().date(), marks_now(connection))
    closed = archive.generation.keep(connection, key, lambda: _closed(archive, connection, actor))
    return [slug for slug in made if slug not in told and rows[slug].key not in closed]


def _is_kept(row: AnyRow, *, steward: bool) -> bool:
    """Whether the codebook has it without any story; by whom it came there, unless a steward asks."""
    if steward:
        return bool(row.adopted or row.retired or row.definition)
    return row.account is not None and row.adopted is not None


def _closed(archive: Archive, connection: Connection, actor: Actor) -> set[int]:
    """The themes of quotes in stories that this person may not read."""
    seen = select(STORY.c.id).where(visible_to(actor, archive.now()))
    joined = QUOTE_THEME.join(QUOTE, QUOTE.c.key == QUOTE_THEME.c.quote)
    hidden = select(QUOTE_THEME.c.theme).select_from(joined).where(QUOTE.c.story_id.not_in(seen))
    return set(connection.execute(hidden.distinct()).scalars())
