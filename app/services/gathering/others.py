"""Someone else's story: passages about another person, closed until one of three things is recorded."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from rapidfuzz import fuzz
from sqlalchemy import Connection, delete, select, update

from app.database.gathering import OTHER_PERSON
from app.database.state import upsert
from app.database.tables import AnyRow
from app.errors import InvalidText, OthersStory
from app.records.model import Story
from app.rendering.markdown import render
from app.rendering.model import Rendered
from app.rendering.placing import Lines, closed_around, closed_regions, opened
from app.services.archive import Archive
from app.services.gathering.deciding import LONGEST_REASON, StoryChange
from app.services.sealing import seal, unseal

PASSAGE_OF, SEALED_FOR = "someone else’s story", "someone else’s story"
ALIKE = 85  # of 100: the same passage with some words changed
FEWEST = 5  # words: fewer are alike by chance
STILL_CLOSED = (
    "A passage in this text is someone else’s story and stays closed until she agrees, it is disguised, or a "
    "steward records why it may be told. Record that under ‘Names left behind’ first, or close the passage "
    "again. Nothing was saved."
)
NOT_ALONE = (
    "This passage can not be closed by itself here. Close it in the editor: ::: closed above it, ::: below."
)
NOT_OPENED = "It stands in one closed passage with others. Open it in the editor."
NO_REASON = "Say in a few words, up to 500 characters, how it was settled."


class Settled(StrEnum):
    """What lets a passage about somebody else stand open."""

    AGREED = "agreed"
    DISGUISED = "disguised"
    RECORDED = "recorded"


class _NoLinks:
    """Words are compared here, and no link is followed."""

    def address_of(self, target: str) -> str | None:  # noqa: ARG002
        return None


def passages_in(body: str, *, closed: bool = True) -> Rendered:
    """A story's passages, closed ones among them where they are wanted."""
    return render(body, links=_NoLinks(), show_closed=closed)


def passage_digest(archive: Archive, text: str) -> str:
    """How a passage about somebody else is known, by its normalised text."""
    return archive.keyed(PASSAGE_OF, text)


def marked(connection: Connection, story_id: str) -> Mapping[str, AnyRow]:
    """The passages of a story that are someone else's, by digest."""
    rows = connection.execute(select(OTHER_PERSON).where(OTHER_PERSON.c.story_id == story_id))
    return {row.digest: row for row in rows}


def reason_of(archive: Archive, row: AnyRow) -> str:
    return (unseal(archive, SEALED_FOR, row.reason) or "") if row.reason else ""


def with_closed(body: str, anchor: str) -> tuple[str, Collection[str]]:
    """The text with a passage closed, and the texts of what is closed by it. Raises InvalidText."""
    before = {one.text for one in passages_in(body, closed=False).passages}
    wanted = [one.text for one in passages_in(body, closed=False).passages if one.anchor == anchor]
    for changed in closed_around(body, anchor) if wanted else ():
        after = {one.text for one in passages_in(changed, closed=False).passages}
        closed = {one.text for one in passages_in(changed).passages if one.closed}
        gone = before - after
        if after <= before and gone <= closed and wanted[0] in closed:
            return changed, gone | {wanted[0]}
    raise InvalidText(NOT_ALONE)


def with_opened(archive: Archive, body: str, digest: str, settled: Collection[str]) -> str:
    """The text with a passage open that is closed by itself or beside others that are settled too.

    Raises InvalidText.
    """
    for place, region in closed_regions(body):
        inside = {one.text for one in passages_in("\n".join(region.lines)).passages}
        digests = {passage_digest(archive, text) for text in inside}
        if digest in digests and digests <= set(settled):
            return _checked(body, place, inside)
    raise InvalidText(NOT_OPENED)


def _checked(body: str, place: Lines, inside: Collection[str]) -> str:
    changed = opened(body, place)
    before = {one.text for one in passages_in(body, closed=False).passages}
    after = {one.text for one in passages_in(changed, closed=False).passages}
    if after != before | set(inside):
        raise InvalidText(NOT_OPENED)
    return changed


def mark(
    archive: Archive, connection: Connection, story_id: str, texts: Collection[str], by: int | None
) -> None:
    """These passages are someone else's story from now on, and nothing lets them stand open yet."""
    for text in texts:
        values = {"settled": "", "reason": "", "account": by, "at": archive.now()}
        made = upsert(connection, OTHER_PERSON).values(
            story_id=story_id, digest=passage_digest(archive, text), **values
        )
        connection.execute(made.on_conflict_do_update(index_elements=["story_id", "digest"], set_=values))


def unmark(connection: Connection, story_id: str, digests: Collection[str]) -> None:
    """They are not known as someone else's any more."""
    hers = (OTHER_PERSON.c.story_id == story_id, OTHER_PERSON.c.digest.in_(list(digests)))
    connection.execute(delete(OTHER_PERSON).where(*hers))


def settle(
    archive: Archive,
    connection: Connection,
    story_id: str,
    digest: str,
    how: Settled | None,
    reason: str,
    by: int | None,
) -> None:
    """Write down what lets a passage stand open; None takes it back. Raises InvalidText."""
    reason = " ".join(reason.split())
    if how is not None and not 0 < len(reason) <= LONGEST_REASON:
        raise InvalidText(NO_REASON)
    values = {
        "settled": how.value if how else "",
        "reason": seal(archive, SEALED_FOR, reason) if how else "",
        "account": by,
        "at": archive.now(),
    }
    which = (OTHER_PERSON.c.story_id == story_id, OTHER_PERSON.c.digest == digest)
    connection.execute(update(OTHER_PERSON).where(*which).values(**values))


def refuse_opening(archive: Archive, connection: Connection, change: StoryChange) -> None:
    """Keep closed what is someone else's story and not settled, also where some words of it were changed.

    Raises OthersStory.
    """
    waiting = {digest for digest, row in marked(connection, change.id).items() if not row.settled}
    if not waiting:
        return
    now = {one.text for one in passages_in(change.story.body, closed=False).passages}
    if any(passage_digest(archive, text) in waiting for text in now):
        raise OthersStory(STILL_CLOSED)
    if change.old is not None and _opens_nearly(archive, change.old, now, waiting):
        raise OthersStory(STILL_CLOSED)


def _opens_nearly(archive: Archive, old: Story, now: Collection[str], waiting: Collection[str]) -> bool:
    passages = passages_in(old.body).passages
    news = set(now) - {one.text for one in passages if not one.closed}
    hers = [one.text for one in passages if one.closed and passage_digest(archive, one.text) in waiting]
    return any(_alike(text, other) for text in hers for other in news)


def _alike(one: str, other: str) -> bool:
    shorter, longer = sorted((one.casefold(), other.casefold()), key=len)
    if len(shorter.split()) < FEWEST:
        return shorter == longer
    return fuzz.partial_ratio(shorter, longer) >= ALIKE
