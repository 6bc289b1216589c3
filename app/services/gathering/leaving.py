"""A storyteller takes her story back at her own door: with one press, at any time, without a reason."""

from app.errors import Withdrawn
from app.services.archive import Archive
from app.services.gathering.doors import Door
from app.services.telling import tell
from app.services.withdrawing import Outcome, Request, withdraw


def take_back(archive: Archive, door: Door) -> None:
    """When it returns, her story is gone from every page, list and search, and its text is kept for stewards.

    Of one that was taken back already nothing changes. Raises NotFound, RecordLocked or OSError.
    """
    asked = Request(Outcome.KEEP, at_door=True)
    try:
        withdraw(archive, door.actor, door.row.id, tell(archive, door.actor, door.row.id, asked))
    except Withdrawn:
        return
