"""Personas, their statements and what these rest on."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.insight_memos import MemosPart
from app.services.views.journeys import JourneyView
from app.services.views.parts import Chip, Face, Pager, PortraitView


@dataclass(frozen=True)
class EvidenceView:
    """A quote, passage or story that a statement rests on. `text` is None where the story has content notes.

    Only what is `spoken` is set as speech; the rest is the gatherer's telling.
    """

    address: str
    anchor: str
    name: str
    text: str | None
    content_notes: Sequence[str] = ()
    language: str = ""  # BCP 47, where it is not the archive's own
    spoken: bool = True
    whole: bool = False  # the whole story is named, and no words of it


@dataclass(frozen=True)
class Flag:
    """What happened to a piece of evidence; with its story where the reader may see that.

    `kept`: she may read what is closed in it too, so that a statement stays which rests on nothing else.
    """

    why: str
    address: str = ""
    name: str = ""
    kept: bool = False


@dataclass(frozen=True)
class StatementView:
    """A statement. Counts are over what this reader may see; none is 'nobody has told us this yet'."""

    text: str
    quotes: int
    stories: int
    evidence: Sequence[EvidenceView] = ()
    against: Sequence[EvidenceView] = ()
    alone: bool = False  # rests on a single story
    flags: Sequence[Flag] = ()  # for who works here


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
    portrait: PortraitView | None = None


@dataclass(frozen=True)
class PersonasPage:
    """Everything templates/personas/list.html may use."""

    cards: Sequence[PersonaCard]
    pager: Pager
    total: int
    title: str = "Personas"
    may_build: bool = False  # and see whose voices are missing: whoever works here does both


@dataclass(frozen=True)
class PersonBehind:
    """A storyteller behind a persona and how many of the quotes are hers."""

    face: Face
    quotes: int


@dataclass(frozen=True)
class Underneath:
    """What changed under a persona since it was last reviewed: statements, and what happened to each."""

    reviewed: bool  # it was at some time; else all that is wrong is named
    statements: Sequence[tuple[str, Sequence[str]]]


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
    memos: MemosPart | None = None  # for who works here
    themes: Sequence[Chip] = ()  # of the stories behind, the most used first
    journey: JourneyView | None = None
    compare_address: str = ""
    underneath: Underneath | None = None  # for who works here
    flagged: int = 0  # statements whose evidence somebody should look at
    build_address: str = ""  # for who works here
    retired_label: str = ""  # since when she is no longer offered
    portrait: PortraitView | None = None
