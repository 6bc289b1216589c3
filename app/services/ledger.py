"""The consent ledger: how each story's consent came to be what its file says. Written, never changed.

An entry stands in a chain and holds ids, uses, days and keyed digests. What people wrote in their own
words (a note, the version of the information sheet) stands beside it and can be erased.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from app.database.chain import append_many
from app.database.ledgers import CONSENT_ENTRY, CONSENT_TEXT
from app.database.tables import AnyRow
from app.database.visibility import fold_name, use_bits, uses_of
from app.records.model import Status, Story
from app.services.archive import Archive
from app.services.denying import ORGANISATION
from app.services.documents import chunks


class Source(StrEnum):
    """How an entry came to be."""

    FIRST_SEEN = "first seen in a file"
    BY_HAND = "changed in the file"
    ARCHIVE = "recorded in the archive"
    TERMINAL = "recorded from a terminal"
    DOOR = "said at her own door"
    WITHDRAWN = "withdrawn"
    ANONYMISED = "anonymised"
    ERASED = "erased"
    LIFTED = "withdrawal lifted"


class Medium(StrEnum):
    """What the storyteller agreed to have kept of her."""

    TEXT = "text"
    AUDIO = "audio"
    IMAGE = "image"


class Basis(StrEnum):
    """The lawful basis, of article 6(1) of the UK GDPR. Not the same as agreeing to take part."""

    NOT_RECORDED = ""
    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal obligation"
    VITAL_INTERESTS = "vital interests"
    PUBLIC_TASK = "public task"
    LEGITIMATE_INTERESTS = "legitimate interests"


@dataclass(frozen=True)
class Terms:
    """What a file says of consent, as an entry keeps it; `not_for` are sorted digests of organisations."""

    status: str = Status.READY.value
    understood: bool = True
    uses: int = 0
    given: str | None = None
    until: str | None = None
    co_crafted: str | None = None
    not_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Particulars:
    """What is recorded beside the terms. `sheet` and `note` are free text, which can be erased."""

    medium: tuple[Medium, ...] = ()
    basis: Basis = Basis.NOT_RECORDED
    sheet: str = ""
    note: str = ""


NOTHING_MORE = Particulars()


@dataclass(frozen=True)
class Entry:
    """One entry to be written; `by` is an account, None for a file, the terminal or nobody known."""

    story_id: str
    source: Source
    terms: Terms
    by: int | None = None
    particulars: Particulars = NOTHING_MORE


def organisation_digest(archive: Archive, name: str) -> str:
    """How an organisation stands in ledger, denials and withdrawals.jsonl, where no name may stand."""
    return archive.keyed(ORGANISATION, fold_name(name))


def terms_of(archive: Archive, story: Story) -> Terms:
    """What a file says, whatever is assumed without consent and whatever is denied."""
    said = story.consent
    return Terms(
        status=str(story.status),
        understood=said.understood,
        uses=use_bits(said.uses),
        given=said.given,
        until=said.until,
        co_crafted=said.co_crafted,
        not_for=tuple(sorted({organisation_digest(archive, name) for name in said.not_for})),
    )


def note_consent(
    archive: Archive,
    connection: Connection,
    story_id: str,
    source: Source,
    terms: Terms | None = None,
    *,
    status: Status | None = None,
    by: int | None = None,
    particulars: Particulars = NOTHING_MORE,
) -> int:
    """Write an entry in the transaction that does what it tells of; its number.

    Who changes a file through the archive writes the entry *before* the file is settled, with what the
    new file says: settling then finds nothing that it would call a change by hand. Without `terms` the
    last entry's hold on; `status` takes the place of theirs.
    """
    told = terms or latest_terms(connection, [story_id]).get(story_id) or Terms()
    told = replace(told, status=status.value) if status else told
    return note_all(archive, connection, [Entry(story_id, source, told, by, particulars)])[0]


def note_all(archive: Archive, connection: Connection, entries: Iterable[Entry]) -> list[int]:
    """Write entries in their order, in few statements; their numbers."""
    listed = list(entries)
    at = archive.now().isoformat(timespec="microseconds")
    numbers = append_many(
        connection, CONSENT_ENTRY, [_row(archive, at, entry) for entry in listed], archive.key
    )
    texts = [
        {"number": number, "sheet": entry.particulars.sheet, "note": entry.particulars.note}
        for number, entry in zip(numbers, listed, strict=True)
        if entry.particulars.sheet or entry.particulars.note
    ]
    if texts:
        connection.execute(insert(CONSENT_TEXT), texts)
    return numbers


def _row(archive: Archive, at: str, entry: Entry) -> Mapping[str, Any]:
    terms, more = entry.terms, entry.particulars
    return {
        "at": at,
        "story_id": entry.story_id,
        "account": entry.by,
        "source": entry.source.value,
        "status": terms.status,
        "understood": terms.understood,
        "uses": terms.uses,
        "given": terms.given,
        "until": terms.until,
        "co_crafted": terms.co_crafted,
        "not_for": list(terms.not_for),
        "medium": sorted(medium.value for medium in more.medium),
        "basis": more.basis.value,
        "sheet": archive.keyed("sheet", more.sheet) if more.sheet else "",
        "note": archive.keyed("note", more.note) if more.note else "",
    }


def latest_terms(connection: Connection, story_ids: Iterable[str]) -> dict[str, Terms]:
    """What the last entry of each of these stories says; a story without one is left out."""
    found: dict[str, Terms] = {}
    for part in chunks(story_ids):
        newest = (
            select(func.max(CONSENT_ENTRY.c.number))
            .where(CONSENT_ENTRY.c.story_id.in_(part))
            .group_by(CONSENT_ENTRY.c.story_id)
        )
        rows = connection.execute(select(CONSENT_ENTRY).where(CONSENT_ENTRY.c.number.in_(newest)))
        found.update((row.story_id, _terms_in(row)) for row in rows)
    return found


def _terms_in(row: AnyRow) -> Terms:
    days = (row.given, row.until, row.co_crafted)
    return Terms(row.status, row.understood, row.uses, *days, tuple(row.not_for))


def said(terms: Terms) -> dict[str, object]:
    """Terms as the audit keeps them: uses and days, no names."""
    return {
        "status": terms.status,
        "understood": terms.understood,
        "uses": [use.value for use in uses_of(terms.uses)],
        "given": terms.given,
        "until": terms.until,
        "co_crafted": terms.co_crafted,
        "not_for": len(terms.not_for),
    }


def erase_texts(connection: Connection, story_id: str) -> None:
    """Erase every free text about a story's consent; its entries and their keyed digests stay."""
    numbers = select(CONSENT_ENTRY.c.number).where(CONSENT_ENTRY.c.story_id == story_id)
    connection.execute(delete(CONSENT_TEXT).where(CONSENT_TEXT.c.number.in_(numbers)))
