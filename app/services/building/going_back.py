"""An earlier version of a persona's file made the current one again, as a version of its own."""

from sqlalchemy import select

from app.database.tables import REVISION
from app.database.visibility import Actor, may_widen
from app.errors import InvalidRecord, InvalidText, NotAllowed, NotFound
from app.records.edit import change_keys
from app.records.model import Digest
from app.records.problems import SetAside
from app.services.archive import Archive
from app.services.building.asked import PersonaStale
from app.services.building.changing import UNREADABLE, save_content
from app.services.building.details import WIDENS
from app.services.building.loading import LoadedPersona, load_persona, parsed_or_none
from app.services.recording import By, form_digest

BACK = "back"  # what a form asks for
SAME = "This is what her file says now."
OTHER_ID = "That version has another id, so it was left."
NOTE = "As in version {number}"


def bring_back(archive: Archive, actor: Actor, by: By, who: str, number: int, *, expected: str) -> None:
    """Save the bytes of version `number` again. Raises NotFound, InvalidText, NotAllowed, PersonaStale."""
    with archive.engine.connect() as connection:
        loaded = load_persona(archive, connection, actor, who)
        where = (REVISION.c.record_id == loaded.row.id, REVISION.c.number == number)
        content = connection.execute(select(REVISION.c.content).where(*where)).scalar()
    if content is None:
        raise NotFound
    if form_digest(archive, Digest(loaded.digest)) != expected:
        raise PersonaStale(loaded)
    content = _as_kept(loaded, content)
    _refuse(archive, actor, loaded, content)
    save_content(archive, by, loaded, content, NOTE.format(number=number), source="restored")


def _as_kept(loaded: LoadedPersona, content: bytes) -> bytes:
    """The version with what a job of the story team made of her since: retired, merged, offered again."""
    now = loaded.persona
    if now is None:
        return content
    kept: dict[str, object | None] = {"retired": now.retired, "merged_into": now.merged_into}
    try:
        return change_keys(content, kept)
    except (InvalidRecord, SetAside):
        raise InvalidText(UNREADABLE) from None


def _refuse(archive: Archive, actor: Actor, loaded: LoadedPersona, content: bytes) -> None:
    if content == loaded.content:
        raise InvalidText(SAME)
    before, now = parsed_or_none(archive, loaded.row, content), loaded.persona
    if before is None:
        raise InvalidText(UNREADABLE)
    if before.persona.id not in (None, loaded.row.id):
        raise InvalidText(OTHER_ID)
    if now is not None and not before.persona.uses <= now.uses and not may_widen(actor):
        raise NotAllowed(WIDENS)
