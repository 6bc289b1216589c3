"""Which pictures a reader is shown: those that stand in the open text of a story that she may read now."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from sqlalchemy import Connection, select

from app.database.ledgers import CONSENT_ENTRY
from app.database.tables import PICTURE, STORY, AnyRow
from app.database.visibility import Action, Actor, visible_to
from app.errors import NotFound
from app.records.model import RecordKind, Status
from app.rendering.markdown import render
from app.rendering.pictures import pictures_in, with_pictures
from app.services.archive import Archive
from app.services.documents import chunks
from app.services.gathering.pictures import path_of
from app.services.ledger import Medium, Source
from app.services.portraits import portrait_open_to
from app.services.recording import story_for
from app.services.references import ReferenceTargets
from app.services.versions import shown_version

RECORDED = [source.value for source in (Source.ARCHIVE, Source.TERMINAL, Source.DOOR)]


def team_address(story_id: str) -> Callable[[str], str]:
    """Where a story's gatherers and stewards find its pictures, those in closed passages too."""
    return lambda digest: f"/s/{story_id}/pictures/{digest}"


def shown_to(archive: Archive, connection: Connection, actor: Actor, html: str) -> str:
    """A rendered text with the pictures that this reader may see; of the others their words."""
    found = pictures_in(html)
    if not found:
        return html
    open_ = pictures_open_to(archive, connection, actor, found)
    return with_pictures(html, lambda digest: f"/media/{digest}" if digest in open_ else None)


def shown_inside(archive: Archive, story_id: str, html: str, address_of: Callable[[str], str]) -> str:
    """The same for who may see all of a story: only what the archive lacks is words."""
    kept = {digest for digest in pictures_in(html) if path_of(archive, story_id, digest)}
    return with_pictures(html, lambda digest: address_of(digest) if digest in kept else None)


def pictures_open_to(
    archive: Archive, connection: Connection, actor: Actor, digests: Collection[str]
) -> Mapping[str, Path]:
    """The files of those pictures that this reader may see now."""
    rows = [row for part in chunks(digests) for row in _rows(archive, connection, actor, part)]
    agreed = {row.id for row in rows} - without_pictures(connection, {row.id for row in rows})
    kept = ((row.digest, path_of(archive, row.id, row.digest)) for row in rows if row.id in agreed)
    return {digest: path for digest, path in kept if path}


def _rows(archive: Archive, connection: Connection, actor: Actor, digests: Collection[str]) -> list[AnyRow]:
    """Stories that show them in their open text and that she may read; none that was taken back."""
    wanted = (
        select(STORY.c.id, PICTURE.c.digest)
        .join(PICTURE, PICTURE.c.story_id == STORY.c.id)
        .where(PICTURE.c.digest.in_(digests), PICTURE.c.closed.is_(False))
        .where(STORY.c.status != Status.WITHDRAWN.value, visible_to(actor, archive.now()))
    )
    return list(connection.execute(wanted.order_by(STORY.c.id)))


def without_pictures(connection: Connection, story_ids: Collection[str]) -> set[str]:
    """Those of these stories whose consent was recorded for some media, and pictures are not among them."""
    last: dict[str, list[str]] = {}
    for part in chunks(story_ids):
        where = (CONSENT_ENTRY.c.story_id.in_(part), CONSENT_ENTRY.c.source.in_(RECORDED))
        columns = select(CONSENT_ENTRY.c.story_id, CONSENT_ENTRY.c.medium)
        rows = connection.execute(columns.where(*where).order_by(CONSENT_ENTRY.c.number))
        last |= {row.story_id: list(row.medium) for row in rows}
    return {story for story, medium in last.items() if medium and Medium.IMAGE.value not in medium}


def read_picture(archive: Archive, actor: Actor, digest: str) -> bytes:
    """The bytes of a picture in a story, or of a persona's portrait, for a reader.

    Raises NotFound, whatever the reason.
    """
    with archive.engine.connect() as connection:
        path = pictures_open_to(archive, connection, actor, [digest]).get(digest)
        path = path or portrait_open_to(archive, connection, actor, digest)
    return _bytes(path)


def read_team_picture(archive: Archive, actor: Actor, story_id: str, digest: str) -> bytes:
    """The same for who may change the story. Raises NotFound or Withdrawn."""
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
    return _bytes(path_of(archive, row.id, digest))


def read_own_picture(archive: Archive, row: AnyRow, digest: str) -> bytes:
    """The same for the storyteller at her own door: what her story shows today. Raises NotFound."""
    if row.status == Status.WITHDRAWN:
        raise NotFound
    with archive.engine.connect() as connection:
        story = shown_version(connection, row, archive.now().date())
    targets = ReferenceTargets(RecordKind.STORY, row.slug)
    shown = pictures_in(render(story.body, links=targets, show_closed=True).html)
    return _bytes(path_of(archive, row.id, digest) if digest in shown else None)


def read_coming_picture(archive: Archive, row: AnyRow, digest: str) -> bytes:
    """The same of a text that is being looked through. Raises NotFound."""
    return _bytes(path_of(archive, row.data["becomes"], digest) if row.data.get("becomes") else None)


def _bytes(path: Path | None) -> bytes:
    if path is None:
        raise NotFound
    try:
        return path.read_bytes()
    except FileNotFoundError:  # it goes at this moment
        raise NotFound from None
