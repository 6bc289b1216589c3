"""What a storyteller agreed to: the form, the ledger of a story, and what stewards should look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.services.views.parts import Pager


@dataclass(frozen=True)
class Box:
    """Something to tick, or one of several to choose."""

    value: str
    label: str
    meaning: str
    chosen: bool


@dataclass(frozen=True)
class ConsentForm:
    """The form as it stands, or as it was sent. Days are as typed; `not_for` has a line for each."""

    uses: Sequence[Box]
    given: str
    until: str
    co_crafted: str
    not_for: str
    medium: Sequence[Box]
    bases: Sequence[Box]
    sheet: str
    note: str
    digest: str
    most: int  # characters of a note
    open_to_all: bool = False  # not for some organisations, and yet published


@dataclass(frozen=True)
class LedgerEntry:
    """One entry of a story's ledger, in words; what is empty was not said."""

    number: int
    when_label: str
    who: str
    source: str
    uses_label: str
    facts: Sequence[tuple[str, str]]
    note: str


@dataclass(frozen=True)
class ConsentPage:
    """Everything templates/consent/page.html may use. `form` is None where nothing can be recorded."""

    id: str
    address: str
    heading: str
    story_address: str  # empty where its page would not open
    now_label: str
    form: ConsentForm | None
    closed_reason: str  # why there is no form
    entries: Sequence[LedgerEntry]
    limits_label: str = ""  # what was taken back in the archive, and what is left
    problems: Mapping[str, str] = field(default_factory=dict)  # by field; '' is about the whole
    conflict: bool = False
    saved: bool = False
    without_organisation: bool = False  # of whoever records: an organisation named here closes it to her too


@dataclass(frozen=True)
class ConsentRow:
    """A story in one of the steward's lists. `story_address` is empty where its page would not open."""

    heading: str
    story_address: str
    consent_address: str
    detail: str  # why it is here
    meta: str = ""


@dataclass(frozen=True)
class ConsentList:
    """One list. `name` is that in the address."""

    name: str
    label: str
    meaning: str
    well: str  # what to say when nothing is in it
    total: int
    address: str
    current: bool = False


@dataclass(frozen=True)
class ConsentDeskPage:
    """Everything templates/consent/desk.html may use."""

    lists: Sequence[ConsentList]
    shown: ConsentList
    rows: Sequence[ConsentRow]
    pager: Pager
    download: str
    stories: int
    without_organisation: bool = False  # no organisation stands at her account
    closed: bool = False  # what she has just recorded closed its story to her
    unseen: bool = False  # something that was said waits in a story that no steward may see
