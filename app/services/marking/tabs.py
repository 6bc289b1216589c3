"""Search over stories and over quotes: the same question, one tab each, with how many each has."""

from dataclasses import replace

from app.database.visibility import Actor
from app.errors import SearchUnavailable
from app.services import searching
from app.services.archive import Archive
from app.services.marking.asking import AskedQuotes
from app.services.marking.finding import IN, SEARCH, count_found, find_quotes
from app.services.paging import FIELDS, ListAddress
from app.services.searching import Asked
from app.services.views import Choice, QuotesPage, SearchPage


def search_stories(archive: Archive, actor: Actor, asked: Asked) -> SearchPage:
    """The page that shows stories."""
    page = searching.search(archive, actor, asked)
    if page.unavailable:
        return page
    with archive.engine.connect() as connection:
        quotes = count_found(archive, connection, actor, AskedQuotes(asked.q, asked.chosen))
    return replace(page, tabs=_tabs(asked.q, asked.chosen, page.total, quotes, of_quotes=False))


def search_quotes(archive: Archive, actor: Actor, asked: AskedQuotes) -> QuotesPage:
    """The page that shows quotes."""
    page = find_quotes(archive, actor, asked)
    chosen = {name: of for name, of in asked.chosen.items() if name in FIELDS}
    stories = _stories(archive, actor, Asked(asked.q, chosen, size=1))
    return replace(page, tabs=_tabs(asked.q, chosen, stories, page.total, of_quotes=True))


def _stories(archive: Archive, actor: Actor, asked: Asked) -> int | None:
    with archive.engine.connect() as connection:
        try:
            return searching.find(archive, connection, actor, asked).results.total
        except SearchUnavailable:
            return None


def _tabs(
    q: str, chosen: dict[str, tuple[str, ...]], stories: int | None, quotes: int, *, of_quotes: bool
) -> list[Choice]:
    counted = "Stories" if stories is None else f"Stories {stories:,}"
    there = str(ListAddress(SEARCH, q, chosen))
    here = str(ListAddress(SEARCH, q, chosen, kept=(IN,)))
    return [
        Choice("stories", counted, there, not of_quotes),
        Choice("quotes", f"Quotes {quotes:,}", here, of_quotes),
    ]
