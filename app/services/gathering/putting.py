"""A story that a program writes: what differs from what it was given, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app.database.tables import PERSONA, AnyRow
from app.database.visibility import Action, Actor, visible_to
from app.errors import EditConflict, InvalidText, NotAllowed
from app.records.model import Digest, RecordKey, RecordKind, Slug, Story
from app.records.stories import KEYS
from app.services.allowing import may
from app.services.archive import Archive
from app.services.exposing import expose_story
from app.services.gathering.editing import changed, one_line_note, parsed_or_refused
from app.services.intents import EDITOR, Intent
from app.services.reading import load_story
from app.services.recording import By, Loaded, form_digest, load_file
from app.services.saving import Saved, save_record
from app.services.versions import shown_digest

ELSEWHERE = {
    "id": "An id is given once and never changes.",
    "consent": "Consent is recorded at /s/{id}/consent, where it is written down how it came to be.",
    "withdrawn": "A story is taken back at /s/{id}/withdraw.",
}
HIDDEN = (
    "The file holds closed passages, comments or links that are not shown here, and they would be lost. "
    "Change its text at /s/{id}/edit."
)
NO_KEY = "The archive knows no such key."
NEVER_SHOWN = ("context", "status")  # may be written, and are left alone where they are not


@dataclass(frozen=True)
class Put:
    """What a program sends. None leaves a part as it is."""

    front_matter: Mapping[str, Any] | None = None
    markdown: str | None = None
    note: str = ""


def tag_of(archive: Archive, actor: Actor, slug: str) -> str | None:
    """What a program must send along to change a story; None for who may not change it.

    It is the tag of the version that is shown, never of a file that SQL has yet to follow: else who is given
    the text before a save and the tag after it would undo that save. Ask for it before the text.
    """
    with archive.engine.connect() as connection:
        row = load_story(archive, connection, actor, slug)
        if not may(archive, connection, actor, row, Action.EDIT):
            return None
        return form_digest(archive, shown_digest(connection, row))


def put_story(archive: Archive, actor: Actor, by: By, slug: str, put: Put, *, expected: str) -> Saved:
    """Save what differs from what this person is shown.

    `expected` is the tag that came with it, or '*'. Raises NotFound, Withdrawn, NotAllowed, EditConflict
    where the story has changed since, InvalidText, and what save_record raises.
    """
    loaded = _loaded(archive, actor, slug)
    before = parsed_or_refused(archive, loaded.row, loaded.content)
    if expected not in ("*", form_digest(archive, loaded.digest)):
        raise EditConflict(slug)
    shown = _shown(archive, actor, loaded)
    with archive.engine.connect() as connection:
        changes = _changes(archive, connection, actor, loaded.row, before.story, shown["front_matter"], put)
    body = _body(loaded.row, before.story, shown["markdown"], put)
    content = changed(archive, loaded.row, loaded.content, before, changes, body)
    key = RecordKey(RecordKind.STORY, Slug(loaded.row.slug))
    intent = Intent(EDITOR, by.name, one_line_note(put.note), by.account)
    return save_record(archive, key, content, expected=Digest(loaded.digest), intent=intent)


def _loaded(archive: Archive, actor: Actor, slug: str) -> Loaded:
    with archive.engine.connect() as connection:
        row = load_story(archive, connection, actor, slug)
        if not may(archive, connection, actor, row, Action.EDIT):
            raise NotAllowed
    return load_file(archive, row)


def _shown(archive: Archive, actor: Actor, loaded: Loaded) -> Mapping[str, Any]:
    """The story as it is shown, of the very bytes that were loaded. Raises EditConflict.

    While somebody saves, or has edited the file by hand, its file is ahead of what is shown.
    """
    shown = expose_story(archive, actor, loaded.row.slug)
    with archive.engine.connect() as connection:
        same = shown_digest(connection, loaded.row) == loaded.digest
    if not same or shown["revision"] != loaded.row.revision:
        raise EditConflict(loaded.row.slug)
    return shown


def _changes(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    row: AnyRow,
    story: Story,
    shown: Mapping[str, Any],
    put: Put,
) -> dict[str, object | None]:
    if put.front_matter is None:
        return {}
    given = {key: value for key, value in put.front_matter.items() if value not in (None, "", [], {})}
    named = [key for key in {**shown, **given} if given.get(key) != shown.get(key)]
    _refuse_keys(archive, row, [key for key in named if key in given or key in ELSEWHERE])
    changes: dict[str, object | None] = {key: given.get(key) for key in named if key not in ELSEWHERE}
    if "personas" in changes:
        unseen = _unseen(archive, connection, actor, story.personas)
        changes["personas"] = [*_listed(given.get("personas")), *unseen] or None
    return changes


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [value] if value else []


def _refuse_keys(archive: Archive, row: AnyRow, named: Sequence[str]) -> None:
    known = {*KEYS, *archive.settings.shown_keys}
    for key in named:
        if key in ELSEWHERE:
            raise InvalidText(f"{key}: {ELSEWHERE[key].format(id=row.id)}")
        if key not in known:
            raise InvalidText(f"{key[:60]}: {NO_KEY}")


def _unseen(archive: Archive, connection: Connection, actor: Actor, named: Sequence[str]) -> list[str]:
    """Personas that the file names and this person does not see; they stay."""
    hers = select(PERSONA.c.id, PERSONA.c.slug).where(visible_to(actor, archive.now(), PERSONA))
    seen = {name for row in connection.execute(hers) for name in (row.id, row.slug)}
    return [name for name in named if name not in seen]


def _body(row: AnyRow, story: Story, shown: str, put: Put) -> str | None:
    if put.markdown is None or put.markdown == shown:
        return None
    if shown != story.body:
        raise InvalidText(f"markdown: {HIDDEN.format(id=row.id)}")
    return put.markdown
