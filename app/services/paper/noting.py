"""That words left the archive on paper: told to whoever takes one of these stories back."""

from collections.abc import Collection

from app.services.archive import Archive
from app.services.auditing import note_download


def note_paper(archive: Archive, account: int | None, records: Collection[str], form: str) -> None:
    """Write that somebody who signed in took these stories and personas along in a file."""
    if account is None or not records:
        return
    with archive.writing() as connection:
        note_download(archive, connection, account, records, form)
        connection.commit()
