"""What changed underneath a session since: the personas on its table, their stories, the words in its cells.

For whoever works here, and only of what she may see; of stories taken back she is told what their notice
tells her, without their names.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from app.database.sessions import SESSION
from app.database.tables import REVISION, STORY, AnyRow
from app.database.visibility import today, visible_to
from app.exports.reported import Report
from app.services.archive import Archive
from app.services.dates import date_label
from app.services.documents import chunks
from app.services.sessions.reporting import report_of
from app.services.sessions.room import CLOSED, PREPARING, Seen, open_to, session_row
from app.services.states import why_closed
from app.services.views import SessionChange, SessionWatch

WORDS_CHANGED = "words of it that are pinned here were changed, and nobody has looked at them since"
TAKEN_BACK = "Words that were pinned here, or a story that was on the table, were taken back."


@dataclass(frozen=True)
class WatchedSession:
    """A session under which something changed."""

    id: str
    title: str
    watch: SessionWatch


def read_watch(archive: Archive, seen: Seen, session_id: str) -> SessionWatch | None:
    """What changed since a session was closed; None while it goes on, and for who does not work here."""
    with archive.engine.connect() as connection:
        row = session_row(archive, connection, seen, session_id)
        if row.state != CLOSED or not seen.works:
            return None
        return watch_of(archive, connection, seen, row, report_of(archive, connection, seen, row, ""))


def watch_sessions(archive: Archive, seen: Seen) -> list[WatchedSession]:
    """Those of the sessions that are over under which something changed, for `storyhold check --evidence`."""
    found = []
    with archive.engine.connect() as connection:
        shown = (open_to(archive, seen.actor, seen.by.account), SESSION.c.state == CLOSED)
        for row in connection.execute(select(SESSION).where(*shown).order_by(SESSION.c.key)).all():
            report = report_of(archive, connection, seen, row, "")
            watch = watch_of(archive, connection, seen, row, report)
            if watch and (watch.changes or watch.taken_back):
                found.append(WatchedSession(row.id, row.title, watch))
    return found


def watch_of(
    archive: Archive, connection: Connection, seen: Seen, row: AnyRow, report: Report
) -> SessionWatch | None:
    """What changed underneath a report. `row` is that of its session."""
    since = _since(row)
    if since is None or not seen.works:
        return None
    changes = list(_changes(archive, connection, seen, report, since))
    label = date_label(since.date().isoformat(), archive.settings.language)
    return SessionWatch(since=label, changes=changes, taken_back=TAKEN_BACK if report.taken_back else "")


def _since(row: AnyRow) -> datetime | None:
    """When people looked at all of it last; None for a session that has not begun."""
    return None if row.state == PREPARING else (row.closed or row.opened)


def _changes(
    archive: Archive, connection: Connection, seen: Seen, report: Report, since: datetime
) -> Iterator[SessionChange]:
    new = _revised(connection, report.records, since)
    language = archive.settings.language
    for persona in report.personas:
        if persona.id in new:
            day = date_label(new[persona.id].date().isoformat(), language)
            yield SessionChange(persona.name, persona.address, f"changed on {day}")
    changed = {quote.story_id for quote in report.quotes if quote.changed}
    for row in _stories(archive, connection, seen, report.records):
        told = why_closed(row, today(archive.now()))
        day = date_label(new[row.id].date().isoformat(), language) if row.id in new else ""
        parts = [told[:1].lower() + told[1:], f"changed on {day}" if day else ""]
        parts += [WORDS_CHANGED] if row.id in changed else []
        if any(parts):
            yield SessionChange(row.heading, f"/s/{row.id}", "; ".join(one for one in parts if one))


def _revised(connection: Connection, ids: Iterable[str], since: datetime) -> dict[str, datetime]:
    """When these records were changed last, of those that were since."""
    found: dict[str, datetime] = {}
    for part in chunks(list(ids)):
        last = func.max(REVISION.c.observed).label("last")
        where = (REVISION.c.record_id.in_(part), REVISION.c.observed > since)
        rows = connection.execute(
            select(REVISION.c.record_id, last).where(*where).group_by(REVISION.c.record_id)
        )
        found |= {row.record_id: row.last for row in rows}
    return found


def _stories(archive: Archive, connection: Connection, seen: Seen, ids: Sequence[str]) -> list[AnyRow]:
    shown, rows = visible_to(seen.actor, archive.now()), list[AnyRow]()
    for part in chunks(list(ids)):
        rows += connection.execute(select(STORY).where(STORY.c.id.in_(part), shown)).all()
    return sorted(rows, key=lambda row: (row.heading, row.id))
