"""Themes: what the stories of this reader are about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, func, select

from app.database.tables import PASSAGE, STORY, THEME, AnyRow
from app.database.visibility import Actor, visible_to
from app.errors import NotFound
from app.services.archive import Archive
from app.services.cards import CARD_COLUMNS, cards_from, story_address, theme_address, theme_chip
from app.services.colours import given_colours
from app.services.defining import definitions_of
from app.services.marking.heading import read_head, shown_to
from app.services.marking.knowing import Known, colours_of, in_tree
from app.services.marking.known_as import theme_meant
from app.services.marking.of_theme import FIRST, count_quotes, quotes_of_theme, row_seen
from app.services.marking.own_themes import OwnRow, own_themes
from app.services.paging import PAGE_SIZE, ListAddress, choices, pager
from app.services.quoting import bare
from app.services.told import told_themes
from app.services.views import Chip, Quotation, ThemeLine, ThemePage, ThemesPage

SORTS = (("told", "Most told"), ("name", "By name"), ("tree", "As a tree"))
THEMES_A_PAGE = 120
QUOTATIONS, SHORTEST, LONGEST = 6, 30, 220  # characters of a quotation that is read at a glance
BESIDE = 8
DEEPEST = 8  # steps by which a line of the tree is set in
NEWEST = 200  # of a theme's stories are looked through for quotations
NEWEST_FIRST = (STORY.c.gathered.desc(), STORY.c.slug)
CARRYING = STORY.join(THEME, THEME.c.story_id == STORY.c.id)


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
    given = given_colours(archive, connection)
    return [theme_chip(*theme, given=given) for theme in ordered[offset : offset + limit]]


def list_themes(
    archive: Archive, actor: Actor, number: int, sort: str, size: int = THEMES_A_PAGE
) -> ThemesPage:
    """One page of the themes; `sort` is told, name or tree, anything else is told.

    A theme of which only quotes may be seen is among them, and what has others below it that may be seen.
    """
    sort = sort if sort in dict(SORTS) else "told"
    address = ListAddress("/themes", sort="" if sort == "told" else sort)
    with archive.engine.connect() as connection:
        known, above = shown_to(archive, connection, actor)
        given = colours_of(known, given_colours(archive, connection))
    listed = _sorted(known, above, sort)
    part = listed[(number - 1) * size : number * size]
    sorts = SORTS if above else SORTS[:2]
    return ThemesPage(
        themes=[theme_chip(one.slug, one.label, one.stories, given) for _, one in part],
        total=len(known),
        sorts=choices(sorts, sort, lambda value: address.with_sort("" if value == "told" else value)),
        pager=pager(len(known), number, size, address.with_page),
        lines=[_line(known, above, given, depth, one) for depth, one in part],
        sort=sort,
    )


def _sorted(known: Mapping[str, Known], above: Mapping[str, str], sort: str) -> list[tuple[int, Known]]:
    if sort == "tree":
        return in_tree(known, above)
    by_told = sorted(known.values(), key=lambda one: (-one.stories, -one.quotes, one.slug))
    return [(0, one) for one in (sorted(by_told, key=lambda one: one.slug) if sort == "name" else by_told)]


def _line(
    known: Mapping[str, Known], above: Mapping[str, str], given: Mapping[str, int], depth: int, one: Known
) -> ThemeLine:
    chip = theme_chip(one.slug, one.label, given=given)
    under = known[above[one.slug]].label if one.slug in above else ""
    return ThemeLine(
        chip.label, chip.address, chip.colour, one.stories, one.quotes, min(depth, DEEPEST), under
    )


def read_theme(archive: Archive, actor: Actor, slug: str, number: int, size: int = PAGE_SIZE) -> ThemePage:
    """A theme's page. Raises NotFound where this reader finds neither a story nor a quote of it.

    What has others below it that she finds has a page too.
    """
    visible = visible_to(actor, archive.now())
    of_theme = (THEME.c.slug == slug, visible)
    with archive.engine.connect() as connection:
        given = given_colours(archive, connection)
        stories, label = _head_of(connection, of_theme)
        marked = count_quotes(archive, connection, actor, slug)
        row = row_seen(archive, connection, actor, slug)
        if row is not None and row.merged_into is not None and not stories and not marked:
            raise NotFound
        if not stories and not marked and (row is None or not _is_heading(archive, connection, actor, slug)):
            raise NotFound
        quotes = (
            quotes_of_theme(archive, connection, actor, slug, size=FIRST) if marked and number == 1 else []
        )
        cards = cards_from(archive, connection, _rows(connection, of_theme, number, size))
        quotations, beside = archive.generation.keep(
            connection,
            ("theme", slug, actor, archive.now().date()),
            lambda: (_quotations(connection, of_theme), _beside(connection, slug, visible, given)),
        )
        own = isinstance(row, OwnRow)
        head = read_head(archive, connection, actor, row) if row is not None and not own else {}
    shown = quotations if number == 1 else []
    pages = pager(stories, number, size, ListAddress(theme_address(slug)).with_page)
    chip = theme_chip(slug, label or (row.name if row else slug), given=None if own else given)
    definition = (row.definition or None) if row is not None else None
    page = ThemePage(slug, chip.label, chip.colour, definition, stories, cards, shown, beside, pages)
    address = f"{theme_address(slug)}/quotes"
    return replace(page, quotes=quotes, quotes_total=marked, quotes_address=address, **head)


def read_definitions(archive: Archive, actor: Actor, slugs: Iterable[str]) -> dict[str, str]:
    """The definitions of these themes that this reader found, as far as they are hers to read."""
    with archive.engine.connect() as connection:
        own = {row.slug for row in own_themes(archive, connection, actor).values()}
        return definitions_of(connection, [slug for slug in slugs if slug not in own])


def slug_meant(archive: Archive, actor: Actor, slug: str) -> str:
    """The theme that is meant by an alias; empty where this reader finds no such page."""
    with archive.engine.connect() as connection:
        row = theme_meant(archive, connection, actor, slug)
        return row.slug if row and row.slug in shown_to(archive, connection, actor)[0] else ""


def _is_heading(archive: Archive, connection: Connection, actor: Actor, slug: str) -> bool:
    """Whether this reader finds themes below one under which she finds nothing itself."""
    known, _ = shown_to(archive, connection, actor)
    return slug in known


def _head_of(connection: Connection, of_theme: Any) -> tuple[int, str | None]:
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


def _beside(connection: Connection, slug: str, visible: Any, given: Mapping[str, int]) -> list[Chip]:
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
    return [theme_chip(row.slug, row.label, row.told, given) for row in rows]
