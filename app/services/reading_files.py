"""One file of the record, read and understood or set aside; the same for reconcile and for check."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from app.records.model import Digest, ParsedPersona, ParsedStory, Persona, Problem, RecordKind, Slug, Story
from app.records.personas import parse_persona
from app.records.problems import SetAside, said
from app.records.replace import digest_of
from app.records.stories import parse_story
from app.rendering.closed import strange_openings, unended
from app.rendering.pulls import lone_pulls

LINE_END = re.compile(rb"\r\n|\r|\n")
ID_KEY = re.compile(rb"[\"']?id[\"']?\s*:")


@dataclass(frozen=True)
class Examined:
    """What a file turned out to be. `record` is None when the file is set aside."""

    path: str
    slug: Slug
    kind: RecordKind
    digest: Digest
    content: bytes
    record: Story | Persona | None
    problems: tuple[Problem, ...]

    @property
    def stated_id(self) -> str:
        return (self.record.id or "") if self.record else ""

    @property
    def id_line(self) -> int | None:
        """The line of the file on which its id stands."""
        lines = enumerate(self.content.splitlines(), 1)
        return next((number for number, line in lines if ID_KEY.match(line)), None)


LONE = (
    "A pull quote says what stands nowhere else in the story; search and the storyteller’s door pass it over."
)
LONE_REMEDY = "Write the words where they were said too, or take away the ::: lines around them."
UNENDED = "A passage is closed here, and no line ends it: all that follows is closed to readers too."
UNENDED_REMEDY = "Write ::: on a line of its own where the closed passage ends."


def examine(content: bytes, *, path: str, slug: Slug, kind: RecordKind, today: date) -> Examined:
    """Parse a file's bytes; never raises for what is in them."""
    digest = digest_of(content)
    parse = parse_story if kind is RecordKind.STORY else parse_persona
    try:
        parsed: ParsedStory | ParsedPersona = parse(content, slug=slug, file=path, today=today)
    except SetAside as refused:
        return Examined(path, slug, kind, digest, content, None, refused.problems)
    record = parsed.story if isinstance(parsed, ParsedStory) else parsed.persona
    problems = (*parsed.problems, *_of_containers(content, record.body, path))
    return Examined(path, slug, kind, digest, content, record, problems)


def _of_containers(content: bytes, body: str, path: str) -> Iterator[Problem]:
    """Containers by names that are none of ours: nobody should have to guess what is closed."""
    before = len(LINE_END.findall(content)) - body.count("\n")
    closed = unended(body)
    if closed:
        yield Problem(path, before + closed, None, UNENDED, UNENDED_REMEDY)
    for line in lone_pulls(body):
        yield Problem(path, before + line, None, LONE, LONE_REMEDY)
    for opening in strange_openings(body):
        if opening.closes:
            reason = f"A passage that begins with ::: {said(opening.name)} is closed to readers, to be safe."
            remedy = "Write ::: closed if it is to be closed, or take the colons away."
        else:
            reason = f"There is no ::: {said(opening.name)} here; the passage is shown with its colons."
            remedy = "Write ::: note, ::: pull or ::: closed, or take the colons away."
        yield Problem(path, before + opening.line, None, reason, remedy)


def unread(path: str, slug: Slug, kind: RecordKind, refused: SetAside) -> Examined:
    """A file whose bytes can not even be had: too large, or not to be opened."""
    problems = tuple(replace(problem, file=path) for problem in refused.problems)
    return Examined(path, slug, kind, Digest(""), b"", None, problems)
