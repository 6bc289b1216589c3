"""Themes that can be given to a quote, by a part of their names."""

from sqlalchemy import Connection, select

from app.database.marking import CODEBOOK, QUOTE, QUOTE_THEME
from app.database.tables import STORY, AnyRow
from app.database.visibility import TERMINAL, Actor, listed_to, quotes_of
from app.services.archive import Archive
from app.services.cards import shown_label
from app.services.themes import told_themes

MOST = 20


def themes_to_choose(archive: Archive, actor: Actor, words: str) -> list[str]:
    """The names of themes that this person may know of and that hold these words; the best first."""
    wanted = words.casefold().split()
    with archive.engine.connect() as connection:
        names = open_themes(archive, connection, actor)
    found = [name for name in names.values() if all(word in name.casefold() for word in wanted)]
    return sorted(found, key=lambda name: (not name.casefold().startswith(words.casefold()), name))[:MOST]


def open_themes(archive: Archive, connection: Connection, actor: Actor) -> dict[str, str]:
    """By slug the names of themes that are offered: none that rests only on what this person may not see."""
    told = {theme.slug: shown_label(theme.label) for theme in told_themes(archive, connection, actor)}
    marked = seen_themes(archive, connection, actor)
    rows = connection.execute(select(CODEBOOK)).all()
    gone = {row.slug for row in rows if row.retired is not None or row.merged_into is not None}
    known = {row.slug: shown_label(row.name) for row in rows if row.key in marked or _rests_on_nothing(row)}
    used = set(connection.execute(select(QUOTE_THEME.c.theme).distinct()).scalars()) - marked
    hidden = {theme.slug for theme in told_themes(archive, connection, TERMINAL)}
    hidden |= {row.slug for row in rows if row.key in used}
    seen = {row.slug for row in rows if row.key in marked}
    known = {slug: name for slug, name in known.items() if slug in seen or slug not in hidden}
    return {slug: name for slug, name in {**told, **known}.items() if slug not in gone}


def _rests_on_nothing(row: AnyRow) -> bool:
    """Whether somebody wrote it down here by its own name, and not after a file."""
    return row.account is not None and row.adopted is not None


def seen_themes(archive: Archive, connection: Connection, actor: Actor) -> set[int]:
    """The themes of quotes that this person may see in lists."""
    joined = QUOTE_THEME.join(QUOTE, QUOTE.c.key == QUOTE_THEME.c.quote).join(
        STORY, STORY.c.id == QUOTE.c.story_id
    )
    seen = select(QUOTE_THEME.c.theme).select_from(joined).where(quotes_of(listed_to(actor, archive.now())))
    return set(connection.execute(seen.distinct()).scalars())
