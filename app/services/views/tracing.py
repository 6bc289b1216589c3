"""Where quotations come from, as pages show it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.services.views.history import Piece


@dataclass(frozen=True)
class TracedPlace:
    """A place where words stand. `pieces` are 'same', 'added', 'removed', or a 'gap' for an ellipsis."""

    heading: str
    address: str  # the passage, in the version where the words stand
    story_id: str
    anchors: Sequence[str]
    version: int
    current: bool
    pieces: Sequence[Piece]
    same: bool  # word for word
    folded: bool
    content_notes: Sequence[str]
    stands: bool = False  # by a sign: the same words stand in the current version
    cite_address: str = ""  # where the words are cited as they stand; empty in an earlier version


@dataclass(frozen=True)
class TracedSign:
    """What came of a sign that is printed beside a quotation.

    `state` is 'right', 'other' (the words of that version are not those), 'unknown' or 'taken back'.
    """

    text: str
    state: str
    since_label: str = ""
    stands: bool = False  # the same words stand in the story now
    uses: str = ""  # what that may be used for today


@dataclass(frozen=True)
class TracedLine:
    """One quotation and what came of it. `state`: 'sure', 'unsure', 'several', 'nowhere'."""

    text: str
    state: str
    percent: int
    places: Sequence[TracedPlace] = ()
    more: bool = False  # places than are shown
    sign: TracedSign | None = None
    altered: bool = False  # the sign is right, and these are not its words
    placed: bool = False  # by the sign


@dataclass(frozen=True)
class TracePage:
    """Everything templates/trace/page.html may use."""

    q: str
    line: TracedLine | None = None  # of one quotation
    problem: str = ""
    may_send_files: bool = False
    most: int = 0  # paragraphs of one file
    unavailable: bool = False


@dataclass(frozen=True)
class TracedFilePage:
    """Everything templates/trace/file.html may use. `lines` come one by one, while the page is sent."""

    name: str
    lines: Iterable[TracedLine]
    total: int  # how many lines there will be
    left: int = 0  # paragraphs that were too many
