"""The workbench on which a persona is built."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.marking import QuoteLine
from app.services.views.parts import Chip, Face, Pager, PortraitView
from app.services.views.personas import EvidenceView


@dataclass(frozen=True)
class PieceView:
    """A piece of evidence under a statement. `view` is None where it leads to nothing for this person.

    `reference` is empty where she may not take it off; `why` says what is wrong with it.
    """

    reference: str
    against: bool
    view: EvidenceView | None
    why: str = ""


@dataclass(frozen=True)
class MightSpeakAgainst:
    """A quote to look at: the themes that it shares with a statement's evidence, and a telling word."""

    quote: QuoteLine
    themes: Sequence[Chip]
    word: str


@dataclass(frozen=True)
class BuildStatement:
    """A statement on the workbench. `key` names it in forms; one that is `open` can be changed here."""

    key: str
    text: str
    pieces: Sequence[PieceView]
    quotes_for: int
    quotes_against: int
    stories: int
    open_address: str
    open: bool = False
    first: bool = False
    last: bool = False
    otherwise: Sequence[MightSpeakAgainst] = ()


@dataclass(frozen=True)
class BuildGroup:
    """A heading with the statements that this person sees; one that is not `readable` holds no list."""

    key: str
    heading: str
    statements: Sequence[BuildStatement]
    first: bool
    last: bool
    readable: bool = True


@dataclass(frozen=True)
class UseTick:
    """A use of the persona in its form."""

    value: str
    label: str
    ticked: bool


@dataclass(frozen=True)
class BuildDetails:
    """Name, tagline, quote, uses and review as the form shows them."""

    name: str
    tagline: str
    quote: str
    uses: Sequence[UseTick]
    reviewed: str
    hidden_quote: bool = False  # her quote is of words that this person may not read


@dataclass(frozen=True)
class BuildPortrait:
    """Her portrait and its form. `view` is None where her file names none, or one that is not kept here.

    `picture` is one that was sent and waits for its words; `field` is the one to which `problem` belongs.
    """

    address: str = ""
    view: PortraitView | None = None
    named: bool = False
    words: str = ""
    picture: str = ""
    problem: str = ""
    field: str = ""


@dataclass(frozen=True)
class LinkedStory:
    """A story behind her. `linked` by her own file, so that it can be taken off there."""

    face: Face
    linked: bool


@dataclass(frozen=True)
class LikeStory:
    """A story that resembles her evidence and is not behind her, with the themes in common."""

    face: Face
    themes: Sequence[Chip]


@dataclass(frozen=True)
class PersonaVersion:
    """A version of her file."""

    number: int
    who: str
    when_label: str
    note: str
    current: bool


@dataclass(frozen=True)
class Both:
    """One thing in a conflict: what was typed, and what stands there now."""

    label: str
    yours: str
    now: str


@dataclass(frozen=True)
class BuildConflict:
    """What somebody wanted while somebody else saved. `again` does it on what is there now, where that is."""

    who: str
    when_label: str
    wanted: str
    both: Sequence[Both]
    again: Sequence[tuple[str, str]] = ()
    address: str = ""  # to which that is sent


@dataclass(frozen=True)
class TypedStep:
    """What was typed in a step that was not taken."""

    statement: str = ""
    words: str = ""
    heading: str = ""
    name: str = ""
    pasted: str = ""


@dataclass(frozen=True)
class BuildSource:
    """Where the quotes on the left come from: what was asked for, and forms and links that ask."""

    q: str = ""
    theme: str = ""
    label: str = ""
    kept: str = ""  # the query of the page's address, which each form hands on


@dataclass(frozen=True)
class BuildPage:
    """Everything templates/personas/build.html may use."""

    id: str
    name: str
    address: str
    page_address: str
    digest: str
    details: BuildDetails
    groups: Sequence[BuildGroup]
    listed: int  # statements that the file lists without a heading
    listed_line: int
    quotes: Sequence[QuoteLine]
    total: int
    pager: Pager
    source: BuildSource
    stories: Sequence[LinkedStory]
    like: Sequence[LikeStory]
    versions: Sequence[PersonaVersion]
    statements: int
    reviewed_label: str = ""
    reshape_address: str = ""  # for who may split, merge and retire
    unreadable: bool = False
    retired_label: str = ""
    merged: bool = False  # her address leads to another persona
    problems: Sequence[str] = ()  # of her file, for people
    used: Sequence[str] = ()  # ids of quotes that are evidence already
    same_name: Sequence[Face] = ()  # others of her name
    said: str = ""
    problem: str = ""
    typed: TypedStep = TypedStep()
    ticked: Sequence[str] = ()
    then: str = ""
    conflict: BuildConflict | None = None
    portrait: BuildPortrait = BuildPortrait()
    unseen: int = 0  # statements that are not there for her: they rest on nothing that she may read


@dataclass(frozen=True)
class BeginPage:
    """Everything templates/personas/begin.html may use."""

    asked: str  # what was chosen, in words
    kept: str
    quotes: int
    stories: Sequence[Face]
    name: str = ""
    tagline: str = ""
    problem: str = ""


@dataclass(frozen=True)
class SplitLine:
    """A statement that may go to another persona."""

    key: str
    text: str
    heading: str
    chosen: bool


@dataclass(frozen=True)
class ReshapePersonaPage:
    """Everything templates/personas/reshape.html may use.

    With a `sentence` it asks whether that is right, says what will change, and `sent` is what its form sends.
    """

    name: str
    address: str
    build_address: str
    digest: str
    retired_label: str
    merged: bool
    statements: Sequence[SplitLine]
    others: Sequence[Face]
    new_name: str = ""
    to: str = ""
    sentence: str = ""
    lines: Sequence[str] = ()
    sent: Sequence[tuple[str, str]] = ()
    problem: str = ""
