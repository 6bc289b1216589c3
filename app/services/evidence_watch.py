"""What happened to the evidence under a persona since it was written, for whoever works here.

What is said rests on what this person may see: of a reference to a story that is hidden from her she is told
what she would be told of one that never was, that it leads to nothing for her.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import Connection, select

from app.database.marking import QUOTE
from app.database.tables import REVISION, STORY, AnyRow
from app.database.visibility import Actor, Role, may_mark, today, visible_to
from app.errors import Withdrawn
from app.services.absence import absence
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.denying import Denials
from app.services.documents import chunks
from app.services.evidence import Source, record_of, split_reference
from app.services.states import why_closed
from app.services.views import Flag

NOTHING = "leads to nothing that you may see"
CHANGED = "the story was changed, and these words are not in it any more"
QUOTE_CHANGED = "the words of this quote were changed, closed or taken away"
TAKEN_BACK = "the story was taken back"


def flags(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    references: Iterable[str],
    found: Mapping[str, Source],
) -> dict[str, Flag]:
    """By reference what is to be known of it. Readers who do not work here are told nothing."""
    if not may_mark(actor):
        return {}
    named = stories_named(connection, references)
    rows = _stories(archive, connection, actor, {story for story in named.values() if story})
    day = today(archive.now())
    flagged: dict[str, Flag] = {}
    for reference, story in named.items():
        row = rows.get(story)
        flag = _of_seen(row, reference, day, found) if row else _of_hidden(archive, connection, actor, story)
        if flag:
            kept = Role.STEWARD in actor.roles and bool(row)
            kept |= actor.terminal and _never_was(archive, connection, story)
            flagged[reference] = replace(flag, kept=kept)
    return flagged


def _of_seen(row: AnyRow, reference: str, day: str, found: Mapping[str, Source]) -> Flag | None:
    """Words that are gone from a story that she may read, or a story that nobody else reads any more."""
    closed = why_closed(row, day)
    about = Flag("", story_address(row.slug), row.heading)
    if closed:
        return replace(about, why=closed[0].lower() + closed[1:])
    if reference in found:
        return None
    return replace(about, why=QUOTE_CHANGED if record_of(reference, "q-") else CHANGED)


def _of_hidden(archive: Archive, connection: Connection, actor: Actor, story: str) -> Flag:
    told = absence(archive, connection, actor, story_id=story) if story else None
    return Flag(TAKEN_BACK if isinstance(told, Withdrawn) else NOTHING)


def stories_named(connection: Connection, references: Iterable[str]) -> dict[str, str]:
    """By reference the id of the story that is named, or whose quote is; empty where there is no such."""
    written = dict.fromkeys(references)
    quotes = {one: quote for one in written if (quote := record_of(one, "q-"))}
    of_quote: dict[str, str] = {}
    for some in chunks(set(quotes.values())):
        rows = connection.execute(select(QUOTE.c.id, QUOTE.c.story_id).where(QUOTE.c.id.in_(some)))
        of_quote |= {row.id: row.story_id for row in rows}
    return {one: of_quote.get(quotes.get(one, ""), "") or _story_in(one) for one in written}


def _never_was(archive: Archive, connection: Connection, story: str) -> bool:
    """Whether a story is named that never was, for whomever: who sits at the machine is told of it.

    A steward is not, for a story may be kept from her organisation. Of one that was erased, or whose file
    went, nobody is told; nor of a quote of which nothing is known, for it may be that one's.
    """
    if not story or Denials(connection, archive.keyed).of(story):
        return False
    was = select(REVISION.c.key).where(REVISION.c.record_id == story).limit(1)
    return connection.execute(was).first() is None


def _story_in(reference: str) -> str:
    parts = split_reference(reference)
    return parts[0] if parts else record_of(reference, "s-") or ""


def _stories(archive: Archive, connection: Connection, actor: Actor, ids: Iterable[str]) -> dict[str, AnyRow]:
    seen = visible_to(actor, archive.now())
    rows: dict[str, AnyRow] = {}
    for some in chunks(set(ids)):
        found = connection.execute(select(STORY).where(STORY.c.id.in_(some), seen))
        rows |= {row.id: row for row in found}
    return rows
