"""What recurs across stories, as pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.marking import QuoteLine
from app.services.views.parts import Chip, Choice, Face, Option, Pager, StoryCard


@dataclass(frozen=True)
class Count:
    """A number that opens what was counted; `level` is 0 for nothing, 5 for as many as there are anywhere.

    `named`: the story's file names the theme. `said` is what the number means, in words.
    """

    count: int
    level: int
    address: str
    said: str
    named: bool = False


@dataclass(frozen=True)
class HeatRow:
    """A theme, and how often it occurs with each of those above it; at last how often it occurs at all."""

    theme: Chip
    cells: Sequence[Count]


@dataclass(frozen=True)
class PairRow:
    """Two themes and how often they occur together."""

    one: Chip
    other: Chip
    together: Count


@dataclass(frozen=True)
class Choosing:
    """The form in which themes are chosen; `kept` are its hidden fields."""

    action: str
    offered: Sequence[Option]
    of_all: int
    tops: Sequence[Choice]
    kept: Sequence[tuple[str, str]]
    chosen: bool  # else the most used are shown
    clear: str


@dataclass(frozen=True)
class PatternsPage:
    """Everything templates/patterns/together.html may use."""

    views: Sequence[Choice]
    ways: Sequence[Choice]
    unit: str  # what is counted: quotes, passages or stories
    rows: Sequence[HeatRow]
    pairs: Sequence[PairRow]
    total: int
    sorts: Sequence[Choice]
    choosing: Choosing
    pager: Pager
    download: str


@dataclass(frozen=True)
class GridRow:
    """A story, site, kind or year, with how often each theme occurs there."""

    label: str
    address: str
    detail: str
    total: Count
    cells: Sequence[Count]


@dataclass(frozen=True)
class GridPage:
    """Everything templates/patterns/grid.html may use: themes by story, site, kind or year."""

    title: str
    lead: str
    views: Sequence[Choice]
    lines: Sequence[Choice]  # what a row is; empty for stories
    ways: Sequence[Choice]
    sorts: Sequence[Choice]
    row_name: str
    columns: Sequence[Chip]
    rows: Sequence[GridRow]
    total: int
    choosing: Choosing
    pager: Pager
    download: str


@dataclass(frozen=True)
class BehindPage:
    """Everything templates/patterns/quotes.html may use: the quotes, or stories, behind a number."""

    themes: Sequence[Chip]
    said: str  # 'Quotes about both'
    where: Sequence[Choice]  # a site, kind, year, story or persona; `address` is its page, if it has one
    total: int  # of quotes; of stories where `cards` are shown
    quotes: Sequence[QuoteLine]
    cards: Sequence[StoryCard]
    pager: Pager
    around: bool
    around_address: str
    take_address: str = ""  # where these quotes, or those of these stories, are taken out


@dataclass(frozen=True)
class Bar:
    """A bar of a chart; `size` is 0 to 100."""

    label: str
    size: int
    quotes: Count
    stories: Count


@dataclass(frozen=True)
class BarChart:
    """How often a theme occurs by year, site or kind; `more` bars are not shown."""

    title: str
    bars: Sequence[Bar]
    more: int
    more_address: str


@dataclass(frozen=True)
class PersonaCarrying:
    """A persona whose stories carry a theme."""

    face: Face
    stories: Count


@dataclass(frozen=True)
class TogetherWith:
    """A theme that occurs in the same quotes as another one."""

    theme: Chip
    together: Count


@dataclass(frozen=True)
class ThemePatterns:
    """Where a theme occurs, and with what."""

    charts: Sequence[BarChart]
    personas: Sequence[PersonaCarrying]
    together: Sequence[TogetherWith]
    patterns_address: str
    stories: Count  # whose files name it, or in which it is marked
    by_quotes: int  # of these, those whose files do not name it
