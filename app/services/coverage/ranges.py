"""Personas by the range of stories behind them: by what stands on pages that the same reader may open.

What people said of themselves is not told by persona. Those behind one are few and stand on its page by
name, so any figure about their age, gender or ethnicity would be about people whom everybody can name. Nor
are stories counted as people here: fewer of those than of stories would tell that two are one person's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, and_, select

from app.database.links import pairs
from app.database.tables import PERSONA, STORY, AnyRow
from app.database.visibility import Actor, listed_to, visible_to
from app.records.slugs import value_slug
from app.services.archive import Archive
from app.services.cards import persona_address
from app.services.coverage.disclosure import LEAST, at_least
from app.services.documents import chunks
from app.services.evidence import references_of, sources
from app.services.views import PersonaRange

FEW, NOT_TOLD = "fewer than five", "not told"


def persona_ranges(archive: Archive, connection: Connection, actor: Actor) -> list[PersonaRange]:
    """Every persona that lists show to this reader, with whom she may know to stand behind it."""
    shown = select(PERSONA).where(listed_to(actor, archive.now(), PERSONA))
    rows = connection.execute(shown.order_by(PERSONA.c.name, PERSONA.c.slug)).all()
    behind = _behind(archive, connection, actor, rows)
    stories = _stories(connection, {story for ids in behind.values() for story in ids})
    return [_range(row, [stories[one] for one in sorted(behind[row.id])]) for row in rows]


def _behind(
    archive: Archive, connection: Connection, actor: Actor, rows: Sequence[AnyRow]
) -> Mapping[str, set[str]]:
    """The stories behind each persona, linked or cited, that this reader may see."""
    found: dict[str, set[str]] = defaultdict(set)
    pair = pairs(and_(PERSONA.c.id.in_([row.id for row in rows]), visible_to(actor, archive.now())))
    for one in connection.execute(select(pair)):
        found[one.persona_id].add(one.story_id)
    named = {row.id: references_of(row.groups) for row in rows}
    seen = sources(archive, connection, actor, [one for listed in named.values() for one in listed])
    for persona, listed in named.items():
        found[persona] |= {seen[one].story_id for one in listed if one in seen}
    return found


def _stories(connection: Connection, ids: Iterable[str]) -> dict[str, AnyRow]:
    columns = (STORY.c.id, STORY.c.site_slug, STORY.c.kinds, STORY.c.gathered)
    found: dict[str, AnyRow] = {}
    for part in chunks(ids):
        found |= {row.id: row for row in connection.execute(select(*columns).where(STORY.c.id.in_(part)))}
    return found


def _range(persona: AnyRow, stories: Sequence[AnyRow]) -> PersonaRange:
    address = persona_address(persona.slug)
    if len(stories) < LEAST:
        return PersonaRange(persona.name, address, FEW, NOT_TOLD, NOT_TOLD, NOT_TOLD)
    return PersonaRange(
        name=persona.name,
        address=address,
        stories=f"at least {at_least(len(stories)):,}",
        sites=_words([{row.site_slug} - {""} for row in stories], "site"),
        kinds=_words([{value_slug(kind) for kind in row.kinds} for row in stories], "kind"),
        years=_words([{row.gathered[:4]} - {""} for row in stories], "year"),
    )


def _words(values: Sequence[set[str]], one: str) -> str:
    """Whether they differ, of five stories at least that state it."""
    stated = [value for value in values if value]
    if len(stated) < LEAST:
        return NOT_TOLD
    return f"one {one} only" if len(set[str]().union(*stated)) == 1 else f"several {one}s"
