"""Refused sign-ins in the audit: each is written, unless so many come that they could fill the disk."""

from typing import Any

import structlog
from sqlalchemy.exc import OperationalError

from app.database.engine import writing_if_free
from app.services.archive import Archive
from app.services.auditing import Event, about, address_digest, note

log = structlog.get_logger()


def note_refused(archive: Archive, folded: str, account: int | None) -> None:
    """Write that this address was refused, whether or not it is an account's, in the same time.

    Waits for nobody: what can not be written now is counted, and stands in the next entry.
    """
    digest = address_digest(archive, folded)
    if not archive.throttle.may_write():
        archive.unwritten.add(account)
        return
    more, accounts = archive.unwritten.take()
    told: dict[str, Any] = {"address": digest} if account is None else {}
    told |= {"more": more, "accounts": sorted(accounts)} if more else {}
    try:
        with writing_if_free(archive.engine) as connection:
            who = "" if account is None else about(account)
            note(archive, connection, Event.SIGN_IN_REFUSED, record_id=who, **told)
            connection.commit()
    except OperationalError:
        archive.unwritten.put_back(more, accounts)
        archive.unwritten.add(account)
        log.warning("a refused sign-in could not be written now")
