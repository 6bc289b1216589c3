"""A session's report as a page."""

from app.services.archive import Archive
from app.services.sessions.after import may_write_after
from app.services.sessions.boards import off_board
from app.services.sessions.log import state_of
from app.services.sessions.reporting import report_of
from app.services.sessions.room import Seen, session_address, session_row
from app.services.sessions.taking import narrowed
from app.services.sessions.watching import watch_of
from app.services.views import SessionReportPage


def read_report_page(archive: Archive, seen: Seen, session_id: str) -> SessionReportPage:
    """The report, with what a file of it would leave out, and what changed underneath. Raises NotFound."""
    with archive.engine.connect() as connection:
        row = session_row(archive, connection, seen, session_id)
        report = report_of(archive, connection, seen, row, "")
        file = narrowed(archive, connection, seen.actor, report)
        watch = watch_of(archive, connection, seen, row, report)
        writes = may_write_after(row, seen)
        off = list(off_board(state_of(connection, row))) if writes else []
    return SessionReportPage(
        report=report,
        address=session_address(row.id),
        works=seen.works,
        may_write=writes,
        may_follow=seen.works,
        left_out=file.left_out,
        back=file.back,
        watch=watch,
        off=off,
    )
