"""What is said where a story is no longer: a notice to who could have read it, nothing to anybody else."""

from sqlalchemy import Connection, select

from app.database.marking import QUOTE
from app.database.tables import STORY, AnyRow
from app.database.visibility import (
    Action,
    Actor,
    Answer,
    Facts,
    decide,
    fold_name,
    standing,
    visible_to,
)
from app.errors import NotFound, StoryholdError, Withdrawn
from app.records.model import Status
from app.services.archive import Archive
from app.services.denying import ORGANISATION, QUOTE_ID, Denials, Kind


def absence(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    *,
    story_id: str = "",
    slug: str = "",
    old: bool = False,
) -> StoryholdError:
    """The error to raise for a story that is not there: Withdrawn or NotFound.

    At an address of an anonymised story's old text (the slug that it left; `old`: any other) the notice names
    neither its id nor its new place: the old name would tell whose story it is.
    """
    old = old or bool(slug)
    denials = Denials(connection, archive.keyed)
    found = denials.at_slug(slug) if slug else list(denials.of(story_id).values())
    kinds = {Kind.WITHDRAWN, Kind.ERASED} | ({Kind.ANONYMISED} if old else set())
    left = {one.story_id for one in found if old and one.kind == Kind.ANONYMISED}
    telling = (one for one in found if one.kind == Kind.ANONYMISED or one.story_id not in left)
    for denial in sorted((one for one in telling if one.kind in kinds), key=lambda one: one.at):
        if decide(actor, facts_of(archive, actor, denial), Action.READ, archive.now()) is not Answer.ABSENT:
            return _notice(archive, connection, actor, denial)
    return NotFound()


def absence_of_quote(archive: Archive, connection: Connection, actor: Actor, quote_id: str) -> StoryholdError:
    """The same for a quote that is not there: its story's notice, for words that stood open until then."""
    where = (QUOTE.c.id == quote_id, *standing())
    story_id = connection.execute(select(QUOTE.c.story_id).where(*where)).scalar()
    if story_id:
        return absence(archive, connection, actor, story_id=story_id)
    gone = Denials(connection, archive.keyed).gone_from(QUOTE_ID, quote_id)
    return absence(archive, connection, actor, story_id=gone, old=True) if gone else NotFound()


def facts_of(archive: Archive, actor: Actor, denial: AnyRow) -> Facts:
    """What the rule needs to know of what was denied; of organisations there are keyed digests alone."""
    excluded = frozenset(denial.not_for)
    if actor.organisation is not None:
        hers = fold_name(actor.organisation)
        excluded |= {hers} if archive.keyed(ORGANISATION, hers) in excluded else set()
    return Facts(
        denial.story_id, denial.uses, Status.WITHDRAWN, denial.until, denial.understood, not_for=excluded
    )


def _notice(archive: Archive, connection: Connection, actor: Actor, denial: AnyRow) -> Withdrawn:
    since = str(denial.at)[:10]
    if denial.kind == Kind.ANONYMISED:
        return Withdrawn("", since)
    where = (STORY.c.id == denial.replacement, visible_to(actor, archive.now()))
    row = connection.execute(select(STORY.c.id).where(*where)).first() if denial.replacement else None
    return Withdrawn(denial.story_id, since, f"/s/{row.id}" if row else None)
