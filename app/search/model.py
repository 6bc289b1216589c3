"""What search is asked and what it answers, the same for every engine."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType, Protocol

ConsentClass = NewType("ConsentClass", str)  # names the set of audiences; safe as a folder name

FACETS = ("theme", "persona", "site", "kind", "use", "year")  # in the order in which pages show them


class Sort(StrEnum):
    """How hits are ordered; ties fall to the slug."""

    MATCH = "match"
    NEWEST = "newest"
    TITLE = "title"


@dataclass(frozen=True)
class IndexedPassage:
    """One passage's words; `quotation` ones weigh more."""

    anchor: str
    text: str
    quotation: bool = False
    number: int = 0  # as the story's page counts it


@dataclass(frozen=True)
class Document:
    """One story as search knows it. `key` is the story's id; facet values are slugs of values."""

    key: str
    consent_class: ConsentClass
    title: str
    slug: str = ""
    storyteller: str = ""
    role: str = ""
    summary: str = ""
    passages: tuple[IndexedPassage, ...] = ()
    themes: tuple[str, ...] = ()  # labels, searched as words
    personas: tuple[str, ...] = ()  # names, searched as words
    site: str = ""
    kinds: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    strengths: tuple[str, ...] = ()
    hopes: tuple[str, ...] = ()
    gathered: str = ""  # ISO, partial; sorts as text
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # FACETS -> slugs of values


@dataclass(frozen=True)
class Query:
    """A parsed query: what must, may and must not be there."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()  # words
    excluded_phrases: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # any within one, all across
    sort: Sort = Sort.MATCH


@dataclass(frozen=True)
class Page:
    """Which part of the results: `number` counts from 1, `size` is 1 to 100."""

    number: int = 1
    size: int = 20


@dataclass(frozen=True)
class FoundPassage:
    """A passage that matches: safe HTML, words marked with <mark>."""

    anchor: str
    html: str
    number: int = 0


@dataclass(frozen=True)
class Hit:
    """One story that matches, with the anchors of its best passages; no score leaves the engine."""

    key: str
    passages: tuple[FoundPassage, ...] = ()


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet and in how many stories of the results it occurs."""

    value: str
    count: int


@dataclass(frozen=True)
class Results:
    """One page of hits, and counts over all of them.

    A facet's counts apply the choices of all the other facets, not its own, so that one sees what
    choosing a second value of it would add.
    """

    total: int
    hits: Sequence[Hit] = ()
    facets: Mapping[str, Sequence[FacetValue]] = field(default_factory=dict)


PassagesOf = Callable[[str], Sequence[IndexedPassage]]  # a story's key -> its passages, for highlighting


class SearchIndex(Protocol):
    """A search engine. `readable` are the consent classes that the reader may read, and nothing else
    may have any influence on what she is answered.

    Raises SearchUnavailable when a class that is asked for is switched off, absent or corrupt.
    """

    def put(self, documents: Iterable[Document]) -> None:
        """Add or replace; a document that changed its class leaves the old one first."""
        ...

    def remove(self, keys: Iterable[str]) -> None: ...

    def find(
        self, query: Query, *, readable: Collection[ConsentClass], page: Page, passages_of: PassagesOf
    ) -> Results: ...

    def alike(self, parts: Sequence[str], *, readable: Collection[ConsentClass], limit: int) -> Sequence[str]:
        """The keys of the stories in which these words may stand together, the likeliest first.

        `parts` is what stands between the ellipses of a quotation.
        """
        ...

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Write a fresh index and swap it in at once."""
        ...

    def optimise(self) -> bool:
        """One step of rewriting what still holds removed words; True while there is more to do."""
        ...

    def keys(self) -> Mapping[str, ConsentClass]:
        """Every story in the index and its class, to compare with the catalogue."""
        ...

    def ready(self) -> bool: ...

    def close(self) -> None: ...
