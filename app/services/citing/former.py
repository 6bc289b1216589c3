"""Addresses that stories had: a slug that a story left leads to the story, for who could read it there."""

from sqlalchemy import Connection, select

from app.database.tables import REVISION, STORY, AnyRow
from app.database.visibility import Actor, visible_to
from app.errors import NotFound, Withdrawn
from app.records.model import RecordKind, Status
from app.services.absence import absence
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.denying import SLUG, Denials
from app.services.gathering.identifying import Kind, find_names
from app.services.gathering.told_texts import as_words
from app.services.gathering.versions import load_version

MOST = 20  # versions that had this address


def former_address(archive: Archive, actor: Actor, slug: str) -> str:
    """The page of a story that stood at this slug once; empty where there is none for this reader.

    She must be able to read a version that stood there, and no name may stand in the slug: a story that was
    moved away from somebody's name is not found by it. Raises Withdrawn where it was taken back since.
    """
    with archive.engine.connect() as connection:
        for row in _stood_there(archive, connection, actor, slug):
            if not names_somebody(slug, row) and _is_open(archive, connection, actor, row):
                return story_address(row.now)
        for story_id in _taken_back(archive, connection, slug):
            gone = absence(archive, connection, actor, story_id=story_id, old=True)
            if isinstance(gone, Withdrawn):
                raise gone
    return ""


def names_somebody(slug: str, row: AnyRow) -> bool:
    """Whether somebody's name stands in a slug of this story's: the storyteller's too, as she chose it."""
    told = find_names(as_words(slug), own=[row.storyteller] if row.storyteller else [])
    return any(one.kind is Kind.NAME for one in told)


def _stood_there(archive: Archive, connection: Connection, actor: Actor, slug: str) -> list[AnyRow]:
    joined = select(STORY.c.id, STORY.c.slug.label("now"), STORY.c.storyteller, REVISION.c.number).join(
        REVISION, REVISION.c.record_id == STORY.c.id
    )
    here = (REVISION.c.kind == RecordKind.STORY.value, REVISION.c.slug == slug, STORY.c.slug != slug)
    shown = joined.where(*here, visible_to(actor, archive.now())).order_by(REVISION.c.key.desc())
    return list(connection.execute(shown.limit(MOST)))


def _taken_back(archive: Archive, connection: Connection, slug: str) -> list[str]:
    """The ids of stories that stood here, and were taken back elsewhere."""
    here = (REVISION.c.kind == RecordKind.STORY.value, REVISION.c.slug == slug, STORY.c.slug != slug)
    joined = select(STORY.c.id, STORY.c.storyteller).join(REVISION, REVISION.c.record_id == STORY.c.id)
    rows = connection.execute(joined.where(*here, STORY.c.status == Status.WITHDRAWN).limit(MOST))
    gone = Denials(connection, archive.keyed).gone_from(SLUG, slug)
    kept = dict.fromkeys(row.id for row in rows if not names_somebody(slug, row))
    return [*kept, *([gone] if gone else [])]


def _is_open(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> bool:
    try:
        load_version(archive, connection, actor, row.id, row.number)
    except (NotFound, Withdrawn):
        return False
    return True
