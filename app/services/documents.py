"""Stories as search knows them, read from the catalogue."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import Connection, bindparam, select

from app.database.links import pairs
from app.database.tables import KIND, PASSAGE, PERSONA, STORY, THEME, THEME_SAID, AnyRow
from app.database.visibility import FOR_COMMISSIONERS, FOR_MEMBERS, PUBLIC, uses_of
from app.records.model import Status
from app.search.model import ConsentClass, Document, IndexedPassage

PASSAGES_OF_ONE = (
    select(PASSAGE.c.anchor, PASSAGE.c.text, PASSAGE.c.quotation, PASSAGE.c.number)
    .where(PASSAGE.c.story_id == bindparam("story"))
    .order_by(PASSAGE.c.number)
)
_Key = TypeVar("_Key", str, int)
CHUNK = 400  # below SQLite's limit of variables in one statement

PERSONA_COLUMNS = [PERSONA.c[n] for n in ("id", "slug", "name", "uses", "status", "understood", "set_aside")]


def chunks(ids: Iterable[_Key]) -> Iterator[Sequence[_Key]]:
    """Ids in parts that fit into one statement."""
    listed = list(ids)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]


def load_documents(connection: Connection, ids: Iterable[str]) -> Iterator[Document]:
    """The documents of the stories among `ids` that some search may know, that is, with a class."""
    for part in chunks(ids):
        passages, themes, kinds = (
            _passages(connection, part),
            _themes(connection, part),
            _kinds(connection, part),
        )
        personas, said = _personas(connection, part), _said(connection, part)
        rows = connection.execute(
            select(STORY).where(STORY.c.id.in_(part), STORY.c.consent_class != "").order_by(STORY.c.id)
        )
        for row in rows:
            document = _document(row, passages[row.id], themes[row.id], kinds[row.id], personas[row.id])
            more = (*document.themes, *said[row.id])
            yield replace(document, themes=tuple(dict.fromkeys(more))) if said[row.id] else document


def _document(
    row: AnyRow,
    passages: Sequence[IndexedPassage],
    themes: Mapping[str, str],
    kinds: Mapping[str, str],
    personas: Sequence[AnyRow],
) -> Document:
    facets = {
        "theme": tuple(themes),
        "persona": tuple(persona.slug for persona in personas),
        "site": (row.site_slug,) if row.site_slug else (),
        "kind": tuple(kinds),
        "use": tuple(use.value for use in uses_of(row.uses)),
        "year": (row.gathered[:4],) if row.gathered else (),
    }
    return Document(
        key=row.id,
        consent_class=ConsentClass(row.consent_class),
        title=row.title,
        slug=row.slug,
        storyteller=row.storyteller,
        role=row.role,
        summary=row.summary,
        passages=tuple(passages),
        themes=tuple(themes.values()),
        personas=tuple(p.name for p in personas if _known_to_all(p, row.consent_class)),
        site=row.site,
        kinds=tuple(kinds.values()),
        moments=tuple(moment["what"] for moment in row.moments),
        strengths=tuple(row.strengths),
        hopes=tuple(row.hopes),
        gathered=row.gathered,
        facets=facets,
    )


def _known_to_all(persona: AnyRow, consent_class: str) -> bool:
    """Whether each audience of the class may see this persona; else its name is no word here."""
    if consent_class.startswith("stewards"):
        return True
    if persona.status != Status.READY or not persona.understood or persona.set_aside:
        return False
    if persona.uses & PUBLIC:
        return True
    needed = [
        bits
        for name, bits in (("public", PUBLIC), ("members", FOR_MEMBERS), ("commissioners", FOR_COMMISSIONERS))
        if name in consent_class.split("-not-")[0]
    ]
    return all(persona.uses & bits for bits in needed)


def _passages(connection: Connection, ids: Sequence[str]) -> dict[str, list[IndexedPassage]]:
    found: dict[str, list[IndexedPassage]] = defaultdict(list)
    rows = connection.execute(
        select(PASSAGE).where(PASSAGE.c.story_id.in_(ids)).order_by(PASSAGE.c.story_id, PASSAGE.c.number)
    )
    for row in rows:
        found[row.story_id].append(IndexedPassage(row.anchor, row.text, row.quotation))
    return found


def passages_of(connection: Connection, story_id: str) -> Sequence[IndexedPassage]:
    """The open passages of one story, in order."""
    rows = connection.execute(PASSAGES_OF_ONE, {"story": story_id})
    return [IndexedPassage(*row) for row in rows]


def _themes(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    rows = connection.execute(
        select(THEME).where(THEME.c.story_id.in_(ids)).order_by(THEME.c.place, THEME.c.slug)
    )
    for row in rows:
        found[row.story_id][row.slug] = row.label
    return found


def _said(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """What files themselves call their themes, where the codebook knows these by other names."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = select(THEME_SAID).where(THEME_SAID.c.story_id.in_(ids))
    for row in connection.execute(rows.order_by(THEME_SAID.c.place, THEME_SAID.c.slug)):
        found[row.story_id].append(row.label)
    return found


def _kinds(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in connection.execute(select(KIND).where(KIND.c.story_id.in_(ids)).order_by(KIND.c.slug)):
        found[row.story_id][row.slug] = row.label
    return found


def _personas(connection: Connection, ids: Sequence[str]) -> dict[str, list[AnyRow]]:
    found: dict[str, list[AnyRow]] = defaultdict(list)
    pair = pairs(STORY.c.id.in_(ids))
    rows = connection.execute(
        select(pair.c.story_id, *PERSONA_COLUMNS)
        .join(PERSONA, PERSONA.c.id == pair.c.persona_id)
        .order_by(PERSONA.c.slug)
    )
    for row in rows:
        found[row.story_id].append(row)
    return found
