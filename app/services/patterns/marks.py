"""What a reader finds marked, all of it at once and as little of each as can be counted.

A hundred thousand rows take longer to hand over than to find. So the database writes them into one text.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, String, cast, func, select

from app.database.marking import QUOTE, QUOTE_THEME
from app.database.tables import STORY, THEME
from app.database.visibility import Actor, listed_to, standing
from app.services.archive import Archive

Marked = tuple[str, str, str]  # a quote's story, its passage, the keys of its themes with commas between them
WITH_THEMES = QUOTE.join(QUOTE_THEME, QUOTE_THEME.c.quote == QUOTE.c.key)


def marked(
    archive: Archive, connection: Connection, actor: Actor, *where: ColumnElement[bool]
) -> Iterator[Marked]:
    """The quotes with themes that this reader finds in lists: as `quotes_listed`, faster for all of them."""
    shown = shown_now(archive, connection, actor)
    for line in _lines(connection, *where, passages=True).split("\n"):
        at, _, rest = line.partition(" ")
        if at in shown:
            anchor, _, themes = rest.partition(" ")
            yield at[: at.index(":")], anchor, themes


def themes_marked(archive: Archive, connection: Connection, actor: Actor) -> Iterator[str]:
    """The themes of each of these quotes: their keys with commas between them."""
    shown = shown_now(archive, connection, actor)
    for line in _lines(connection).split("\n"):
        at, _, themes = line.partition(" ")
        if at in shown:
            yield themes


def _lines(connection: Connection, *where: ColumnElement[bool], passages: bool = False) -> str:
    """A line for each quote: its story with the version in which it was found, its passage, its themes."""
    place = QUOTE.c.story_id + ":" + cast(QUOTE.c.located, String) + " "
    place = place + QUOTE.c.anchor + " " if passages else place
    themes = func.aggregate_strings(cast(QUOTE_THEME.c.theme, String), ",")
    each = select((place + themes).label("line")).select_from(WITH_THEMES).where(*standing(), *where)
    lines = each.group_by(QUOTE.c.key).subquery()
    return connection.execute(select(func.aggregate_strings(lines.c.line, "\n"))).scalar() or ""


def shown_now(archive: Archive, connection: Connection, actor: Actor) -> Set[str]:
    """The stories that lists show this reader, each with the version that is shown, as `s-7k3fq2mx:4`."""
    anyone = replace(actor, own=frozenset())  # lists leave out what is hers alone
    place = STORY.c.id + ":" + cast(STORY.c.revision, String)
    shown = select(place).where(listed_to(anyone, archive.now()))
    key = ("versions shown", anyone, archive.now().date())
    return archive.generation.keep(connection, key, lambda: frozenset(connection.execute(shown).scalars()))


def themes_in_files(archive: Archive, connection: Connection, actor: Actor) -> Mapping[str, tuple[str, ...]]:
    """By story the slugs of the themes that its file names, of the stories that lists show this reader."""
    anyone = replace(actor, own=frozenset())
    slugs = func.aggregate_strings(THEME.c.slug, " ")
    joined = THEME.join(STORY, STORY.c.id == THEME.c.story_id)
    shown = select(THEME.c.story_id, slugs).select_from(joined).where(listed_to(anyone, archive.now()))
    key = ("themes in files", anyone, archive.now().date())
    return archive.generation.keep(
        connection,
        key,
        lambda: {
            row[0]: tuple(row[1].split(" ")) for row in connection.execute(shown.group_by(THEME.c.story_id))
        },
    )
