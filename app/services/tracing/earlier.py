"""Earlier versions of stories in which a quotation may stand, as far as this reader may read them."""

from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, select

from app.database.tables import PASSAGE_BEFORE, STORY, AnyRow
from app.database.visibility import Actor, visible_to
from app.errors import NotFound, Withdrawn
from app.services.archive import Archive
from app.services.gathering.versions import load_version
from app.services.marking.relocating import passages_of
from app.services.tracing.narrowing import probes_of
from app.services.tracing.quotation import Quotation
from app.services.tracing.sources import Candidate, candidate_of, standing

PROBES = 8  # words by which earlier passages are found, the longest
SHARE = 0.5  # of these, that one has at least
VERSIONS = 3  # that are looked through for one quotation
LOOKED_AT = 60  # versions that have the words, readable or not


class Earlier:
    """Reads earlier versions, and keeps which she may read."""

    def __init__(self, archive: Archive, connection: Connection, actor: Actor) -> None:
        self._archive, self._connection, self._actor = archive, connection, actor
        self._kept: dict[tuple[str, int], Candidate | None] = {}
        self._any = connection.execute(select(PASSAGE_BEFORE.c.story_id).limit(1)).first() is not None

    def read(self, quotation: Quotation, better_than: str = "") -> list[Candidate]:
        """The likeliest versions, the likeliest first; those with more of the words than this passage has."""
        probes = sorted(probes_of(quotation), key=lambda word: (-len(word), word))[:PROBES]
        if not self._any or not probes:
            return []
        there = sum(word in better_than.lower() for word in probes)
        least = max(SHARE * len(probes), there)
        found = (self._version(row.story_id, row.version) for row in self._likely(probes, least))
        readable = (one for one in found if one is not None)
        return [one for _, one in zip(range(VERSIONS), readable, strict=False)]

    def _likely(self, probes: Iterable[str], least: float) -> Iterator[AnyRow]:
        hits: ColumnElement[int] = literal(0)
        for word in probes:
            hits = hits + case((PASSAGE_BEFORE.c.text.icontains(word, autoescape=True), 1), else_=0)
        best = func.max(hits)
        shown = and_(visible_to(self._actor, self._archive.now()), standing())
        joined = select(PASSAGE_BEFORE.c.story_id, PASSAGE_BEFORE.c.version).join(
            STORY, STORY.c.id == PASSAGE_BEFORE.c.story_id
        )
        grouped = joined.where(shown).group_by(PASSAGE_BEFORE.c.story_id, PASSAGE_BEFORE.c.version)
        ranked = grouped.having(best >= least).order_by(
            best.desc(), PASSAGE_BEFORE.c.version.desc(), PASSAGE_BEFORE.c.story_id
        )
        yield from self._connection.execute(ranked.limit(LOOKED_AT)).all()

    def _version(self, story_id: str, number: int) -> Candidate | None:
        key = (story_id, number)
        if key not in self._kept:
            self._kept[key] = self._read(story_id, number)
        return self._kept[key]

    def _read(self, story_id: str, number: int) -> Candidate | None:
        try:
            row, _, story, _ = load_version(self._archive, self._connection, self._actor, story_id, number)
        except (NotFound, Withdrawn):
            return None
        passages = [(one.anchor, one.text) for one in passages_of(story) if not one.closed]
        return candidate_of(row, number, passages)
