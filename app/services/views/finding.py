"""Themes and search."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.services.views.insight_memos import MemosPart
from app.services.views.marking import QuoteLine
from app.services.views.parts import Chip, Choice, Face, Facet, Pager, Removable, StoryCard
from app.services.views.patterns import ThemePatterns


@dataclass(frozen=True)
class ThemeLine:
    """A theme in the list, with what this reader finds under it."""

    label: str
    address: str
    colour: int
    stories: int
    quotes: int
    depth: int = 0  # in the tree; at most 8
    under: str = ""  # the label of the theme above it


@dataclass(frozen=True)
class ThemesPage:
    """Everything templates/themes/list.html may use; `themes` are most told first, by name or as a tree."""

    themes: Sequence[Chip]
    total: int
    sorts: Sequence[Choice]
    pager: Pager
    title: str = "Themes"
    lines: Sequence[ThemeLine] = ()
    sort: str = "told"


@dataclass(frozen=True)
class Quotation:
    """Words in quotation under a theme."""

    text: str
    name: str
    address: str
    language: str = ""  # BCP 47, where it is not the archive's own


@dataclass(frozen=True)
class ThemePage:
    """Everything templates/themes/page.html may use."""

    slug: str
    label: str
    colour: int
    definition: str | None
    total: int
    cards: Sequence[StoryCard]
    quotations: Sequence[Quotation]
    beside: Sequence[Chip]  # themes told together with it
    pager: Pager
    write_address: str | None = None  # where this reader may write the definition
    quotes: Sequence[QuoteLine] = ()  # the first of those that were marked under it
    quotes_total: int = 0
    quotes_address: str = ""
    use_when: str = ""
    not_when: str = ""
    also: Sequence[str] = ()  # other names of it
    above: Sequence[Chip] = ()  # the highest first
    children: Sequence[Chip] = ()
    example: Sequence[QuoteLine] = ()  # the quote that shows what is meant, where this reader may see it
    memos: MemosPart | None = None  # for who works here
    patterns: ThemePatterns | None = None  # on its first page
    around: bool = False  # what stands around its quotes is open
    around_address: str = ""
    feed: str = ""  # where everybody finds its stories as a feed


@dataclass(frozen=True)
class PassageView:
    """A passage under a hit. `html` has the words found in <mark>."""

    anchor: str
    html: str
    address: str
    number: int  # as the story's page counts it


@dataclass(frozen=True)
class HitView:
    """One story that was found; its passages are folded where it has content notes."""

    card: StoryCard
    passages: Sequence[PassageView]


@dataclass(frozen=True)
class SearchPage:
    """Everything templates/search.html may use. `phrase` is what was asked, in words."""

    q: str
    total: int
    passages: int
    took_ms: int
    hits: Sequence[HitView]
    facets: Sequence[Facet]
    chosen: Sequence[Removable]
    clear: str
    sorts: Sequence[Choice]
    pager: Pager
    did_you_mean: Choice | None
    sort: str
    unavailable: bool = False
    archive_total: int = 0
    kept: Sequence[tuple[str, str]] = field(default_factory=tuple)  # hidden fields of the filter form
    personas: Sequence[Face] = ()  # those whose name was asked for
    tabs: Sequence[Choice] = ()  # stories and quotes, with how many of each
    waiting: bool = False  # a restore waits for a steward: its stories come back
    feed: str = ""  # what this search finds, as a feed


@dataclass(frozen=True)
class Completion:
    """One line offered while typing. `kind` is story, persona, theme or word."""

    kind: str
    label: str
    address: str
