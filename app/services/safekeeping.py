"""Whether the archive could be had again: its last backup, its list of withdrawals, restores that wait."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from app.database.ledgers import AUDIT
from app.database.tables import REVISION
from app.services.archive import Archive
from app.services.auditing import Event
from app.services.exchanging import folders_aside
from app.services.withholding import withheld

OLD = timedelta(days=30)
YOUNG = timedelta(days=1)  # an archive of today is not asked for its backup yet
MAKE_ONE = "Run storyhold backup FILE, on another disk."


class Kept(NamedTuple):
    """One line of the diagnosis; `remedy` where something should be done."""

    name: str
    value: str
    remedy: str | None = None


def safekeeping(archive: Archive) -> Iterator[Kept]:
    """What is known of backups, without looking at any."""
    settings = archive.settings
    with archive.engine.connect() as connection:
        yield _last_backup(archive, connection)
        waiting = withheld(connection)
    place = "on the database's disk" if _beside(archive) else "apart from the database"
    yield Kept("list of withdrawals", f"{settings.withdrawals} ({place})")
    if waiting:
        remedy = "Read /desk/restored and confirm it there, or run storyhold restore --confirm."
        yield Kept("restored", f"from the backup of {waiting.backup}; stories are for stewards alone", remedy)
    for folder in folders_aside(settings.state):
        yield Kept("before a restore", str(folder), "Delete it when all is well: it holds stories.")


def _last_backup(archive: Archive, connection: Connection) -> Kept:
    if archive.settings.database_path is None:
        return Kept("last backup", "made by pg_dump, which the archive does not see")
    last = select(func.max(AUDIT.c.at)).where(AUDIT.c.event == Event.BACKED_UP.value)
    at = connection.execute(last).scalar()
    if at is None:
        return Kept("last backup", "none yet", MAKE_ONE if _is_old(archive, connection) else None)
    late = archive.now() - datetime.fromisoformat(at) > OLD
    return Kept("last backup", at[:16].replace("T", " ") + " UTC", MAKE_ONE if late else None)


def _is_old(archive: Archive, connection: Connection) -> bool:
    first = connection.execute(select(func.min(REVISION.c.observed))).scalar()
    return first is not None and archive.now() - first.replace(tzinfo=UTC) > YOUNG


def _beside(archive: Archive) -> bool:
    database, withdrawals = archive.settings.database_path, archive.settings.withdrawals.parent
    if database is None or not withdrawals.is_dir() or not database.exists():
        return database is not None and withdrawals.is_relative_to(archive.settings.state)
    return database.stat().st_dev == withdrawals.stat().st_dev
