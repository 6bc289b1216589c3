"""Numbers that count within one story: a key of the database would tell how much is said of others."""

from sqlalchemy import Connection, Table, select

from app.records.ids import normal_id
from app.services.archive import Archive


def numbers(connection: Connection, table: Table, story_id: str) -> dict[int, int]:
    """The number of each row of this story by its key, from 1. Rows are emptied and never deleted alone."""
    hers = select(table.c.key).where(table.c.story_id == story_id).order_by(table.c.key)
    return {int(key): number for number, key in enumerate(connection.execute(hers).scalars(), 1)}


def key_at(archive: Archive, table: Table, story_id: str, number: int) -> int:
    """The key of the row with this number; 0, which none has, where there is no such row."""
    with archive.engine.connect() as connection:
        known = numbers(connection, table, normal_id(story_id) or "")
    return next((key for key, one in known.items() if one == number), 0)
