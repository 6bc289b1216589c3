"""The pictures of stories: below the state folder, for each story apart, under the digest of their bytes.

What a story shows, its text says. A picture is kept once for each story that shows it: so it goes with its
story, and nobody makes another story's picture her own by writing down its digest. The portraits of personas
are kept in the same way, below the persona's id.
"""

import re
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from sqlalchemy import select

from app.database.gathering import INTAKE
from app.database.ledgers import JOB
from app.database.tables import FILE, PERSONA, PICTURE, REVISION
from app.errors import ImportRefused
from app.records.bundle import MEDIA
from app.records.paths import make_folders
from app.records.replace import digest_of, replace_file
from app.services.archive import Archive

DIGEST = re.compile(r"[0-9a-f]{64}")
MOST_KEPT = 300  # of one story
WAITS_DAYS = 30  # for the text that shows it, which may still be written
TOO_MANY = ImportRefused(
    f"There is room for {MOST_KEPT} pictures in one story.",
    "Take out what is not needed, or make two stories.",
)


def folder_of(archive: Archive, story_id: str) -> Path:
    """Where a story's pictures lie."""
    return archive.settings.state / MEDIA / story_id


def path_of(archive: Archive, story_id: str, digest: str) -> Path | None:
    """The file of a picture; None where the archive has none."""
    path = folder_of(archive, story_id) / digest
    return path if DIGEST.fullmatch(digest) and path.is_file() else None


def keep_pictures(archive: Archive, story_id: str, pictures: Iterable[bytes]) -> None:
    """Keep pictures that were drawn anew. Raises OSError, and ImportRefused where there is no more room."""
    folder = folder_of(archive, story_id)
    for content in pictures:
        make_folders(folder, archive.settings.state)
        folder.chmod(0o700)
        path = folder / digest_of(content)
        if path.exists():
            continue
        if sum(1 for _ in folder.iterdir()) >= MOST_KEPT:
            raise TOO_MANY
        replace_file(path, content)
        path.chmod(0o600)


def forget_pictures(archive: Archive, story_id: str) -> None:
    """Nothing is left of the pictures of a story that is not to be."""
    if story_id:
        shutil.rmtree(folder_of(archive, story_id), ignore_errors=True)


def sweep_pictures(archive: Archive) -> int:
    """Delete the pictures of what never came to be a story, and after WAITS_DAYS those that no version shows.

    How many were deleted. Where the archive knows no version of anything, it has just lost its database, and
    nothing is deleted.
    """
    with archive.engine.connect() as connection:
        if connection.execute(select(REVISION.c.key).limit(1)).first() is None:
            return 0
    swept = 0
    for story_id, path in unused_pictures(archive):
        if not _is_kept_for(archive, story_id) or _age(path) > WAITS_DAYS:
            path.unlink(missing_ok=True)
            swept += 1
    for folder in _folders(archive):
        if not any(folder.iterdir()):
            folder.rmdir()
    return swept


def unused_pictures(archive: Archive) -> Iterator[tuple[str, Path]]:
    """Each picture that no version of its story shows, with the id of that."""
    for folder in _folders(archive):
        known = _shown_ever(archive, folder.name)
        yield from ((folder.name, path) for path in sorted(folder.iterdir()) if path.name not in known)


def missing_pictures(archive: Archive) -> list[tuple[str, str]]:
    """The id and digest of each picture that a story or persona shows and the archive has not."""
    portraits = select(PERSONA.c.id, PERSONA.c.portrait).where(PERSONA.c.portrait != "")
    with archive.engine.connect() as connection:
        rows = connection.execute(select(PICTURE.c.story_id, PICTURE.c.digest).order_by(*PICTURE.c)).all()
        named = [*rows, *connection.execute(portraits.order_by(PERSONA.c.id)).all()]
        return [(record, digest) for record, digest in named if not path_of(archive, record, digest)]


def _folders(archive: Archive) -> list[Path]:
    folder = archive.settings.state / MEDIA
    return sorted(one for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []


def _shown_ever(archive: Archive, story_id: str) -> Collection[str]:
    """What any version of a story names, or a text on its way in."""
    found: set[str] = set()
    with archive.engine.connect() as connection:
        kept = select(REVISION.c.content).where(REVISION.c.record_id == story_id)
        for content in connection.execute(kept).scalars():
            found.update(DIGEST.findall(content.decode("utf-8", "replace")))
        if not found and story_id in _coming(archive):
            found = {path.name for path in folder_of(archive, story_id).iterdir()}
    return found


def _coming(archive: Archive) -> set[str]:
    """The ids that texts on their way in will have."""
    with archive.engine.connect() as connection:
        return {data.get("becomes", "") for data in connection.execute(select(INTAKE.c.data)).scalars()}


def _is_kept_for(archive: Archive, story_id: str) -> bool:
    """Whether there is such a story, was one that may come back, or is one being made at this moment."""
    asked = (FILE.c.record_id, REVISION.c.record_id, JOB.c.record_id)
    with archive.engine.connect() as connection:
        return any(
            connection.execute(select(column).where(column == story_id).limit(1)).first() for column in asked
        )


def _age(path: Path) -> float:
    """In days, by the clock of the disk."""
    return (time.time() - path.stat().st_mtime) / 86_400
