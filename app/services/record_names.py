"""Records by their names, as far as somebody may see them; for the others there is the id alone."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, select

from app.database.tables import PERSONA, STORY
from app.database.visibility import ANONYMOUS, Actor, visible_to
from app.services.archive import Archive
from app.services.cards import persona_address, story_address
from app.services.documents import chunks
from app.services.views import RecordName

OF_STORIES, OF_PERSONAS = "s-", "who-"


def opens_to(actor: Actor, now: datetime, table: Table = STORY) -> ColumnElement[bool]:
    """The condition under which the page of a record opens to whoever is shown its name.

    At the machine itself the desk is open while nobody looks after the archive; its pages are a stranger's.
    """
    return visible_to(ANONYMOUS if actor.terminal else actor, now, table)


def addresses_of(archive: Archive, connection: Connection, actor: Actor) -> dict[str, str]:
    """The pages that open to this reader, by the path of their file."""
    now = archive.now()
    found: dict[str, str] = {}
    for table, address in ((STORY, story_address), (PERSONA, persona_address)):
        rows = connection.execute(select(table.c.path, table.c.slug).where(opens_to(actor, now, table)))
        found.update((row.path, address(row.slug)) for row in rows)
    return found


def names_of(
    archive: Archive, connection: Connection, actor: Actor, ids: Iterable[str]
) -> dict[str, RecordName]:
    """The stories and personas among these that this reader may see now; without an address where the page
    would not open to her."""
    wanted, now = list(dict.fromkeys(ids)), archive.now()
    found = {}
    for part in chunks(one for one in wanted if one.startswith(OF_STORIES)):
        named = (STORY.c.id, STORY.c.title, STORY.c.heading, STORY.c.slug)
        stories = select(*named, opens_to(actor, now).label("opens")).where(STORY.c.id.in_(part))
        for story in connection.execute(stories.where(visible_to(actor, now))):
            address = story_address(story.slug) if story.opens else ""
            found[story.id] = RecordName(story.title or story.heading, address)
    for part in chunks(one for one in wanted if one.startswith(OF_PERSONAS)):
        opens = opens_to(actor, now, PERSONA).label("opens")
        personas = select(PERSONA.c.id, PERSONA.c.name, PERSONA.c.slug, opens).where(PERSONA.c.id.in_(part))
        for persona in connection.execute(personas.where(visible_to(actor, now, PERSONA))):
            address = persona_address(persona.slug) if persona.opens else ""
            found[persona.id] = RecordName(persona.name, address)
    return found
