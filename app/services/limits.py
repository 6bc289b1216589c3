"""What is left of a consent that was narrowed in the archive, so that no older file widens it again.

The limits stand in a denial and in withdrawals.jsonl, in which a story's last line of this kind counts.
`app.services.narrowing` applies them to what files claim.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from app.database.ledgers import DENIAL
from app.database.tables import STORY
from app.database.visibility import USE_BITS
from app.records.withdrawals import Line
from app.services.archive import Archive
from app.services.denying import SLUG, Kind, deny, write_line
from app.services.ledger import Terms

EVERY_USE = sum(USE_BITS.values())


@dataclass(frozen=True)
class Limits:
    """No file may claim more than these uses, a later end, or fewer organisations that may not read."""

    uses: int = EVERY_USE
    until: str | None = None
    not_for: tuple[str, ...] = ()  # digests


NO_LIMITS = Limits()


def limits_of(terms: Terms) -> Limits:
    """What these terms leave."""
    return Limits(terms.uses if terms.understood else 0, terms.until, terms.not_for)


def goes_beyond(wanted: Limits, left: Limits) -> bool:
    """Whether `wanted` claims anything that `left` does not leave."""
    later = left.until is not None and (wanted.until is None or wanted.until > left.until)
    return bool(wanted.uses & ~left.uses) or later or not set(left.not_for) <= set(wanted.not_for)


def narrower(one: Limits, other: Limits) -> Limits:
    """What both leave."""
    until = min((day for day in (one.until, other.until) if day), default=None)
    return Limits(one.uses & other.uses, until, tuple(sorted({*one.not_for, *other.not_for})))


def standing_limits(connection: Connection, story_id: str) -> Limits | None:
    """The limits that were set in the archive; None for a story that was never narrowed here."""
    which = (DENIAL.c.story_id == story_id, DENIAL.c.kind == Kind.NARROWED.value)
    row = connection.execute(select(DENIAL).where(*which)).first()
    return Limits(row.uses, row.until, tuple(row.not_for)) if row else None


def limits_after(
    before: Terms, now: Terms, standing: Limits | None, wanted: Limits | None = None
) -> Limits | None:
    """The limits to set when a consent is recorded; None where there is nothing to set.

    Once a consent was narrowed in the archive, its limits follow what is recorded there. Where no use had
    been agreed, uses and an end are her first answer and take nothing away; an organisation that she names
    is kept out from then on. `wanted` is what she asks for at the same time and has to wait: that she did
    not take away, so it stays within the limits, as far as those that stood leave it.
    """
    stood = standing or NO_LIMITS
    left = limits_of(now) if wanted is None else narrower(stood, wanted)
    if standing is None and not goes_beyond(limits_of(before), left):
        return None
    if stood == Limits(not_for=stood.not_for) and not _takes_away(before, left, stood):
        named = stood.not_for or set(left.not_for) - set(before.not_for)
        left = Limits(not_for=left.not_for if named else ())
    return left if left != stood else None


def _takes_away(before: Terms, left: Limits, stood: Limits) -> bool:
    """Whether this leaves less than what had been agreed to; of a first answer nothing had.

    Where organisations alone were named before, one more takes no use away.
    """
    had = limits_of(before)
    left = replace(left, not_for=had.not_for) if stood.not_for else left
    return bool(had.uses) and goes_beyond(had, left)


def set_limits(
    archive: Archive, connection: Connection, story_id: str, limits: Limits, *, by: int | None = None
) -> None:
    """Put the limits in the place of those that stood; within the transaction that settles the file."""
    deny(connection, _line(archive, connection, story_id, limits), by=by)


def write_limits(archive: Archive, story_id: str, limits: Limits) -> None:
    """Say the same on the disk, outside the database. Raises OSError."""
    with archive.engine.connect() as connection:
        line = _line(archive, connection, story_id, limits)
    write_line(archive, line)


def _newer(connection: Connection, story_id: str, at: str) -> str:
    """This moment, or one after the limits that stand: a clock that was set back makes none older."""
    which = (DENIAL.c.story_id == story_id, DENIAL.c.kind == Kind.NARROWED.value)
    before = connection.execute(select(DENIAL.c.at).where(*which)).scalar()
    return just_after(before) if before and before > at else at


def just_after(moment: str) -> str:
    """The next moment that a line can name; both are ISO 8601 in UTC."""
    return (datetime.fromisoformat(moment) + timedelta(microseconds=1)).isoformat(timespec="microseconds")


def _line(archive: Archive, connection: Connection, story_id: str, limits: Limits) -> Line:
    at = _newer(connection, story_id, archive.now().isoformat(timespec="microseconds"))
    slug = connection.execute(select(STORY.c.slug).where(STORY.c.id == story_id)).scalar()
    kept = archive.keyed(SLUG, slug) if slug else ""  # an older file without an id is known by it
    return Line(story_id, Kind.NARROWED.value, at, limits.uses, limits.until, True, limits.not_for, kept)
