"""Themes: what the stories of this reader are about."""

from typing import Any

from sqlalchemy import Connection, func, select

from app.database.tables import PASSAGE, STORY, THEME
from app.database.visibility import Actor, visible_to
from app.errors import NotFound
from app.services.archive import Archive
from app.services.cards import CARD_COLUMNS, cards_from, colour_of, story_address, theme_address, theme_chip
from app.services.paging import PAGE_SIZE, ListAddress, choices, pager
from app.services.views import Chip, Quotation, ThemePage, ThemesPage

SORTS = (("told", "Most told"), ("name", "By name"))
THEMES_A_PAGE = 120
QUOTATIONS, SHORTEST, LONGEST = 6, 30, 220  # characters of a quotation that is read at a glance
BESIDE = 8


def theme_counts(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    *,
    by_name: bool = False,
    limit: int,
    offset: int = 0,
) -> list[Chip]:
    """Themes with the number of this reader's stories that carry them."""
    told = func.count(THEME.c.story_id).label("told")
    order = (THEME.c.slug,) if by_name else (told.desc(), THEME.c.slug)
    rows = connection.execute(
        select(THEME.c.slug, func.min(THEME.c.label).label("label"), told)
        .join(STORY, STORY.c.id == THEME.c.story_id)
        .where(visible_to(actor, archive.now()))
        .group_by(THEME.c.slug)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    return [theme_chip(row.slug, row.label, row.told) for row in rows]


def list_themes(
    archive: Archive, actor: Actor, number: int, sort: str, size: int = THEMES_A_PAGE
) -> ThemesPage:
    """One page of the themes; `sort` is told or name, anything else is told."""
    sort = "name" if sort == "name" else "told"
    address = ListAddress("/themes", sort=sort if sort == "name" else "")
    with archive.engine.connect() as connection:
        total = _count(archive, connection, actor)
        offset = (number - 1) * size
        chips = theme_counts(archive, connection, actor, by_name=sort == "name", limit=size, offset=offset)
    sorts = choices(SORTS, sort, lambda value: address.with_sort(value if value == "name" else ""))
    return ThemesPage(chips, total, sorts, pager(total, number, size, address.with_page))


def _count(archive: Archive, connection: Connection, actor: Actor) -> int:
    joined = select(func.count(THEME.c.slug.distinct())).join(STORY, STORY.c.id == THEME.c.story_id)
    return int(connection.execute(joined.where(visible_to(actor, archive.now()))).scalar() or 0)


def read_theme(archive: Archive, actor: Actor, slug: str, number: int, size: int = PAGE_SIZE) -> ThemePage:
    """A theme's page. Raises NotFound when none of this reader's stories carries it."""
    visible = visible_to(actor, archive.now())
    of_theme = (THEME.c.slug == slug, visible)
    joined = STORY.join(THEME, THEME.c.story_id == STORY.c.id)
    with archive.engine.connect() as connection:
        head = connection.execute(
            select(func.count(), func.min(THEME.c.label)).select_from(joined).where(*of_theme)
        ).one()
        if not head[0]:
            raise NotFound
        rows = connection.execute(
            select(*CARD_COLUMNS)
            .select_from(joined)
            .where(*of_theme)
            .order_by(STORY.c.gathered.desc(), STORY.c.slug)
            .limit(size)
            .offset((number - 1) * size)
        ).all()
        cards = cards_from(archive, connection, rows)
        quotations = _quotations(connection, joined, of_theme) if number == 1 else []
        beside = _beside(connection, slug, visible)
    chip = theme_chip(slug, head[1])
    pages = pager(head[0], number, size, ListAddress(theme_address(slug)).with_page)
    return ThemePage(slug, chip.label, colour_of(slug), None, head[0], cards, quotations, beside, pages)


def _quotations(connection: Connection, joined: Any, of_theme: Any) -> list[Quotation]:
    """Short words in quotation from different stories; never from one with a content note."""
    length = func.length(PASSAGE.c.text)
    rows = connection.execute(
        select(
            STORY.c.slug,
            STORY.c.heading,
            STORY.c.language,
            PASSAGE.c.anchor,
            func.min(PASSAGE.c.text).label("text"),
        )
        .select_from(joined.join(PASSAGE, PASSAGE.c.story_id == STORY.c.id))
        .where(*of_theme, PASSAGE.c.quotation.is_(True), STORY.c.folded.is_(False))
        .where(length.between(SHORTEST, LONGEST))
        .group_by(STORY.c.id, STORY.c.slug, STORY.c.heading, STORY.c.language, PASSAGE.c.anchor)
        .order_by(STORY.c.gathered.desc(), STORY.c.slug, PASSAGE.c.anchor)
        .limit(QUOTATIONS * 5)
    )
    first = {row.slug: row for row in reversed(rows.all())}
    return [
        Quotation(row.text.strip("“”"), row.heading, f"{story_address(row.slug)}#{row.anchor}", row.language)
        for row in list(reversed(first.values()))[:QUOTATIONS]
    ]


def _beside(connection: Connection, slug: str, visible: Any) -> list[Chip]:
    """Themes that stand in the same stories."""
    other = THEME.alias("other")
    told = func.count().label("told")
    rows = connection.execute(
        select(other.c.slug, func.min(other.c.label).label("label"), told)
        .select_from(
            THEME.join(STORY, STORY.c.id == THEME.c.story_id).join(other, other.c.story_id == STORY.c.id)
        )
        .where(THEME.c.slug == slug, other.c.slug != slug, visible)
        .group_by(other.c.slug)
        .order_by(told.desc(), other.c.slug)
        .limit(BESIDE)
    )
    return [theme_chip(row.slug, row.label, row.told) for row in rows]
