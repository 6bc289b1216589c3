"""Consent as files state it: what nobody recorded in the archive is written to the ledger as it was seen."""

from collections.abc import Iterable

from sqlalchemy import Connection

from app.records.model import Story
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.ledger import Entry, Source, Terms, latest_terms, note_all, said, terms_of
from app.services.settling import Settled


def note_sighted(archive: Archive, connection: Connection, settled: Iterable[Settled]) -> None:
    """Write an entry for each story whose file says otherwise than its last entry, or has none.

    Belongs in the transaction that settles them. Files that are set aside say nothing; they are not for here.
    """
    seen = {
        one.record_id: terms_of(archive, one.examined.record)
        for one in settled
        if isinstance(one.examined.record, Story)
    }
    known = latest_terms(connection, seen)
    changed = {story: terms for story, terms in seen.items() if known.get(story) != terms}
    note_all(
        archive, connection, [_entry(story, terms, known.get(story)) for story, terms in changed.items()]
    )
    for story, terms in changed.items():
        if story in known:
            _audit(archive, connection, story, known[story], terms)


def _entry(story: str, terms: Terms, before: Terms | None) -> Entry:
    return Entry(story, Source.BY_HAND if before else Source.FIRST_SEEN, terms)


def _audit(archive: Archive, connection: Connection, story: str, before: Terms, now: Terms) -> None:
    note(archive, connection, Event.CONSENT_BY_HAND, record_id=story, before=said(before), now=said(now))
