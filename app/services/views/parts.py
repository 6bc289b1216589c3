"""What several pages show: the frame, cards, chips, filters, pages of a list."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the main navigation."""

    label: str
    address: str
    current: bool = False


@dataclass(frozen=True)
class Site:
    """What every page's frame shows. `notice` is a sentence about the archive's state, if any."""

    title: str
    language: str
    navigation: Sequence[NavigationItem] = ()
    notice: str | None = None
    query: str = ""
    promise: str = ""  # what is true of every story here
    desk: Sequence[NavigationItem] = ()  # on pages of the desk alone
    restored: str = ""  # there too: the day of a backup that waits to be confirmed


@dataclass(frozen=True)
class Chip:
    """A theme as shown beside a story. `colour` is 0 to 7, one of the palette classes `c0`…`c7`."""

    slug: str
    label: str
    address: str
    colour: int
    count: int = 0


@dataclass(frozen=True)
class PortraitView:
    """A picture in the place of a persona's weave, and what it shows."""

    address: str
    words: str

    @property
    def digest(self) -> str:
        """By which the archive keeps it."""
        return self.address.rpartition("/")[2]


@dataclass(frozen=True)
class Face:
    """A person or persona in one line, with her weave, or a persona's portrait."""

    id: str
    slug: str
    name: str
    address: str
    detail: str = ""  # 'Peer worker, Harbour' or 'who keeps starting again'
    portrait: PortraitView | None = None


@dataclass(frozen=True)
class StoryCard:
    """A story in a list. `quote` is None where the story has content notes."""

    id: str
    slug: str
    address: str
    heading: str
    title: str
    detail: str  # role and site
    summary: str = ""
    quote: str | None = None
    site: str = ""
    kinds: Sequence[str] = ()
    gathered: str = ""  # ISO
    gathered_label: str = ""
    themes: Sequence[Chip] = ()
    content_notes: Sequence[str] = ()
    folded: bool = False
    language: str = ""  # BCP 47, where it is not the archive's own
    coins: str = ""  # its reference for programs, on lists of stories that may be taken


@dataclass(frozen=True)
class Option:
    """One value of a filter. `address` is the page with this value switched over."""

    value: str
    label: str
    count: int
    selected: bool
    address: str


@dataclass(frozen=True)
class Facet:
    """One filter with its values, most frequent first. `name` is the form field's."""

    name: str
    label: str
    options: Sequence[Option]
    all_count: int = 0  # of all values, where the page offers only some
    all_address: str = ""


@dataclass(frozen=True)
class Removable:
    """A chosen filter, and the page without it."""

    label: str
    address: str


@dataclass(frozen=True)
class Choice:
    """One way to sort or to view."""

    value: str
    label: str
    address: str
    current: bool


@dataclass(frozen=True)
class Pager:
    """Where we are in a list of pages. `number` counts from 1."""

    number: int
    pages: int
    previous: str | None
    next: str | None
