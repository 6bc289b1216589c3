"""What is offered where words or a passage that somebody wants to cite do not stand in the story."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from app.database.tables import AnyRow
from app.database.visibility import Actor
from app.services.archive import Archive
from app.services.citing.anchors import nearest_now
from app.services.citing.passages import passages_of
from app.services.citing.reading import LONGEST_WORDS, AskedCitation, Found
from app.services.marking.words import analyser_of
from app.services.tracing.nearest import nearest
from app.services.views.citing import NearPassage


def near_of(
    archive: Archive, actor: Actor, asked: AskedCitation, found: Found, address: str
) -> NearPassage | None:
    """The nearest in the story's open passages; None where nothing is near.

    `address` is that at which the story is cited.
    """
    with archive.engine.connect() as connection:
        passages = passages_of(connection, found.story.id)
    near = _near_words(archive, passages, asked.words, address)
    near = near or _near_passage(archive, actor, asked, passages, address)
    return replace(near, folded=bool(found.story.folded)) if near else None


def _near_words(archive: Archive, passages: Sequence[AnyRow], words: str, address: str) -> NearPassage | None:
    analyser = analyser_of(archive.settings.search_language)
    found = nearest(analyser, [row.text for row in passages], words) if words else None
    if found is None or len(found.words) > LONGEST_WORDS:
        return None
    first, last = passages[found.first], passages[found.last]
    to = [("to", last.anchor)] if last is not first else []
    query = urlencode([("at", first.anchor), *to, ("words", found.words)])
    return NearPassage(f"{address}?{query}", first.number, last.number if to else 0, found.words, False)


def _near_passage(
    archive: Archive, actor: Actor, asked: AskedCitation, passages: Sequence[AnyRow], address: str
) -> NearPassage | None:
    """What became of a passage that stood here once."""
    sought = nearest_now(archive, actor, asked.record_id, asked.anchor) if asked.anchor else None
    anchor = sought.near_address.partition("#")[2] if sought else ""
    row = next((one for one in passages if one.anchor == anchor), None)
    if row is None or sought is None:
        return None
    return NearPassage(f"{address}?at={anchor}", row.number, 0, sought.near_words, False)
