"""What pages and the API may show. Each page's template uses the fields of one of these, and no more.

Texts are plain and are escaped by the template; fields named `html` are safe HTML from rendering.
Dates named `…_label` are in the archive's language; `address` is a path on this site.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.records.model import Problem


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


@dataclass(frozen=True)
class Chip:
    """A theme as shown beside a story. `colour` is 0 to 7, one of the palette classes `c0`…`c7`."""

    slug: str
    label: str
    address: str
    colour: int
    count: int = 0


@dataclass(frozen=True)
class Face:
    """A person or persona in one line, with her weave."""

    id: str
    slug: str
    name: str
    address: str
    detail: str = ""  # 'Peer worker, Harbour' or 'who keeps starting again'


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
    personas_shown: Sequence["PersonaCard"]
    themes_shown: Sequence[Chip]


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
    uses_label: str  # 'May be used for design and commissioning, until 4 March 2029'
    body_html: str
    sections: Sequence[SectionLink]
    moments: Sequence[MomentView]
    strengths: Sequence[str]
    hopes: Sequence[str]
    related: Sequence[StoryCard]
    next: Face | None
    previous: Face | None
    other_keys: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class EvidenceView:
    """A quote or passage that a statement rests on. `text` is None where the story has content notes."""

    address: str
    anchor: str
    name: str
    text: str | None
    content_notes: Sequence[str] = ()
    language: str = ""  # BCP 47, where it is not the archive's own


@dataclass(frozen=True)
class StatementView:
    """A statement. Counts are over what this reader may see; none is 'nobody has told us this yet'."""

    text: str
    quotes: int
    stories: int
    evidence: Sequence[EvidenceView] = ()
    against: Sequence[EvidenceView] = ()


@dataclass(frozen=True)
class StatementGroupView:
    """Statements under one heading."""

    heading: str
    statements: Sequence[StatementView]


@dataclass(frozen=True)
class PersonaCard:
    """A persona in a list."""

    id: str
    slug: str
    address: str
    name: str
    tagline: str
    stories: int
    quotes: int
    quote: str | None = None  # only words that someone said


@dataclass(frozen=True)
class PersonasPage:
    """Everything templates/personas/list.html may use."""

    cards: Sequence[PersonaCard]
    pager: Pager
    total: int
    title: str = "Personas"


@dataclass(frozen=True)
class PersonBehind:
    """A storyteller behind a persona and how many of the quotes are hers."""

    face: Face
    quotes: int


@dataclass(frozen=True)
class PersonaPage:
    """Everything templates/personas/page.html may use."""

    id: str
    slug: str
    address: str
    permanent: str
    name: str
    tagline: str
    stories: int
    quotes: int
    reviewed_label: str
    spoken: EvidenceView | None  # words that someone said
    written_quote: str | None  # free text: shown as 'written by the team'
    groups: Sequence[StatementGroupView]
    people: Sequence[PersonBehind]
    body_html: str


@dataclass(frozen=True)
class ThemesPage:
    """Everything templates/themes/list.html may use; `themes` are most told first or by name."""

    themes: Sequence[Chip]
    total: int
    sorts: Sequence[Choice]
    pager: Pager
    title: str = "Themes"


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


@dataclass(frozen=True)
class PassageView:
    """A passage under a hit. `html` has the words found in <mark>."""

    anchor: str
    html: str
    address: str


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


@dataclass(frozen=True)
class Completion:
    """One line offered while typing. `kind` is story, persona, theme or word."""

    kind: str
    label: str
    address: str


@dataclass(frozen=True)
class ProblemsPage:
    """Everything templates/desk/problems.html may use."""

    set_aside: Sequence[Problem]
    of_keys: Sequence[Problem]
    hidden: Sequence[Problem]
    total: int


@dataclass(frozen=True)
class MessagePage:
    """Everything templates/message.html may use: 404, 410, 500 and other short answers."""

    status: int
    heading: str
    sentences: Sequence[str]
    links: Sequence[NavigationItem] = ()
