"""What can be put into a pack: everything that this reader may take out of the archive."""

from collections.abc import Collection, Iterable, Sequence
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Connection, Table, and_, func, select

from app.database.tables import PERSONA, STORY
from app.database.visibility import USE_BITS, Actor, agreed_to, listed_to, offered_to, takeable_by
from app.records.ids import normal_id
from app.records.model import Use
from app.services.archive import Archive
from app.services.cards import detail_of, persona_address, story_address
from app.services.marking.describing import described
from app.services.marking.taking import Taking
from app.services.paper.packs import Chosen
from app.services.portraits import portrait_view
from app.services.views import Choice, PackPage, PaperOffer

MOST = 100  # stories, and personas, that are offered


def read_choice(
    archive: Archive,
    actor: Actor,
    purpose: Use | None,
    *,
    purposes: Sequence[Choice],
    chosen: Chosen,
    kept: Sequence[tuple[str, str]] = (),
) -> PackPage:
    """The page on which a pack is put together. What was `chosen` before stands first, if it may be taken."""
    quotes, sheet = chosen.quotes, chosen.sheet
    cards, posters = (_named(ids) for ids in (chosen.cards, chosen.posters))
    with archive.engine.connect() as connection:
        stories, total = _stories(archive, connection, actor, purpose, posters)
        return PackPage(
            personas=_personas(archive, connection, actor, purpose, cards, posters),
            stories=stories,
            purposes=purposes,
            asked=_asked(archive, connection, actor, quotes) if quotes else (),
            kept=kept,
            more_stories=max(0, total - len(stories)),
            anybody=not actor.signed_in,
            sheet=sheet,
        )


def choice_address(
    archive: Archive, connection: Connection, actor: Actor, personas: Sequence[str], stories: Sequence[str]
) -> str:
    """Where cards of these personas and posters of these stories are chosen already; empty without any.

    Only ids of what this reader may take stand in it, in the order that they were given in.
    """
    now = archive.now()
    offered = and_(offered_to(actor, now), takeable_by(actor, now, PERSONA))
    named = [("card", one) for one in _those(connection, PERSONA, personas, offered)]
    listed = and_(listed_to(actor, now), takeable_by(actor, now))
    named += [("poster", one) for one in _those(connection, STORY, stories, listed)]
    return f"/paper?{urlencode(named)}" if named else ""


def _those(
    connection: Connection, table: Table, ids: Sequence[str], where: ColumnElement[bool]
) -> Iterable[str]:
    rows = connection.execute(select(table.c.id).where(table.c.id.in_(ids), where)).scalars()
    return sorted(rows, key=list(ids).index)


def _named(ids: Iterable[str]) -> set[str]:
    return {found for one in ids if (found := normal_id(one))}


def _asked(archive: Archive, connection: Connection, actor: Actor, quotes: Taking) -> list[str]:
    return list(described(archive, connection, actor, quotes.asked)) or ["All quotes that you may find."]


def _personas(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    purpose: Use | None,
    cards: Collection[str],
    posters: Collection[str],
) -> list[PaperOffer]:
    now = archive.now()
    where = [offered_to(actor, now), takeable_by(actor, now, PERSONA)]
    where += [agreed_to(USE_BITS[purpose], PERSONA)] if purpose else []
    first = PERSONA.c.id.in_([*cards, *posters]).desc()
    rows = connection.execute(
        select(PERSONA).where(*where).order_by(first, PERSONA.c.name, PERSONA.c.id).limit(MOST)
    )
    return [
        PaperOffer(
            row.id,
            row.name,
            row.tagline,
            persona_address(row.slug),
            portrait_view(archive, row),
            card=row.id in cards,
            poster=row.id in posters,
        )
        for row in rows
    ]


def _stories(
    archive: Archive, connection: Connection, actor: Actor, purpose: Use | None, posters: Collection[str]
) -> tuple[list[PaperOffer], int]:
    now = archive.now()
    where = and_(listed_to(actor, now), takeable_by(actor, now))
    where = and_(where, agreed_to(USE_BITS[purpose])) if purpose else where
    columns = (STORY.c.id, STORY.c.slug, STORY.c.heading, STORY.c.role, STORY.c.site)
    order = (STORY.c.id.in_(posters).desc(), STORY.c.gathered.desc(), STORY.c.slug)
    newest = select(*columns).where(where).order_by(*order).limit(MOST)
    total = connection.execute(select(func.count()).select_from(STORY).where(where)).scalar_one()
    found = [
        PaperOffer(
            row.id,
            row.heading,
            detail_of(row.role, row.site),
            story_address(row.slug),
            poster=row.id in posters,
        )
        for row in connection.execute(newest)
    ]
    return found, int(total)
