"""Themes by story."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

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
STORY_SORTS = (("count", "Most marked"), ("name", "By name"), ("newest", "Newest"))


@dataclass(frozen=True)
class Told:
    """One story's themes by slug: how many of its quotes are about each, and which of them its file names."""

    quotes: Mapping[str, int]
    named: Sequence[str]

    @property
    def themes(self) -> set[str]:
        return self.quotes.keys() | self.named


def told_by_story(
    archive: Archive, connection: Connection, actor: Actor
) -> tuple[dict[str, Told], dict[str, Chip]]:
    """Of this reader's stories those with themes; and the themes, with how many stories carry each."""
    quotes: dict[str, list[str]] = defaultdict(list)
    for story, _, themes in marked(archive, connection, actor):
        quotes[story].append(themes)
    files = themes_in_files(archive, connection, actor)
    sets = {themes for of in quotes.values() for themes in of}  # the same themes come together often
    keys = {key for themes in sets for key in themes.split(",")}
    keys |= {in_file(slug) for slugs in files.values() for slug in slugs}
    chips = themes_by_key(archive, connection, actor, keys)
    slugs = {of: {chips[key].slug for key in of.split(",") if key in chips} for of in sets}
    told = {
        story: Told(_counts(slugs[of] for of in quotes.get(story, ())), files.get(story, ()))
        for story in quotes.keys() | files.keys()
    }
    return told, {chip.slug: chip for chip in chips.values()}


def _counts(sets: Iterable[set[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for slugs in sets:
        for slug in slugs:
            found[slug] = found.get(slug, 0) + 1
    return found


def used_themes(told: Mapping[str, Told], chips: Mapping[str, Chip], by: str) -> list[Chip]:
    """The themes with how many quotes are about them, or how many stories carry them; the most used first."""
    used: dict[str, int] = dict.fromkeys(chips, 0)
    for one in told.values():
        for slug in one.themes if by == STORIES else one.quotes:
            used[slug] += 1 if by == STORIES else one.quotes[slug]
    order = sorted(used, key=lambda slug: (-used[slug], slug))
    return [replace(chips[slug], count=used[slug]) for slug in order]


def read_by_story(archive: Archive, actor: Actor, asked: Asked) -> GridPage:
    """Themes by story: how many quotes of each are about each, and which its file names."""
    with archive.engine.connect() as connection:
        told, chips = told_by_story(archive, connection, actor)
        used = used_themes(told, chips, QUOTES)
        themes = shown_themes(asked, used)
        slugs = {theme.slug for theme in themes}
        ids = [
            one for one in _ids(archive, connection, actor, asked) if one in told and slugs & told[one].themes
        ]
        if asked.sort == "count":
            ids.sort(
                key=lambda one: (
                    -sum(told[one].quotes.get(slug, 0) for slug in slugs),
                    -len(slugs.intersection(told[one].named)),
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
    most = max((one.quotes.get(theme.slug, 0) for one in told.values() for theme in themes), default=0)
    found = []
    for one in (rows[key] for key in ids if key in rows):
        day = date_label(one.gathered, archive.settings.language)
        cells = [_in_story(one.id, one.heading, told[one.id], theme, most) for theme in themes]
        total = Count(sum(cell.count for cell in cells), 0, "", "")
        detail = ", ".join(part for part in (one.site, day) if part)
        found.append(GridRow(one.heading, story_address(one.slug), detail, total, cells))
    return found


def _in_story(key: str, heading: str, told: Told, theme: Chip, most: int) -> Count:
    count, named = told.quotes.get(theme.slug, 0), theme.slug in told.named
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
