"""What a story and a persona are, once their files have been understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, NewType

Digest = NewType("Digest", str)  # lower-case hex SHA-256 of a file's bytes
RecordId = NewType("RecordId", str)  # s-, who- and eight to ten characters of Crockford base32
Slug = NewType("Slug", str)  # the path below the folder without its ending, NFC

COUNTED_KEYS = ("age_band", "gender", "ethnicity", "person")  # of `context`; the last says who tells twice


class RecordKind(StrEnum):
    """The two kinds of record."""

    STORY = "story"
    PERSONA = "persona"


class RecordKey(NamedTuple):
    """Names one file of the record."""

    kind: RecordKind
    slug: Slug


class Use(StrEnum):
    """What a storyteller can agree to; each is independent of the others."""

    DESIGN = "design"
    LEARNING = "learning"
    COMMISSIONING = "commissioning"
    PUBLICATION = "publication"


class Status(StrEnum):
    """Where a story stands."""

    READY = "ready"
    DRAFT = "draft"
    WITHDRAWN = "withdrawn"


class MomentKind(StrEnum):
    """What a moment was to the storyteller."""

    LOW = "low"
    HIGH = "high"
    TURNING_POINT = "turning point"
    SUPPORT = "support"
    MISSED_CHANCE = "missed chance"


@dataclass(frozen=True)
class Problem:
    """Something in a file that a person should mend. `line` counts from 1 in the whole file."""

    file: str
    line: int | None
    key: str | None
    reason: str
    remedy: str
    set_aside: bool = False


@dataclass(frozen=True, order=True)
class PartialDate:
    """A day, a month or a year. `iso` is '2026-03-04', '2026-03' or '2026' and sorts as text."""

    iso: str

    @property
    def year(self) -> int:
        return int(self.iso[:4])


@dataclass(frozen=True)
class Moment:
    """Something that happened to the storyteller, in her own count of time."""

    what: str
    when: str | None = None
    kind: MomentKind | None = None


@dataclass(frozen=True)
class Consent:
    """What the file says that its storyteller agreed to. Dates are ISO days, `until` is inclusive.

    `stated` is False where the file has no consent key at all (only then STORYHOLD_UNSTATED_USES
    applies); `understood` is False where it has one that can not be read: then `uses` is empty.
    """

    uses: frozenset[Use] = frozenset()
    stated: bool = False
    understood: bool = True
    given: str | None = None
    until: str | None = None
    co_crafted: str | None = None
    not_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Withdrawal:
    """What a file says of its having been taken back: the day, and the id of the story in its place."""

    on: str | None = None
    replacement: str | None = None


@dataclass(frozen=True)
class Story:
    """One storyteller's story. `title` always has a value; other absent texts are None.

    `body` is the Markdown after the front matter with LF line ends; comments and closed passages
    are still in it (rendering takes them out). `other_keys` are those the archive does not know.
    """

    title: str
    body: str
    id: RecordId | None = None
    storyteller: str | None = None
    own_name: bool = False
    role: str | None = None
    kinds: tuple[str, ...] = ()
    site: str | None = None
    gathered: PartialDate | None = None
    gatherer: str | None = None
    language: str | None = None
    summary: str | None = None
    themes: tuple[str, ...] = ()
    personas: tuple[str, ...] = ()
    content_notes: tuple[str, ...] = ()
    folded: bool = False  # True when there are content notes, also ones that can not be understood
    status: Status = Status.READY
    moments: tuple[Moment, ...] = ()
    strengths: tuple[str, ...] = ()
    hopes: tuple[str, ...] = ()
    context: Mapping[str, str] = field(default_factory=dict)
    consent: Consent = Consent()
    withdrawn: Withdrawal | None = None
    other_keys: Mapping[str, object] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        """What the page is headed with: the storyteller, else the title."""
        return self.storyteller or self.title


@dataclass(frozen=True)
class Statement:
    """A sentence about a persona, and its line in the file; references are `s-…#p-…` or `q-…`, as written."""

    text: str
    evidence: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class StatementGroup:
    """Statements under one free heading, in the file's order."""

    heading: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Portrait:
    """A picture in the place of a persona's weave: the SHA-256 of its bytes, and what it shows in words."""

    picture: Digest
    words: str
    other_keys: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Persona:
    """A persona. `uses` absent in the file means design; `quote` is a reference or free text."""

    name: str
    body: str
    id: RecordId | None = None
    tagline: str | None = None
    quote: str | None = None
    uses: frozenset[Use] = frozenset({Use.DESIGN})
    uses_stated: bool = False
    stories: tuple[str, ...] = ()
    reviewed: PartialDate | None = None
    groups: tuple[StatementGroup, ...] = ()
    status: Status = Status.READY
    retired: PartialDate | None = None  # since when she is no longer offered
    merged_into: RecordId | None = None  # the persona that took her in
    portrait: Portrait | None = None
    other_keys: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ParsedStory:
    """A story and what is wrong with single keys of its file."""

    story: Story
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class ParsedPersona:
    """A persona and what is wrong with single keys of its file."""

    persona: Persona
    problems: tuple[Problem, ...] = ()
