"""The home page, the list of stories and a story."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.records.model import Problem
from app.services.views.citing import CitedHead
from app.services.views.insight_memos import MemosPart
from app.services.views.marking import MarkingPart, QuoteView
from app.services.views.parts import Chip, Choice, Face, Facet, Pager, Removable, StoryCard
from app.services.views.personas import PersonaCard


@dataclass(frozen=True)
class HeroQuote:
    """The words on the home page, and whose they are."""

    text: str
    name: str
    address: str
    language: str = ""  # BCP 47, where it is not the archive's own


@dataclass(frozen=True)
class HomePage:
    """Everything templates/home.html may use."""

    stories: int
    personas: int
    themes: int
    hero: HeroQuote | None
    cards: Sequence[StoryCard]
    personas_shown: Sequence[PersonaCard]
    themes_shown: Sequence[Chip]
    waiting: bool = False  # a restore waits for a steward: its stories come back


@dataclass(frozen=True)
class StoriesPage:
    """Everything templates/stories/list.html may use."""

    total: int
    archive_total: int
    cards: Sequence[StoryCard]
    facets: Sequence[Facet]
    chosen: Sequence[Removable]
    clear: str
    sorts: Sequence[Choice]
    layouts: Sequence[Choice]  # cards, table
    layout: str
    pager: Pager
    sort: str
    title: str = "Stories"
    own: int = 0  # that stand at /mine and not here: only she and stewards see them
    choose: str = ""  # the same list with a box at each story, for the story team
    choosing: bool = False
    leave: str = ""  # back to the list without boxes
    waiting: bool = False  # a restore waits for a steward: its stories come back


@dataclass(frozen=True)
class SectionLink:
    """A heading in the story's margin."""

    anchor: str
    title: str


@dataclass(frozen=True)
class MomentView:
    """A moment. `kind` is low, high, turning, support or missed (a class name), or empty."""

    when: str
    what: str
    kind: str
    kind_label: str


@dataclass(frozen=True)
class TeamPart:
    """What a story's page says to its gatherers and stewards alone. Comments are counted, never shown."""

    state: str  # 'Draft', 'Read by everyone'
    open: bool  # whether anybody but its team reads it
    closed: int
    comments: int
    keys: Sequence[tuple[str, str]]  # that the archive does not know, and what stands under them
    not_for: Sequence[str]  # organisations, as the file writes them
    set_aside: bool  # the file can not be read: what stands here is its last good version
    problems: Sequence[Problem]
    people: str  # address of who is named on it
    names: str  # address of what may tell who somebody is
    history: str  # address of its versions


@dataclass(frozen=True)
class HelpLink:
    """Somebody to turn to. `address` begins with https:, http:, tel: or mailto:."""

    label: str
    address: str


@dataclass(frozen=True)
class StoryPage:
    """Everything templates/stories/page.html may use."""

    id: str
    slug: str
    address: str
    permanent: str  # /s/{id}
    heading: str
    title: str
    own_name: bool
    role: str
    site: str
    gathered_label: str
    gatherer: str
    kinds: Sequence[str]
    language: str
    revision: int
    summary: str
    words: int
    minutes: int
    themes: Sequence[Chip]
    personas: Sequence[Face]
    content_notes: Sequence[str]
    folded: bool
    usable: bool  # a use was recorded, and holds today
    uses_label: str  # 'May be used for design, until 4 March 2029', 'Taken back on 4 March 2026'
    body_html: str
    sections: Sequence[SectionLink]
    moments: Sequence[MomentView]
    strengths: Sequence[str]
    hopes: Sequence[str]
    related: Sequence[StoryCard]
    next: Face | None
    previous: Face | None
    other_keys: Sequence[tuple[str, str]] = ()
    team: TeamPart | None = None  # for its gatherers and stewards
    support: Sequence[HelpLink] = ()  # beside content notes
    exit_address: str = ""  # elsewhere; empty where there is no content note
    edit_address: str = ""  # for who may change it
    consent_address: str = ""  # for who may record it
    withdraw_address: str = ""  # for who may take it back
    door_address: str = ""  # for who looks after its storyteller's own door
    taken_back_label: str = ""  # the day on which it was, for stewards who still read it
    quotes: Sequence[QuoteView] = ()  # that were marked in it
    marking: MarkingPart | None = None  # for who may mark it
    memos: MemosPart | None = None  # for who works here
    missing: bool = False  # an address asked for a passage that does not stand here
    head: CitedHead | None = None  # where it may be taken
    cite_address: str = ""  # where it may be taken
