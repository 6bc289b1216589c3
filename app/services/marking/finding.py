"""Finding quotes: by their words, as stories are found, and by what was said of them."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, func

from app.database.marking import QUOTE
from app.database.tables import STORY
from app.database.visibility import Actor, may_mark
from app.search.highlight import Highlighter
from app.search.highlight import Wanted as Telling
from app.services.archive import Archive
from app.services.marking.asking import AskedQuotes, Wanted, address_of, read_wanted
from app.services.marking.counting import quote_facets
from app.services.marking.describing import label_of
from app.services.marking.lines import NEWEST, count_listed, some_listed
from app.services.marking.of_theme import TAKE
from app.services.marking.words import analyser_of, how_many
from app.services.paging import ListAddress, choices, pager
from app.services.views import QuoteLine, QuotesPage, Removable

SIZE = 20
SEARCH, IN = "/search", ("in", "quotes")
MATCH, MARKED, STORY_SORT = "match", "marked", "story"
SORTS = ((MATCH, "Best match"), ("newest", "Newest stories"), (STORY_SORT, "By story"))
BY_STORY = (func.lower(STORY.c.heading), STORY.c.slug, QUOTE.c.anchor, QUOTE.c.start, QUOTE.c.key)


def find_quotes(archive: Archive, actor: Actor, asked: AskedQuotes) -> QuotesPage:
    """The page of search that shows quotes."""
    asked, started = asked.as_(actor), time.perf_counter()
    with archive.engine.connect() as connection:
        wanted = read_wanted(archive, connection, actor, asked)
        total = count_listed(archive, connection, actor, *wanted.where())
        quotes = quotes_found(archive, connection, actor, asked, wanted)
        address = address_of(SEARCH, asked, IN)
        return QuotesPage(
            q=asked.q,
            total=total,
            quotes=quotes,
            took_ms=round((time.perf_counter() - started) * 1000),
            facets=quote_facets(archive, connection, actor, asked, wanted, address),
            chosen=_removables(archive, connection, actor, asked, address),
            clear=address.cleared(),
            sorts=choices(_sorts(actor, wanted), _sort(actor, asked, wanted), _sorted(address)),
            pager=pager(total, asked.page, asked.size, address.with_page),
            kept=[(name, value) for name, value in (("q", asked.q), IN, ("sort", asked.sort)) if value],
            take_address=str(address_of(TAKE, asked)) if total else "",
            works=may_mark(actor),
        )


def quotes_found(
    archive: Archive, connection: Connection, actor: Actor, asked: AskedQuotes, wanted: Wanted
) -> list[QuoteLine]:
    """One page of them, in the order that was asked for."""
    offset, order = (asked.page - 1) * asked.size, _order(_sort(actor, asked, wanted), wanted)
    return some_listed(
        archive,
        connection,
        actor,
        *wanted.where(),
        size=asked.size,
        offset=offset,
        order=order,
        marked=marking(archive, wanted),
    )


def count_found(archive: Archive, connection: Connection, actor: Actor, asked: AskedQuotes) -> int:
    """How many quotes this reader finds by what was asked for."""
    wanted = read_wanted(archive, connection, actor, asked.as_(actor))
    return count_listed(archive, connection, actor, *wanted.where())


def marking(archive: Archive, wanted: Wanted) -> Callable[[str], str] | None:
    """What puts the words that were searched into <mark>."""
    if not wanted.words.asks_for_words:
        return None
    telling = Telling(dict.fromkeys(wanted.words.any_of, 1.0), wanted.words.prefixes, wanted.words.phrases)
    return Highlighter(telling, analyser_of(archive.settings.search_language)).mark


def _order(sort: str, wanted: Wanted) -> Sequence[Any]:
    if sort == MATCH:
        return (how_many(wanted.words).desc(), *NEWEST)
    if sort == MARKED:
        return (QUOTE.c.key.desc(),)
    return BY_STORY if sort == STORY_SORT else NEWEST


def _sorts(actor: Actor, wanted: Wanted) -> list[tuple[str, str]]:
    listed = [*SORTS, (MARKED, "Last marked")] if may_mark(actor) else list(SORTS)
    return listed if wanted.words.asks_for_words else listed[1:]


def _sort(actor: Actor, asked: AskedQuotes, wanted: Wanted) -> str:
    known = [value for value, _ in _sorts(actor, wanted)]
    return asked.sort if asked.sort in known else known[0]


def _sorted(address: ListAddress) -> Callable[[str], str]:
    return lambda value: address.with_sort("" if value == MATCH else value)


def _removables(
    archive: Archive, connection: Connection, actor: Actor, asked: AskedQuotes, address: ListAddress
) -> list[Removable]:
    return [
        Removable(label_of(archive, connection, actor, asked, name, value), address.switched(name, value))
        for name, values in asked.chosen.items()
        for value in values
    ]
