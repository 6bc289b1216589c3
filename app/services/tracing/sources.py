"""The stories in which a quotation is looked for, as far as this reader may read them."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, and_, not_, select

from app.database.tables import PASSAGE, STORY, AnyRow
from app.database.visibility import Actor, listed_to, visible_to
from app.records.model import Status
from app.services.archive import Archive
from app.services.documents import chunks

KEPT = 64  # stories, while one file is worked through
MOST_OWN = 200
_NAMES = ("id", "slug", "heading", "storyteller", "revision", "folded", "content_notes")
COLUMNS = [STORY.c[name] for name in _NAMES]


@dataclass(frozen=True)
class Candidate:
    """A version of a story in which words may stand: its row, its passages' anchors, and their texts."""

    row: AnyRow
    version: int
    anchors: Sequence[str]
    texts: Sequence[str]
    lower: Sequence[str] = field(default_factory=tuple)  # the same in lower case


def candidate_of(row: AnyRow, version: int, passages: Sequence[tuple[str, str]]) -> Candidate:
    """One of these passages, each with its anchor."""
    anchors, texts = zip(*passages, strict=True) if passages else ((), ())
    return Candidate(row, version, anchors, texts, [text.lower() for text in texts])


class Sources:
    """Reads candidates, and keeps those that were read last."""

    def __init__(self, archive: Archive, connection: Connection, actor: Actor) -> None:
        self._archive, self._connection, self._actor = archive, connection, actor
        self._kept: OrderedDict[str, Candidate] = OrderedDict()

    def read(self, keys: Sequence[str]) -> list[Candidate]:
        """Those of these stories that she may read, in this order."""
        self._load([key for key in keys if key not in self._kept])
        found = [self._kept[key] for key in keys if key in self._kept]
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found

    def own(self) -> list[str]:
        """Stories that are hers alone to read: no search knows them."""
        if not self._actor.own:
            return []
        now = self._archive.now()
        hers = and_(STORY.c.id.in_(self._actor.own), visible_to(self._actor, now), standing())
        unlisted = select(STORY.c.id).where(hers, not_(listed_to(self._actor, now)))
        return list(self._connection.execute(unlisted.order_by(STORY.c.id).limit(MOST_OWN)).scalars())

    def _load(self, keys: Iterable[str]) -> None:
        for part in chunks(keys):
            shown = (STORY.c.id.in_(part), visible_to(self._actor, self._archive.now()), standing())
            rows = self._connection.execute(select(*COLUMNS).where(*shown)).all()
            passages = self._passages([row.id for row in rows])
            for row in rows:
                here = [(one.anchor, one.text) for one in passages[row.id]]
                self._kept[row.id] = candidate_of(row, row.revision, here)

    def _passages(self, ids: Sequence[str]) -> dict[str, list[AnyRow]]:
        found: dict[str, list[AnyRow]] = defaultdict(list)
        columns = (PASSAGE.c.story_id, PASSAGE.c.anchor, PASSAGE.c.text)
        ordered = (
            select(*columns).where(PASSAGE.c.story_id.in_(ids)).order_by(PASSAGE.c.story_id, PASSAGE.c.number)
        )
        for row in self._connection.execute(ordered):
            found[row.story_id].append(row)
        return found


def standing() -> ColumnElement[bool]:
    """What was taken back or is set aside is traced for nobody."""
    return and_(STORY.c.status != Status.WITHDRAWN.value, STORY.c.set_aside.is_(False))
