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
from app.services.tracing.aligning import Alignment, Source, align
from app.services.tracing.earlier import Earlier
from app.services.tracing.judging import AGREES, FOUND, SHORTEST, SURE, Judged, judged
from app.services.tracing.narrowing import narrowed
from app.services.tracing.printed import sign_in
from app.services.tracing.quotation import Kind, Quotation, last_spoken_in, quotation_of, spoken_in
from app.services.tracing.showing import difference_of, is_altered, pieces_of
from app.services.tracing.signs import Checked, State, check_sign
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
    passage: str = ""  # the first one's whole text
    altered: bool = False  # words differ, and that is not marked
    words: str = ""  # as they stand there from the first to the last, where they stand in one passage

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
    """What became of one quotation. The best place comes first; others are as good.

    `sign` is what came of a printed sign beside it; with a right one there is no doubt about the place.
    """

    text: str
    places: Sequence[Place] = ()
    sign: Checked | None = None
    certain: bool = False

    @property
    def found(self) -> bool:
        """Whether the first place is likelier to be its source than not, or one of several such."""
        return self.certain or (bool(self.places) and self.places[0].judged.confidence >= FOUND)

    @property
    def confidence(self) -> float:
        """0 to 1; shared among places that are as good as each other."""
        if self.certain:
            return 1.0
        return round(self.places[0].judged.confidence / len(self.places), 2) if self.places else 0.0

    @property
    def sure(self) -> bool:
        return self.confidence >= SURE

    @property
    def altered(self) -> bool:
        """Whether the words beside a right sign are not those that it stands for."""
        right = self.sign is not None and self.sign.state is State.RIGHT
        return right and (not self.certain or self.places[0].altered)

    @property
    def stands(self) -> bool:
        """Whether a right sign's words stand in the story now, whichever version it names."""
        return self.certain and self.sign is not None and self.sign.stands


class Tracer:
    """Traces quotations for one reader; keeps what it has read while it works."""

    def __init__(self, archive: Archive, connection: Connection, actor: Actor) -> None:
        """Raises SearchUnavailable while the index is being rebuilt."""
        self._archive, self._connection, self._actor = archive, connection, actor
        self._sources = Sources(archive, connection, actor)
        self._earlier = Earlier(archive, connection, actor)
        self._readable = readable_classes(archive, connection, actor)
        search_as_narrowed(archive, connection, self._readable)
        self._own = self._sources.own()
        self._analyser = analyser_of(archive.settings.search_language)

    def trace(self, text: str) -> Traced:
        """Where these words come from: all of them, or those in quotation marks, whichever is surer.

        A printed sign beside them is checked first.
        """
        sign, words = sign_in(normalised_text(text[:LONGEST]))
        if sign is None:
            return Traced(text, self._anywhere(words))
        checked = check_sign(self._archive, self._connection, self._actor, sign)
        there = self._signed(checked, words)
        return Traced(text, there or self._anywhere(words), checked, certain=bool(there))

    def _anywhere(self, words: str) -> list[Place]:
        found = self._best(words)
        spoken = spoken_in(words)
        if spoken and not (found and found[0].judged.confidence >= SURE):
            found = max(found, self._best(spoken), key=_confidence)
        return found

    def _signed(self, checked: Checked, words: str) -> list[Place]:
        """The place of a right sign, if these are its words; or if there are none beside it."""
        candidate = checked.candidate
        if candidate is None:
            return []
        quotations = [quotation_of(one) for one in (words, spoken_in(words), last_spoken_in(words))]
        if not quotations[0].parts:
            return [_whole(candidate, checked.passage)]
        near = candidate, checked.passage
        found = [place for one in quotations if one.parts for place in self._places_signed(one, *near)]
        return sorted(found, key=lambda one: -one.judged.agreement)[:1]

    def _places_signed(self, quotation: Quotation, candidate: Candidate, passage: int) -> Iterator[Place]:
        near = range(max(0, passage - 1), min(len(candidate.texts), passage + 2))
        source = Source(candidate.texts, near)
        for alignment in align(quotation, source):
            sure = judged(quotation, source, alignment, self._analyser)
            if sure.agreement >= AGREES:
                yield place_of(quotation, candidate, source, alignment, sure)

    def _best(self, text: str) -> list[Place]:
        """The best places for some words; in an earlier version where they agree better than now."""
        quotation = quotation_of(text)
        if quotation.size < SHORTEST:
            return []
        now = self._places(quotation, self._current(quotation))
        if now and now[0].judged.agreement >= EXACT:
            return now
        better_than = now[0].passage if now and len(now[0].anchors) == 1 else ""
        before = self._places(quotation, self._earlier.read(quotation, better_than))
        return before if before and _agreement(before) > _agreement(now) else now

    def _current(self, quotation: Quotation) -> list[Candidate]:
        stretches = quotation.stretches()
        keys = self._archive.index.alike(stretches, readable=self._readable, limit=STORIES)
        return self._sources.read([*keys, *self._own])

    def _places(self, quotation: Quotation, candidates: Sequence[Candidate]) -> list[Place]:
        """Places in these stories, the best first; those alone that are about as good as the best."""
        found = [
            place
            for candidate, source in narrowed(quotation, candidates)
            for place in self._places_in(quotation, candidate, source)
        ]
        found.sort(key=lambda one: (-one.judged.agreement, one.slug, -one.version))
        return [one for one in found if one.judged.agreement >= _agreement(found) - AS_GOOD]

    def _places_in(self, quotation: Quotation, candidate: Candidate, source: Source) -> Iterator[Place]:
        if not _may_hold(quotation, source):
            return
        for alignment in align(quotation, source):
            sure = judged(quotation, source, alignment, self._analyser)
            if sure.confidence >= FOUND or sure.agreement >= EXACT:
                yield place_of(quotation, candidate, source, alignment, sure)


def trace_one(archive: Archive, actor: Actor, text: str) -> Traced:
    """One quotation, for this reader. Raises SearchUnavailable."""
    with archive.engine.connect() as connection:
        return Tracer(archive, connection, actor).trace(text)


def place_of(
    quotation: Quotation, candidate: Candidate, source: Source, alignment: Alignment, sure: Judged
) -> Place:
    """A place as it is told."""
    row = candidate.row
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
        passage=source.passages[next(iter(passages))],
        altered=is_altered(quotation, alignment),
        words=_standing(source, alignment) if len(passages) == 1 else "",
        folded=row.folded,
        content_notes=tuple(row.content_notes),
    )


def _standing(source: Source, alignment: Alignment) -> str:
    words = [source.words[at] for at in alignment.words]
    return source.passages[words[0].passage][words[0].start : words[-1].end]


def _may_hold(quotation: Quotation, source: Source) -> bool:
    """Whether a story has so many of the words that it is worth a closer look."""
    words = {part.word for part in quotation.parts if part.kind is Kind.WORD}
    return len(words & source.places.keys()) >= SHARED * len(words)


def _whole(candidate: Candidate, passage: int) -> Place:
    """A passage to which a sign alone leads."""
    row = candidate.row
    return Place(
        story_id=row.id,
        slug=row.slug,
        heading=row.heading,
        storyteller=row.storyteller,
        version=candidate.version,
        current=candidate.version == row.revision,
        anchors=[candidate.anchors[passage]],
        judged=Judged(1.0, 1.0),
        pieces=(),
        folded=row.folded,
        content_notes=tuple(row.content_notes),
    )


def _agreement(places: Sequence[Place]) -> float:
    return places[0].judged.agreement if places else 0.0


def _confidence(places: Sequence[Place]) -> float:
    return places[0].judged.confidence if places else -1.0
