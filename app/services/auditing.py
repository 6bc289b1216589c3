"""The audit: what people did, written in the transaction in which they did it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Connection

from app.database.chain import append_many
from app.database.ledgers import AUDIT
from app.services.archive import Archive

ABOUT, OF_A_THEME = "account:", "theme:"  # before what stands as record_id, where it is no record


class Event(StrEnum):
    """What an entry tells of."""

    SIGNED_IN = "signed in"
    SIGN_IN_REFUSED = "sign-in refused"
    LINKED = "single sign-on linked"
    SIGNED_OUT = "signed out"
    SESSION_ENDED = "session ended"
    PASSWORD = "password changed"
    SECOND_FACTOR_ON = "second factor added"
    SECOND_FACTOR_OFF = "second factor removed"
    RECOVERY_CODES = "recovery codes made"
    TOKEN_MADE = "token made"
    TOKEN_ENDED = "token ended"
    INVITED = "invited"
    INVITATION_TAKEN_BACK = "invitation taken back"
    RESET_OFFERED = "new password offered"
    JOINED = "joined"
    NAME = "name changed"
    ROLES = "roles changed"
    DISABLED = "disabled"
    ENABLED = "let in again"
    NAMED = "named on a story"
    EDITED = "edited"
    REMOVED = "removed"
    NAMES = "names decided"
    OTHERS_STORY = "someone else’s story"
    CONSENT = "consent recorded"
    CONSENT_BY_HAND = "consent changed in the file"
    WITHDRAWN = "withdrawn"
    ANONYMISED = "anonymised"
    ERASED = "erased"
    LIFTED = "withdrawal lifted"
    DOOR_MADE = "link to her own door made"
    DOOR_ENDED = "link to her own door ended"
    DOOR_SAID = "said at her own door"
    DOOR_DECIDED = "answered what she said"
    WHAT_CAME = "what came of it noted"
    DOWNLOADED = "downloaded"
    READERS_SHOWN = "readers shown"
    AUDIT_DOWNLOADED = "audit downloaded"
    REFERENCE = "reference population changed"
    SPECIFICATION = "who is in a specification"
    BACKED_UP = "backed up"
    RESTORED = "restored"


@dataclass(frozen=True)
class Deed:
    """What somebody did; as `note` says."""

    event: Event
    by: int | None = None
    record_id: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


def note(
    archive: Archive,
    connection: Connection,
    event: Event,
    *,
    by: int | None = None,
    record_id: str = "",
    **data: object,
) -> int:
    """Write what somebody did; `by` is her account, None for the terminal. The entry's number.

    `data` holds ids, roles, uses, dates, counts and `archive.keyed` digests: never a name, an address or
    a word of a story, because an entry can not be erased.
    """
    return note_deeds(archive, connection, [Deed(event, by, record_id, data)])[0]


def note_deeds(archive: Archive, connection: Connection, deeds: Iterable[Deed]) -> list[int]:
    """Write several in their order, in as many statements as one takes; the entries' numbers."""
    at = archive.now().isoformat(timespec="microseconds")
    rows = [
        {"at": at, "event": one.event.value, "account": one.by, "record_id": one.record_id, "data": one.data}
        for one in deeds
    ]
    return append_many(connection, AUDIT, rows, archive.key)


def about(account: int) -> str:
    """What stands as `record_id` where somebody did something to an account that may be another's."""
    return f"{ABOUT}{account}"


def address_digest(archive: Archive, folded: str) -> str:
    """How the audit names an email address, folded by fold_email."""
    return archive.keyed("email", folded)


def theme_mark(archive: Archive, slug: str) -> str:
    """How the audit names a theme, whose slug is made of words."""
    return f"{OF_A_THEME}{archive.keyed('theme', slug)[:32]}"


def note_download(
    archive: Archive, connection: Connection, by: int | None, record_ids: Iterable[str], form: str
) -> None:
    """Write that stories or personas left as a file in this format.

    One entry for each, so that a withdrawal can say who has a copy.
    """
    note_deeds(archive, connection, [Deed(Event.DOWNLOADED, by, one, {"format": form}) for one in record_ids])
