"""Which stories are a gatherer's own: those whose file names her, and those on which she was named."""

from sqlalchemy import Connection, func, select

from app.database.people import STORY_PERSON
from app.database.tables import STORY
from app.database.visibility import Actor, fold_name, visible_to
from app.services.archive import Archive
from app.services.withholding import withheld


def own_stories(
    archive: Archive, connection: Connection, gathers_as: str, account: int | None = None
) -> frozenset[str]:
    """Ids of the stories of an account that gathers under this name.

    Kept until the catalogue or who is named changes: both begin a new generation.
    """
    name = fold_name(gathers_as)

    def ask() -> frozenset[str]:
        if withheld(connection):
            return frozenset()
        return _gathered_as(connection, name) | _named_on(connection, account)

    return archive.generation.keep(connection, ("own", name, account), ask)


def count_naming(archive: Archive, connection: Connection, actor: Actor, gathers_as: str) -> int:
    """How many files name her as their gatherer, of those that whoever looks after people may see herself."""
    hers = (STORY.c.id.in_(_gathered_as(connection, fold_name(gathers_as))), visible_to(actor, archive.now()))
    return int(connection.execute(select(func.count()).select_from(STORY).where(*hers)).scalar_one())


def _gathered_as(connection: Connection, name: str) -> frozenset[str]:
    if not name:
        return frozenset()
    written = connection.execute(select(STORY.c.gatherer).distinct()).scalars().all()
    hers = [gatherer for gatherer in written if fold_name(gatherer) == name]
    return frozenset(connection.execute(select(STORY.c.id).where(STORY.c.gatherer.in_(hers))).scalars())


def _named_on(connection: Connection, account: int | None) -> frozenset[str]:
    named = select(STORY_PERSON.c.story_id).where(STORY_PERSON.c.account == account)
    return frozenset(connection.execute(named).scalars())
