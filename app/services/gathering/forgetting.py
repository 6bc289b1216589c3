"""What gathering keeps of a story beside its file, when that has to go."""

from sqlalchemy import Connection, delete, select, update

from app.database.gathering import (
    DOOR,
    DOOR_ENTRY,
    INTAKE,
    JOB_ITEM,
    NAME_DECISION,
    ORIGINAL,
    OTHER_PERSON,
    PSEUDONYMS,
    WHAT_CAME,
)
from app.services.archive import Archive

INCOMING = "incoming"  # below the state folder: originals of what is no story yet
WORDS = (ORIGINAL, PSEUDONYMS, NAME_DECISION, OTHER_PERSON, DOOR_ENTRY, WHAT_CAME)


def forget_gathered(connection: Connection, story_id: str) -> None:
    """All that names somebody or repeats words of a story; her door stays, which leads to its new text."""
    made_from = select(ORIGINAL.c.digest).where(ORIGINAL.c.story_id == story_id)
    connection.execute(delete(INTAKE).where(INTAKE.c.digest.in_(made_from)))  # brought by somebody else too
    for table in WORDS:
        connection.execute(delete(table).where(table.c.story_id == story_id))
    hers = update(JOB_ITEM).where(JOB_ITEM.c.record_id == story_id)
    connection.execute(hers.values(name="", said="", before="", after="", data={}))


def forget_door(connection: Connection, story_id: str) -> None:
    """Her link leads nowhere any more."""
    connection.execute(delete(DOOR).where(DOOR.c.story_id == story_id))


def sweep_incoming(archive: Archive) -> None:
    """Delete the originals of texts that are no more; what a job still needs lies in a folder of its own."""
    with archive.engine.connect() as connection:
        waiting = set(connection.execute(select(INTAKE.c.digest)).scalars())
    folder = archive.settings.state / INCOMING
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_file() and path.name not in waiting:
            path.unlink(missing_ok=True)
