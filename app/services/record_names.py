"""Records by their names, as far as somebody may see them; for the others there is the id alone."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from app.database.tables import PERSONA, STORY
from app.database.visibility import Actor, visible_to
from app.services.archive import Archive
from app.services.cards import persona_address, story_address
from app.services.documents import chunks
from app.services.views import RecordName

OF_STORIES, OF_PERSONAS = "s-", "who-"


def names_of(
    archive: Archive, connection: Connection, actor: Actor, ids: Iterable[str]
) -> dict[str, RecordName]:
    """The stories and personas among these that this reader may see now."""
    wanted, now = list(dict.fromkeys(ids)), archive.now()
    found = {}
    for part in chunks(one for one in wanted if one.startswith(OF_STORIES)):
        stories = select(STORY.c.id, STORY.c.title, STORY.c.heading, STORY.c.slug).where(STORY.c.id.in_(part))
        for story in connection.execute(stories.where(visible_to(actor, now))):
            found[story.id] = RecordName(story.title or story.heading, story_address(story.slug))
    for part in chunks(one for one in wanted if one.startswith(OF_PERSONAS)):
        personas = select(PERSONA.c.id, PERSONA.c.name, PERSONA.c.slug).where(PERSONA.c.id.in_(part))
        for persona in connection.execute(personas.where(visible_to(actor, now, PERSONA))):
            found[persona.id] = RecordName(persona.name, persona_address(persona.slug))
    return found
