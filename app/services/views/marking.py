"""Quotes as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.parts import Chip, Choice, Pager


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


@dataclass(frozen=True)
class MarkingPart:
    """What a story's page has for whoever may mark it."""

    address: str  # of the form, and of what is marked
    revision: int
    offered: Sequence[str]  # themes, the last used first
    whose: Sequence[Choice]
    marked: Sequence[str] = ()  # ids of what was marked just now
    off: str = ""  # the id of a mark that was taken off just now


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
class QuotePage:
    """Everything templates/marking/quote.html may use: a quote and what its maker may change."""

    quote: QuoteView
    heading: str
    story_address: str
    themes: str
    note: str
    stays: bool
    offered: Sequence[str]
    problem: str = ""
    saved: bool = False


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
    typed: str = ""
    problem: str = ""


@dataclass(frozen=True)
class QueuePage:
    """Everything templates/marking/queue.html may use."""

    rows: Sequence[QueueRow]
    total: int
    pager: Pager
    saved: str = ""
    conflict: bool = False


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


@dataclass(frozen=True)
class ThemeQuotesPage:
    """Everything templates/themes/quotes.html may use."""

    label: str
    theme_address: str
    colour: int
    total: int
    quotes: Sequence[QuoteLine]
    pager: Pager
    around: bool = False  # what stands around them is open
    around_address: str = ""
