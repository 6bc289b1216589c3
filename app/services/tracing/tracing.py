"""Tracing quotations: the story, passage and version from which words come, and how sure that is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.database.visibility import Actor
from app.rendering.passages import normalised_text
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.indexing import search_as_narrowed
from app.services.marking.words import analyser_of
from app.services.searching import readable_classes
from app.services.tracing.aligning import Alignment, align
from app.services.tracing.judging import FOUND, SHORTEST, SURE, Judged, judged
from app.services.tracing.quotation import Kind, Quotation, quotation_of, spoken_in
from app.services.tracing.showing import difference_of, pieces_of
from app.services.tracing.sources import Candidate, Sources
from app.services.views import Piece

STORIES = 12  # that are looked through for one quotation
SHARED = 0.6  # of its words, that a story has at least
AS_GOOD = 0.04  # of agreement: places that differ by less are as good as each other
EXACT = 0.999
LONGEST = 20_000  # characters of one quotation


@dataclass(frozen=True)
class Place:
    """Where words stand. `anchors` are the passages over which they go.

    `current` says that the version is the one that is shown now.
    """

    story_id: str
    slug: str
    heading: str
    storyteller: str
    version: int
    current: bool
    anchors: Sequence[str]
    judged: Judged
    pieces: Sequence[Piece]
    folded: bool = False
    content_notes: Sequence[str] = ()

    @property
    def anchor(self) -> str:
        return self.anchors[0]

    @property
    def address(self) -> str:
        """The passage itself; of an earlier version, its own page."""
        page = story_address(self.slug) if self.current else f"/s/{self.story_id}/v/{self.version}"
        return f"{page}#{self.anchor}"

    @property
    def difference(self) -> str:
        """What differs, as one line; empty where nothing does."""
        return difference_of(self.pieces)


@dataclass(frozen=True)
class Traced:
    """What became of one quotation. The best place comes first; others are as good."""

    text: str
    places: Sequence[Place] = ()

    @property
    def found(self) -> bool:
        """Whether the first place is likelier to be its source than not, or one of several such."""
        return bool(self.places) and self.places[0].judged.confidence >= FOUND

    @property
    def confidence(self) -> float:
        """0 to 1; shared among places that are as good as each other."""
        return round(self.places[0].judged.confidence / len(self.places), 2) if self.places else 0.0

    @property
    def sure(self) -> bool:
        return self.confidence >= SURE


class Tracer:
    """Traces quotations for one reader; keeps what it has read while it works."""

    def __init__(self, archive: Archive, connection: Connection, actor: Actor) -> None:
        """Raises SearchUnavailable while the index is being rebuilt."""
        self._archive = archive
        self._sources = Sources(archive, connection, actor)
        self._readable = readable_classes(archive, connection, actor)
        search_as_narrowed(archive, connection, self._readable)
        self._own = self._sources.own()
        self._analyser = analyser_of(archive.settings.search_language)

    def trace(self, text: str) -> Traced:
        """Where these words come from: all of them, or those in quotation marks, whichever is surer."""
        whole = normalised_text(text[:LONGEST])
        found = self._best(whole)
        spoken = spoken_in(whole)
        if spoken and not (found and found[0].judged.confidence >= SURE):
            found = max(found, self._best(spoken), key=_confidence)
        return Traced(text, found)

    def _best(self, text: str) -> list[Place]:
        """The best places for some words, those alone that are about as good as the best."""
        quotation = quotation_of(text)
        if quotation.size < SHORTEST:
            return []
        places = sorted(self._places(quotation), key=lambda one: (-one.judged.agreement, one.slug))
        return [one for one in places if one.judged.agreement >= places[0].judged.agreement - AS_GOOD]

    def _places(self, quotation: Quotation) -> Iterator[Place]:
        stretches = quotation.stretches()
        keys = self._archive.index.alike(stretches, readable=self._readable, limit=STORIES)
        for candidate in self._sources.read([*keys, *self._own]):
            yield from self._places_in(quotation, candidate)

    def _places_in(self, quotation: Quotation, candidate: Candidate) -> Iterator[Place]:
        if not _may_hold(quotation, candidate):
            return
        for alignment in align(quotation, candidate.source):
            sure = judged(quotation, candidate.source, alignment, self._analyser)
            if sure.confidence >= FOUND or sure.agreement >= EXACT:
                yield place_of(quotation, candidate, alignment, sure)


def place_of(quotation: Quotation, candidate: Candidate, alignment: Alignment, sure: Judged) -> Place:
    """A place as it is told."""
    row, source = candidate.row, candidate.source
    passages = dict.fromkeys(source.words[at].passage for at in alignment.words)
    return Place(
        story_id=row.id,
        slug=row.slug,
        heading=row.heading,
        storyteller=row.storyteller,
        version=candidate.version,
        current=candidate.version == row.revision,
        anchors=[candidate.anchors[number] for number in passages],
        judged=sure,
        pieces=pieces_of(quotation, source, alignment),
        folded=row.folded,
        content_notes=tuple(row.content_notes),
    )


def _may_hold(quotation: Quotation, candidate: Candidate) -> bool:
    """Whether a story has so many of the words that it is worth a closer look."""
    words = {part.word for part in quotation.parts if part.kind is Kind.WORD}
    return len(words & candidate.source.places.keys()) >= SHARED * len(words)


def _confidence(places: Sequence[Place]) -> float:
    return places[0].judged.confidence if places else -1.0
