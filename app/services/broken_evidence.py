"""Evidence of personas that names nothing, whoever asks: for the terminal, which sees the files themselves.

On pages nobody is told whether evidence names nothing or something that is hidden from her: see
missing_evidence.py for what is said there.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, inspect, select

from app.database.marking import QUOTE
from app.database.tables import FILE, PASSAGE, STORY
from app.records.ids import derived_id, normal_id
from app.records.model import Persona, Problem, RecordKind, Statement, Story
from app.rendering.markdown import render
from app.services.evidence import record_of, split_reference
from app.services.reading_files import Examined
from app.services.references import ReferenceTargets

KEY = "statements"
NO_QUOTE = "there is no quote of this id here"
NO_STORY = "there is no story of this id here"
NO_PASSAGE = "the story has no such passage: its words were changed, or never stood there"
REASON = "The statement “{words}” names {way} {reference}, which leads to nothing: {why}."
REMEDY = (
    "Name another, or take it off where she is built. A statement that rests on nothing else is not shown."
)
LONGEST = 80  # characters of a statement
WAYS = {"evidence": "as its evidence", "against": "as evidence against it"}
_ID = re.compile(rb"(?m)^[\"']?id[\"']?\s*:\s*[\"']?(s-\w+)")


@dataclass
class Known:
    """What there is to be named. `every` story was looked through; `passages` are those of these files."""

    every: bool = False
    stories: dict[str, Examined] = field(default_factory=dict)
    personas: list[Examined] = field(default_factory=list)

    def note(self, examined: Examined) -> None:
        """A file that was looked through."""
        if examined.kind is RecordKind.STORY:
            self.stories[_id_of(examined)] = examined
        elif isinstance(examined.record, Persona):
            self.personas.append(examined)


def _id_of(examined: Examined) -> str:
    """As the file states it, also one that is set aside, else as it is derived."""
    stated = _ID.search(examined.content) if examined.record is None else None
    written = stated.group(1).decode("ascii", "replace") if stated else examined.stated_id
    return normal_id(written) or derived_id(RecordKind.STORY, examined.slug)


def broken_evidence(known: Known, connection: Connection | None) -> Iterator[Problem]:
    """A problem for each reference that names nothing; `connection` to the archive of these files, if any.

    Without an archive nobody knows of quotes, and without all stories nobody knows which are not there:
    then nothing is said of them.
    """
    named = {one for persona in known.personas for _, _, one in _references(persona)}
    judge = _Judge(known, connection, named)
    for persona in known.personas:
        for statement, way, reference in _references(persona):
            why = judge.why(reference)
            if why:
                yield _problem(persona.path, statement, way, reference, why)


def _references(examined: Examined) -> Iterator[tuple[Statement, str, str]]:
    assert isinstance(examined.record, Persona)
    for group in examined.record.groups:
        for statement in group.statements:
            for way in WAYS:
                named: tuple[str, ...] = getattr(statement, way)
                yield from ((statement, way, one) for one in dict.fromkeys(named))


def _problem(file: str, statement: Statement, way: str, reference: str, why: str) -> Problem:
    words = statement.text if len(statement.text) <= LONGEST else f"{statement.text[: LONGEST - 1]}…"
    reason = REASON.format(words=" ".join(words.split()), way=WAYS[way], reference=reference, why=why)
    return Problem(file, statement.line, KEY, reason, REMEDY)


class _Judge:
    """Says of one reference after another whether there is what it names."""

    def __init__(self, known: Known, connection: Connection | None, named: Collection[str]) -> None:
        self.known, self.archive = known, connection
        self.quotes = _quotes(connection, named)
        self.elsewhere = _stories(connection)
        self._anchors: dict[str, Collection[str] | None] = {}

    def why(self, reference: str) -> str:
        """Why it names nothing; empty where it names something, or nobody can know."""
        quote, parts = record_of(reference, "q-"), split_reference(reference)
        if quote:
            return NO_QUOTE if self.quotes is not None and quote not in self.quotes else ""
        story = parts[0] if parts else record_of(reference, "s-") or ""
        if story not in self.known.stories and story not in self.elsewhere:
            judged = self.known.every or self.archive is not None
            return NO_STORY if story and judged else ""
        anchors = self._of(story) if parts else None
        return NO_PASSAGE if parts and anchors is not None and parts[1] not in anchors else ""

    def _of(self, story: str) -> Collection[str] | None:
        if story not in self._anchors:
            examined = self.known.stories.get(story)
            self._anchors[story] = _in_file(examined) if examined else _in_archive(self.archive, story)
        return self._anchors[story]


def _in_file(examined: Examined) -> Collection[str] | None:
    """The anchors of all passages of a story, closed ones too; None where its file can not be read."""
    if not isinstance(examined.record, Story):
        return None
    targets = ReferenceTargets(RecordKind.STORY, examined.slug)
    body, title = examined.record.body, examined.record.title
    open_ = render(body, links=targets, title=title)
    every = render(body, links=targets, title=title, show_closed=True) if open_.closed else open_
    return {passage.anchor for passage in (*open_.passages, *every.passages)}


def _in_archive(connection: Connection | None, story: str) -> Collection[str] | None:
    """The same as the archive knows them; None where some are closed, of which it keeps no anchors."""
    if connection is None:
        return None
    closed = connection.execute(select(STORY.c.closed).where(STORY.c.id == story)).scalar()
    if closed is None or closed:
        return None
    return set(connection.execute(select(PASSAGE.c.anchor).where(PASSAGE.c.story_id == story)).scalars())


def _quotes(connection: Connection | None, named: Iterable[str]) -> Collection[str] | None:
    """Those of the quotes that are named which are there; None where there is no archive to ask."""
    if connection is None or not inspect(connection).has_table(QUOTE.name):
        return None
    wanted = {quote for one in named if (quote := record_of(one, "q-"))}
    every = select(QUOTE.c.id)
    return {quote for quote in connection.execute(every).scalars() if quote in wanted} if wanted else set()


def _stories(connection: Connection | None) -> Collection[str]:
    """The ids of the stories that the archive knows."""
    if connection is None:
        return ()
    return set(
        connection.execute(select(FILE.c.record_id).where(FILE.c.kind == RecordKind.STORY.value)).scalars()
    )
