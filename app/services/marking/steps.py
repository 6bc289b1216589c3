"""Changes of the codebook that can be undone as one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from app.database.marking import CODEBOOK, STEP
from app.database.tables import AnyRow
from app.database.visibility import Actor, Role
from app.errors import NotFound
from app.services.archive import Archive
from app.services.auditing import Deed, Event, note_deeds, theme_mark
from app.services.documents import chunks
from app.services.marking.entries import Entry, entries_of, put_entries

KINDS = ("save", "adopt", "import")


class Undone(NamedTuple):
    """How many themes stand again as before, and how many were left since somebody changed them meanwhile."""

    themes: int
    left: int


def take_step(
    archive: Archive,
    connection: Connection,
    kind: str,
    entries: Mapping[str, Entry | None],
    by: int | None,
) -> int | None:
    """Let the codebook say this, and keep what stood before; the step's key, None where nothing changes."""
    before = entries_of(connection, entries)
    changed = {slug: entry for slug, entry in entries.items() if entry != before.get(slug)}
    if not changed:
        return None
    put_entries(archive, connection, changed, by)
    after = entries_of(connection, changed)
    kept = {
        "kind": kind,
        "about": next(iter(changed)) if len(changed) == 1 else "",
        "before": _plain(changed, before),
        "after": _plain(changed, after),
        "account": by,
        "at": archive.now(),
    }
    note_deeds(archive, connection, [Deed(Event.EDITED, by, theme_mark(archive, slug)) for slug in changed])
    (key,) = connection.execute(insert(STEP).values(kept)).inserted_primary_key or (0,)
    return int(key)


def _plain(slugs: Mapping[str, object], entries: Mapping[str, Entry]) -> dict[str, object]:
    return {slug: entries[slug].plain if slug in entries else None for slug in slugs}


def step_of(connection: Connection, actor: Actor, key: int, by: int | None) -> AnyRow:
    """A step that this person may undo: her own, and a steward's any. Raises NotFound."""
    row = connection.execute(select(STEP).where(STEP.c.key == key, STEP.c.kind.in_(KINDS))).first()
    if row is None or (row.account != by and Role.STEWARD not in actor.roles):
        raise NotFound
    return row


def undo_step(archive: Archive, connection: Connection, actor: Actor, key: int, by: int | None) -> Undone:
    """Let the codebook say again what it said before a step; a theme that changed since is left as it is.

    A step that was undone is undone: nothing more happens. Raises NotFound.
    """
    row = step_of(connection, actor, key, by)
    if row.undone is not None:
        return Undone(0, 0)
    now = entries_of(connection, row.before)
    merged = _merged(connection, row.before)
    same = [slug for slug in row.before if slug not in merged and says_still(row, slug, now.get(slug))]
    put_entries(archive, connection, {slug: _again(row.before[slug]) for slug in same}, by)
    connection.execute(update(STEP).where(STEP.c.key == key).values(undone=archive.now()))
    note_deeds(archive, connection, [Deed(Event.EDITED, by, theme_mark(archive, slug)) for slug in same])
    return Undone(len(same), len(row.before) - len(same))


def says_still(row: AnyRow, slug: str, now: Entry | None) -> bool:
    """Whether of a theme is said now what a step left there."""
    return bool((now.plain if now else None) == row.after[slug])


def _merged(connection: Connection, slugs: Mapping[str, object]) -> set[str]:
    """Those of these themes that were merged into others: undoing that merge needs them as they are."""
    found: set[str] = set()
    for part in chunks(list(slugs)):
        merged = select(CODEBOOK.c.slug).where(CODEBOOK.c.slug.in_(part), CODEBOOK.c.merged_into.is_not(None))
        found.update(connection.execute(merged).scalars())
    return found


def _again(plain: Mapping[str, Any] | None) -> Entry | None:
    return replace(Entry(""), **plain) if plain is not None else None


def last_step(connection: Connection, slug: str, kind: str = "save") -> AnyRow | None:
    """The last change of one theme by its form."""
    steps = select(STEP).where(STEP.c.about == slug, STEP.c.kind == kind).order_by(STEP.c.key.desc())
    return connection.execute(steps.limit(1)).first()
