"""The codebook at the desk."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.marking import QuoteLine
from app.services.views.parts import Choice, Pager


@dataclass(frozen=True)
class CodebookEntry:
    """A theme and what belongs under it, with the stories and quotes that this person finds there."""

    label: str
    address: str
    colour: int
    stories: int
    definition: str | None
    slug: str = ""
    quotes: int = 0
    state: str = "adopted"  # new, adopted, retired
    depth: int = 0  # in the tree; at most 8
    under: str = ""  # the label of the theme above it
    also: Sequence[str] = ()  # other names of it


@dataclass(frozen=True)
class DoneLine:
    """A step that somebody took with the codebook."""

    key: int
    did: str
    themes: int
    theme: Choice | None  # where it was one theme, for who knows of it
    who: str
    when: str
    undone: str  # when; empty where it is not
    can: bool  # be undone


@dataclass(frozen=True)
class DoneLast:
    """What was done last with the codebook; of a gatherer her own."""

    lines: Sequence[DoneLine]
    total: int
    pager: Pager
    opened: bool = False


@dataclass(frozen=True)
class CodebookPage:
    """Everything templates/desk/codebook.html may use. `defined` counts themes with a definition.

    `of_all`: stories are counted that readers may not see. `fresh` are the first of those that are new here.
    """

    entries: Sequence[CodebookEntry]
    total: int
    defined: int
    pager: Pager
    of_all: bool = True
    q: str = ""
    show: str = "book"  # book, new, retired
    shows: Sequence[Choice] = ()
    sorts: Sequence[Choice] = ()
    found: int = 0
    fresh: Sequence[CodebookEntry] = ()
    fresh_total: int = 0
    fresh_address: str = ""
    said: str = ""
    step: int = 0  # what was just done, to be undone
    unticked: bool = False  # she pressed to adopt several, and had ticked none
    done: DoneLast | None = None


@dataclass(frozen=True)
class ColourChoice:
    """A colour of the palette with its name, and a letter by which it is told apart without it."""

    value: str
    name: str
    letter: str
    colour: int
    current: bool


@dataclass(frozen=True)
class Said:
    """One thing that the codebook says of a theme."""

    label: str
    text: str


@dataclass(frozen=True)
class CodebookThemePage:
    """Everything templates/desk/theme.html may use.

    `text` and what is like it stand in the form; `now` is kept, and `digest` is its digest. `before` is the
    definition before the last change, empty for nothing, None where nothing was ever written; `was` is all
    that was otherwise then, and `put_back` the fields that bring it back.
    """

    label: str
    address: str
    colour: int
    stories: int
    readers_address: str | None  # None where no reader may see the theme
    text: str
    digest: str
    definition: str | None
    before: str | None
    written_label: str
    most: int  # characters
    problem: str = ""
    conflict: bool = False
    saved: bool = False
    wrong: str = ""  # the field that was refused
    merge_address: str = ""  # of the theme that the refused name is
    use_when: str = ""
    not_when: str = ""
    aliases: str = ""  # one on a line
    example: str = ""
    colours: Sequence[ColourChoice] = ()
    quotes: int = 0
    state: str = "adopted"
    above: Sequence[Choice] = ()  # the highest first
    children: Sequence[Choice] = ()
    reshape: Sequence[Choice] = ()
    new_address: str = ""  # where a theme under this one is made
    example_line: Sequence[QuoteLine] = ()  # the words that were chosen, for who may see them
    now: Sequence[Said] = ()
    was: Sequence[Said] = ()
    put_back: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class ChangedCell:
    """One thing that would be said otherwise of a theme."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ImportRow:
    """A theme that would come or change."""

    label: str
    cells: Sequence[ChangedCell]


@dataclass(frozen=True)
class ImportRefusal:
    """A row that is not taken."""

    number: int
    name: str
    reason: str


@dataclass(frozen=True)
class ImportPage:
    """Everything templates/desk/import.html may use. `looked` is whether a table was looked at.

    The first of each kind of row stand here, `new_total` and what is like it count all.
    """

    text: str = ""
    problem: str = ""
    conflict: bool = False
    looked: bool = False
    digest: str = ""
    new: Sequence[ImportRow] = ()
    new_total: int = 0
    changed: Sequence[ImportRow] = ()
    changed_total: int = 0
    unchanged: int = 0
    refused: Sequence[ImportRefusal] = ()
    refused_total: int = 0
    passed_over: Sequence[str] = ()
    said: Sequence[str] = ()
    most: int = 0


@dataclass(frozen=True)
class NewThemePage:
    """Everything templates/desk/new_theme.html may use."""

    name: str
    under: str
    text: str
    problem: str
    wrong: str
    known_address: str  # of the theme that has this name already
    most: int
