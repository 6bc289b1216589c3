"""Themes: what the stories of this reader are about."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from app.database.tables import PASSAGE, STORY, THEME, AnyRow
from app.database.visibility import Actor, visible_to
from app.errors import NotFound
from app.services.archive import Archive
from app.services.cards import CARD_COLUMNS, cards_from, colour_of, story_address, theme_address, theme_chip
from app.services.defining import definitions_of
from app.services.marking.of_theme import FIRST, count_quotes, quotes_of_theme, theme_row
from app.services.paging import PAGE_SIZE, ListAddress, choices, pager
from app.services.quoting import bare
from app.services.views import Chip, Quotation, ThemePage, ThemesPage

SORTS = (("told", "Most told"), ("name", "By name"))
THEMES_A_PAGE = 120
QUOTATIONS, SHORTEST, LONGEST = 6, 30, 220  # characters of a quotation that is read at a glance
BESIDE = 8
NEWEST = 200  # of a theme's stories are looked through for quotations
NEWEST_FIRST = (STORY.c.gathered.desc(), STORY.c.slug)
CARRYING = STORY.join(THEME, THEME.c.story_id == STORY.c.id)


class Told(NamedTuple):
    """A theme and the number of stories that carry it."""

    slug: str
    label: str
    stories: int


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
    told = told_themes(archive, connection, actor)
    ordered = sorted(told, key=lambda theme: theme.slug) if by_name else told
    return [theme_chip(*theme) for theme in ordered[offset : offset + limit]]


def told_themes(archive: Archive, connection: Connection, actor: Actor) -> Sequence[Told]:
    """Every theme of this reader's stories, the most told first."""
    key = ("themes", actor, archive.now().date())
    return archive.generation.keep(connection, key, lambda: _told(archive, connection, actor))


def _told(archive: Archive, connection: Connection, actor: Actor) -> Sequence[Told]:
    stories = func.count(THEME.c.story_id).label("stories")
    rows = connection.execute(
        select(THEME.c.slug, func.min(THEME.c.label).label("label"), stories)
        .join(STORY, STORY.c.id == THEME.c.story_id)
        .where(visible_to(actor, archive.now()))
        .group_by(THEME.c.slug)
        .order_by(stories.desc(), THEME.c.slug)
    )
    return [Told(*row) for row in rows]


def list_themes(
    archive: Archive, actor: Actor, number: int, sort: str, size: int = THEMES_A_PAGE
) -> ThemesPage:
    """One page of the themes; `sort` is told or name, anything else is told."""
    sort = "name" if sort == "name" else "told"
    address = ListAddress("/themes", sort=sort if sort == "name" else "")
    with archive.engine.connect() as connection:
        total = len(told_themes(archive, connection, actor))
        offset = (number - 1) * size
        chips = theme_counts(archive, connection, actor, by_name=sort == "name", limit=size, offset=offset)
    sorts = choices(SORTS, sort, lambda value: address.with_sort(value if value == "name" else ""))
    return ThemesPage(chips, total, sorts, pager(total, number, size, address.with_page))


def read_theme(archive: Archive, actor: Actor, slug: str, number: int, size: int = PAGE_SIZE) -> ThemePage:
    """A theme's page. Raises NotFound where this reader finds neither a story nor a quote of it."""
    visible = visible_to(actor, archive.now())
    of_theme = (THEME.c.slug == slug, visible)
    with archive.engine.connect() as connection:
        stories, label = _head(connection, of_theme)
        marked = count_quotes(archive, connection, actor, slug)
        row = theme_row(connection, slug) if marked else None
        if not stories and row is None:
            raise NotFound
        quotes = quotes_of_theme(archive, connection, actor, slug, size=FIRST) if row and number == 1 else []
        cards = cards_from(archive, connection, _rows(connection, of_theme, number, size))
        definition = definitions_of(connection, [slug]).get(slug)
        quotations, beside = archive.generation.keep(
            connection,
            ("theme", slug, actor, archive.now().date()),
            lambda: (_quotations(connection, of_theme), _beside(connection, slug, visible)),
        )
    shown = quotations if number == 1 else []
    pages = pager(stories, number, size, ListAddress(theme_address(slug)).with_page)
    chip = theme_chip(slug, label or (row.name if row else slug))
    page = ThemePage(slug, chip.label, colour_of(slug), definition, stories, cards, shown, beside, pages)
    address = f"{theme_address(slug)}/quotes"
    return replace(page, quotes=quotes, quotes_total=marked, quotes_address=address)


def _head(connection: Connection, of_theme: Any) -> tuple[int, str | None]:
    """How many stories carry the theme, and its label there."""
    counted = select(func.count(), func.min(THEME.c.label)).select_from(CARRYING).where(*of_theme)
    stories, label = connection.execute(counted).one()
    return stories, label


def _rows(connection: Connection, of_theme: Any, number: int, size: int) -> Sequence[AnyRow]:
    newest = select(*CARD_COLUMNS).select_from(CARRYING).where(*of_theme).order_by(*NEWEST_FIRST)
    return connection.execute(newest.limit(size).offset((number - 1) * size)).all()


def _quotations(connection: Connection, of_theme: Any) -> list[Quotation]:
    """Short words in quotation from different stories; never from one with a content note."""
    length = func.length(PASSAGE.c.text)
    newest = select(STORY.c.id).select_from(CARRYING).where(*of_theme, STORY.c.folded.is_(False))
    rows = connection.execute(
        select(STORY.c.slug, STORY.c.heading, STORY.c.language, PASSAGE.c.anchor, PASSAGE.c.text)
        .join(PASSAGE, PASSAGE.c.story_id == STORY.c.id)
        .where(STORY.c.id.in_(newest.order_by(*NEWEST_FIRST).limit(NEWEST)), PASSAGE.c.quotation.is_(True))
        .where(length.between(SHORTEST, LONGEST))
        .order_by(*NEWEST_FIRST, PASSAGE.c.anchor)
        .limit(QUOTATIONS * 5)
    )
    first = {row.slug: row for row in reversed(rows.all())}
    return [
        Quotation(bare(row.text), row.heading, f"{story_address(row.slug)}#{row.anchor}", row.language)
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
