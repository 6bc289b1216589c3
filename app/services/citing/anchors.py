"""From a passage's anchor to the place where it stands, or where it stood once and what is nearest now."""

import re
from collections.abc import Sequence

from sqlalchemy import Connection, select

from app.database.tables import PASSAGE, REVISION, AnyRow
from app.database.visibility import Actor
from app.errors import NotFound, Withdrawn
from app.records.ids import ALPHABET
from app.records.model import RecordKind
from app.rendering.aligning import successors, words_of
from app.rendering.markdown import render
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.gathering.history import version_address
from app.services.gathering.versions import load_version, told_by
from app.services.reading import load_story_by_id
from app.services.references import ReferenceTargets
from app.services.views import SoughtPassage

_FORM = re.compile(rf"p-([{ALPHABET}ilo]{{6}})(-[1-9][0-9]{{0,5}})?")
_READ_ALOUD = str.maketrans("ilo", "110")
MISSING = "missing"  # in the address of a story that has no such passage; which one is not said again
LOOKED_THROUGH = 40  # versions, the newest first: reading one takes some milliseconds
NEAR = 160  # characters of a passage that tell which one it is


def normal_anchor(text: str) -> str:
    """The one spelling of a passage's anchor, I, L and O read as in ids; empty where it has not that form."""
    found = _FORM.fullmatch(text.strip().lower())
    return f"p-{found[1].translate(_READ_ALOUD)}{found[2] or ''}" if found else ""


def address_at(archive: Archive, actor: Actor, story_id: str, anchor: str) -> str:
    """The passage on the story's page; else in the newest version that has it and is open to this reader;
    else the story's page, which says that there is none. Raises NotFound or Withdrawn.
    """
    wanted = normal_anchor(anchor)
    with archive.engine.connect() as connection:
        row = load_story_by_id(archive, connection, actor, story_id)
        if wanted and wanted in _anchors_now(connection, row.id):
            return f"{story_address(row.slug)}#{wanted}"
        number = _version_with(archive, connection, actor, row, wanted) if wanted else 0
    if number:
        return f"{version_address(row.id, number)}?at={wanted}#{wanted}"
    return f"{story_address(row.slug)}?{MISSING}"


def sought_in(
    archive: Archive, actor: Actor, story_id: str, number: int, anchor: str
) -> SoughtPassage | None:
    """Of a passage that stood in this version and stands no longer, what is nearest in the story now."""
    wanted = normal_anchor(anchor)
    with archive.engine.connect() as connection:
        row, version, _, _ = load_version(archive, connection, actor, story_id, number)
        old, now = _passages(archive, version), _passages_now(connection, row.id)
    anchors = [one for one, _ in old]
    if wanted not in anchors or wanted in dict(now):
        return None
    place = anchors.index(wanted) / len(anchors)
    near = _successor(old, now, wanted) or (now[int(place * len(now))] if now else ("", ""))
    address = f"{story_address(row.slug)}#{near[0]}" if near[0] else ""
    return SoughtPassage(wanted, address, near[1] if len(near[1]) <= NEAR else f"{near[1][:NEAR].rstrip()}…")


def nearest_now(archive: Archive, actor: Actor, story_id: str, anchor: str) -> SoughtPassage | None:
    """The same of a passage that stood in any version which is open to this reader."""
    wanted = normal_anchor(anchor)
    with archive.engine.connect() as connection:
        row = load_story_by_id(archive, connection, actor, story_id)
        number = _version_with(archive, connection, actor, row, wanted) if wanted else 0
    return sought_in(archive, actor, row.id, number, wanted) if number else None


_Passages = Sequence[tuple[str, str]]  # anchors and texts


def _successor(old: _Passages, now: _Passages, wanted: str) -> tuple[str, str] | None:
    """The passage that has most of its words."""
    became = successors([words_of(*one) for one in old], [words_of(*one) for one in now])
    found = became.get(wanted) or ()
    return next(((one.passage.anchor, one.passage.text) for one in found if one.words), None)


def _version_with(archive: Archive, connection: Connection, actor: Actor, row: AnyRow, wanted: str) -> int:
    """The newest version with this passage that she may read; 0 where there is none."""
    hers = select(REVISION).where(REVISION.c.record_id == row.id)
    for version in connection.execute(hers.order_by(REVISION.c.number.desc()).limit(LOOKED_THROUGH)):
        if wanted in dict(_passages(archive, version)):
            try:
                load_version(archive, connection, actor, row.id, version.number)
            except (NotFound, Withdrawn):
                continue
            return int(version.number)
    return 0


def _passages(archive: Archive, version: AnyRow) -> _Passages:
    """The open passages of a version; none where it can not be read."""
    try:
        story = told_by(version, archive)
    except NotFound:
        return ()
    rendered = render(story.body, links=ReferenceTargets(RecordKind.STORY, version.slug), title=story.title)
    return [(one.anchor, one.text) for one in rendered.passages if not one.closed]


def _passages_now(connection: Connection, story_id: str) -> _Passages:
    hers = select(PASSAGE.c.anchor, PASSAGE.c.text).where(PASSAGE.c.story_id == story_id)
    return [(row.anchor, row.text) for row in connection.execute(hers.order_by(PASSAGE.c.number))]


def _anchors_now(connection: Connection, story_id: str) -> set[str]:
    return {anchor for anchor, _ in _passages_now(connection, story_id)}
