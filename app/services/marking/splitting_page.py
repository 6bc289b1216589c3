"""What can go to the other theme of a split: quotes and stories, found by words, a part of them at a time."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from app.database.marking import QUOTE
from app.database.tables import PASSAGE, STORY, THEME, AnyRow
from app.database.visibility import Action, Actor, listed_to, quotes_of, visible_to
from app.services.allowing import may
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.marking.lines import NEWEST, OF_QUOTES, lines_in_order
from app.services.marking.of_theme import keys_of, under
from app.services.marking.reshaping import Reshape
from app.services.paging import ListAddress, pager
from app.services.views import SplitStory

LISTED = 300  # quotes, and stories, on one page: as many as are ticked at once
FEW = 20  # of which nobody has to be found by words


@dataclass(frozen=True)
class Part:
    """The part of them that is shown: those in which all words of `q` stand, and a page of those."""

    q: str = ""
    page: int = 1


def to_split(
    archive: Archive, connection: Connection, actor: Actor, wanted: Reshape, part: Part, address: str
) -> dict[str, Any]:
    """One part of the quotes and stories that can go, the newest first, for the page."""
    words = part.q.casefold().split()
    quotes = _quotes(archive, connection, actor, wanted.slug)
    stories = _stories(archive, connection, actor, wanted.slug)
    found = [row.key for row in quotes if _holds(words, row.words, row.heading, row.site)]
    told = [row for row in stories if _holds(words, row.heading, row.site)]
    most = max(len(found), len(told), 1)
    number = min(part.page, -(-most // LISTED))
    here = slice((number - 1) * LISTED, number * LISTED)
    return {
        "q": part.q,
        "number": number,
        "pager": pager(most, number, LISTED, ListAddress(address, q=part.q).with_page),
        "quotes": lines_in_order(archive, connection, actor, found[here]),
        "stories": [_story(row, wanted) for row in told[here]],
        "quotes_total": len(quotes),
        "stories_total": len(stories),
        "seek": len(quotes) + len(stories) > FEW,
    }


def _holds(words: list[str], *texts: str | None) -> bool:
    text = " ".join(text for text in texts if text).casefold()
    return all(word in text for word in words)


def _quotes(archive: Archive, connection: Connection, actor: Actor, slug: str) -> list[AnyRow]:
    """Of each quote what it is found by."""
    keys = keys_of(connection, slug)
    if not keys:
        return []
    words = func.substr(PASSAGE.c.text, QUOTE.c.start + 1, QUOTE.c.size).label("words")
    listed: ColumnElement[bool] = quotes_of(listed_to(actor, archive.now()))
    told = select(QUOTE.c.key, words, STORY.c.heading, STORY.c.site).select_from(OF_QUOTES)
    return list(connection.execute(told.where(under(keys), listed).order_by(*NEWEST)).all())


def _stories(archive: Archive, connection: Connection, actor: Actor, slug: str) -> list[AnyRow]:
    carrying = select(STORY).join(THEME, THEME.c.story_id == STORY.c.id).where(THEME.c.slug == slug)
    newest = carrying.where(visible_to(actor, archive.now())).order_by(STORY.c.gathered.desc(), STORY.c.slug)
    return [row for row in connection.execute(newest) if may(archive, connection, actor, row, Action.EDIT)]


def _story(row: AnyRow, wanted: Reshape) -> SplitStory:
    return SplitStory(row.id, row.heading, story_address(row.slug), row.id in wanted.stories)
