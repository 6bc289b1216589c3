"""What happened to the evidence of personas since they were last reviewed, statement by statement."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from app.database.ledgers import DENIAL
from app.database.marking import QUOTE
from app.database.tables import PERSONA, REVISION, STORY, AnyRow
from app.database.visibility import Actor, may_mark, visible_to
from app.services.archive import Archive
from app.services.denying import Kind
from app.services.documents import chunks
from app.services.evidence import Source, is_open, record_of, references_of, sources
from app.services.evidence_watch import CHANGED, NOTHING, QUOTE_CHANGED, TAKEN_BACK, flags, stories_named
from app.services.views import Flag, Underneath

OTHER_WORDS = "the words that stand at this quote now are not quite those that were marked"
EDITED = "the story was edited"
OVER = "its consent has ended"
WITHDRAWN, ENDED, WORDS, MISSING = "withdrawn", "ended", "changed", "missing"
OF_FLAG = {
    **dict.fromkeys((CHANGED, QUOTE_CHANGED, OTHER_WORDS, EDITED), WORDS),
    NOTHING: MISSING,
    TAKEN_BACK: WITHDRAWN,
}


@dataclass(frozen=True)
class Watched:
    """A piece of evidence. `what` is withdrawn, ended, changed or missing; `on` an ISO day, or empty.

    On that day at the latest; nobody knows when what is missing went.
    """

    heading: str
    statement: str
    reference: str
    against: bool
    what: str
    why: str
    story: str
    on: str
    address: str = ""
    name: str = ""
    line: int | None = None  # of the statement in its file


@dataclass(frozen=True)
class WatchedPersona:
    """A persona with what changed underneath, and the place of her file in the record."""

    id: str
    slug: str
    name: str
    reviewed: str
    evidence: list[Watched]
    file: str


def watch_personas(archive: Archive, actor: Actor) -> list[WatchedPersona]:
    """Every persona that this person may see and whose evidence changed since it was reviewed, by name."""
    shown = select(PERSONA).where(visible_to(actor, archive.now(), PERSONA))
    with archive.engine.connect() as connection:
        rows = connection.execute(shown.order_by(PERSONA.c.name, PERSONA.c.slug)).all()
        told = [(row, _looked_up(archive, connection, actor, row)) for row in rows]
    return [
        WatchedPersona(row.id, row.slug, row.name, row.reviewed, evidence, row.path)
        for row, evidence in told
        if evidence
    ]


def _looked_up(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> list[Watched]:
    named = references_of(row.groups)
    found = sources(archive, connection, actor, named)
    return watched(connection, actor, row, found, flags(archive, connection, actor, named, found))


def watched(
    connection: Connection,
    actor: Actor,
    row: AnyRow,
    found: Mapping[str, Source],
    flagged: Mapping[str, Flag],
) -> list[Watched]:
    """What changed under one persona since it was reviewed; under one that never was, all that is wrong."""
    told = _others(connection, found, reviewed=bool(row.reviewed)) | dict(flagged)
    if not told:
        return []
    stories = stories_named(connection, told)
    days = _days(connection, set(stories.values()))
    every = _by_statement(row.groups, found, flagged, everything=actor.terminal)
    listed = [
        _watched(days, stories[one.reference], told[one.reference], one)
        for one in every
        if one.reference in told
    ]
    return [one for one in listed if _since(one, row.reviewed)]


@dataclass(frozen=True)
class _Named:
    """A reference in its place."""

    heading: str
    statement: str
    reference: str
    against: bool
    line: int | None


def _by_statement(
    groups: Iterable[Mapping[str, Any]],
    found: Mapping[str, Source],
    flagged: Mapping[str, Flag],
    *,
    everything: bool,
) -> Iterator[_Named]:
    """Of statements that are there for this reader; of all for whoever sits at the files themselves."""
    for group in groups:
        for one in group["statements"]:
            if everything or is_open(one, found, flagged):
                for against in (False, True):
                    for reference in dict.fromkeys(one["against" if against else "evidence"]):
                        yield _Named(group["heading"], one["text"], reference, against, one.get("line"))


def _others(connection: Connection, found: Mapping[str, Source], *, reviewed: bool) -> dict[str, Flag]:
    """Evidence that is there and not as it was: quotes with other words; whole stories, since a review."""
    whole = {one: source for one, source in found.items() if source.view.whole and reviewed}
    edited = _edited(connection, [source.story_id for source in whole.values()])
    told = {one: _flag(EDITED, source) for one, source in whole.items() if source.story_id in edited}
    quotes = {quote: one for one in found if (quote := record_of(one, "q-"))}
    for part in chunks(quotes):
        changed = select(QUOTE.c.id).where(QUOTE.c.id.in_(part), QUOTE.c.state == "changed")
        for quote in connection.execute(changed).scalars():
            told[quotes[quote]] = _flag(OTHER_WORDS, found[quotes[quote]])
    return told


def _flag(why: str, source: Source) -> Flag:
    return Flag(why, source.view.address, source.view.name)


def _edited(connection: Connection, stories: Iterable[str]) -> set[str]:
    """Those of which there is more than one version."""
    found: set[str] = set()
    for part in chunks(stories):
        several = select(REVISION.c.record_id).where(REVISION.c.record_id.in_(part), REVISION.c.number > 1)
        found |= set(connection.execute(several).scalars())
    return found


def _days(connection: Connection, stories: Iterable[str]) -> dict[str, tuple[str, str]]:
    """By story the day on which something was last done to it, and the last day of its consent."""
    last: dict[str, str] = {}
    ends: dict[str, str] = {}
    for part in chunks(story for story in stories if story):
        seen = select(REVISION.c.record_id, func.max(REVISION.c.observed)).group_by(REVISION.c.record_id)
        gone = (DENIAL.c.story_id.in_(part), DENIAL.c.kind.in_((Kind.WITHDRAWN, Kind.ERASED)))
        for done in (
            seen.where(REVISION.c.record_id.in_(part)),
            select(DENIAL.c.story_id, DENIAL.c.at).where(*gone),
        ):
            for story, at in connection.execute(done):
                last[story] = max(last.get(story, ""), str(at)[:10])
        for story, until in connection.execute(select(STORY.c.id, STORY.c.until).where(STORY.c.id.in_(part))):
            ends[story] = until or ""
    return {story: (last.get(story, ""), ends.get(story, "")) for story in last.keys() | ends.keys()}


def _watched(days: Mapping[str, tuple[str, str]], story: str, flag: Flag, named: _Named) -> Watched:
    what = OF_FLAG.get(flag.why) or _closed(flag.why)
    done, ended = days.get(story, ("", "")) if what != MISSING else ("", "")
    on = ended if flag.why == OVER and ended else done
    place = (named.heading, named.statement, named.reference, named.against)
    about = story if what != MISSING else ""
    return Watched(*place, what, flag.why, about, on, flag.address, flag.name, named.line)


def _closed(why: str) -> str:
    return WITHDRAWN if why == "taken back" else ENDED


def _since(one: Watched, reviewed: str) -> bool:
    """Whether it may have been after the review; the day, month or year itself counts, for want of hours."""
    return not reviewed or not one.on or one.on[: len(reviewed)] >= reviewed


def underneath(
    connection: Connection,
    actor: Actor,
    row: AnyRow,
    found: Mapping[str, Source],
    flagged: Mapping[str, Flag],
) -> Underneath | None:
    """The same for a persona's page; None for readers who do not work here, and where nothing changed."""
    told = watched(connection, actor, row, found, flagged) if may_mark(actor) else []
    statements: dict[str, list[str]] = {}
    for one in told:
        words = f"{one.name}: {one.why}" if one.name else f"one piece of its evidence {_of_hidden(one.why)}"
        statements.setdefault(one.statement, []).append(words)
    return Underneath(bool(row.reviewed), list(statements.items())) if statements else None


def _of_hidden(why: str) -> str:
    return why if why.startswith("leads") else f"is gone: {why}"
