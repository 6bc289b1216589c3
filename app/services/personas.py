"""Personas and the people behind them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from sqlalchemy import Connection, and_, func, select

from app.database.links import pairs
from app.database.tables import PERSONA, STORY, AnyRow
from app.database.visibility import Actor, offered_to, today, visible_to
from app.errors import NotFound
from app.services.archive import Archive
from app.services.cards import chips_of, face_of, persona_address
from app.services.colours import given_colours
from app.services.dates import date_label
from app.services.evidence import Source, group_views, marks_named, references_of, sources, split_reference
from app.services.evidence_since import underneath
from app.services.evidence_watch import flags
from app.services.journey import journey_of
from app.services.paging import PAGE_SIZE, ListAddress, pager
from app.services.portraits import portrait_view
from app.services.reading import linked
from app.services.views import (
    Chip,
    EvidenceView,
    PersonaCard,
    PersonaPage,
    PersonasPage,
    PersonBehind,
)

MOST_THEMES = 12


def list_personas(archive: Archive, actor: Actor, number: int, size: int = PAGE_SIZE) -> PersonasPage:
    """One page of the personas that this reader may see, by name."""
    visible = offered_to(actor, archive.now())
    with archive.engine.connect() as connection:
        total = int(
            connection.execute(select(func.count()).select_from(PERSONA).where(visible)).scalar() or 0
        )
        rows = connection.execute(
            select(PERSONA)
            .where(visible)
            .order_by(PERSONA.c.name, PERSONA.c.slug)
            .limit(size)
            .offset((number - 1) * size)
        ).all()
        cards = persona_cards(archive, connection, actor, rows)
    return PersonasPage(cards, pager(total, number, size, ListAddress("/personas").with_page), total)


def persona_cards(
    archive: Archive, connection: Connection, actor: Actor, rows: Sequence[AnyRow]
) -> list[PersonaCard]:
    """Cards of personas that were selected with visible_to."""
    references = {row.id: references_of(row.groups) for row in rows}
    wanted = [r for listed in references.values() for r in listed] + [row.quote for row in rows if row.quote]
    found = sources(archive, connection, actor, wanted)
    behind = _stories_behind(archive, connection, actor, [row.id for row in rows])
    return [_card(archive, row, references[row.id], found, behind[row.id]) for row in rows]


def _card(
    archive: Archive, row: AnyRow, references: Iterable[str], found: Mapping[str, Source], behind: set[str]
) -> PersonaCard:
    spoken = found.get(row.quote)
    seen = {reference for reference in references if reference in found}
    return PersonaCard(
        id=row.id,
        slug=row.slug,
        address=persona_address(row.slug),
        name=row.name,
        tagline=row.tagline,
        stories=len(behind | {found[reference].story_id for reference in seen}),
        quotes=sum(not found[reference].view.whole for reference in seen),
        quote=spoken.view.text if spoken and spoken.view.spoken else None,
        portrait=portrait_view(archive, row),
    )


def _stories_behind(
    archive: Archive, connection: Connection, actor: Actor, persona_ids: Sequence[str]
) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    pair = pairs(and_(PERSONA.c.id.in_(persona_ids), visible_to(actor, archive.now())))
    for row in connection.execute(select(pair)):
        found[row.persona_id].add(row.story_id)
    return found


def load_persona(archive: Archive, connection: Connection, actor: Actor, slug: str) -> AnyRow:
    """The catalogue's row of a persona that this reader may see. Raises NotFound."""
    where = (PERSONA.c.slug == slug, visible_to(actor, archive.now(), PERSONA))
    row = connection.execute(select(PERSONA).where(*where)).first()
    if row is None:
        raise NotFound
    return row


def read_persona(archive: Archive, actor: Actor, slug: str) -> PersonaPage:
    """A persona's page; evidence is counted from what this reader may see. Raises NotFound."""
    with archive.engine.connect() as connection:
        row = load_persona(archive, connection, actor, slug)
        marks = marks_named(connection, [*references_of(row.groups), row.quote])
        key = ("persona", actor, row.id, today(archive.now()), marks)
        page = archive.pages.keep(connection, key, lambda: _page(archive, connection, actor, row))
        portrait = portrait_view(archive, row)  # whether its picture is there, the disk says
        return page if page.portrait == portrait else replace(page, portrait=portrait)


def _page(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> PersonaPage:
    named = references_of(row.groups)
    found = sources(archive, connection, actor, [*named, row.quote])
    flagged = flags(archive, connection, actor, named, found)
    groups = group_views(row.groups, found, flagged)
    changed = underneath(connection, actor, row, found, flagged)
    people = people_behind(archive, connection, actor, row, found)
    behind = [person.face.id for person in people]
    themes = themes_behind(archive, connection, behind)
    journey = journey_of(archive, connection, actor, behind)
    body = linked(archive, connection, actor, row.body_html)
    return PersonaPage(
        id=row.id,
        slug=row.slug,
        address=persona_address(row.slug),
        permanent=f"/p/{row.id}",
        name=row.name,
        tagline=row.tagline,
        stories=len(people),
        quotes=sum(person.quotes for person in people),
        reviewed_label=date_label(row.reviewed, archive.settings.language),
        retired_label=date_label(row.retired, archive.settings.language),
        spoken=spoken_quote(row.quote, found),
        written_quote=written_quote(row.quote),
        groups=groups,
        flagged=sum(bool(statement.flags) for group in groups for statement in group.statements),
        people=people,
        body_html=body,
        themes=themes,
        journey=journey,
        underneath=changed,
        portrait=portrait_view(archive, row),
        compare_address=f"/personas/compare?{urlencode({'persona': row.slug})}",
    )


def themes_behind(archive: Archive, connection: Connection, stories: Sequence[str]) -> list[Chip]:
    """The themes of stories that this reader may see, with how many of them carry each."""
    carried = chips_of(connection, stories, given_colours(archive, connection))
    every = [chip for chips in carried.values() for chip in chips]
    counts = Counter(chip.slug for chip in every)
    shown = {chip.slug: replace(chip, count=counts[chip.slug]) for chip in every}
    return sorted(shown.values(), key=lambda chip: (-chip.count, chip.label.casefold()))[:MOST_THEMES]


def spoken_quote(quote: str, found: Mapping[str, Source]) -> EvidenceView | None:
    """A persona's quote where somebody said it and this reader may see that."""
    return found[quote].view if quote in found and found[quote].view.spoken else None


def written_quote(quote: str) -> str | None:
    """Free text; a reference that leads nowhere for this reader is not shown at all."""
    is_reference = split_reference(quote) is not None or quote.startswith(("s-", "q-"))
    return None if not quote or is_reference else quote


def people_behind(
    archive: Archive, connection: Connection, actor: Actor, row: AnyRow, found: Mapping[str, Source]
) -> list[PersonBehind]:
    """The storytellers behind a persona, as far as this reader may see them; those of most quotes first."""
    cited = [r for r in dict.fromkeys(references_of(row.groups)) if r in found]
    quotes = Counter(found[one].story_id for one in cited if not found[one].view.whole)
    ids = _stories_behind(archive, connection, actor, [row.id])[row.id] | {
        found[one].story_id for one in cited
    }
    columns = (STORY.c.id, STORY.c.slug, STORY.c.heading, STORY.c.role, STORY.c.site)
    rows = connection.execute(
        select(*columns).where(STORY.c.id.in_(ids), visible_to(actor, archive.now()))
    ).all()
    people = [PersonBehind(face_of(story), quotes[story.id]) for story in rows]
    return sorted(people, key=lambda person: (-person.quotes, person.face.name))
