"""Which passages of a version stand open and which are closed, and what has been closed since."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock

from sqlalchemy import Connection, select

from app.database.tables import REVISION, AnyRow
from app.records.model import RecordKind, Slug, Story
from app.records.problems import SetAside
from app.records.stories import parse_story
from app.rendering.closed import closes, source_lines
from app.rendering.markdown import render
from app.services.references import ReferenceTargets

KEPT = 5_000  # versions
Digests = frozenset[bytes]


def passages_by_state(story: Story, slug: str) -> tuple[list[str], list[str]]:
    """The normalised texts of the open passages and of the closed ones."""
    links = ReferenceTargets(RecordKind.STORY, slug)
    found = render(story.body, links=links, show_closed=True, title=story.title).passages
    return [one.text for one in found if not one.closed], [one.text for one in found if one.closed]


class _Known:
    """Digests of the closed passages of versions, those asked for last: no words, and bytes never change."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, Digests] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: str) -> Digests | None:
        with self._lock:
            found = self._found.get(digest)
            if found is not None:
                self._found.move_to_end(digest)
            return found

    def keep(self, digest: str, closed: Digests) -> Digests:
        with self._lock:
            self._found[digest] = closed
            while len(self._found) > KEPT:
                self._found.popitem(last=False)
        return closed


_KNOWN = _Known()


@dataclass(frozen=True)
class _Versions:
    """The versions of one story, read as they are asked for."""

    connection: Connection
    story_id: str
    today: date

    def closed(self, version: AnyRow) -> Digests:
        """The closed passages of a version."""
        known = _KNOWN.get(version.digest)
        if known is not None:
            return known
        content = self._content(version)
        lines = source_lines(content.decode("utf-8", "replace"))
        story = self._story(version, content) if any(map(closes, lines)) else None
        found = passages_by_state(story, version.slug)[1] if story else []
        return _KNOWN.keep(version.digest, frozenset(map(_digest, found)))

    def open(self, version: AnyRow) -> Digests:
        """The open ones."""
        story = self._story(version, self._content(version))
        return frozenset(map(_digest, passages_by_state(story, version.slug)[0] if story else ()))

    def _content(self, version: AnyRow) -> bytes:
        where = (REVISION.c.record_id == self.story_id, REVISION.c.number == version.number)
        return bytes(self.connection.execute(select(REVISION.c.content).where(*where)).scalar_one())

    def _story(self, version: AnyRow, content: bytes) -> Story | None:
        try:
            return parse_story(content, slug=Slug(version.slug), file="", today=self.today).story
        except SetAside:
            return None


def closed_since(connection: Connection, story_id: str, number: int, today: date) -> bool:
    """Whether any later version has a passage closed that this one has not, unless it is open by now.

    Closing usually changes the words too, so it is not asked whether the very same words stood open.
    """
    rows = connection.execute(
        select(REVISION.c.number, REVISION.c.digest, REVISION.c.slug)
        .where(REVISION.c.record_id == story_id, REVISION.c.number >= number)
        .order_by(REVISION.c.number)
    ).all()
    versions = _Versions(connection, story_id, today)
    closed = frozenset[bytes]().union(*map(versions.closed, rows[1:]))
    since = closed - versions.closed(rows[0]) if closed else closed
    return bool(since) and bool(since - versions.open(rows[-1]))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:12]
