"""The quotes of one theme, and those of all themes that were merged into it."""

from collections.abc import Iterable
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Connection, select

from app.database.marking import CODEBOOK, QUOTE, QUOTE_THEME
from app.database.tables import AnyRow
from app.database.visibility import Actor
from app.errors import NotFound
from app.services.archive import Archive
from app.services.cards import shown_label, theme_address
from app.services.marking.lines import count_listed, some_listed
from app.services.marking.margin import chip_of
from app.services.marking.own_themes import own_themes
from app.services.paging import ListAddress, pager
from app.services.views import QuoteLine, ThemeQuotesPage

FIRST = 12  # on the theme's own page
PAGE = 50
TAKE = "/quotes/take"


def theme_row(connection: Connection, slug: str) -> AnyRow | None:
    """The codebook's row of a theme; None where it has none."""
    return connection.execute(select(CODEBOOK).where(CODEBOOK.c.slug == slug)).first()


def row_seen(archive: Archive, connection: Connection, actor: Actor, slug: str) -> AnyRow | None:
    """The same as this reader may know it."""
    row = theme_row(connection, slug)
    return row and own_themes(archive, connection, actor).get(row.key, row)


def keys_of(connection: Connection, slug: str) -> set[int]:
    """The keys of a theme and of all that were merged into it."""
    row = theme_row(connection, slug)
    return keys_into(connection, [row.key]) if row else set()


def keys_into(connection: Connection, themes: Iterable[int]) -> set[int]:
    """These keys and those of all themes that were merged into one of them."""
    keys = set(themes)
    new = keys
    while new:
        into = select(CODEBOOK.c.key).where(CODEBOOK.c.merged_into.in_(new))
        new = set(connection.execute(into).scalars()) - keys
        keys = keys | new
    return keys


def count_quotes(archive: Archive, connection: Connection, actor: Actor, slug: str) -> int:
    """How many quotes of this theme this reader finds."""
    keys = keys_of(connection, slug)
    return count_listed(archive, connection, actor, under(keys)) if keys else 0


def under(themes: Iterable[int]) -> ColumnElement[bool]:
    """The condition under which a quote is about one of these themes."""
    return QUOTE.c.key.in_(select(QUOTE_THEME.c.quote).where(QUOTE_THEME.c.theme.in_(list(themes))))


def quotes_of_theme(
    archive: Archive, connection: Connection, actor: Actor, slug: str, *, size: int, offset: int = 0
) -> list[QuoteLine]:
    """Some of the quotes of this theme, those of the newest stories first."""
    keys = keys_of(connection, slug)
    if not keys:
        return []
    return some_listed(archive, connection, actor, under(keys), size=size, offset=offset)


def read_theme_quotes(
    archive: Archive, actor: Actor, slug: str, number: int, *, around: bool = False
) -> ThemeQuotesPage:
    """One page of all quotes of a theme. Raises NotFound where this reader finds none."""
    with archive.engine.connect() as connection:
        total = count_quotes(archive, connection, actor, slug)
        row = row_seen(archive, connection, actor, slug)
        if not total or row is None:
            raise NotFound
        offset = (number - 1) * PAGE
        quotes = quotes_of_theme(archive, connection, actor, slug, size=PAGE, offset=offset)
    label, colour = shown_label(row.name), chip_of(row).colour
    pages = pager(total, number, PAGE, lambda page: _address(slug, page, around=around))
    turned = _address(slug, number, around=not around)
    take = str(ListAddress(TAKE, chosen={"theme": (slug,)}))
    return ThemeQuotesPage(label, theme_address(slug), colour, total, quotes, pages, take, around, turned)


def _address(slug: str, number: int, *, around: bool) -> str:
    parts = [*([("around", "all")] if around else []), *([("page", number)] if number > 1 else [])]
    address = f"{theme_address(slug)}/quotes"
    return f"{address}?{urlencode(parts)}" if parts else address
