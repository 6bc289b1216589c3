"""Quotes on their way out in any format: their words, who said them, what their stories agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass

NO_THEME, NO_CLUSTER = "Without a theme", "In no cluster"
OPENING = '“"‘«„'


@dataclass(frozen=True)
class TakenTheme:
    """A theme of quotes that leave. `address` is whole."""

    slug: str
    label: str
    definition: str
    address: str


@dataclass(frozen=True)
class TakenCluster:
    """Quotes that hang together on a board, by their ids in their order, and what was noted there."""

    label: str
    definition: str
    quotes: Sequence[str]


Heading = TakenTheme | TakenCluster | None


@dataclass(frozen=True)
class TakenQuote:
    """A quote that leaves. Addresses are whole.

    `note`, `by` and `stays` are empty for somebody who does not work here.
    """

    id: str
    address: str
    story_id: str
    story_address: str
    teller: str
    role: str
    site: str
    kinds: Sequence[str]
    gathered: str  # ISO, perhaps a year alone
    date: str  # the same in words
    language: str
    words: str
    before: str  # in its passage
    after: str
    anchor: str
    revision: int
    themes: Sequence[str]  # slugs
    agreed: str  # 'design sessions and learning, until 4 March 2027'
    uses: Sequence[str]
    until: str
    content_notes: Sequence[str]
    made: str  # ISO
    note: str = ""
    by: str = ""
    stays: bool = False
    stated: bool = True  # False: the archive assumes these uses where nothing is recorded

    @property
    def said_by(self) -> str:
        """Who said it, where and when, in one line."""
        return ", ".join(part for part in (self.teller, self.role, self.site, self.date) if part)


@dataclass(frozen=True)
class LeftOut:
    """How many quotes did not leave, and why."""

    why: str
    number: int

    @property
    def sentence(self) -> str:
        return f"{self.number:,} {'quote' if self.number == 1 else 'quotes'}: {self.why}"


@dataclass(frozen=True)
class Taken:
    """Everything that a file of quotes says. Themes are in their order; each quote's are among them."""

    title: str
    archive: str
    address: str  # of the list, whole
    consent_address: str  # where uses are explained
    asked: Sequence[str]
    purpose: str
    day: str  # ISO
    date: str  # the same in words
    by: str
    themes: Sequence[TakenTheme]
    groups: Sequence[str]  # slugs of those under which the quotes stand
    quotes: Sequence[TakenQuote]
    left_out: Sequence[LeftOut]
    clusters: Sequence[TakenCluster] = ()

    def labels(self, quote: TakenQuote) -> list[str]:
        """The names of a quote's themes."""
        named = {theme.slug: theme.label for theme in self.themes}
        return [named.get(slug, slug) for slug in quote.themes]

    def under_headings(self) -> Sequence[tuple[Heading, Sequence[TakenQuote]]]:
        """The quotes under the clusters of their board where there are any, else under their themes."""
        if not self.clusters:
            return self.by_theme()
        known = {quote.id: quote for quote in self.quotes}
        found: list[tuple[Heading, Sequence[TakenQuote]]] = [
            (cluster, [known.pop(one) for one in cluster.quotes]) for cluster in self.clusters
        ]
        return [*found, *([(None, list(known.values()))] if known else [])]

    def besides(self, quote: TakenQuote, under: Heading) -> str:
        """'Also: Loss, Waiting': the themes of a quote that its heading does not name; empty for none."""
        named = under.label if isinstance(under, TakenTheme) else None
        others = [label for label in self.labels(quote) if label != named]
        said = "Themes" if self.clusters else "Also"
        return f"{said}: {', '.join(others)}" if others else ""

    def heading(self, under: Heading) -> str:
        """What stands above these quotes."""
        return under.label if under else NO_CLUSTER if self.clusters else NO_THEME

    def by_theme(self) -> list[tuple[Heading, list[TakenQuote]]]:
        """The quotes under each theme; those without one last. A quote with two themes stands under both."""
        under: dict[str, list[TakenQuote]] = {slug: [] for slug in self.groups}
        bare = []
        for quote in self.quotes:
            mine = [slug for slug in quote.themes if slug in under]
            for slug in mine:
                under[slug].append(quote)
            bare += [] if mine else [quote]
        named: list[tuple[Heading, list[TakenQuote]]] = [
            (theme, under[theme.slug]) for theme in self.themes if under.get(theme.slug)
        ]
        return [*named, *([(None, bare)] if bare else [])]


BEFORE_USE = (
    "Each quote says what its storyteller agreed to. Use it for nothing else, and look at its address again "
    "before you do: what she agreed to may have changed since."
)
CHANGES = "A story that is taken back takes its quotes along. Delete them wherever you keep them."


def in_quotation(words: str) -> str:
    """Words as speech: between quotation marks, unless they begin with one themselves."""
    if words[:1] in OPENING:
        return words
    return f"“{words}" if words.count("”") > words.count("“") else f"“{words}”"
