"""What gathering keeps of a story beside its file, when that has to go."""

from sqlalchemy import Connection, delete, update

from app.database.gathering import (
    DOOR,
    DOOR_ENTRY,
    JOB_ITEM,
    NAME_DECISION,
    ORIGINAL,
    OTHER_PERSON,
    PSEUDONYMS,
    WHAT_CAME,
)

WORDS = (ORIGINAL, PSEUDONYMS, NAME_DECISION, OTHER_PERSON, DOOR_ENTRY, WHAT_CAME)


def forget_gathered(connection: Connection, story_id: str) -> None:
    """All that names somebody or repeats words of a story; her door stays, which leads to its new text."""
    for table in WORDS:
        connection.execute(delete(table).where(table.c.story_id == story_id))
    hers = update(JOB_ITEM).where(JOB_ITEM.c.record_id == story_id)
    connection.execute(hers.values(name="", said="", before="", after="", data={}))


def forget_door(connection: Connection, story_id: str) -> None:
    """Her link leads nowhere any more."""
    connection.execute(delete(DOOR).where(DOOR.c.story_id == story_id))
