"""The audit at the desk, who read a story, and what one has read oneself."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.parts import Choice, Pager


@dataclass(frozen=True)
class RecordName:
    """A record as far as this reader may see it: an id alone has no address."""

    label: str
    address: str = ""


@dataclass(frozen=True)
class AuditLine:
    """One entry of the audit, in words. `reason` is what a steward wrote."""

    number: int
    at_label: str
    said: str
    record: RecordName | None
    reason: str


@dataclass(frozen=True)
class AuditPage:
    """Everything templates/desk/audit.html may use. Dates are ISO days, in UTC."""

    lines: Sequence[AuditLine]
    total: int
    events: Sequence[Choice]
    people: Sequence[Choice]
    record: str  # as it was typed
    since: str
    until: str
    filtered: bool
    download: str  # address
    pager: Pager
    may_ask: bool = False  # who read a story: it takes a steward with a name


@dataclass(frozen=True)
class ReaderLine:
    """Somebody read a story."""

    at_label: str
    name: str


@dataclass(frozen=True)
class ReadersPage:
    """Everything templates/desk/readers.html may use. `shown`: a reason was given, and the list is there."""

    story: str = ""
    reason: str = ""
    problem: str = ""
    shown: bool = False
    record: RecordName | None = None
    lines: Sequence[ReaderLine] = ()
    most: int = 0  # lines, where there are more than that
    shortest: int = 0  # characters of a reason
    longest: int = 0


@dataclass(frozen=True)
class Read:
    """Something that one has read. Without an address it is open to her no longer."""

    at_label: str
    persona: bool
    record: RecordName | None


@dataclass(frozen=True)
class ReadingsPage:
    """Everything templates/people/readings.html may use. Nothing here is counted."""

    lines: Sequence[Read]
    newest: bool  # this is the first page
    older: str = ""  # address, empty where there is nothing older
