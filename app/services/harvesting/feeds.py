"""Feeds of what is public: all of it, what stands under a theme, what a search finds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, false, or_, select, true

from app.database.harvesting import HARVEST, HARVEST_SET
from app.database.visibility import ANONYMOUS
from app.errors import NotFound
from app.exports.atom import Entry, Feed, Gone
from app.services.archive import Archive
from app.services.cards import shown_label, story_address, theme_address
from app.services.documents import chunks
from app.services.harvesting.keeping import keep_ended
from app.services.harvesting.reading import Harvested, count, harvested
from app.services.harvesting.sets import THEMES, set_digest, set_spec
from app.services.paging import ListAddress, pager
from app.services.searching import Asked, address_of, found_ids
from app.services.told import told_themes

A_PAGE = 50
MOST_FOUND = 2_000  # stories of one search
WHOLE = "/feed.xml"
OF_SEARCH = "/search/feed.xml"
NEVER = "1970-01-01T00:00:00Z"  # of a feed with nothing in it
GONE_ALONE = "Stories that stood under a theme"


@dataclass(frozen=True)
class _Kind:
    """A feed: its title, its own address and that of the page with the same stories."""

    title: str
    address: ListAddress
    page: str


def theme_feed_address(slug: str) -> str:
    """The address of a theme's feed."""
    return f"{theme_address(slug)}/feed.xml"


def feed_of_theme(archive: Archive, slug: str) -> str:
    """The same where everybody finds a story that carries the theme; else empty."""
    with archive.engine.connect() as connection:
        public = told_themes(archive, connection, ANONYMOUS)
    return theme_feed_address(slug) if any(one.slug == slug for one in public) else ""


def feed_of_search(asked: Asked) -> str:
    """The address of a search's feed: the same query as the page's."""
    return str(_of_search(asked))


def _of_search(asked: Asked) -> ListAddress:
    address = address_of(OF_SEARCH, asked)
    return ListAddress(OF_SEARCH, address.q, address.chosen)


def whole_feed(archive: Archive, base: str, number: int) -> Feed:
    """All that is public, what changed last first."""
    keep_ended(archive)
    with archive.engine.connect() as connection:
        kind = _Kind(archive.settings.title, ListAddress(WHOLE), "/stories")
        return _feed(archive, connection, base, number, kind, true())


def theme_feed(archive: Archive, base: str, slug: str, number: int) -> Feed:
    """What stands or stood under a theme. Raises NotFound where nothing public ever did."""
    keep_ended(archive)
    digest = set_digest(archive, set_spec(THEMES, slug))
    members = HARVEST.c.story_id.in_(select(HARVEST_SET.c.story_id).where(HARVEST_SET.c.digest == digest))
    with archive.engine.connect() as connection:
        if not count(connection, members):
            raise NotFound
        labels = (one.label for one in told_themes(archive, connection, ANONYMOUS) if one.slug == slug)
        label = next(labels, None)
        title = GONE_ALONE if label is None else f"{shown_label(label)} · {archive.settings.title}"
        kind = _Kind(title, ListAddress(theme_feed_address(slug)), theme_address(slug))
        return _feed(archive, connection, base, number, kind, members)


def search_feed(archive: Archive, base: str, asked: Asked) -> Feed:
    """What a search finds now, and all that is gone: of that nobody knows any more what would find it.

    Raises SearchUnavailable.
    """
    keep_ended(archive)
    with archive.engine.connect() as connection:
        found = found_ids(archive, connection, ANONYMOUS, asked, MOST_FOUND)
        title = f"“{asked.q}” · {archive.settings.title}" if asked.q else archive.settings.title
        address = _of_search(asked)
        page = ListAddress("/search", address.q, address.chosen)
        where = or_(HARVEST.c.deleted, *(HARVEST.c.story_id.in_(part) for part in chunks(found)), false())
        return _feed(archive, connection, base, asked.page, _Kind(title, address, str(page)), where)


def _feed(
    archive: Archive, connection: Connection, base: str, number: int, kind: _Kind, where: ColumnElement[bool]
) -> Feed:
    newest = select(HARVEST).where(where).order_by(HARVEST.c.stamp.desc(), HARVEST.c.story_id)
    number = min(number, pager(count(connection, where), 1, A_PAGE, kind.address.with_page).pages)
    rows = connection.execute(newest.limit(A_PAGE).offset((number - 1) * A_PAGE)).all()
    return Feed(
        id=f"{base}{kind.address}",
        title=kind.title,
        updated=rows[0].stamp if rows else NEVER,
        author=archive.settings.title,
        language=archive.settings.language,
        links=list(_links(base, kind, count(connection, where), number)),
        parts=[_part(base, one) for one in harvested(archive, connection, rows)],
    )


def _links(base: str, kind: _Kind, total: int, number: int) -> Iterable[tuple[str, str]]:
    pages, at = pager(total, number, A_PAGE, kind.address.with_page), kind.address.with_page
    yield "self", base + at(number)
    yield "alternate", base + kind.page
    yield "first", base + at(1)
    yield "last", base + at(pages.pages)
    for relation, address in (("previous", pages.previous), ("next", pages.next)):
        if address:
            yield relation, base + address


def _part(base: str, one: Harvested) -> Entry | Gone:
    address = f"{base}/s/{one.id}"
    words = one.words
    if words is None:
        return Gone(address, one.stamp)
    return Entry(
        id=address,
        updated=one.stamp,
        title=words.title,
        address=base + story_address(words.slug),
        authors=_named(words.storyteller),
        summary=words.summary,
        rights=words.rights,
        language=words.language,
        themes=words.themes,
    )


def _named(name: str) -> Sequence[str]:
    return (name,) if name else ()
