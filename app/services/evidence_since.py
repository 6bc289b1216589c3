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
from app.services.evidence_watch import CHANGED, NOTHING, QUOTE_CHANGED, TAKEN_BACK, flags, story_named
from app.services.views import Flag, Underneath

OTHER_WORDS = "the words that stand at this quote now are not quite those that were marked"
EDITED = "the story was edited"
OVER = "its consent has ended"
WITHDRAWN, ENDED, WORDS, MISSING = "withdrawn", "ended", "changed", "missing"
OF_FLAG = {CHANGED: WORDS, QUOTE_CHANGED: WORDS, NOTHING: MISSING, TAKEN_BACK: WITHDRAWN}


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


@dataclass(frozen=True)
class WatchedPersona:
    """A persona with what changed underneath."""

    id: str
    slug: str
    name: str
    reviewed: str
    evidence: list[Watched]


def watch_personas(archive: Archive, actor: Actor) -> list[WatchedPersona]:
    """Every persona that this person may see and whose evidence changed since it was reviewed, by name."""
    shown = select(PERSONA).where(visible_to(actor, archive.now(), PERSONA))
    with archive.engine.connect() as connection:
        rows = connection.execute(shown.order_by(PERSONA.c.name, PERSONA.c.slug)).all()
        told = [(row, watched(archive, connection, actor, row)) for row in rows]
    return [
        WatchedPersona(row.id, row.slug, row.name, row.reviewed, evidence)
        for row, evidence in told
        if evidence
    ]


def watched(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> list[Watched]:
    """What changed under one persona since it was reviewed; under one that never was, all that is wrong."""
    named = list(dict.fromkeys(references_of(row.groups)))
    found = sources(archive, connection, actor, named)
    flagged = flags(archive, connection, actor, named, found)
    told = {
        reference: one
        for reference in named
        if (one := _told(connection, reference, flagged.get(reference), found, row.reviewed))
    }
    days = _days(connection, {story_named(connection, reference) for reference in told})
    every = _by_statement(row.groups, found, flagged, everything=actor.terminal)
    listed = [_watched(connection, days, told[one.reference], one) for one in every if one.reference in told]
    return [one for one in listed if _since(one, row.reviewed)]


@dataclass(frozen=True)
class _Named:
    """A reference in its place."""

    heading: str
    statement: str
    reference: str
    against: bool


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
                        yield _Named(group["heading"], one["text"], reference, against)


def _told(
    connection: Connection, reference: str, flag: Flag | None, found: Mapping[str, Source], reviewed: str
) -> Flag | None:
    """What is to be said of a reference: what is wrong with it, or that its words are others by now."""
    source = found.get(reference)
    if flag is not None or source is None:
        return flag
    about = Flag("", source.view.address, source.view.name)
    if source.view.whole:
        edited = bool(reviewed) and _revisions(connection, source.story_id) > 1
        return Flag(EDITED, about.address, about.name) if edited else None
    changed = select(QUOTE.c.key).where(QUOTE.c.id == (record_of(reference, "q-") or ""))
    other = connection.execute(changed.where(QUOTE.c.state == "changed")).first() is not None
    return Flag(OTHER_WORDS, about.address, about.name) if other else None


def _revisions(connection: Connection, story: str) -> int:
    counted = select(func.count()).select_from(REVISION).where(REVISION.c.record_id == story)
    return int(connection.execute(counted).scalar_one())


def _days(connection: Connection, stories: Iterable[str]) -> dict[str, str]:
    """By story the day on which something was last done to it."""
    found: dict[str, str] = {}
    for part in chunks(story for story in stories if story):
        last = select(REVISION.c.record_id, func.max(REVISION.c.observed)).group_by(REVISION.c.record_id)
        for story, at in connection.execute(last.where(REVISION.c.record_id.in_(part))):
            found[story] = str(at)[:10]
        gone = (DENIAL.c.story_id.in_(part), DENIAL.c.kind.in_((Kind.WITHDRAWN, Kind.ERASED)))
        for story, at in connection.execute(select(DENIAL.c.story_id, DENIAL.c.at).where(*gone)):
            found[story] = max(found.get(story, ""), str(at)[:10])
    return found


def _watched(connection: Connection, days: Mapping[str, str], flag: Flag, named: _Named) -> Watched:
    what = OF_FLAG.get(flag.why) or (WORDS if flag.why in (OTHER_WORDS, EDITED) else _closed(flag.why))
    story = story_named(connection, named.reference) if what != MISSING else ""
    ended = _end(connection, story) if flag.why == OVER else ""
    place = (named.heading, named.statement, named.reference, named.against)
    return Watched(*place, what, flag.why, story, ended or days.get(story, ""), flag.address, flag.name)


def _end(connection: Connection, story: str) -> str:
    """The last day of a story's consent."""
    return connection.execute(select(STORY.c.until).where(STORY.c.id == story)).scalar() or ""


def _closed(why: str) -> str:
    return WITHDRAWN if why == "taken back" else ENDED


def _since(one: Watched, reviewed: str) -> bool:
    """Whether it may have been after the review; the day, month or year itself counts, for want of hours."""
    return not reviewed or not one.on or one.on[: len(reviewed)] >= reviewed


def underneath(archive: Archive, actor: Actor, persona_id: str) -> Underneath | None:
    """The same for a persona's page; None for readers who do not work here, and where nothing changed."""
    if not may_mark(actor):
        return None
    with archive.engine.connect() as connection:
        row = connection.execute(select(PERSONA).where(PERSONA.c.id == persona_id)).first()
        told = watched(archive, connection, actor, row) if row is not None else []
    if row is None or not told:
        return None
    statements: dict[str, list[str]] = {}
    for one in told:
        words = f"{one.name}: {one.why}" if one.name else f"one piece of its evidence {_of_hidden(one.why)}"
        statements.setdefault(one.statement, []).append(words)
    return Underneath(bool(row.reviewed), list(statements.items()))


def _of_hidden(why: str) -> str:
    return why if why.startswith("leads") else f"is gone: {why}"
