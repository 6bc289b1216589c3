"""The words of a citation as they were cited, from the version of the story to which it is pinned."""

from collections.abc import Iterable

from sqlalchemy import Connection

from app.database.visibility import Actor
from app.errors import NotFound, Withdrawn
from app.rendering.model import Passage
from app.rendering.wording import digest_of_words
from app.services.archive import Archive
from app.services.gathering.versions import load_version
from app.services.marking.relocating import passages_of
from app.services.specifications.watching import Cited, State

Versions = dict[tuple[str, int], dict[str, Passage]]


def words_before(
    archive: Archive, connection: Connection, actor: Actor, cited: Iterable[Cited]
) -> dict[int, str]:
    """Of the quotes among these whose text changed since, by the key of their citation.

    Left out is one of which this person may not read that version: what was closed or replaced in it since
    stays so.
    """
    versions: Versions = {}
    found: dict[int, str] = {}
    for one in cited:
        row = one.row
        if one.state is not State.CHANGED or row.kind != "quote" or not row.quote_id:
            continue
        place = (row.story_id, row.revision)
        if place not in versions:
            versions[place] = _open_in(archive, connection, actor, *place)
        passage = versions[place].get(row.anchor)
        words = passage.text[row.start : row.start + row.size] if passage else ""
        if words and digest_of_words(words) == row.digest:
            found[one.key] = words
    return found


def _open_in(
    archive: Archive, connection: Connection, actor: Actor, story_id: str, number: int
) -> dict[str, Passage]:
    """The open passages of a version by their anchor; none where she may not read it."""
    try:
        _, _, story, _ = load_version(archive, connection, actor, story_id, number)
    except (NotFound, Withdrawn):
        return {}
    return {one.anchor: one for one in passages_of(story) if not one.closed}
