"""A theme's page with what its quotes tell of it."""

from dataclasses import replace

from app.database.visibility import Actor
from app.services.archive import Archive
from app.services.cards import theme_address
from app.services.patterns.of_theme import patterns_of
from app.services.themes import read_theme
from app.services.views import ThemePage

AROUND = "?around=all"


def read_theme_page(archive: Archive, actor: Actor, slug: str, number: int, *, around: bool) -> ThemePage:
    """A theme’s page; the first says where it occurs and with what. Raises NotFound as read_theme does."""
    page = read_theme(archive, actor, slug, number)
    if number > 1:
        return page
    with archive.engine.connect() as connection:
        patterns = patterns_of(archive, connection, actor, slug)
    address = theme_address(slug)
    turned = (address if around else address + AROUND) if page.quotes else ""
    return replace(page, patterns=patterns, around=around, around_address=turned)
