"""Quotes as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.insight_memos import MemosPart
from app.services.views.parts import Chip, Choice, Facet, Pager, Removable


@dataclass(frozen=True)
class Use:
    """A place where a quote is used, and what in it."""

    label: str
    address: str
    inside: str = ""  # of a cell its lens, of a board the cluster


@dataclass(frozen=True)
class QuoteUses:
    """What uses a quote, as far as a reader may know."""

    cells: Sequence[Use]
    boards: Sequence[Use]
    memos: int
    memos_address: str
    examples: Sequence[Use]  # themes that it is the example of
    specifications: Sequence[Use] = ()  # requirements that cite it
    cite_address: str = ""  # where it is cited in a specification; empty for who writes none


@dataclass(frozen=True)
class QuoteView:
    """A quote beside its passage. What was said of it, and by whom, is for people who have signed in."""

    id: str
    address: str  # permanent
    place: str  # where it stands on the story's page
    words: str
    themes: Sequence[Chip]
    note: str = ""
    stays: bool = False
    by: str = ""  # empty for her own, and for who has not signed in
    changed: bool = False  # its words are not quite those that were marked
    edit_address: str = ""  # for who may change it
    page_address: str = ""  # of its own page, for who works here
    uses: QuoteUses | None = None  # of the one that was opened


@dataclass(frozen=True)
class MarkingPart:
    """What a story's page has for whoever may mark it."""

    address: str  # of the form, and of what is marked
    revision: int
    offered: Sequence[str]  # themes, the last used first
    whose: Sequence[Choice]
    marked: Sequence[str] = ()  # ids of what was marked just now
    changed: bool = False  # something else was said of a quote just now
    new: Sequence[str] = ()  # labels of themes that were new to her then
    same: Sequence[tuple[str, str]] = ()  # names that she typed, each with that of its theme
    off: str = ""  # the id of a mark that was taken off just now
    who: str = ""  # who reads: one person's steps are not another's to undo


@dataclass(frozen=True)
class MarkPage:
    """Everything templates/marking/mark.html may use: a passage to be marked without a mouse or script."""

    heading: str
    story_address: str
    address: str
    anchor: str
    text: str
    revision: int
    offered: Sequence[str]
    exact: str = ""
    themes: str = ""
    note: str = ""
    stays: bool = False
    problem: str = ""


@dataclass(frozen=True)
class CellChoice:
    """A cell as the page of a quote offers it."""

    value: str
    label: str  # row and column
    ticked: bool  # the quote was placed there by hand
    by_theme: bool


@dataclass(frozen=True)
class LensChoices:
    """The cells of one lens, row by row."""

    name: str
    slug: str
    address: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[CellChoice]]]
    was: str = ""  # the values of the cells in which the quote stands now: the form sends what it found


@dataclass(frozen=True)
class SaidOfQuote:
    """What is said of a quote now, where somebody else has changed it while a form was open."""

    themes: str
    note: str
    stays: bool


@dataclass(frozen=True)
class QuotePage:
    """Everything templates/marking/quote.html may use: a quote and what its maker may change.

    All of it is one form, so that no button of it drops what was typed elsewhere on the page.
    """

    quote: QuoteView
    address: str  # of the form
    heading: str
    story_address: str
    themes: str
    note: str
    stays: bool
    offered: Sequence[str]
    may_change: bool = True
    uses: QuoteUses | None = None
    lenses: Sequence[LensChoices] = ()
    memos: MemosPart | None = None
    problem: str = ""
    saved: str = ""  # the lens whose button has kept all of it just now
    new: Sequence[str] = ()  # labels of themes that were new to her then
    who: str = ""  # as in MarkingPart
    digest: str = ""  # of what the form shows
    now: SaidOfQuote | None = None  # in a conflict, beside what was typed
    same: Sequence[tuple[str, str]] = ()  # names that she typed, each with that of its theme


@dataclass(frozen=True)
class QueueRow:
    """A quote that an edit changed or lost. `was` is None where its version is closed to this person."""

    id: str
    story: str
    story_address: str
    was: str | None
    now: str  # empty where it was lost
    themes: Sequence[Chip]
    note: str
    version: int
    folded: bool  # its story has a content note: its words are folded
    content_notes: Sequence[str]
    typed: str = ""
    problem: str = ""


@dataclass(frozen=True)
class QueuePage:
    """Everything templates/marking/queue.html may use."""

    rows: Sequence[QueueRow]
    total: int
    pager: Pager
    saved: str = ""
    off: str = ""  # the id of a mark that was taken off just now
    steps: str = ""  # those with which what was done just now is taken back, spaces between them
    conflict: bool = False
    problem: str = ""


@dataclass(frozen=True)
class QuoteLine:
    """A quote among others, with what stands around it; words of a `folded` story are folded."""

    id: str
    address: str
    place: str
    words: str
    before: str
    after: str
    teller: str
    detail: str
    language: str
    themes: Sequence[Chip]
    folded: bool
    content_notes: Sequence[str]
    note: str = ""
    by: str = ""
    stays: bool = False
    words_html: str = ""  # the words with those that were searched in <mark>, cut where they are long


@dataclass(frozen=True)
class ThemeQuotesPage:
    """Everything templates/themes/quotes.html may use."""

    label: str
    theme_address: str
    colour: int
    total: int
    quotes: Sequence[QuoteLine]
    pager: Pager
    take_address: str = ""
    around: bool = False  # what stands around them is open
    around_address: str = ""


@dataclass(frozen=True)
class TakeFormat:
    """One kind of file, and where it is."""

    label: str
    address: str
    about: str


@dataclass(frozen=True)
class TakePage:
    """Everything templates/marking/take.html may use: what would leave, and what would not."""

    asked: Sequence[str]
    taken: int
    stories: int
    left_out: Sequence[str]
    purposes: Sequence[Choice]
    purpose: str
    kept: Sequence[tuple[str, str]]  # hidden fields of the form that asks what for
    formats: Sequence[TakeFormat]
    problem: str
    back: str
    works: bool
    anybody: bool = False  # who has not signed in, and takes what everybody may
    cards_address: str = ""  # to print them; empty where they are none, or too many


@dataclass(frozen=True)
class QuotesPage:
    """Everything templates/marking/found.html may use: what was found among quotes."""

    q: str
    total: int
    quotes: Sequence[QuoteLine]
    took_ms: int
    facets: Sequence[Facet]
    chosen: Sequence[Removable]
    clear: str
    sorts: Sequence[Choice]
    pager: Pager
    kept: Sequence[tuple[str, str]]  # hidden fields of the filter form
    take_address: str
    works: bool
    tabs: Sequence[Choice] = ()
