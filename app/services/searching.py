"""Searching: what a reader asked, answered from the consent classes that she may read."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import structlog
from sqlalchemy import Connection, select

from app.database.tables import PERSONA, STORY
from app.database.visibility import Actor, listed_to, offered_to
from app.errors import SearchUnavailable
from app.records.slugs import value_slug
from app.search.analysis import words_of
from app.search.model import ConsentClass, IndexedPassage, Page, Query, Results, Sort
from app.search.query import build_query
from app.services.archive import Archive
from app.services.cards import cards_of, story_address
from app.services.documents import passages_of
from app.services.faceting import chosen_labels, facet_views, known_values, labels_of, written_values
from app.services.indexing import close_expired, search_as_narrowed
from app.services.neighbours import count_stories
from app.services.paging import ListAddress, choices, pager
from app.services.portraits import OF_FACE, persona_face
from app.services.spelling import did_you_mean
from app.services.views import Choice, Face, HitView, PassageView, SearchPage, StoryCard
from app.services.withholding import withheld

log = structlog.get_logger()
PAGE_SIZE = 20
SORTS = ((Sort.MATCH.value, "Best match"), (Sort.NEWEST.value, "Newest"), (Sort.TITLE.value, "Title"))


@dataclass(frozen=True)
class Asked:
    """What a reader asked for. Unknown sorts and pages are already the defaults."""

    q: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = Sort.MATCH.value
    page: int = 1
    size: int = PAGE_SIZE
    layout: str = ""


@dataclass(frozen=True)
class Found:
    """The answer before it is dressed for a page or the API. `took_ms` is the engine's time."""

    query: Query
    results: Results
    cards: Mapping[str, StoryCard]
    took_ms: int


def readable_classes(archive: Archive, connection: Connection, actor: Actor) -> frozenset[ConsentClass]:
    """The consent classes whose stories this reader may read now; by the same rule as every page.

    A story that is only her own opens no class: others' stories stand in it, and would be counted.
    """
    close_expired(archive, connection)

    def ask() -> frozenset[ConsentClass]:
        shown = (listed_to(actor, archive.now()), STORY.c.consent_class != "")
        rows = connection.execute(select(STORY.c.consent_class).where(*shown).distinct())
        return frozenset(ConsentClass(name) for name in rows.scalars())

    key = ("classes", replace(actor, own=frozenset()), archive.now().date())
    return archive.generation.keep(connection, key, ask)


def find(archive: Archive, connection: Connection, actor: Actor, asked: Asked) -> Found:
    """Ask the engine. Raises SearchUnavailable while the index is being rebuilt."""
    readable, query = _understood(archive, connection, actor, asked)

    def passages(story_id: str) -> Sequence[IndexedPassage]:
        return passages_of(connection, story_id)

    started = time.perf_counter()
    page = Page(asked.page, asked.size)
    results = archive.index.find(query, readable=readable, page=page, passages_of=passages)
    took = round((time.perf_counter() - started) * 1000)
    cards = {
        card.id: card for card in cards_of(archive, connection, actor, [hit.key for hit in results.hits])
    }
    return Found(query, results, cards, took)


def _understood(
    archive: Archive, connection: Connection, actor: Actor, asked: Asked
) -> tuple[frozenset[ConsentClass], Query]:
    """The classes in which she may look, and what she asks of them."""
    readable = readable_classes(archive, connection, actor)
    search_as_narrowed(archive, connection, readable)
    known = partial(written_values, archive, connection, actor)
    query = build_query(asked.q, asked.chosen, asked.sort, slug=value_slug, known=known)
    return readable, known_values(archive, connection, actor, query)


def found_ids(
    archive: Archive, connection: Connection, actor: Actor, asked: Asked, most: int
) -> Sequence[str]:
    """The stories that a search finds, without their passages. Raises SearchUnavailable."""
    readable, query = _understood(archive, connection, actor, asked)
    page = Page(1, most)
    results = archive.index.find(query, readable=readable, page=page, passages_of=lambda _: ())
    return [hit.key for hit in results.hits]


def search(archive: Archive, actor: Actor, asked: Asked) -> SearchPage:
    """The search page. While the index is being rebuilt it says so instead of raising."""
    with archive.engine.connect() as connection:
        try:
            found = find(archive, connection, actor, asked)
        except SearchUnavailable as error:
            log.warning("search is not available", reason=str(error))
            return _unavailable(asked)
        return _page(archive, connection, actor, asked, found)


def _page(archive: Archive, connection: Connection, actor: Actor, asked: Asked, found: Found) -> SearchPage:
    address = address_of("/search", asked)
    hits = hit_views(found)
    return SearchPage(
        q=asked.q,
        total=found.results.total,
        passages=sum(len(hit.passages) for hit in hits),
        took_ms=found.took_ms,
        hits=hits,
        facets=facet_views(archive, connection, actor, found.results, found.query, address),
        chosen=chosen_labels(archive, connection, actor, address),
        clear=address.cleared(),
        sorts=choices(SORTS, asked.sort, lambda v: address.with_sort("" if v == Sort.MATCH.value else v)),
        pager=pager(found.results.total, asked.page, asked.size, address.with_page),
        did_you_mean=suggestion(archive, connection, actor, asked, found),
        sort=asked.sort,
        archive_total=count_stories(archive, connection, actor),
        kept=[(name, value) for name, value in (("q", asked.q), ("sort", address.sort)) if value],
        personas=personas_named(archive, connection, actor, found.query),
        waiting=withheld(connection) is not None,
    )


def address_of(path: str, asked: Asked) -> ListAddress:
    """The address of this search; filters that were typed as field words stay in the text."""
    sort = "" if asked.sort == Sort.MATCH.value else asked.sort
    return ListAddress(path, asked.q, dict(asked.chosen), sort, asked.layout)


def hit_views(found: Found) -> list[HitView]:
    """Hits with their passages, each leading to the passage itself."""
    return [
        HitView(
            card,
            [
                PassageView(one.anchor, one.html, f"{story_address(card.slug)}#{one.anchor}", one.number)
                for one in hit.passages
            ],
        )
        for hit in found.results.hits
        if (card := found.cards.get(hit.key)) is not None
    ]


def suggestion(
    archive: Archive, connection: Connection, actor: Actor, asked: Asked, found: Found
) -> Choice | None:
    """The query with its unknown words spelled as the archive spells them."""
    classes = readable_classes(archive, connection, actor)
    better = did_you_mean(
        archive, connection, classes, asked.q, found.query.words, names=_names(archive, connection, actor)
    )
    if better is None:
        return None
    return Choice(better, better, ListAddress("/search").with_query(better), current=False)


def _names(archive: Archive, connection: Connection, actor: Actor) -> set[str]:
    """The words of the personas' names, which need not stand in any story."""
    return {
        word
        for label in labels_of(archive, connection, actor, "persona").values()
        for word in words_of(label)
    }


def personas_named(archive: Archive, connection: Connection, actor: Actor, query: Query) -> list[Face]:
    """The personas whose name is among the words; a reader who asks for Elena means Elena."""
    if not query.words:
        return []
    visible = (offered_to(actor, archive.now()),)
    rows = connection.execute(select(*OF_FACE).where(*visible).order_by(PERSONA.c.name)).all()
    named = [row for row in rows if set(words_of(row.name)) & set(query.words)]
    return [persona_face(archive, row) for row in named]


def _unavailable(asked: Asked) -> SearchPage:
    address = ListAddress("/search", asked.q)
    nothing = pager(0, 1, PAGE_SIZE, address.with_page)
    return SearchPage(
        asked.q, 0, 0, 0, (), (), (), "/search", (), nothing, None, asked.sort, unavailable=True
    )
