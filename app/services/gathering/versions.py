"""The versions of a story, and who may read one that is not the current one."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from app.database.gathering import NAME_DECISION
from app.database.tables import REVISION, AnyRow
from app.database.visibility import Action, Actor, Answer, Facts, decide, fold_name, use_bits
from app.errors import NotFound, Withdrawn
from app.records.model import Slug, Status, Story
from app.records.problems import SetAside
from app.records.stories import parse_story
from app.services.allowing import may
from app.services.archive import Archive
from app.services.denying import Denials, Text
from app.services.gathering.standing import closed_since, passages_by_state
from app.services.reading import load_story_by_id

GONE_FOR_GOOD = {Text.REPLACED.value, Text.ERASED.value}


def load_version(
    archive: Archive, connection: Connection, actor: Actor, story_id: str, number: int
) -> tuple[AnyRow, AnyRow, Story, bool]:
    """The story's row, the version's, what the version says, and whether she is of the story's team.

    Raises Withdrawn where the story was taken back; NotFound where there is no such version, or not for
    this reader: she can not tell which.
    """
    row = load_story_by_id(archive, connection, actor, story_id)
    if row.status == Status.WITHDRAWN:
        raise Withdrawn(row.id)
    team = may(archive, connection, actor, row, Action.READ_CLOSED)
    version = version_of(connection, row.id, number)
    story = told_by(version, archive)
    if not (team or number == row.revision or _open_to(archive, connection, actor, row, version, story)):
        raise NotFound
    if row.revision != number and _gone(archive, connection, row, version, story):
        raise NotFound
    return row, version, story, team


def version_of(connection: Connection, story_id: str, number: int) -> AnyRow:
    """One version's row. Raises NotFound."""
    where = (REVISION.c.record_id == story_id, REVISION.c.number == number)
    found = connection.execute(select(REVISION).where(*where)).first()
    if found is None:
        raise NotFound
    return found


def told_by(version: AnyRow, archive: Archive) -> Story:
    """What a version says. Raises NotFound where it can not be read."""
    try:
        slug, today = Slug(version.slug), archive.now().date()
        return parse_story(version.content, slug=slug, file="", today=today).story
    except SetAside:
        raise NotFound from None


def _open_to(
    archive: Archive, connection: Connection, actor: Actor, row: AnyRow, version: AnyRow, story: Story
) -> bool:
    """Whether a reader of the story may read this version: then as now, and nothing was taken out of sight.

    How long the consent holds is the current one's matter: to make it last longer opens no other words.
    """
    then = replace(_facts(archive, row.id, story), until=row.until)
    return (
        decide(actor, then, Action.READ, archive.now()) is Answer.ALLOWED
        and not renamed_since(connection, row, version, story)
        and not closed_since(connection, row.id, version.number, archive.now().date())
        and not _denied(archive, connection, row, version, story)
    )


def _facts(archive: Archive, story_id: str, story: Story) -> Facts:
    consent = story.consent
    return Facts(
        story_id,
        use_bits(consent.uses if consent.stated else archive.unstated),
        story.status,
        understood=consent.understood,
        not_for=frozenset(map(fold_name, consent.not_for)),
    )


def renamed_since(connection: Connection, row: AnyRow, version: AnyRow, story: Story) -> bool:
    """Whether names were replaced after this version: the storyteller's, or one that the check found."""
    named = story.storyteller or ""
    if named and named != row.storyteller:
        return True
    replaced = select(func.max(NAME_DECISION.c.at)).where(
        NAME_DECISION.c.story_id == row.id, NAME_DECISION.c.decision == "replaced"
    )
    last = connection.execute(replaced).scalar()
    return last is not None and _utc(version.observed) <= _utc(last)


def _utc(moment: datetime) -> datetime:
    """SQLite gives moments back without their offset."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _denied(archive: Archive, connection: Connection, row: AnyRow, version: AnyRow, story: Story) -> set[str]:
    """Why passages that stand open in it may not: closed since, or the words of a story that is no more."""
    passages, _ = passages_by_state(story, version.slug)
    denials = Denials(connection, archive.keyed)
    return denials.open_again(row.id, row.slug, passages, version.digest)


def _gone(archive: Archive, connection: Connection, row: AnyRow, version: AnyRow, story: Story) -> bool:
    """Whether it holds words that were erased or replaced for good; then nobody reads it."""
    return bool(_denied(archive, connection, row, version, story) & GONE_FOR_GOOD)
