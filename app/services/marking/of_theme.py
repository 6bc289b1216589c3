"""The quotes of one theme, and those of all themes that were merged into it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, select

from app.database.marking import CODEBOOK, QUOTE, QUOTE_THEME
from app.database.tables import PASSAGE, STORY, AnyRow
from app.database.visibility import Actor, listed_to, may_mark, quotes_of
from app.errors import NotFound
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.cards import detail_of, shown_label, story_address, theme_address
from app.services.dates import date_label
from app.services.marking.margin import chip_of, themes_of
from app.services.paging import ListAddress, pager
from app.services.views import Chip, QuoteLine, ThemeQuotesPage

FIRST = 12  # on the theme's own page
PAGE = 50
IN_STORIES = QUOTE.join(STORY, STORY.c.id == QUOTE.c.story_id)
OF_QUOTES = IN_STORIES.join(
    PASSAGE, (PASSAGE.c.story_id == QUOTE.c.story_id) & (PASSAGE.c.anchor == QUOTE.c.anchor)
)
COLUMNS = (
    *QUOTE.c,
    PASSAGE.c.text,
    STORY.c.slug,
    STORY.c.heading,
    STORY.c.role,
    STORY.c.site,
    STORY.c.gathered,
    STORY.c.language,
    STORY.c.folded,
    STORY.c.content_notes,
)
NEWEST = (STORY.c.gathered.desc(), STORY.c.slug, QUOTE.c.key)
IN_ORDER = (STORY.c.gathered.desc(), STORY.c.slug, PASSAGE.c.number, QUOTE.c.start, QUOTE.c.key)


def theme_row(connection: Connection, slug: str) -> AnyRow | None:
    """The codebook's row of a theme; None where it has none."""
    return connection.execute(select(CODEBOOK).where(CODEBOOK.c.slug == slug)).first()


def keys_of(connection: Connection, slug: str) -> set[int]:
    """The keys of a theme and of all that were merged into it."""
    row = theme_row(connection, slug)
    keys = {row.key} if row else set()
    new = keys
    while new:
        into = select(CODEBOOK.c.key).where(CODEBOOK.c.merged_into.in_(new))
        new = set(connection.execute(into).scalars()) - keys
        keys = keys | new
    return keys


def count_quotes(archive: Archive, connection: Connection, actor: Actor, slug: str) -> int:
    """How many quotes of this theme this reader finds."""
    keys = keys_of(connection, slug)
    if not keys:
        return 0
    return int(connection.execute(_shown(archive, actor, keys, func.count())).scalar_one())


def _shown(archive: Archive, actor: Actor, keys: set[int], *columns: Any) -> Select[Any]:
    themed = select(QUOTE_THEME.c.quote).where(QUOTE_THEME.c.theme.in_(keys))
    here = select(*columns).select_from(IN_STORIES).where(QUOTE.c.key.in_(themed))
    return here.where(quotes_of(listed_to(actor, archive.now())))


def quotes_of_theme(
    archive: Archive, connection: Connection, actor: Actor, slug: str, *, size: int, offset: int = 0
) -> list[QuoteLine]:
    """Some of the quotes of this theme, those of the newest stories first; words of a folded story folded."""
    keys = keys_of(connection, slug)
    if not keys:
        return []
    newest = _shown(archive, actor, keys, QUOTE.c.key).order_by(
        STORY.c.gathered.desc(), STORY.c.slug, QUOTE.c.key
    )
    some = connection.execute(newest.limit(size).offset(offset)).scalars().all()  # else texts of all are read
    here = select(*COLUMNS).select_from(OF_QUOTES).where(QUOTE.c.key.in_(some))
    shown = here.where(quotes_of(listed_to(actor, archive.now())))
    rows = connection.execute(shown.order_by(*IN_ORDER)).all()
    themes = themes_of(connection, [row.key for row in rows])
    names = names_by_key(connection, [row.account for row in rows]) if may_mark(actor) else {}
    return [_line(archive, row, themes[row.key], actor, names) for row in rows]


def _line(
    archive: Archive, row: AnyRow, themes: Sequence[Chip], actor: Actor, names: dict[int, str]
) -> QuoteLine:
    works = may_mark(actor)
    by = named(row.account, names)
    detail = [detail_of(row.role, row.site), date_label(row.gathered, archive.settings.language)]
    return QuoteLine(
        id=row.id,
        address=f"/q/{row.id}",
        place=f"{story_address(row.slug)}#{row.id}",
        words=row.text[row.start : row.start + row.size],
        before=row.text[max(0, row.start - 160) : row.start],
        after=row.text[row.start + row.size :][:160],
        teller=row.heading,
        detail=", ".join(part for part in detail if part),
        language=row.language,
        themes=themes,
        folded=row.folded,
        content_notes=tuple(row.content_notes),
        note=row.note if works else "",
        by=by if works else "",
        stays=row.stays and works,
    )


def read_theme_quotes(archive: Archive, actor: Actor, slug: str, number: int) -> ThemeQuotesPage:
    """One page of all quotes of a theme. Raises NotFound where this reader finds none."""
    with archive.engine.connect() as connection:
        total = count_quotes(archive, connection, actor, slug)
        row = theme_row(connection, slug)
        if not total or row is None:
            raise NotFound
        offset = (number - 1) * PAGE
        quotes = quotes_of_theme(archive, connection, actor, slug, size=PAGE, offset=offset)
    address = f"{theme_address(slug)}/quotes"
    pages = pager(total, number, PAGE, ListAddress(address).with_page)
    label, colour = shown_label(row.name), chip_of(row).colour
    return ThemeQuotesPage(label, theme_address(slug), colour, total, quotes, pages)
