"""Themes by site, kind or year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Select, func, select

from app.database.tables import KIND, STORY
from app.database.visibility import Actor, listed_to
from app.services.archive import Archive
from app.services.paging import choices
from app.services.patterns.asking import Asked, behind, shown_themes
from app.services.patterns.conditions import NOWHERE
from app.services.patterns.counting import QUOTES, STORIES
from app.services.patterns.grid import ROWS_A_PAGE, Told, grid, told_by_story, used_themes
from app.services.patterns.together import counted, level_of
from app.services.views import Chip, Count, GridPage, GridRow

SORTS = (("count", "Most first"), ("name", "By name"))
LINES = (("site", "Sites"), ("kind", "Kinds"), ("year", "Years"))
WAYS = ((QUOTES, "Quotes"), (STORIES, "Stories"))
NAMES = {"site": "Site", "kind": "Kind", "year": "Year"}
NONE = {"site": "No site", "kind": "No kind", "year": "No year"}

LEADS = {
    QUOTES: "How many quotes from the stories of each %s are about a theme.",
    STORIES: "How many stories of each %s carry a theme, in their file or in a quote.",
}


@dataclass
class Line:
    """A site, kind or year, and how often each theme occurs in its stories."""

    value: str
    label: str
    quotes: dict[str, int] = field(default_factory=dict)
    stories: dict[str, int] = field(default_factory=dict)

    def count(self, slug: str, by: str) -> int:
        return (self.stories if by == STORIES else self.quotes).get(slug, 0)


def places_of(
    archive: Archive, connection: Connection, actor: Actor, name: str
) -> Iterable[tuple[str, str, str]]:
    """For each story that lists show this reader its site, kinds or year: the value, and how it is called."""
    columns: Any = {
        "site": (STORY.c.id, STORY.c.site_slug, STORY.c.site),
        "kind": (STORY.c.id, KIND.c.slug, KIND.c.label),
        "year": (STORY.c.id, func.substr(STORY.c.gathered, 1, 4), func.substr(STORY.c.gathered, 1, 4)),
    }[name]
    shown: Select[Any] = select(*columns).where(listed_to(actor, archive.now()))
    if name == "kind":
        shown = shown.select_from(STORY.outerjoin(KIND, KIND.c.story_id == STORY.c.id))
    for story, value, label in connection.execute(shown):
        yield story, value or NOWHERE, label or NONE[name]


def told_by_line(
    archive: Archive, connection: Connection, actor: Actor, name: str, told: Mapping[str, Told]
) -> list[Line]:
    """The sites, kinds or years of stories with themes."""
    lines: dict[str, Line] = {}
    for story, value, label in places_of(archive, connection, actor, name):
        if story in told:
            line = lines.setdefault(value, Line(value, label))
            line.label = min(line.label, label)  # of several spellings always the same
            for slug, quotes in told[story].quotes.items():
                line.quotes[slug] = line.quotes.get(slug, 0) + quotes
            for slug in told[story].themes:
                line.stories[slug] = line.stories.get(slug, 0) + 1
    return list(lines.values())


def read_by_line(archive: Archive, actor: Actor, asked: Asked) -> GridPage:
    """Themes by site, kind or year: how many quotes of its stories are about each, or how many stories."""
    by = STORIES if asked.by == STORIES else QUOTES
    with archive.engine.connect() as connection:
        told, chips = told_by_story(archive, connection, actor)
        lines = told_by_line(archive, connection, actor, asked.lines, told)
    used = used_themes(told, chips, by)
    themes = shown_themes(asked, used)
    rows = _rows(asked.lines, by, lines, themes)
    rows.sort(key=lambda row: row.label.casefold(), reverse=asked.lines == "year" and asked.sort != "name")
    if asked.sort == "count" and asked.lines != "year":
        rows.sort(key=lambda row: -row.total.count)
    start = (asked.page - 1) * ROWS_A_PAGE
    return replace(
        grid(asked, used, themes, rows[start : start + ROWS_A_PAGE], len(rows)),
        title=f"Themes by {asked.lines}",
        lead=LEADS[by] % asked.lines,
        lines=choices(LINES, asked.lines, lambda one: replace(asked, lines=one, page=1).address()),
        ways=choices(WAYS, by, lambda one: replace(asked, by=one, page=1).address()),
        sorts=choices(SORTS, asked.sort, lambda one: replace(asked, sort=one, page=1).address()),
        row_name=NAMES[asked.lines],
    )


def _rows(name: str, by: str, lines: Sequence[Line], themes: Sequence[Chip]) -> list[GridRow]:
    most = max((line.count(theme.slug, by) for line in lines for theme in themes), default=0)
    rows = [_row(name, by, line, themes, most) for line in lines]
    return [row for row in rows if row.total.count]


def _row(name: str, by: str, line: Line, themes: Sequence[Chip], most: int) -> GridRow:
    cells = []
    for theme in themes:
        count = line.count(theme.slug, by)
        said = f"{theme.label}, {line.label}: {counted(count, by)}"
        address = behind([theme.slug], by, **{name: line.value})
        cells.append(Count(count, level_of(count, most), address, said))
    total = sum(cell.count for cell in cells)
    return GridRow(line.label, "", "", Count(total, 0, "", ""), cells)
