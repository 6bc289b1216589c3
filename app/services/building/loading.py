"""A persona's file, for somebody who builds it: her statements, of those that she may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import Connection, select

from app.database.tables import PERSONA, AnyRow
from app.database.visibility import Actor, may_build, visible_to
from app.errors import NotFound
from app.records.ids import normal_id
from app.records.model import Digest, ParsedPersona, Persona, RecordKey, RecordKind, Slug
from app.records.personas import is_reference, parse_persona
from app.records.problems import SetAside
from app.records.replace import digest_of
from app.records.statements import Group, Item, Statements, read_statements
from app.services.archive import Archive
from app.services.evidence import Source, is_open, sources
from app.services.evidence_watch import flags
from app.services.views import Flag

KEYED, LENGTH = "statement", 16  # of the digest by which a form names a heading or statement


@dataclass(frozen=True)
class LoadedPersona:
    """A persona's file as it is now. `parsed` is None where it can not be read."""

    row: AnyRow
    content: bytes
    digest: Digest
    parsed: ParsedPersona | None
    statements: Statements = field(default_factory=Statements)

    @property
    def persona(self) -> Persona | None:
        return self.parsed.persona if self.parsed else None

    @property
    def key(self) -> RecordKey:
        return RecordKey(RecordKind.PERSONA, Slug(self.row.slug))


def build_address(persona_id: str) -> str:
    """Where a persona is built."""
    return f"/p/{persona_id}/build"


def persona_row(archive: Archive, connection: Connection, actor: Actor, who: str) -> AnyRow:
    """The row of a persona that this person may build. Raises NotFound."""
    where = (PERSONA.c.id == (normal_id(who) or ""), visible_to(actor, archive.now(), PERSONA))
    row = connection.execute(select(PERSONA).where(*where)).first() if may_build(actor) else None
    if row is None:
        raise NotFound
    return row


def load_persona(archive: Archive, connection: Connection, actor: Actor, who: str) -> LoadedPersona:
    """Her file, for somebody who may build her. Raises NotFound."""
    return load_persona_file(archive, persona_row(archive, connection, actor, who))


def load_persona_file(archive: Archive, row: AnyRow) -> LoadedPersona:
    """The file of a persona. Raises NotFound where it has gone."""
    store = archive.stores[RecordKind.PERSONA]
    try:
        path = store.path_of(Slug(row.slug))
        content = store.read(path) if path else None
    except FileNotFoundError:
        content = None
    except SetAside:
        return LoadedPersona(row, b"", Digest(""), None)
    if content is None:
        raise NotFound
    parsed = parsed_or_none(archive, row, content)
    statements = read_statements(content) if parsed else Statements()
    return LoadedPersona(row, content, digest_of(content), parsed, statements)


def parsed_or_none(archive: Archive, row: AnyRow, content: bytes) -> ParsedPersona | None:
    """What a persona's file says; None where it can not be read."""
    try:
        return parse_persona(content, slug=Slug(row.slug), file=row.path, today=archive.now().date())
    except SetAside:
        return None


@dataclass(frozen=True)
class Shown:
    """What one person sees of a persona's statements.

    `places` are those of the statements that she sees, by the key under which forms name them: the places
    of their heading and of themselves. `headings` are those of the headings.
    """

    places: Mapping[str, tuple[int, int]]
    headings: Mapping[str, int]
    found: Mapping[str, Source]
    flagged: Mapping[str, Flag]

    def at(self, key: str) -> tuple[int, int] | None:
        return self.places.get(key)


def shown_to(archive: Archive, connection: Connection, actor: Actor, statements: Statements) -> Shown:
    """The statements that this person sees, as on the persona's page: none that rests on what is hidden."""
    items = [item for group in statements.groups for item in group.items]
    named = [reference for item in items for reference in valid(item)]
    found = sources(archive, connection, actor, named)
    flagged = flags(archive, connection, actor, named, found)
    places: dict[str, tuple[int, int]] = {}
    headings: dict[str, int] = {}
    for number, group in enumerate(statements.groups):
        hers = _open_in(archive, group, found, flagged)
        places |= {key: (number, place) for key, place in hers.items()}
        if hers or not any(item.words for item in group.items):
            headings[key_of(archive, group.heading, "", 0)] = number
    return Shown(places, headings, found, flagged)


def unseen_in(statements: Statements, shown: Shown) -> int:
    """How many statements are not there for this person: they rest on nothing that she may read.

    Whether it is hidden from her or names nothing at all makes no difference.
    """
    return sum(bool(item.words) for group in statements.groups for item in group.items) - len(shown.places)


def _open_in(
    archive: Archive, group: Group, found: Mapping[str, Source], flagged: Mapping[str, Flag]
) -> dict[str, int]:
    """By its key the place of each statement that is open; those alike are told apart by their order."""
    keys: dict[str, int] = {}
    for place, item in enumerate(group.items):
        evidence = [one for one in item.references("evidence") if is_reference(one)]
        if item.words and is_open({"evidence": evidence}, found, flagged):
            names = (key_of(archive, group.heading, item.words, number) for number in count(1))
            keys[next(key for key in names if key not in keys)] = place
    return keys


def key_of(archive: Archive, heading: str, words: str, number: int) -> str:
    """The name of a statement, or of a heading without words, in forms: it tells nothing of the others."""
    return archive.keyed(KEYED, f"{heading}\n{words}\n{number}")[:LENGTH]


def valid(item: Item) -> list[str]:
    """The references of a statement that can lead somewhere, for and against."""
    named = (*item.references("evidence"), *item.references("against"))
    return [reference for reference in named if is_reference(reference)]
