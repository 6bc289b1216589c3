"""The sitemap: the addresses of all that is public, for search engines."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, func, select

from app.database.harvesting import HARVEST
from app.database.tables import PERSONA, STORY, THEME
from app.database.visibility import ANONYMOUS, listed_to, offered_to
from app.errors import NotFound
from app.exports.sitemap import MOST, Line
from app.services.archive import Archive
from app.services.cards import persona_address, story_address, theme_address
from app.services.harvesting.keeping import keep_ended

PAGES = ("/", "/stories", "/personas", "/themes", "/help/consent")
AT_ONCE = 1_000  # rows in memory


def part_address(number: int) -> str:
    """The address of one part."""
    return f"/sitemap-{number}.xml"


def sitemap_parts(archive: Archive, base: str, most: int = MOST) -> list[Line]:
    """All parts: the pages that lead to stories, then the stories themselves."""
    keep_ended(archive)
    with archive.engine.connect() as connection:
        newest = _newest(archive, connection)
        parts = 1 - (-_stories(archive, connection) // most)
    return [(base + part_address(number), newest) for number in range(1, parts + 1)]


def sitemap_part(archive: Archive, base: str, number: int, most: int = MOST) -> Iterator[Line]:
    """The addresses of one part. Raises NotFound for one that there is not."""
    keep_ended(archive)
    with archive.engine.connect() as connection:
        if number == 1:
            return iter(_pages(archive, connection, base)[:most])
        if not 1 < number <= 1 - (-_stories(archive, connection) // most):
            raise NotFound
    return _story_lines(archive, base, (number - 2) * most, most)


def _newest(archive: Archive, connection: Connection) -> str:
    joined = HARVEST.join(STORY, STORY.c.id == HARVEST.c.story_id)
    shown = listed_to(ANONYMOUS, archive.now())
    return (
        connection.execute(select(func.max(HARVEST.c.stamp)).select_from(joined).where(shown)).scalar() or ""
    )


def _stories(archive: Archive, connection: Connection) -> int:
    shown = listed_to(ANONYMOUS, archive.now())
    return int(connection.execute(select(func.count()).select_from(STORY).where(shown)).scalar() or 0)


def _pages(archive: Archive, connection: Connection, base: str) -> Sequence[Line]:
    """The pages that lead to stories, personas, and themes with the last change of their stories."""
    newest = _newest(archive, connection)
    personas = select(PERSONA.c.slug).where(offered_to(ANONYMOUS, archive.now())).order_by(PERSONA.c.slug)
    joined = THEME.join(STORY, STORY.c.id == THEME.c.story_id).join(HARVEST, HARVEST.c.story_id == STORY.c.id)
    themes = (
        select(THEME.c.slug, func.max(HARVEST.c.stamp).label("stamp"))
        .select_from(joined)
        .where(listed_to(ANONYMOUS, archive.now()))
        .group_by(THEME.c.slug)
        .order_by(THEME.c.slug)
    )
    lines = [(base + path, newest if path != "/help/consent" else "") for path in PAGES]
    lines += [(base + persona_address(slug), "") for slug in connection.execute(personas).scalars()]
    return lines + [(base + theme_address(row.slug), row.stamp) for row in connection.execute(themes)]


def _story_lines(archive: Archive, base: str, start: int, most: int) -> Iterator[Line]:
    """Stories in the order of their ids, read while they are written."""
    joined = STORY.outerjoin(HARVEST, HARVEST.c.story_id == STORY.c.id)
    wanted = (
        select(STORY.c.slug, HARVEST.c.stamp)
        .select_from(joined)
        .where(listed_to(ANONYMOUS, archive.now()))
        .order_by(STORY.c.id)
        .limit(most)
        .offset(start)
        .execution_options(yield_per=AT_ONCE)
    )
    with archive.engine.connect() as connection:
        for row in connection.execute(wanted):
            yield base + story_address(row.slug), row.stamp or ""
