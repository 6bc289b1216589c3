"""The files that stories were made from: kept below the state folder, for a story's team alone."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from app.database.gathering import ORIGINAL
from app.database.tables import FILE, AnyRow
from app.database.visibility import Action, Actor
from app.errors import NotFound
from app.records.bundle import ORIGINALS
from app.records.paths import make_folders
from app.records.replace import digest_of, replace_file
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.documents import chunks
from app.services.gathering.pictures import forget_pictures
from app.services.recording import story_for

KEY = "original"  # of a story's front matter


@dataclass(frozen=True)
class Original:
    """What a new story is made from."""

    content: bytes
    digest: str
    name: str
    kind: str


@dataclass(frozen=True)
class Used:
    """An original and the story that it becomes; `by` is the account that brought it."""

    story_id: str
    original: Original
    by: int | None


def written(digest: str) -> str:
    """How a story's front matter names what it was made from."""
    return f"sha256:{digest}"


def folder_of(archive: Archive, story_id: str) -> Path:
    """Where a story's originals lie."""
    return archive.settings.state / ORIGINALS / story_id


def path_of(archive: Archive, story_id: str, digest: str) -> Path:
    """Where the bytes of an original lie."""
    return folder_of(archive, story_id) / digest


def keep_bytes(archive: Archive, story_id: str, content: bytes) -> None:
    """Keep the bytes, unless the settings say that they are not to be. Raises OSError."""
    if not archive.settings.keep_originals:
        return
    path = path_of(archive, story_id, digest_of(content))
    make_folders(path.parent, archive.settings.state)
    path.parent.chmod(0o700)
    if not path.exists():
        replace_file(path, content)
        path.chmod(0o600)


def note_originals(archive: Archive, connection: Connection, used: Iterable[Used]) -> None:
    """Write down what stories are made from, in the caller's transaction."""
    kept, now = archive.settings.keep_originals, archive.now()
    rows = [{**_row(one), "kept": kept, "added": now} for one in used]
    if rows:
        connection.execute(insert(ORIGINAL), rows)


def _row(used: Used) -> dict[str, object]:
    original = used.original
    return {
        "story_id": used.story_id,
        "digest": original.digest,
        "name": original.name,
        "format": original.kind,
        "size": len(original.content),
        "account": used.by,
    }


def brought_before(connection: Connection, digests: Iterable[str]) -> dict[str, str]:
    """The stories that files of these digests were made into; what never came to be a story is forgotten."""
    found: dict[str, str] = {}
    for part in chunks(list(digests)):
        rows = connection.execute(select(ORIGINAL).where(ORIGINAL.c.digest.in_(part))).all()
        known = _that_came(connection, {row.story_id for row in rows})
        found |= {row.digest: row.story_id for row in rows if row.story_id in known}
        lost = {row.story_id for row in rows} - known
        if lost:
            connection.execute(delete(ORIGINAL).where(ORIGINAL.c.story_id.in_(lost)))
    return found


def forget_original(archive: Archive, story_id: str) -> None:
    """Nothing is left of what a story was made from, nor of its pictures, where it is not to be itself."""
    forget_pictures(archive, story_id)
    with archive.writing() as connection:
        connection.execute(delete(ORIGINAL).where(ORIGINAL.c.story_id == story_id))
        connection.commit()
    shutil.rmtree(folder_of(archive, story_id), ignore_errors=True)


def _that_came(connection: Connection, ids: Iterable[str]) -> set[str]:
    hers = select(FILE.c.record_id).where(FILE.c.record_id.in_(list(ids))).distinct()
    return set(connection.execute(hers).scalars())


def originals_of(connection: Connection, story_id: str) -> list[AnyRow]:
    """What a story was made from, the oldest first."""
    hers = select(ORIGINAL).where(ORIGINAL.c.story_id == story_id)
    return list(connection.execute(hers.order_by(ORIGINAL.c.key)))


def read_original(
    archive: Archive, actor: Actor, story_id: str, digest: str, *, by: int | None
) -> tuple[str, bytes]:
    """The name and the bytes of an original, for who may change the story; written into the audit.

    Raises NotFound or Withdrawn.
    """
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
        hers = (ORIGINAL.c.story_id == row.id, ORIGINAL.c.digest == digest)
        original = connection.execute(select(ORIGINAL).where(*hers)).first()
    path = path_of(archive, row.id, digest) if original else None
    if original is None or path is None or not path.is_file():
        raise NotFound
    with archive.writing() as connection:
        note(archive, connection, Event.DOWNLOADED, by=by, record_id=row.id, what="original")
        connection.commit()
    return str(original.name), path.read_bytes()
