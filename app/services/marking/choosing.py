"""Themes that can be given to a quote, by a part of their names."""

from sqlalchemy import Connection, select

from app.database.marking import QUOTE, QUOTE_THEME
from app.database.tables import STORY
from app.database.visibility import Actor, listed_to, quotes_of
from app.services.archive import Archive
from app.services.marking.knowing import RETIRED, known_to

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
    known = known_to(archive, connection, actor)
    return {slug: one.label for slug, one in known.items() if one.state != RETIRED and not one.merged}


def all_themes(archive: Archive, connection: Connection, actor: Actor) -> dict[str, str]:
    """The same with those that were retired."""
    known = known_to(archive, connection, actor)
    return {slug: one.label for slug, one in known.items() if not one.merged}


def seen_themes(archive: Archive, connection: Connection, actor: Actor) -> set[int]:
    """The themes of quotes that this person may see in lists."""
    joined = QUOTE_THEME.join(QUOTE, QUOTE.c.key == QUOTE_THEME.c.quote).join(
        STORY, STORY.c.id == QUOTE.c.story_id
    )
    seen = select(QUOTE_THEME.c.theme).select_from(joined).where(quotes_of(listed_to(actor, archive.now())))
    return set(connection.execute(seen.distinct()).scalars())
