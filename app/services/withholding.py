"""After a restore that no list of withdrawals could check: every story is for stewards alone.

A story may have been taken back after the backup was made. Until a steward has looked and said so, no
story gives any use; the fact is a row that no rebuild drops.
"""

import json
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Connection, delete

from app.database.state import advance, read_state, write_state
from app.database.tables import STATE
from app.records.model import Story
from app.services.archive import Archive
from app.services.auditing import Event, note

NAME = "restored without its withdrawals"
WAITS = "It waits for a steward, because the archive was restored from a backup."


@dataclass(frozen=True)
class Withheld:
    """A restore that waits for a steward: moments of the backup and of its restore, ISO 8601 in UTC."""

    backup: str
    restored: str


def withheld(connection: Connection) -> Withheld | None:
    """The restore that waits for a steward; None where stories are read as their storytellers allow."""
    told = read_state(connection, NAME)
    return Withheld(**json.loads(told)) if told else None


def withhold(connection: Connection, backup: str, restored: str) -> None:
    """Keep every story for stewards alone; what the catalogue says of them follows with a reconcile."""
    write_state(connection, NAME, json.dumps(asdict(Withheld(backup, restored))))
    advance(connection)


def confirm(archive: Archive, *, by: int | None = None) -> bool:
    """A steward has looked at what was restored. Stories open with the next reconcile, not before.

    False where nothing was waiting.
    """
    with archive.writing() as connection:
        waiting = withheld(connection)
        if waiting is None:
            return False
        connection.execute(delete(STATE).where(STATE.c.name == NAME))
        advance(connection)
        note(archive, connection, Event.RESTORED, by=by, confirmed=True, backup=waiting.backup)
        connection.commit()
    return True


def without_uses(story: Story) -> Story:
    """The story as stewards alone may read it."""
    return replace(story, consent=replace(story.consent, uses=frozenset(), stated=True))
