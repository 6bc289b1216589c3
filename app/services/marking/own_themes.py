"""Themes that a reader meets as somebody's own word alone: what the codebook says of these is not hers.

Somebody types a name that a theme has which she may not know of. Slugs are unique, so that her quote is under
that theme's row. Her word is shown, and no more, to everybody who does not meet the theme elsewhere: in a
story, at a quote of somebody who knew of it, or because people keep it in the codebook for all who work here.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, delete, func, select

from app.database.marking import CODEBOOK, OWN_THEME, QUOTE, QUOTE_THEME
from app.database.tables import STORY, AnyRow
from app.database.visibility import Actor, quotes_of, visible_to
from app.services.archive import Archive
from app.services.documents import chunks
from app.services.marking.known_as import closed_aliases
from app.services.marking.naming import last_themes
from app.services.marking.resting import resting_on_nothing
from app.services.told import told_themes

SAME = (OWN_THEME.c.quote == QUOTE_THEME.c.quote) & (OWN_THEME.c.theme == QUOTE_THEME.c.theme)
GIVEN = QUOTE_THEME.join(QUOTE, QUOTE.c.key == QUOTE_THEME.c.quote).join(
    STORY, STORY.c.id == QUOTE.c.story_id
)


@dataclass(frozen=True)
class OwnRow:
    """A row of CODEBOOK as it would be if somebody had only typed this name."""

    key: int
    slug: str
    name: str
    account: int | None = None
    definition: str = ""
    before: str = ""
    use_when: str = ""
    not_when: str = ""
    example: str = ""
    colour: int | None = None
    parent: int | None = None
    merged_into: int | None = None
    adopted: datetime | None = None
    retired: datetime | None = None


def own_themes(archive: Archive, connection: Connection, actor: Actor) -> dict[int, AnyRow]:
    """By key the themes that this reader meets in that way alone, as if each were that word and no more."""
    typed = _typed(archive, connection, actor)
    if not typed:
        return {}
    last, closed = last_themes(connection, typed), closed_aliases(archive, connection, actor)
    met = _met(archive, connection, actor, {row.key: row for row in last.values()})
    return {
        key: cast(AnyRow, row)
        for key, row in typed.items()
        if last[key].key not in met or (last[key].key != key and row.slug in closed)
    }


def _typed(archive: Archive, connection: Connection, actor: Actor) -> dict[int, OwnRow]:
    """What stands for each theme that somebody typed at a quote which this reader may see."""
    if connection.execute(select(OWN_THEME.c.quote).limit(1)).first() is None:
        return {}
    typed = GIVEN.join(OWN_THEME, SAME).join(CODEBOOK, CODEBOOK.c.key == OWN_THEME.c.theme)
    columns = (CODEBOOK.c.key, CODEBOOK.c.slug, func.min(OWN_THEME.c.name).label("name"))
    shown = select(*columns).select_from(typed).where(quotes_of(visible_to(actor, archive.now())))
    rows = connection.execute(shown.group_by(CODEBOOK.c.key, CODEBOOK.c.slug))
    return {row.key: OwnRow(row.key, row.slug, row.name) for row in rows}


def _met(archive: Archive, connection: Connection, actor: Actor, rows: Mapping[int, AnyRow]) -> set[int]:
    """Those of these themes that she meets elsewhere."""
    slugs = {theme.slug for theme in told_themes(archive, connection, actor)}
    named = {row.slug: row for row in rows.values()}
    slugs |= set(resting_on_nothing(archive, connection, actor, named, headings=False))
    return {key for key, row in rows.items() if row.slug in slugs} | _given(archive, connection, actor, rows)


def _given(archive: Archive, connection: Connection, actor: Actor, keys: Collection[int]) -> set[int]:
    """Those that somebody who knew of them gave to a quote which this reader may see."""
    known = select(QUOTE_THEME.c.theme).select_from(GIVEN.outerjoin(OWN_THEME, SAME))
    where = (OWN_THEME.c.quote.is_(None), quotes_of(visible_to(actor, archive.now())))
    merged = select(CODEBOOK.c.key).where(CODEBOOK.c.merged_into.is_not(None))
    among = QUOTE_THEME.c.theme.in_(list(keys)) | QUOTE_THEME.c.theme.in_(merged)
    found = connection.execute(known.where(*where, among).distinct()).scalars().all()
    return {row.key for row in last_themes(connection, found).values()} & set(keys)


def themes_seen(
    archive: Archive, connection: Connection, actor: Actor, keys: Iterable[int]
) -> dict[int, AnyRow]:
    """The rows of these themes by key, as this reader may know them; of one that was merged, the last."""
    wanted = set(keys)
    own = own_themes(archive, connection, actor) if wanted else {}
    return last_themes(connection, wanted - own.keys()) | {key: own[key] for key in wanted & own.keys()}


def known_from_now(connection: Connection, slugs: Iterable[str]) -> None:
    """Somebody who sees these words alone says what they mean: from then on they are that theme."""
    for part in chunks(list(slugs)):
        keys = select(CODEBOOK.c.key).where(CODEBOOK.c.slug.in_(part))
        connection.execute(delete(OWN_THEME).where(OWN_THEME.c.theme.in_(keys)))
