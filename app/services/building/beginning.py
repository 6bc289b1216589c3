"""Beginning a persona: a file of her own, from stories or quotes that somebody chose."""

from collections.abc import Sequence
from itertools import count

from sqlalchemy import Connection, select

from app.database.tables import STORY
from app.database.visibility import Actor, Role, visible_to
from app.errors import EditConflict, InvalidText
from app.imports.names import slug_for
from app.records.edit import change_keys
from app.records.ids import normal_id
from app.records.model import RecordKey, RecordKind, Slug, Use
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.building.asked import words_of
from app.services.building.details import LONGEST_TAGLINE
from app.services.disk import disk_named
from app.services.intents import EDITOR, Intent
from app.services.recording import By
from app.services.saving import Saved, save_record

MOST_STORIES = 50
TOO_MANY = (
    f"Up to {MOST_STORIES} stories can be linked at once. Choose fewer, or link none and build from quotes."
)
NOTE = "A new persona"


def begin_persona(
    archive: Archive, actor: Actor, by: By, name: str, tagline: str, stories: Sequence[str] = ()
) -> str:
    """Write the file of a new persona that rests on these stories; her id. Her uses are design.

    Raises InvalidText, DiskRefused, RecordLocked: then there is none.
    """
    called = one_line(name, "Her name", needed=True)
    line = words_of(tagline, "The line below her name", LONGEST_TAGLINE) if tagline.strip() else None
    with archive.engine.connect() as connection:
        hers = _stories(archive, connection, actor, stories)
    content = new_content(called, line, first_uses(actor), hers)
    return create_persona(archive, called, content, Intent(EDITOR, by.name, NOTE, by.account)).record_id


def first_uses(actor: Actor) -> list[Use]:
    """Design; for somebody who could not see such a persona, commissioning as well."""
    works = actor.roles & {Role.MEMBER, Role.GATHERER, Role.STEWARD}
    return [Use.DESIGN] if works else [Use.DESIGN, Use.COMMISSIONING]


def new_content(name: str, tagline: str | None, uses: Sequence[Use], stories: Sequence[str]) -> bytes:
    """A persona's file without statements."""
    keys: dict[str, object | None] = {"name": name}
    keys |= {"tagline": tagline} if tagline else {}
    keys["uses"] = [use.value for use in uses]
    keys |= {"stories": list(stories)} if stories else {}
    return change_keys(b"", keys)


def _stories(archive: Archive, connection: Connection, actor: Actor, named: Sequence[str]) -> list[str]:
    """Those of these stories that she may read."""
    ids = list(dict.fromkeys(found for one in named if (found := normal_id(one))))
    if len(ids) > MOST_STORIES:
        raise InvalidText(TOO_MANY)
    seen = select(STORY.c.id).where(STORY.c.id.in_(ids), visible_to(actor, archive.now()))
    there = set(connection.execute(seen).scalars())
    return [one for one in ids if one in there]


def create_persona(archive: Archive, name: str, content: bytes, intent: Intent) -> Saved:
    """Save a new file at the first address that is free for this name."""
    store, wanted = archive.stores[RecordKind.PERSONA], slug_for(name)
    for number in count(1):
        slug = Slug(wanted if number == 1 else f"{wanted}-{number}")
        if store.is_taken(slug):
            continue
        try:
            with disk_named():
                return save_record(
                    archive, RecordKey(RecordKind.PERSONA, slug), content, expected=None, intent=intent
                )
        except EditConflict:  # somebody took the name at this very moment
            continue
    raise AssertionError
