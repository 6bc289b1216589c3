"""Saving what somebody changed in a persona: one version for each step, and nobody's work is overwritten."""

from dataclasses import dataclass

from sqlalchemy import Connection

from app.database.visibility import Actor
from app.errors import EditConflict, InvalidRecord, InvalidText
from app.records.edit import change_keys
from app.records.problems import SetAside
from app.records.statements_edit import written
from app.services.archive import Archive
from app.services.building.asked import Asked, Change, PersonaStale, Scene
from app.services.building.details import DETAILS
from app.services.building.loading import (
    LoadedPersona,
    load_persona,
    load_persona_file,
    parsed_or_none,
    shown_to,
)
from app.services.building.portraits import PORTRAITS
from app.services.building.steps import ADDING, STEPS
from app.services.disk import disk_named
from app.services.intents import EDITOR, Intent
from app.services.recording import By, form_digest
from app.services.saving import save_record

WAYS = {**STEPS, **DETAILS, **PORTRAITS}
UNREADABLE = "Her file can not be read as it is now. Mend it in its folder first."
UNWRITABLE = "This can not be written so that it reads back the same. Take out what is unusual in it."
TOO_MUCH = "Her file would hold more than any file may: {reason}"


@dataclass(frozen=True)
class Done:
    """A step that was saved. `note` says what it was, `then` names what to come back to."""

    note: str
    then: str


def change_persona(archive: Archive, actor: Actor, by: By, who: str, asked: Asked) -> Done:
    """Take one step and save it as a version of her file.

    A step that only adds is taken on what is there now, whoever saved meanwhile. Raises NotFound,
    InvalidText, NotAllowed, PersonaStale, DiskRefused, RecordLocked: then nothing has changed.
    """
    with archive.engine.connect() as connection:
        loaded = load_persona(archive, connection, actor, who)
        change = _worked_out(archive, connection, actor, loaded, asked)
    save_content(archive, by, loaded, content_of(archive, loaded, change), change.note)
    return Done(change.note, change.then)


def _worked_out(
    archive: Archive, connection: Connection, actor: Actor, loaded: LoadedPersona, asked: Asked
) -> Change:
    if loaded.parsed is None or loaded.row.set_aside:
        raise InvalidText(UNREADABLE)
    stale = form_digest(archive, loaded.digest) != asked.expected
    if stale and asked.do not in ADDING:
        raise PersonaStale(loaded)
    shown = shown_to(archive, connection, actor, loaded.statements)
    try:
        return WAYS[asked.do](Scene(archive, connection, actor, loaded, shown, asked))
    except InvalidText:
        if stale:
            raise PersonaStale(loaded) from None
        raise


def content_of(archive: Archive, loaded: LoadedPersona, change: Change) -> bytes:
    """Her file after a step. Raises InvalidText where it could not be read as it was meant."""
    try:
        content = change_keys(loaded.content, change.keys) if change.keys else loaded.content
        if change.statements is not None:
            content = written(content, change.statements)
    except InvalidRecord:
        raise InvalidText(UNWRITABLE) from None
    except SetAside as aside:
        raise InvalidText(TOO_MUCH.format(reason=aside.problems[0].reason)) from None
    _refuse_problems(archive, loaded, content)
    return content


def _refuse_problems(archive: Archive, loaded: LoadedPersona, content: bytes) -> None:
    """What can not be understood is refused; what was wrong before may wait."""
    after, before = parsed_or_none(archive, loaded.row, content), loaded.parsed
    if after is None or before is None:
        raise InvalidText(UNWRITABLE)
    known = {(one.key, one.reason) for one in before.problems}
    news = [one for one in after.problems if (one.key, one.reason) not in known]
    if news:
        raise InvalidText(f"{news[0].reason} {news[0].remedy}")


def save_content(
    archive: Archive, by: By, loaded: LoadedPersona, content: bytes, note: str, *, source: str = EDITOR
) -> None:
    """Save her file as a new version. Raises PersonaStale, DiskRefused, RecordLocked, InvalidText."""
    intent = Intent(source, by.name, note, by.account)
    try:
        with disk_named():
            save_record(archive, loaded.key, content, expected=loaded.digest, intent=intent)
    except EditConflict:
        raise PersonaStale(load_persona_file(archive, loaded.row)) from None
    except (SetAside, InvalidRecord):
        raise InvalidText(UNWRITABLE) from None
