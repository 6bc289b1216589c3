"""The watch: whether what a specification cites still stands, as far as one reader may know of it.

Whoever could read words when they were cited is told that they may be used no longer, or were taken back;
never why, and never the words. To anybody else such a citation is not there.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from app.database.marking import QUOTE
from app.database.sessions import SESSION
from app.database.specifications import CITATION, REQUIREMENT
from app.database.tables import PASSAGE, PERSONA, STORY, AnyRow
from app.database.visibility import citable, could_read, had_read, today, visible_to
from app.errors import Withdrawn
from app.records.model import Status
from app.rendering.wording import digest_of_words
from app.services.absence import absence
from app.services.archive import Archive
from app.services.denying import Denials
from app.services.documents import chunks
from app.services.sessions.events import Idea
from app.services.sessions.log import state_of
from app.services.sessions.room import open_to as session_open_to
from app.services.specifications.access import Who
from app.services.specifications.resting import Resting
from app.services.specifications.tree import Node, nodes_of

OTHER_IDEA = "It says this now. It said something else when it was cited, and nobody keeps that here."
FEW = 100  # requirements whose citations are asked for by their keys; else all of the specification are read
SOON = timedelta(days=90)  # before a consent ends it is told: time to ask the storyteller again


class State(StrEnum):
    """How a citation stands, the best first."""

    UNWATCHED = "not watched"  # a figure: nobody looks whether its source still says so
    CURRENT = "current"
    ENDS = "consent ends"
    CHANGED = "text changed"
    NOT_ALLOWED = "use no longer allowed"
    WITHDRAWN = "withdrawn"


ORDER = list(State)
GOOD = (State.UNWATCHED, State.CURRENT)  # nothing has to be done


@dataclass(frozen=True)
class Cited:
    """A citation that somebody may know of. `row` is that of CITATION with what it leads to.

    `words` are those that stand there now, empty where she may not read them; `said` as they are cited, while
    they stand so. `why` are sentences about a persona or idea that is not what it was.
    """

    row: AnyRow
    state: State
    words: str = ""
    said: str = ""
    until: str = ""  # ISO, where the consent ends
    idea: Idea | None = None
    session: AnyRow | None = None
    why: Sequence[str] = ()

    @property
    def shown(self) -> bool:
        """Whether what it leads to may be shown."""
        return self.state not in (State.NOT_ALLOWED, State.WITHDRAWN)

    @property
    def key(self) -> int:
        return int(self.row.key)


def worst(cited: Iterable[Cited]) -> State:
    """The worst state among these."""
    return max((one.state for one in cited), key=ORDER.index, default=State.CURRENT)


def citations_of(
    archive: Archive,
    connection: Connection,
    who: Who,
    nodes: Sequence[Node],
) -> list[Cited]:
    """All that this person may know of under requirements of one specification, in the order of citing."""
    there = {one.row.key for one in nodes}
    where = [CITATION.c.removed.is_(None)]
    where += [REQUIREMENT.c.specification == one.row.specification for one in nodes[:1]]
    where += [CITATION.c.requirement.in_(there)] if len(there) <= FEW else []
    watch = _Watch(archive, connection, who, Resting(archive, connection, who.actor))
    return [*watch.told(where, there)]


def full(connection: Connection, requirements: Collection[int]) -> set[int]:
    """Those of these requirements under which anything is cited."""
    found: set[int] = set()
    for part in chunks(requirements):
        there = select(CITATION.c.requirement).where(CITATION.c.requirement.in_(part))
        found |= set(connection.execute(there.where(CITATION.c.removed.is_(None)).distinct()).scalars())
    return found


def hidden_under(
    archive: Archive, connection: Connection, who: Who, specification: int, requirements: Collection[int]
) -> set[int]:
    """Those under which something is cited, and nothing that this person may read."""
    nodes = [one for one in nodes_of(connection, specification) if one.row.key in requirements]
    cited = citations_of(archive, connection, who, nodes)
    return full(connection, requirements) - {one.row.requirement for one in cited if one.shown}


@dataclass(frozen=True)
class _Watch:
    archive: Archive
    connection: Connection
    who: Who
    resting: Resting
    ideas: dict[int, tuple[AnyRow | None, Mapping[int, Idea]]] = field(default_factory=dict)

    def told(self, where: Sequence[ColumnElement[bool]], there: Collection[int]) -> Iterable[Cited]:
        rows = self.connection.execute(_joined(self.archive, self.who, where)).all()
        known = (row for row in rows if row.requirement in there)
        return (found for row in known if (found := self._cited(row)) is not None)

    def _cited(self, row: AnyRow) -> Cited | None:
        if row.kind == "quote":
            return self._quote(row)
        if row.kind == "persona":
            return self._persona(row)
        return self._idea(row) if row.kind == "idea" else Cited(row, State.UNWATCHED)

    def _quote(self, row: AnyRow) -> Cited | None:
        if row.slug is None:  # no story of this id is in the archive any more
            return self._gone(row)
        if not (row.seen or row.knew):
            return None
        if row.status == Status.WITHDRAWN:
            return Cited(row, State.WITHDRAWN)
        if not row.allowed or row.closed:
            return Cited(row, State.NOT_ALLOWED)
        return self._standing(row) if row.seen else None

    def _gone(self, row: AnyRow) -> Cited | None:
        told = absence(self.archive, self.connection, self.who.actor, story_id=row.story_id)
        if isinstance(told, Withdrawn):
            return Cited(row, State.WITHDRAWN)
        known = had_read(self.who.actor, row.uses) and not row.limited
        return Cited(row, State.NOT_ALLOWED) if known and not self._denied(row) else None

    def _denied(self, row: AnyRow) -> bool:
        """Whether it was taken back, and she was not told so: then she is told nothing of it."""
        return bool(Denials(self.connection, self.archive.keyed).of(row.story_id))

    def _standing(self, row: AnyRow) -> Cited:
        until = row.until or ""
        found = row.quote_state is not None and row.quote_state != "lost" and row.text is not None
        if not found or row.located != row.story_revision:
            return Cited(row, State.CHANGED, until=until)
        words = row.text[row.now_start : row.now_start + row.now_size]
        if digest_of_words(words) != row.digest:
            return Cited(row, State.CHANGED, words, until=until)
        return Cited(row, self._ending(until), words, row.wording or words, until)

    def _ending(self, until: str) -> State:
        soon = date.fromisoformat(today(self.archive.now())) + SOON
        return State.ENDS if until and until <= soon.isoformat() else State.CURRENT

    def _persona(self, row: AnyRow) -> Cited | None:
        if row.persona_slug is None:
            known = had_read(self.who.actor, row.uses) and not row.limited
            return Cited(row, State.NOT_ALLOWED) if known else None
        if not (row.persona_seen or row.persona_knew):
            return None
        if not row.persona_allowed:
            return Cited(row, State.NOT_ALLOWED)
        if not row.persona_seen:
            return None
        until, why = row.persona_until or "", [*self.resting.since(row)]
        return Cited(row, State.CHANGED if why else self._ending(until), until=until, why=why)

    def _idea(self, row: AnyRow) -> Cited | None:
        session, ideas = self._session(row.session)
        idea = ideas.get(row.idea)
        if session is None or idea is None or idea.hidden:
            return None
        same = digest_of_words(idea.text) == row.digest
        state, why = (State.CURRENT, ()) if same else (State.CHANGED, (OTHER_IDEA,))
        return Cited(row, state, idea.text, idea.text, idea=idea, session=session, why=why)

    def _session(self, key: int) -> tuple[AnyRow | None, Mapping[int, Idea]]:
        if key not in self.ideas:
            seen = session_open_to(self.archive, self.who.actor, self.who.by.account)
            row = self.connection.execute(select(SESSION).where(SESSION.c.key == key, seen)).first()
            self.ideas[key] = (row, state_of(self.connection, row).ideas if row is not None else {})
        return self.ideas[key]


OF_PERSONA = ("slug", "name", "tagline", "digest", "until", "revision", "retired", "merged_into")
PLACE = ("anchor", "start", "size")
TOLD_OF = ("heading", "title", "storyteller", "role", "site", "gathered", "language", "folded")
OF_STORY = ("slug", "until", "content_notes", "gatherer", *TOLD_OF)


def _joined(archive: Archive, who: Who, where: Sequence[ColumnElement[bool]]) -> Any:
    now, actor = archive.now(), who.actor
    quote = (QUOTE.c.located, QUOTE.c.closed, *(QUOTE.c[name].label(f"now_{name}") for name in PLACE))
    named = (QUOTE.c.id.label("quote_id"), QUOTE.c.state.label("quote_state"))
    marked = (QUOTE.c.removed.label("mark_removed"),)
    story = (*(STORY.c[name] for name in OF_STORY), STORY.c.status, STORY.c.revision.label("story_revision"))
    persona = [PERSONA.c[name].label(f"persona_{name}") for name in OF_PERSONA]
    told = (
        visible_to(actor, now).label("seen"),
        could_read(actor, CITATION.c.uses).label("knew"),
        citable(now).label("allowed"),
        visible_to(actor, now, PERSONA).label("persona_seen"),
        could_read(actor, CITATION.c.uses, PERSONA).label("persona_knew"),
        citable(now, PERSONA).label("persona_allowed"),
    )
    joined = CITATION.join(REQUIREMENT, REQUIREMENT.c.key == CITATION.c.requirement)
    joined = joined.outerjoin(QUOTE, QUOTE.c.key == CITATION.c.quote)
    joined = joined.outerjoin(STORY, STORY.c.id == CITATION.c.story_id)
    here = (PASSAGE.c.story_id == QUOTE.c.story_id) & (PASSAGE.c.anchor == QUOTE.c.anchor)
    joined = joined.outerjoin(PASSAGE, here)
    joined = joined.outerjoin(PERSONA, PERSONA.c.id == CITATION.c.persona_id)
    passage = (PASSAGE.c.text, PASSAGE.c.quotation, PASSAGE.c.number.label("paragraph"))
    columns = (*CITATION.c, *quote, *named, *marked, *story, *passage, *persona, *told)
    return select(*columns).select_from(joined).where(*where).order_by(CITATION.c.key)
