"""Themes by story."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, func, select

from app.database.tables import STORY
from app.database.visibility import Actor, listed_to
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.dates import date_label
from app.services.paging import choices, pager
from app.services.patterns.asking import Asked, behind, choosing, shown_themes, views_of
from app.services.patterns.counting import QUOTES, STORIES, in_file, themes_by_key
from app.services.patterns.marks import marked, themes_in_files
from app.services.patterns.together import counted, level_of
from app.services.views import Chip, Count, GridPage, GridRow

ROWS_A_PAGE = 50
MOST_COLUMNS = 12
STORY_SORTS = (("count", "Most marked"), ("name", "By name"), ("newest", "Newest"))


@dataclass
class Told:
    """One story's themes by slug: how many of its quotes are about each, and which of them its file names."""

    quotes: Counter[str] = field(default_factory=Counter)
    named: set[str] = field(default_factory=set)

    @property
    def themes(self) -> set[str]:
        return self.named | self.quotes.keys()


def told_by_story(
    archive: Archive, connection: Connection, actor: Actor
) -> tuple[dict[str, Told], dict[str, Chip]]:
    """Of this reader's stories those with themes; and the themes, with how many stories carry each."""
    quotes = list(marked(archive, connection, actor))
    files = themes_in_files(archive, connection, actor)
    keys = {key for _, _, themes in quotes for key in themes.split(",")}
    keys |= {in_file(slug) for slugs in files.values() for slug in slugs}
    chips = themes_by_key(archive, connection, actor, keys)
    told: dict[str, Told] = defaultdict(Told)
    for story, _, themes in quotes:
        told[story].quotes.update({chips[key].slug for key in themes.split(",") if key in chips})
    for story, slugs in files.items():
        told[story].named.update(slugs)
    return told, {chip.slug: chip for chip in chips.values()}


def used_themes(told: Mapping[str, Told], chips: Mapping[str, Chip], by: str) -> list[Chip]:
    """The themes with how many quotes are about them, or how many stories carry them; the most used first."""
    used: Counter[str] = Counter()
    for one in told.values():
        if by == STORIES:
            used.update(one.themes)
        else:
            used.update(one.quotes)
            used.update(dict.fromkeys(one.named, 0))
    order = sorted(used, key=lambda slug: (-used[slug], slug))
    return [replace(chips[slug], count=used[slug]) for slug in order]


def read_by_story(archive: Archive, actor: Actor, asked: Asked) -> GridPage:
    """Themes by story: how many quotes of each are about each, and which its file names."""
    with archive.engine.connect() as connection:
        told, chips = told_by_story(archive, connection, actor)
        used = used_themes(told, chips, QUOTES)
        themes = shown_themes(asked, used, MOST_COLUMNS)
        slugs = {theme.slug for theme in themes}
        ids = [
            one for one in _ids(archive, connection, actor, asked) if one in told and slugs & told[one].themes
        ]
        if asked.sort == "count":
            ids.sort(
                key=lambda one: (
                    -sum(told[one].quotes[slug] for slug in slugs),
                    -len(slugs & told[one].named),
                )
            )
        start = (asked.page - 1) * ROWS_A_PAGE
        rows = _story_rows(archive, connection, actor, ids[start : start + ROWS_A_PAGE], told, themes)
    return replace(
        grid(asked, used, themes, rows, len(ids)),
        title="Themes by story",
        lead="How many quotes of each story are about a theme. A ring: the story’s file names it.",
        sorts=choices(STORY_SORTS, asked.sort, lambda sort: replace(asked, sort=sort, page=1).address()),
        row_name="Story",
    )


def _ids(archive: Archive, connection: Connection, actor: Actor, asked: Asked) -> list[str]:
    by_name = (func.lower(STORY.c.heading), STORY.c.slug)
    order = by_name if asked.sort == "name" else (STORY.c.gathered.desc(), STORY.c.slug)
    shown = select(STORY.c.id).where(listed_to(actor, archive.now())).order_by(*order)
    return list(connection.execute(shown).scalars())


def _story_rows(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    ids: Sequence[str],
    told: Mapping[str, Told],
    themes: Sequence[Chip],
) -> list[GridRow]:
    columns = (STORY.c.id, STORY.c.slug, STORY.c.heading, STORY.c.site, STORY.c.gathered)
    shown = select(*columns).where(STORY.c.id.in_(ids), listed_to(actor, archive.now()))
    rows = {row.id: row for row in connection.execute(shown)}
    most = max((one.quotes[theme.slug] for one in told.values() for theme in themes), default=0)
    found = []
    for one in (rows[key] for key in ids if key in rows):
        day = date_label(one.gathered, archive.settings.language)
        cells = [_in_story(one.id, one.heading, told[one.id], theme, most) for theme in themes]
        total = Count(sum(cell.count for cell in cells), 0, "", "")
        detail = ", ".join(part for part in (one.site, day) if part)
        found.append(GridRow(one.heading, story_address(one.slug), detail, total, cells))
    return found


def _in_story(key: str, heading: str, told: Told, theme: Chip, most: int) -> Count:
    count, named = told.quotes[theme.slug], theme.slug in told.named
    said = f"{theme.label} in {heading}: {counted(count, QUOTES)}{', named in its file' if named else ''}"
    return Count(count, level_of(count, most), behind([theme.slug], story=key), said, named)


def grid(
    asked: Asked, used: Sequence[Chip], themes: Sequence[Chip], rows: Sequence[GridRow], total: int
) -> GridPage:
    return GridPage(
        title="",
        lead="",
        views=views_of(asked),
        lines=(),
        ways=(),
        sorts=(),
        row_name="",
        columns=themes,
        rows=rows,
        total=total,
        choosing=choosing(asked, used),
        pager=pager(total, asked.page, ROWS_A_PAGE, asked.with_page),
        download=asked.download(),
    )
