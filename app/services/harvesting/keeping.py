"""Keeping what harvesters are told, in the very transactions that change what everybody reads.

A story that everybody finds has a row; one that they find no longer keeps it, as deleted, for good.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Update, and_, delete, insert, select, update

from app.database.harvesting import HARVEST, HARVEST_SET
from app.database.ledgers import DENIAL
from app.database.tables import PASSAGE, STORY, THEME, AnyRow
from app.database.visibility import ANONYMOUS, Action, Answer, decide, listed_to
from app.services.absence import facts_of
from app.services.archive import Archive
from app.services.denying import Kind
from app.services.documents import chunks
from app.services.harvesting.sets import set_digest, specs_of

PURPOSE = "told to harvesters"  # of the keyed digest of a record
TOLD = (
    *("slug", "title", "storyteller", "role", "site", "gathered", "language", "summary"),
    *("uses", "until", "stated", "folded", "kinds", "content_notes"),
)
LAST_DAY = date.max.isoformat()
GONE = (Kind.WITHDRAWN.value, Kind.ERASED.value)


@dataclass(frozen=True)
class Told:
    """What everybody is told of a story now, as far as it has to be compared."""

    digest: str
    ends: str | None
    specs: Sequence[str]


def stamp_of(moment: datetime) -> str:
    """A moment to the second, as the protocol writes it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def keep_told(archive: Archive, connection: Connection, record_ids: Iterable[str]) -> None:
    """Compare what everybody is told of these stories with what is kept, and note when it changed.

    Belongs at the end of every transaction that changes what may be read.
    """
    for part in chunks(one for one in record_ids if one.startswith("s-")):
        _keep(archive, connection, part)


def _keep(archive: Archive, connection: Connection, ids: Sequence[str]) -> None:
    now, told = stamp_of(archive.now()), _told(archive, connection, ids)
    rows = connection.execute(select(HARVEST).where(HARVEST.c.story_id.in_(ids)))
    known = {row.story_id: row for row in rows}
    for story_id, one in told.items():
        _keep_public(archive, connection, story_id, one, known.get(story_id), now)
    gone = [row for row in known.values() if row.story_id not in told and not row.deleted]
    for row in gone:
        _keep_gone(connection, row, now)
    strange = [one for one in ids if one not in told and one not in known]
    _keep_denied(archive, connection, strange)


def _keep_public(
    archive: Archive, connection: Connection, story_id: str, told: Told, row: AnyRow | None, now: str
) -> None:
    had_ended = row is not None and (row.deleted or (row.ends is not None and row.ends <= now))
    if row is not None and row.told == told.digest and not had_ended:
        return
    values = {"stamp": now, "deleted": False, "ends": told.ends, "told": told.digest}
    connection.execute(
        _of(story_id).values(values)
        if row is not None
        else insert(HARVEST).values(story_id=story_id, **values)
    )
    connection.execute(delete(HARVEST_SET).where(HARVEST_SET.c.story_id == story_id))
    digests = {set_digest(archive, spec) for spec in told.specs}
    if digests:
        rows = [{"story_id": story_id, "digest": digest} for digest in sorted(digests)]
        connection.execute(insert(HARVEST_SET), rows)


def _keep_gone(connection: Connection, row: AnyRow, now: str) -> None:
    """From now on; or from the end of its consent, where that came first and nobody had noticed."""
    stamp = row.ends if row.ends is not None and row.ends <= now else now
    connection.execute(_of(row.story_id).values(stamp=stamp, deleted=True, ends=None, told=""))


def _of(story_id: str) -> Update:
    return update(HARVEST).where(HARVEST.c.story_id == story_id)


def _keep_denied(archive: Archive, connection: Connection, ids: Sequence[str]) -> None:
    """What was taken back before it was ever noted here, and of which everybody is told that it was."""
    where = (DENIAL.c.story_id.in_(ids), DENIAL.c.kind.in_(GONE))
    rows = connection.execute(select(DENIAL).where(*where).order_by(DENIAL.c.at)) if ids else ()
    _note(archive, connection, rows)


def keep_all_denied(archive: Archive) -> None:
    """The same for every denial, of which a list outside the database may have brought some."""
    absent = and_(DENIAL.c.kind.in_(GONE), HARVEST.c.story_id.is_(None))
    joined = DENIAL.outerjoin(HARVEST, HARVEST.c.story_id == DENIAL.c.story_id)
    statement = select(DENIAL).select_from(joined).where(absent).order_by(DENIAL.c.at)
    with archive.engine.connect() as connection:
        if not any(_is_noticed(archive, row) for row in connection.execute(statement)):
            return
    with archive.writing() as connection:
        _note(archive, connection, connection.execute(statement).all())
        connection.commit()


def _note(archive: Archive, connection: Connection, denials: Iterable[AnyRow]) -> None:
    since = {row.story_id: row.at for row in denials if _is_noticed(archive, row)}
    rows = [
        {"story_id": one, "stamp": _moment_of(at), "deleted": True, "ends": None, "told": ""}
        for one, at in since.items()
    ]
    if rows:
        connection.execute(insert(HARVEST), rows)


def _is_noticed(archive: Archive, denial: AnyRow) -> bool:
    facts = facts_of(archive, ANONYMOUS, denial)
    return decide(ANONYMOUS, facts, Action.READ, archive.now()) is Answer.NOTICE


def _moment_of(iso: str) -> str:
    """The moment of a denial, of which a file may have named the day alone."""
    at = datetime.fromisoformat(iso)
    return stamp_of(at if at.tzinfo else at.replace(tzinfo=UTC))


def keep_ended(archive: Archive) -> None:
    """Note the consents that have ended, each at its own moment; before anything is told to a harvester."""
    now = stamp_of(archive.now())
    ended = HARVEST.c.ends <= now
    with archive.engine.connect() as connection:
        if connection.execute(select(HARVEST.c.story_id).where(ended).limit(1)).first() is None:
            return
    with archive.writing() as connection:
        values = {"stamp": HARVEST.c.ends, "deleted": True, "ends": None, "told": ""}
        connection.execute(update(HARVEST).where(ended).values(values))
        connection.commit()


def tell_anew(connection: Connection, now: datetime, since: Iterable[str] = ()) -> None:
    """After a restore nobody knows what harvesters were told last, so all of it counts as changed now.

    `since` are stories of which they were told after the backup was made: gone, unless a file has them.
    """
    connection.execute(update(HARVEST).values(stamp=stamp_of(now)))
    gone = {"stamp": stamp_of(now), "deleted": True, "ends": None, "told": ""}
    for story_id in since:
        connection.execute(insert(HARVEST).values(story_id=story_id, **gone))


def told_since(present: Path, restored: Path) -> list[str]:
    """Stories of which harvesters were told out of one SQLite file, and not yet out of an earlier one."""
    return sorted(_told_in(present) - _told_in(restored))


def _told_in(path: Path) -> set[str]:
    """Nothing where the file is not there, is damaged or older than harvesting."""
    if not path.is_file():
        return set()
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        return {str(row[0]) for row in database.execute(f"SELECT story_id FROM {HARVEST.name}")}
    return set()


def _told(archive: Archive, connection: Connection, ids: Sequence[str]) -> dict[str, Told]:
    """What everybody is told of those of these stories that everybody finds."""
    shown = (STORY.c.id.in_(ids), listed_to(ANONYMOUS, archive.now()))
    rows = connection.execute(
        select(STORY.c.id, STORY.c.site_slug, *(STORY.c[name] for name in TOLD)).where(*shown)
    ).all()
    found = [row.id for row in rows]
    themes, passages = _themes(connection, found), _passages(connection, found)
    return {
        row.id: Told(
            _digest(archive, row, themes.get(row.id, []), passages.get(row.id, [])),
            _ends(row.until),
            specs_of([slug for slug, _ in themes.get(row.id, [])], row.site_slug),
        )
        for row in rows
    }


def _digest(archive: Archive, row: AnyRow, themes: Sequence[tuple[str, str]], passages: Sequence[str]) -> str:
    said = [row._mapping[name] for name in TOLD]
    text = json.dumps([said, themes, passages], ensure_ascii=True)
    return archive.keyed(PURPOSE, text)


def _ends(until: str | None) -> str | None:
    """The moment at which consent up to a day, the day among it, has ended; None where it never does."""
    if until is None or until >= LAST_DAY:
        return None
    return f"{date.fromisoformat(until) + timedelta(days=1)}T00:00:00Z"


def _themes(connection: Connection, ids: Sequence[str]) -> Mapping[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    wanted = select(THEME).where(THEME.c.story_id.in_(ids)).order_by(THEME.c.place, THEME.c.slug)
    for row in connection.execute(wanted):
        found.setdefault(row.story_id, []).append((row.slug, row.label))
    return found


def _passages(connection: Connection, ids: Sequence[str]) -> Mapping[str, list[str]]:
    """The anchors of open passages, which change with their words."""
    found: dict[str, list[str]] = {}
    columns = (PASSAGE.c.story_id, PASSAGE.c.anchor)
    wanted = (
        select(*columns).where(PASSAGE.c.story_id.in_(ids)).order_by(PASSAGE.c.story_id, PASSAGE.c.number)
    )
    for row in connection.execute(wanted):
        found.setdefault(row.story_id, []).append(row.anchor)
    return found
