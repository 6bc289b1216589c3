"""The figures of the patterns as files: all of them, or those of the themes that were chosen."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from app.database.tables import STORY
from app.database.visibility import Actor, listed_to
from app.exports.patterns_csv import by_line_csv, by_story_csv, together_csv
from app.services.archive import Archive
from app.services.documents import chunks
from app.services.patterns.asking import BY_SITE, TOGETHER, Asked
from app.services.patterns.counting import carried
from app.services.patterns.grid import Told, told_by_story
from app.services.patterns.lines import told_by_line
from app.services.views import Chip

Row = tuple[object, ...]
LINES_AT_ONCE = 500


def download(archive: Archive, actor: Actor, asked: Asked) -> Iterator[str]:
    """A file of the page's figures, in parts."""
    if asked.path == TOGETHER:
        lines = together_csv(_together(archive, actor, asked))
    elif asked.path == BY_SITE:
        lines = by_line_csv(asked.lines, _by_line(archive, actor, asked))
    else:
        lines = by_story_csv(_by_story(archive, actor, asked))
    return _in_parts(lines)


def _in_parts(lines: Iterator[str]) -> Iterator[str]:
    part: list[str] = []
    for line in lines:
        part.append(line)
        if len(part) == LINES_AT_ONCE:
            yield "".join(part)
            part = []
    yield "".join(part)


def _wanted(asked: Asked, chips: Mapping[str, Chip]) -> set[str]:
    return set(asked.themes) & chips.keys() or set(chips)


def _together(archive: Archive, actor: Actor, asked: Asked) -> Iterator[Row]:
    with archive.engine.connect() as connection:
        found = carried(archive, connection, actor, asked.by)
    pairs = found.pairs(_wanted(asked, found.chips))
    for (one, other), count in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0])):
        yield found.chips[one].label, found.chips[other].label, asked.by, count


def _by_line(archive: Archive, actor: Actor, asked: Asked) -> Iterator[Row]:
    with archive.engine.connect() as connection:
        told, chips = told_by_story(archive, connection, actor)
        lines = told_by_line(archive, connection, actor, asked.lines, told)
    wanted = _wanted(asked, chips)
    for line in sorted(lines, key=lambda line: line.label.casefold()):
        for slug in sorted(line.stories.keys() & wanted):
            yield line.label, chips[slug].label, line.quotes[slug], line.stories[slug]


def _by_story(archive: Archive, actor: Actor, asked: Asked) -> Iterator[Row]:
    """Some stories at a time: one that is taken back meanwhile is left out."""
    with archive.engine.connect() as connection:
        told, chips = told_by_story(archive, connection, actor)
    wanted = _wanted(asked, chips)
    for part in chunks(told):
        columns = (STORY.c.id, STORY.c.heading, STORY.c.site, STORY.c.gathered)
        shown = select(*columns).where(STORY.c.id.in_(part), listed_to(actor, archive.now()))
        with archive.engine.connect() as connection:
            rows = connection.execute(shown.order_by(STORY.c.id)).all()
        for row in rows:
            yield from _of_story(tuple(row), told[row.id], chips, wanted)


def _of_story(story: Row, told: Told, chips: Mapping[str, Chip], wanted: set[str]) -> Iterator[Row]:
    for slug in sorted(told.themes & wanted):
        named = "yes" if slug in told.named else "no"
        yield *story, chips[slug].label, told.quotes[slug], named
