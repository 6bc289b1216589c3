"""The passages that only earlier versions have: written with each new version, and afresh by a rebuild."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, func, insert, select

from app.database.state import read_state, write_state
from app.database.tables import PASSAGE_BEFORE, REVISION
from app.records.model import RecordKind, Story
from app.rendering.model import Passage
from app.services.archive import Archive
from app.services.documents import chunks
from app.services.marking.relocating import passages_at, passages_of

WRITTEN = "passages before written as"
Texts = dict[str, int]  # a passage's text -> its number


def keep_before(archive: Archive, connection: Connection, story_id: str, story: Story, before: int) -> None:
    """Note what version `before` said and the next one, which is `story`, says no more."""
    if not before:
        return
    new = _open(passages_of(story))
    gone = {
        text: number
        for text, number in _open(passages_at(archive, connection, story_id, before)).items()
        if text not in new
    }
    _forget_texts(connection, story_id, new)
    _insert(connection, story_id, ((before, number, text) for text, number in gone.items()))


def forget_before(connection: Connection, story_id: str, versions: Sequence[int] | None = None) -> None:
    """Delete what earlier versions of a story said; of these versions alone, where they are named."""
    hers = delete(PASSAGE_BEFORE).where(PASSAGE_BEFORE.c.story_id == story_id)
    if versions is None:
        connection.execute(hers)
        return
    for part in chunks(versions):
        connection.execute(hers.where(PASSAGE_BEFORE.c.version.in_(part)))


def write_missing_before(archive: Archive, basis: str) -> None:
    """Write them all where that was not done yet as texts are read now, which `basis` names."""
    with archive.engine.connect() as connection:
        if read_state(connection, WRITTEN) == basis:
            return
    write_all_before(archive)
    with archive.writing() as connection:
        write_state(connection, WRITTEN, basis)
        connection.commit()


def write_all_before(archive: Archive) -> None:
    """Write them all afresh, a story at a time, so that others may write in between."""
    of_stories = REVISION.c.kind == RecordKind.STORY.value
    several = select(REVISION.c.record_id).where(of_stories).group_by(REVISION.c.record_id)
    with archive.engine.connect() as connection:
        ids = list(connection.execute(several.having(func.count() > 1)).scalars())
    with archive.writing() as connection:
        connection.execute(delete(PASSAGE_BEFORE).where(PASSAGE_BEFORE.c.story_id.not_in(several)))
        connection.commit()
    for story_id in ids:
        with archive.writing() as connection:
            _write(archive, connection, story_id)
            connection.commit()


def _write(archive: Archive, connection: Connection, story_id: str) -> None:
    forget_before(connection, story_id)
    hers = select(REVISION.c.number).where(REVISION.c.record_id == story_id)
    last: dict[str, tuple[int, int]] = {}
    now: Texts = {}
    for version in connection.execute(hers.order_by(REVISION.c.number)).scalars().all():
        now = _open(passages_at(archive, connection, story_id, version))
        last |= {text: (version, number) for text, number in now.items()}
    gone = ((*place, text) for text, place in last.items() if text not in now)
    _insert(connection, story_id, gone)


def _open(passages: Sequence[Passage]) -> Texts:
    """Open passages; of several with one text the first."""
    return {one.text: one.number for one in reversed(passages) if not one.closed}


def _forget_texts(connection: Connection, story_id: str, texts: Iterable[str]) -> None:
    """What stands in the newest version again is no longer of one before."""
    hers = PASSAGE_BEFORE.c.story_id == story_id
    known = set(connection.execute(select(PASSAGE_BEFORE.c.text).where(hers)).scalars())
    for part in chunks(sorted(known.intersection(texts))):
        connection.execute(delete(PASSAGE_BEFORE).where(hers, PASSAGE_BEFORE.c.text.in_(part)))


def _insert(connection: Connection, story_id: str, rows: Iterable[tuple[int, int, str]]) -> None:
    values = [
        {"story_id": story_id, "version": version, "number": number, "text": text}
        for version, number, text in rows
    ]
    if values:
        connection.execute(insert(PASSAGE_BEFORE), values)
