"""Which passages of a version stand open and which are closed, and what has been closed since."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock

from sqlalchemy import Connection, select

from app.database.tables import REVISION
from app.records.model import RecordKind, Slug, Story
from app.records.problems import SetAside
from app.records.stories import parse_story
from app.rendering.markdown import render
from app.services.references import ReferenceTargets

KEPT = 1_000  # versions


def passages_by_state(story: Story, slug: str) -> tuple[list[str], list[str]]:
    """The normalised texts of the open passages and of the closed ones."""
    links = ReferenceTargets(RecordKind.STORY, slug)
    found = render(story.body, links=links, show_closed=True, title=story.title).passages
    return [one.text for one in found if not one.closed], [one.text for one in found if one.closed]


@dataclass(frozen=True)
class Standing:
    """Digests of a version's open and closed passages: no words are kept in memory."""

    open: frozenset[bytes] = frozenset()
    closed: frozenset[bytes] = frozenset()


def standing_of(content: bytes, slug: str, today: date) -> Standing:
    """The same of a file's bytes; nothing of a file that can not be read."""
    try:
        story = parse_story(content, slug=Slug(slug), file="", today=today).story
    except SetAside:
        return Standing()
    return Standing(*(frozenset(map(_digest, texts)) for texts in passages_by_state(story, slug)))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:12]


class _Known:
    """What versions were found to be, the ones asked for last. A version's bytes never change."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, Standing] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: str) -> Standing | None:
        with self._lock:
            found = self._found.get(digest)
            if found is not None:
                self._found.move_to_end(digest)
            return found

    def keep(self, digest: str, standing: Standing) -> Standing:
        with self._lock:
            self._found[digest] = standing
            while len(self._found) > KEPT:
                self._found.popitem(last=False)
        return standing


_KNOWN = _Known()


def closed_since(connection: Connection, story_id: str, number: int, today: date) -> bool:
    """Whether any later version has a passage closed that this one has not, unless it is open by now.

    Closing usually changes the words too, so it is not asked whether the very same words stood open.
    """
    rows = connection.execute(
        select(REVISION.c.number, REVISION.c.digest, REVISION.c.slug)
        .where(REVISION.c.record_id == story_id, REVISION.c.number >= number)
        .order_by(REVISION.c.number)
    ).all()
    if len(rows) < 2:
        return False
    first, *later = (_standing(connection, story_id, *row, today) for row in rows)
    closed = frozenset().union(*(one.closed for one in later))
    return bool(closed - first.closed - later[-1].open)


def _standing(
    connection: Connection, story_id: str, number: int, digest: str, slug: str, today: date
) -> Standing:
    known = _KNOWN.get(digest)
    if known is not None:
        return known
    where = (REVISION.c.record_id == story_id, REVISION.c.number == number)
    content = connection.execute(select(REVISION.c.content).where(*where)).scalar_one()
    return _KNOWN.keep(digest, standing_of(content, slug, today))
