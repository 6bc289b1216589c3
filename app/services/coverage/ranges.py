"""Personas by the range of people behind them: by what stands on pages that the same reader may open.

What people said of themselves is not told by persona. Those behind one are few and stand on its page by
name, so any figure about their age, gender or ethnicity would be about people whom everybody can name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, and_, select

from app.database.links import pairs
from app.database.tables import CONTEXT, PERSONA, STORY, AnyRow
from app.database.visibility import Actor, fold_name, listed_to, visible_to
from app.records.slugs import value_slug
from app.services.archive import Archive
from app.services.cards import persona_address
from app.services.coverage.disclosure import LEAST, at_least
from app.services.coverage.tellers import SAME
from app.services.documents import chunks
from app.services.evidence import references_of, sources
from app.services.views import PersonaRange

FEW, NOT_TOLD = "fewer than five", "not told"
Values = Sequence[set[str]]  # of each person what her stories state


def persona_ranges(archive: Archive, connection: Connection, actor: Actor) -> list[PersonaRange]:
    """Every persona that lists show to this reader, with whom she may know to stand behind it."""
    shown = select(PERSONA).where(listed_to(actor, archive.now(), PERSONA))
    rows = connection.execute(shown.order_by(PERSONA.c.name, PERSONA.c.slug)).all()
    behind = _behind(archive, connection, actor, rows)
    stories = _stories(connection, {story for ids in behind.values() for story in ids})
    marks = _marks(connection)
    return [_range(row, [stories[one] for one in sorted(behind[row.id])], marks) for row in rows]


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


def _marks(connection: Connection) -> dict[str, str]:
    """By story whose it is, where that is said."""
    rows = connection.execute(select(CONTEXT).where(CONTEXT.c.key == SAME))
    return {row.story_id: fold_name(row.value) for row in rows}


def _range(persona: AnyRow, stories: Sequence[AnyRow], marks: Mapping[str, str]) -> PersonaRange:
    people: dict[str, list[AnyRow]] = defaultdict(list)
    for row in stories:
        people[marks.get(row.id, row.id)].append(row)
    address = persona_address(persona.slug)
    if len(people) < LEAST:
        return PersonaRange(persona.name, address, FEW, NOT_TOLD, NOT_TOLD, NOT_TOLD)
    hers = people.values()
    return PersonaRange(
        name=persona.name,
        address=address,
        people=f"at least {at_least(len(people)):,}",
        sites=_words([{row.site_slug for row in rows if row.site_slug} for rows in hers], "site"),
        kinds=_words([{value_slug(kind) for row in rows for kind in row.kinds} for rows in hers], "kind"),
        years=_words([{row.gathered[:4] for row in rows if row.gathered} for rows in hers], "year"),
    )


def _words(values: Values, one: str) -> str:
    """Whether they differ, of five people at least who state it."""
    stated = [value for value in values if value]
    if len(stated) < LEAST:
        return NOT_TOLD
    return f"one {one} only" if len(set[str]().union(*stated)) == 1 else f"several {one}s"
