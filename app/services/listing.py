"""All stories, as cards or in a table, with the filters of search; also while search is being rebuilt."""

from sqlalchemy import Connection, func, select

from app.database.tables import STORY
from app.database.visibility import Actor, listed_to
from app.errors import SearchUnavailable
from app.search.model import Sort
from app.services.archive import Archive
from app.services.cards import CARD_COLUMNS, cards_from
from app.services.faceting import chosen_labels, facet_views
from app.services.neighbours import count_own_unlisted, count_stories
from app.services.paging import ListAddress, choices, pager
from app.services.searching import Asked, Found, find
from app.services.views import StoriesPage, StoryCard
from app.services.withholding import withheld

SORTS = ((Sort.NEWEST.value, "Newest"), (Sort.TITLE.value, "Title"))
LAYOUTS = (("cards", "Cards"), ("table", "Table"))


def list_stories(archive: Archive, actor: Actor, asked: Asked) -> StoriesPage:
    """One page of the stories that lists show this reader."""
    sort = Sort.TITLE.value if asked.sort == Sort.TITLE.value else Sort.NEWEST.value
    address = ListAddress(
        "/stories", "", dict(asked.chosen), "" if sort == Sort.NEWEST.value else sort, asked.layout
    )
    wanted = Asked("", asked.chosen, sort, asked.page, asked.size, asked.layout)
    with archive.engine.connect() as connection:
        try:
            found = find(archive, connection, actor, wanted)
        except SearchUnavailable:
            return _without_search(archive, connection, actor, wanted)
        return _page(archive, connection, actor, wanted, found, address)


def _page(
    archive: Archive, connection: Connection, actor: Actor, asked: Asked, found: Found, address: ListAddress
) -> StoriesPage:
    cards = [found.cards[hit.key] for hit in found.results.hits if hit.key in found.cards]
    return StoriesPage(
        total=found.results.total,
        archive_total=count_stories(archive, connection, actor),
        cards=cards,
        facets=facet_views(archive, connection, actor, found.results, found.query, address),
        chosen=chosen_labels(archive, connection, actor, address),
        clear=address.cleared(),
        sorts=choices(SORTS, asked.sort, lambda v: address.with_sort("" if v == Sort.NEWEST.value else v)),
        layouts=choices(
            LAYOUTS, asked.layout or "cards", lambda v: address.with_layout("" if v == "cards" else v)
        ),
        layout=asked.layout or "cards",
        pager=pager(found.results.total, asked.page, asked.size, address.with_page),
        sort=address.sort,
        own=count_own_unlisted(archive, connection, actor),
        waiting=withheld(connection) is not None,
    )


def _without_search(archive: Archive, connection: Connection, actor: Actor, asked: Asked) -> StoriesPage:
    """Every story in order, from SQL alone: without filters, which the index counts."""
    address = ListAddress("/stories", layout=asked.layout)
    total = count_stories(archive, connection, actor)
    return StoriesPage(
        total=total,
        archive_total=total,
        cards=_cards(archive, connection, actor, asked),
        facets=(),
        chosen=(),
        clear=address.cleared(),
        sorts=(),
        layouts=(),
        layout=asked.layout or "cards",
        pager=pager(total, asked.page, asked.size, address.with_page),
        sort="",
        own=count_own_unlisted(archive, connection, actor),
        waiting=withheld(connection) is not None,
    )


def _cards(archive: Archive, connection: Connection, actor: Actor, asked: Asked) -> list[StoryCard]:
    by_title = asked.sort == Sort.TITLE.value
    order = (func.lower(STORY.c.title), STORY.c.slug) if by_title else (STORY.c.gathered.desc(), STORY.c.slug)
    rows = connection.execute(
        select(*CARD_COLUMNS)
        .where(listed_to(actor, archive.now()))
        .order_by(*order)
        .limit(asked.size)
        .offset((asked.page - 1) * asked.size)
    ).all()
    return cards_from(archive, connection, rows)


def page_of_stories(archive: Archive, actor: Actor, *, page: int, size: int) -> tuple[list[StoryCard], int]:
    """One part of the stories that lists show this reader, newest first, and how many there are."""
    with archive.engine.connect() as connection:
        asked = Asked(sort=Sort.NEWEST.value, page=page, size=size)
        cards = _cards(archive, connection, actor, asked)
        return cards, count_stories(archive, connection, actor)
