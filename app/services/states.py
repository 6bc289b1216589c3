"""A story's state in a few words: why nobody but its team reads it, or who does."""

from app.database.tables import AnyRow
from app.database.visibility import FOR_COMMISSIONERS, FOR_MEMBERS, PUBLIC
from app.records.model import Status
from app.services.withholding import WAITS


def is_open(row: AnyRow, day: str) -> bool:
    """Whether anybody reads a story beside its gatherers and stewards on this day (ISO, UTC)."""
    return why_closed(row, day) == ""


def state_of(row: AnyRow, day: str, *, waits: bool = False) -> str:
    """'Draft', 'Its consent has ended', 'Read by design teams and commissioners'.

    `waits`: a restore is to be confirmed, and no story gives any use until then.
    """
    apart = ", but not in every organisation" if row.excludes else ""
    return why_closed(row, day, waits=waits) or f"Read by {_readers(row.uses)}{apart}"


def why_closed(row: AnyRow, day: str, *, waits: bool = False) -> str:
    """Why nobody but its team reads a story; empty where others do."""
    reasons = (
        (row.status == Status.WITHDRAWN, "Taken back"),
        (row.set_aside, "Set aside: its file can not be read"),
        (not row.understood, "Its consent can not be understood"),
        (row.status == Status.DRAFT, "Draft"),
        (waits and not row.uses, WAITS.rstrip(".")),
        (not row.uses and not row.stated, "No consent is recorded"),
        (not row.uses, "No use has been agreed"),
        (row.until is not None and row.until < day, "Its consent has ended"),
    )
    return next((reason for holds, reason in reasons if holds), "")


def _readers(uses: int) -> str:
    if uses & PUBLIC:
        return "everyone"
    named = (("design teams", FOR_MEMBERS), ("commissioners", FOR_COMMISSIONERS))
    return " and ".join(name for name, bits in named if uses & bits)
