"""What stands behind a number: the quotes in which themes occur, or the stories that carry them."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Connection, func, select

from app.database.tables import KIND, PERSONA, STORY
from app.database.visibility import Actor, listed_to, visible_to
from app.errors import NotFound
from app.services.archive import Archive
from app.services.cards import CARD_COLUMNS, cards_from, persona_address, theme_chip
from app.services.marking.lines import count_listed, some_listed
from app.services.marking.margin import chip_of
from app.services.marking.of_theme import TAKE, keys_of, row_seen, under
from app.services.paging import ListAddress, pager
from app.services.patterns.asking import BEHIND
from app.services.patterns.conditions import NOWHERE, Theme, quotes_with, stories_with, where_told
from app.services.patterns.counting import QUOTES, STORIES
from app.services.told import told_themes
from app.services.views import BehindPage, Chip, Choice, QuoteLine, StoryCard

Where = Sequence[ColumnElement[bool]]
NONE = {"site": "No site", "kind": "No kind", "year": "No year"}
PAGE, CARDS = 50, 12
PLACES = ("site", "kind", "year", "story", "persona")
SAID = {
    QUOTES: ("Quotes about it", "Quotes about both"),
    "passages": ("Quotes about it", "Quotes in passages with both"),
    STORIES: ("Stories with it", "Stories with both"),
}


@dataclass(frozen=True)
class Wanted:
    """Which quotes or stories: those of these themes, and of one site, kind, year, story or persona."""

    themes: tuple[str, ...]
    by: str
    where: tuple[tuple[str, str], ...]
    page: int = 1
    around: bool = False

    def address(self, page: int, around: bool) -> str:
        parts = [("theme", slug) for slug in self.themes] + [("by", self.by)] * (self.by != QUOTES)
        parts += [*self.where, *[("around", "all")] * around, *[("page", str(page))] * (page > 1)]
        return f"{BEHIND}?{urlencode(parts)}"

    def take_address(self) -> str:
        """Where all of these quotes are taken out; of stories, what is marked in them under these themes."""
        several = len(self.themes) > 1
        chosen = {"together" if several else "theme": self.themes}
        common = {"common": (self.by,)} if several and self.by != QUOTES else {}
        return str(ListAddress(TAKE, chosen=chosen | common | {name: (value,) for name, value in self.where}))


@dataclass(frozen=True)
class _Found:
    """What belongs on a page."""

    total: int
    quotes: list[QuoteLine]
    cards: list[StoryCard]
    size: int


def read_behind(archive: Archive, actor: Actor, wanted: Wanted) -> BehindPage:
    """One page of them. Raises NotFound where this reader finds none."""
    if not wanted.themes:
        raise NotFound
    with archive.engine.connect() as connection:
        themes = [(slug, keys_of(connection, slug)) for slug in wanted.themes]
        where = _where(archive, connection, actor, wanted)
        read = _stories if wanted.by == STORIES else _quotes
        found = read(archive, connection, actor, wanted, themes, where)
        if not found.total:
            raise NotFound
        chips = [_chip(archive, connection, actor, *theme) for theme in themes]
        places = [_place(archive, connection, actor, *one) for one in wanted.where]
    return _page(wanted, found, chips, places)


def _page(wanted: Wanted, found: _Found, chips: Sequence[Chip], places: Sequence[Choice]) -> BehindPage:
    return BehindPage(
        themes=chips,
        said=SAID[wanted.by][len(chips) > 1],
        where=places,
        total=found.total,
        quotes=found.quotes,
        cards=found.cards,
        pager=pager(
            found.total, wanted.page, found.size, lambda number: wanted.address(number, wanted.around)
        ),
        around=wanted.around,
        around_address=wanted.address(wanted.page, not wanted.around),
        take_address=wanted.take_address() if found.quotes else "",
    )


def _where(archive: Archive, connection: Connection, actor: Actor, wanted: Wanted) -> Where:
    """Raises NotFound for a persona that this reader may not see."""
    for name, value in wanted.where:
        if name == "persona":
            visible = visible_to(actor, archive.now(), PERSONA)
            if (
                connection.execute(select(PERSONA.c.id).where(PERSONA.c.slug == value, visible)).first()
                is None
            ):
                raise NotFound
    return [where_told(*one) for one in wanted.where]


def _quotes(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    wanted: Wanted,
    themes: Sequence[Theme],
    where: Where,
) -> _Found:
    conditions = [*quotes_with(themes, wanted.by), *where]
    total = count_listed(archive, connection, actor, *conditions)
    offset = (wanted.page - 1) * PAGE
    quotes = some_listed(archive, connection, actor, *conditions, size=PAGE, offset=offset)
    return _Found(total, quotes, [], PAGE)


def _stories(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    wanted: Wanted,
    themes: Sequence[Theme],
    where: Where,
) -> _Found:
    """The stories, and of those on this page the first quotes about any of the themes."""
    conditions = [*stories_with(themes), *where, listed_to(actor, archive.now())]
    total = int(connection.execute(select(func.count()).select_from(STORY).where(*conditions)).scalar_one())
    some = select(*CARD_COLUMNS).where(*conditions).order_by(STORY.c.gathered.desc(), STORY.c.slug)
    rows = connection.execute(some.limit(CARDS).offset((wanted.page - 1) * CARDS)).all()
    here = [*quotes_with(themes, STORIES), STORY.c.id.in_([row.id for row in rows])]
    quotes = some_listed(archive, connection, actor, *here, size=PAGE)
    return _Found(total, quotes, cards_from(archive, connection, rows), CARDS)


def _chip(archive: Archive, connection: Connection, actor: Actor, slug: str, keys: set[int]) -> Chip:
    """By the codebook's name where she finds a quote of it, else by that which she finds in files."""
    row = row_seen(archive, connection, actor, slug)
    if row is not None and count_listed(archive, connection, actor, under(keys)):
        return chip_of(row)
    labels = {theme.slug: theme.label for theme in told_themes(archive, connection, actor)}
    return theme_chip(slug, labels.get(slug, slug))


def _place(archive: Archive, connection: Connection, actor: Actor, name: str, value: str) -> Choice:
    """How a site, kind, year, story or persona is called, as far as she finds it."""
    if value == NOWHERE or name == "year":
        return Choice(name, NONE.get(name, value) if value == NOWHERE else value, "", True)
    named = {
        "site": select(func.min(STORY.c.site)).where(STORY.c.site_slug == value),
        "kind": select(func.min(KIND.c.label))
        .join(STORY, STORY.c.id == KIND.c.story_id)
        .where(KIND.c.slug == value),
        "story": select(func.min(STORY.c.heading)).where(STORY.c.id == value),
        "persona": select(func.min(PERSONA.c.name)).where(PERSONA.c.slug == value),
    }[name]
    table = PERSONA if name == "persona" else STORY
    shown = visible_to if name == "persona" else listed_to
    label = connection.execute(named.where(shown(actor, archive.now(), table))).scalar()
    address = {"story": f"/s/{value}", "persona": persona_address(value)}.get(name, "")
    return Choice(name, label or value, address, True)
