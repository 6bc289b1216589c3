"""What can be put into a pack: everything that this reader may take out of the archive."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, func, select

from app.database.tables import PERSONA, STORY
from app.database.visibility import USE_BITS, Actor, agreed_to, listed_to, offered_to, takeable_by
from app.records.model import Use
from app.services.archive import Archive
from app.services.cards import detail_of, persona_address, story_address
from app.services.marking.describing import described
from app.services.marking.taking import Taking
from app.services.portraits import portrait_view
from app.services.views import Choice, PackPage, PaperOffer

MOST = 100  # stories, and personas, that are offered


def read_choice(
    archive: Archive,
    actor: Actor,
    purpose: Use | None,
    *,
    purposes: Sequence[Choice],
    quotes: Taking | None = None,
    kept: Sequence[tuple[str, str]] = (),
) -> PackPage:
    """The page on which a pack is put together, with the `quotes` that were asked for before."""
    with archive.engine.connect() as connection:
        stories, total = _stories(archive, connection, actor, purpose)
        return PackPage(
            personas=_personas(archive, connection, actor, purpose),
            stories=stories,
            purposes=purposes,
            asked=_asked(archive, connection, actor, quotes) if quotes else (),
            kept=kept,
            more_stories=max(0, total - len(stories)),
            anybody=not actor.signed_in,
        )


def _asked(archive: Archive, connection: Connection, actor: Actor, quotes: Taking) -> list[str]:
    return list(described(archive, connection, actor, quotes.asked)) or ["All quotes that you may find."]


def _personas(
    archive: Archive, connection: Connection, actor: Actor, purpose: Use | None
) -> list[PaperOffer]:
    now = archive.now()
    where = [offered_to(actor, now), takeable_by(actor, now, PERSONA)]
    where += [agreed_to(USE_BITS[purpose], PERSONA)] if purpose else []
    rows = connection.execute(
        select(PERSONA).where(*where).order_by(PERSONA.c.name, PERSONA.c.id).limit(MOST)
    )
    return [
        PaperOffer(row.id, row.name, row.tagline, persona_address(row.slug), portrait_view(archive, row))
        for row in rows
    ]


def _stories(
    archive: Archive, connection: Connection, actor: Actor, purpose: Use | None
) -> tuple[list[PaperOffer], int]:
    now = archive.now()
    where = and_(listed_to(actor, now), takeable_by(actor, now))
    where = and_(where, agreed_to(USE_BITS[purpose])) if purpose else where
    columns = (STORY.c.id, STORY.c.slug, STORY.c.heading, STORY.c.role, STORY.c.site)
    newest = select(*columns).where(where).order_by(STORY.c.gathered.desc(), STORY.c.slug).limit(MOST)
    total = connection.execute(select(func.count()).select_from(STORY).where(where)).scalar_one()
    found = [
        PaperOffer(row.id, row.heading, detail_of(row.role, row.site), story_address(row.slug))
        for row in connection.execute(newest)
    ]
    return found, int(total)
