"""What is told of records that are or were public: rows in the order of their last change, then their words.

Words are read only through the rule of every page, as nobody in particular: what has just ceased to be public
is told as gone, whatever its row says still.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from app.database.harvesting import HARVEST, HARVEST_SET
from app.database.tables import STORY, AnyRow
from app.database.visibility import ANONYMOUS, listed_to
from app.services.archive import Archive
from app.services.cards import chips_of
from app.services.documents import chunks
from app.services.harvesting.sets import public_sets, set_digest, specs_of
from app.services.reading import mentioned, uses_label

COLUMNS = (
    *("slug", "title", "storyteller", "site", "site_slug", "gathered", "language", "summary"),
    *("uses", "until", "stated", "folded", "content_notes"),
)


@dataclass(frozen=True)
class Range:
    """Which records are wanted: changed from `since` to `until`, both inclusive, in the set `spec`; all
    where they are empty.
    """

    since: str = ""
    until: str = ""
    spec: str = ""


@dataclass(frozen=True)
class Words:
    """What everybody may know of a story."""

    slug: str
    title: str
    storyteller: str  # empty where the file names none
    site: str
    gathered: str
    language: str
    summary: str  # of a story with content notes, those in its place
    rights: str  # what it may be used for, in a sentence
    themes: Sequence[tuple[str, str]]  # slug and label


@dataclass(frozen=True)
class Harvested:
    """A record; `words` is None where it is gone."""

    id: str
    stamp: str
    sets: Sequence[str] = ()
    words: Words | None = None


def condition(archive: Archive, wanted: Range) -> ColumnElement[bool]:
    """The condition under which a row of HARVEST is among the records that are wanted."""
    parts = [HARVEST.c.stamp >= wanted.since]
    if wanted.until:
        parts.append(HARVEST.c.stamp <= wanted.until)
    if wanted.spec:
        digest = set_digest(archive, wanted.spec)
        members = select(HARVEST_SET.c.story_id).where(HARVEST_SET.c.digest == digest)
        parts.append(HARVEST.c.story_id.in_(members))
    return and_(*parts)


def after(stamp: str, story_id: str) -> ColumnElement[bool]:
    """The condition under which a row comes after this one in the order of changes."""
    later = and_(HARVEST.c.stamp == stamp, HARVEST.c.story_id > story_id)
    return or_(HARVEST.c.stamp > stamp, later)


def count(connection: Connection, where: ColumnElement[bool]) -> int:
    """How many records there are."""
    return int(connection.execute(select(func.count()).select_from(HARVEST).where(where)).scalar() or 0)


def rows_of(connection: Connection, where: ColumnElement[bool], most: int) -> Sequence[AnyRow]:
    """The first rows, those that changed longest ago first."""
    ordered = select(HARVEST).where(where).order_by(HARVEST.c.stamp, HARVEST.c.story_id)
    return connection.execute(ordered.limit(most)).all()


def harvested(archive: Archive, connection: Connection, rows: Sequence[AnyRow]) -> list[Harvested]:
    """The records of these rows, in their order, each with its sets."""
    words = words_of(archive, connection, [row.story_id for row in rows if not row.deleted])
    gone = [row.story_id for row in rows if row.story_id not in words]
    sets = _sets_of_gone(archive, connection, gone)
    return [
        Harvested(row.story_id, row.stamp, sets.get(row.story_id, ()))
        if row.story_id not in words
        else Harvested(row.story_id, row.stamp, _sets(words[row.story_id]), words[row.story_id].words)
        for row in rows
    ]


@dataclass(frozen=True)
class _Found:
    words: Words
    site_slug: str


def _sets(found: _Found) -> Sequence[str]:
    specs = specs_of([slug for slug, _ in found.words.themes], found.site_slug)
    return [spec for spec in specs if ":" in spec]


def words_of(archive: Archive, connection: Connection, ids: Sequence[str]) -> Mapping[str, _Found]:
    """What everybody may know of those of these stories that they find."""
    columns = (STORY.c.id, *(STORY.c[name] for name in COLUMNS))
    rows: list[AnyRow] = []
    for part in chunks(ids):
        shown = (STORY.c.id.in_(part), listed_to(ANONYMOUS, archive.now()))
        rows += connection.execute(select(*columns).where(*shown)).all()
    themes, language = chips_of(connection, [row.id for row in rows]), archive.settings.language
    return {
        row.id: _Found(
            _words(row, language, [(chip.slug, chip.label) for chip in themes[row.id]]), row.site_slug
        )
        for row in rows
    }


def _words(row: AnyRow, language: str, themes: Sequence[tuple[str, str]]) -> Words:
    return Words(
        slug=row.slug,
        title=row.title,
        storyteller=row.storyteller,
        site=row.site,
        gathered=row.gathered,
        language=row.language or language,
        summary=mentioned(row.content_notes) if row.folded else row.summary,
        rights=uses_label(row.uses, row.until, language, stated=row.stated),
        themes=tuple(themes),
    )


def _sets_of_gone(archive: Archive, connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """The sets in which stories stood, as far as everybody finds those sets still."""
    if not ids:
        return {}
    known = {set_digest(archive, one.spec): one.spec for one in public_sets(archive, connection)}
    found: dict[str, list[str]] = {}
    for part in chunks(ids):
        rows = select(HARVEST_SET).where(HARVEST_SET.c.story_id.in_(part))
        for row in connection.execute(rows):
            spec = known.get(row.digest, "")
            if ":" in spec:
                found.setdefault(row.story_id, []).append(spec)
    return {story_id: sorted(specs, reverse=True) for story_id, specs in found.items()}  # themes first
