"""Checking a printed sign: whether its words stood there, in that version, and may be read still."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select

from app.database.marking import QUOTE
from app.database.tables import AnyRow
from app.database.visibility import Actor
from app.errors import NotFound, Withdrawn
from app.rendering.locating import Place, Relocation
from app.rendering.model import Passage
from app.rendering.selecting import place_of
from app.services.archive import Archive
from app.services.gathering.versions import load_version
from app.services.marking.relocating import passages_at, passages_of
from app.services.reading import load_story_by_id, standing_label
from app.services.tracing.printed import Sign, digest_of
from app.services.tracing.sources import Candidate, candidate_of


class State(StrEnum):
    """What came of a sign."""

    RIGHT = "right"
    OTHER = "other"  # other words stood there
    UNKNOWN = "unknown"  # there is no such, or not for this reader
    TAKEN_BACK = "taken back"


@dataclass(frozen=True)
class Checked:
    """A sign and what came of it; of a right one the version, and the passage's place in it.

    `stands`: the same words stand in the story as it is now; `uses` is what that may be used for today.
    """

    sign: Sign
    state: State
    since: str = ""  # an ISO day, of what was taken back
    candidate: Candidate | None = None
    passage: int = 0
    stands: bool = False
    uses: str = ""


def check_sign(archive: Archive, connection: Connection, actor: Actor, sign: Sign) -> Checked:
    """What a sign stands for; to who may not read its story, or that version, it is one of nobody's."""
    try:
        row, story_id = _named(connection, sign)
        now = load_story_by_id(archive, connection, actor, story_id)  # its notice says since when
        shown, _, story, _ = load_version(archive, connection, actor, story_id, sign.version)
    except Withdrawn as notice:
        return Checked(sign, State.TAKEN_BACK, notice.since or "")
    except NotFound:
        return Checked(sign, State.UNKNOWN)
    passages = [one for one in passages_of(story) if not one.closed]
    found = _found(archive, connection, sign, row, passages)
    if found is None:
        return Checked(sign, State.OTHER)
    at, words = found
    candidate = candidate_of(shown, sign.version, [(one.anchor, one.text) for one in passages])
    stands = sign.version == now.revision or _stands_now(archive, connection, actor, now, words)
    uses = standing_label(archive, connection, now)
    return Checked(sign, State.RIGHT, candidate=candidate, passage=at, stands=stands, uses=uses)


def _stands_now(archive: Archive, connection: Connection, actor: Actor, now: AnyRow, words: str) -> bool:
    _, _, story, _ = load_version(archive, connection, actor, now.id, now.revision)
    return any(place_of(one.text, words) is not None for one in passages_of(story) if not one.closed)


def _named(connection: Connection, sign: Sign) -> tuple[AnyRow | None, str]:
    """The quote that a sign names, and the story. Raises NotFound."""
    if sign.anchor:
        return None, sign.id
    row = connection.execute(select(QUOTE).where(QUOTE.c.id == sign.id)).first()
    if row is None:
        raise NotFound
    return row, str(row.story_id)


def _found(
    archive: Archive, connection: Connection, sign: Sign, row: AnyRow | None, passages: Sequence[Passage]
) -> tuple[int, str] | None:
    """In which of a version's passages the words of this sign stand, and the words."""
    if row is None:
        same = (at for at, one in enumerate(passages) if one.anchor == sign.anchor)
        right = (at for at in same if digest_of(passages[at].text) == sign.digest)
        return next(((at, passages[at].text) for at in right), None)
    if digest_of(row.exact) == sign.digest:
        standing = (at for at, one in enumerate(passages) if place_of(one.text, row.exact) is not None)
        hers = min(standing, key=lambda at: passages[at].anchor != row.anchor, default=None)
        return None if hers is None else (hers, str(row.exact))
    return _moved(archive, connection, sign, row, passages)


def _moved(
    archive: Archive, connection: Connection, sign: Sign, row: AnyRow, passages: Sequence[Passage]
) -> tuple[int, str] | None:
    """The same of a quote whose words in this version are not those that were marked."""
    old = passages_at(archive, connection, row.story_id, row.located)
    texts = {one.anchor: one.text for one in old}
    words = texts.get(row.anchor, "")[row.start : row.start + row.size]
    there = Relocation(old, passages).locate(Place(row.anchor, row.start, words)).place
    if there is None or digest_of(there.exact) != sign.digest:
        return None
    return next(at for at, one in enumerate(passages) if one.anchor == there.anchor), there.exact
