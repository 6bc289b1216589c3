"""What is printed: posters, cards and packs of them, and the pages around these."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.parts import Choice, Face, PortraitView
from app.services.views.stories import MomentView


@dataclass(frozen=True)
class SetWords:
    """Words as large as their place allows. `step` is one of the sizes of paper.css, 0 the largest.

    `cut`: they go on at the address that stands on the sheet; `turned` is `rtl` or `ltr`.
    """

    text: str
    step: int
    language: str = ""  # BCP 47, where it is not the archive's own
    turned: str = ""
    cut: bool = False
    columns: bool = False  # too many for one line across the sheet to be read


@dataclass(frozen=True)
class SheetFoot:
    """What every sheet and every card says of itself. `address` is whole."""

    id: str
    version: int
    printed: str  # the day, in words
    uses: str  # 'May be used for design sessions and learning.'
    back: bool  # to be returned or destroyed
    path: str  # the same here
    address: str
    qr_html: str


@dataclass(frozen=True)
class StoryPoster:
    """A story on a wall. `withheld`: a content note keeps its words off it; `more` counts moments."""

    id: str
    name: SetWords
    title: str
    about: str  # 'Looks after her nephew, Northgate, 4 March 2026'
    notes: str  # 'Mentions self-harm.'
    quote: SetWords | None
    summary: str
    withheld: bool
    themes: Sequence[str]
    moments: Sequence[MomentView]
    more: int
    strengths: Sequence[str]
    hopes: Sequence[str]
    language: str
    foot: SheetFoot


@dataclass(frozen=True)
class PaperStatement:
    """A statement, and what it rests on in words; `told` where somebody told us so."""

    text: str
    rests_on: str  # '6 quotes, 5 stories'
    told: bool


@dataclass(frozen=True)
class PaperGroup:
    """Statements under one heading, and how many more stand at the address."""

    heading: str
    statements: Sequence[PaperStatement]
    more: int = 0


@dataclass(frozen=True)
class PersonaPaper:
    """A persona as a poster or as a card. A quote that nobody said is `written` by the team."""

    id: str
    name: SetWords
    tagline: SetWords
    rests_on: str
    quote: SetWords | None
    said_by: str
    written: bool
    groups: Sequence[PaperGroup]
    more_headings: int
    people: Sequence[Face]
    more_people: int
    themes: Sequence[str]
    foot: SheetFoot
    portrait: PortraitView | None = None


@dataclass(frozen=True)
class QuotePaper:
    """A quote as a card."""

    id: str
    story_id: str
    words: SetWords
    said_by: str
    notes: str
    themes: str
    foot: SheetFoot


@dataclass(frozen=True)
class PackLine:
    """One thing in a pack, on its list: what it is, and how it is called."""

    kind: str
    name: str
    foot: SheetFoot


@dataclass(frozen=True)
class PackList:
    """The first sheet of a pack: what is in it, what was left out, what becomes of it afterwards."""

    lines: Sequence[PackLine]
    more: int
    left_out: Sequence[str]
    printed: str
    purpose: str
    back: bool


@dataclass(frozen=True)
class Sheet:
    """One sheet; `format` is a class of paper.css: a3, a2, a4, four, two, eight or half-eight."""

    format: str
    contents: PackList | None = None
    story: StoryPoster | None = None
    persona: PersonaPaper | None = None
    cards: Sequence[PersonaPaper] = ()
    quotes: Sequence[QuotePaper] = ()


@dataclass(frozen=True)
class PaperPage:
    """Everything templates/paper/sheets.html may use. `bare`: the sheets alone, for a file."""

    title: str
    sheets: Sequence[Sheet]
    bare: bool
    back: str
    back_label: str
    pdf_address: str = ""
    slides_address: str = ""
    purposes: Sequence[Choice] = ()
    sizes: Sequence[Choice] = ()
    words: Choice | None = None  # to show the words of a story with a content note, or to leave them
    path: str = ""  # of this page, for the form of purposes
    kept: Sequence[tuple[str, str]] = ()
    left_out: Sequence[str] = ()
    problem: str = ""
    anybody: bool = False


@dataclass(frozen=True)
class PaperOffer:
    """Something that can be put into a pack: `address` is its page."""

    id: str
    name: str
    detail: str
    address: str
    portrait: PortraitView | None = None
    card: bool = False  # it was chosen already
    poster: bool = False


@dataclass(frozen=True)
class PackPage:
    """Everything templates/paper/pack.html may use."""

    personas: Sequence[PaperOffer]
    stories: Sequence[PaperOffer]
    purposes: Sequence[Choice]
    asked: Sequence[str] = ()  # the quotes that come along, in words
    kept: Sequence[tuple[str, str]] = ()
    more_stories: int = 0
    anybody: bool = False
    sheet: str = "a3"  # the size of paper that was chosen
    title: str = "A pack to print"


@dataclass(frozen=True)
class MakingPage:
    """Everything templates/paper/making.html may use: how far a file is."""

    title: str
    done: int
    total: int
    ready: bool
    address: str  # of this page
    file_address: str
    sheets_address: str
    problem: str = ""
    missing: bool = False  # what makes files is not installed
