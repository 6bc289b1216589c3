"""The codebook as a table: taken away, and brought in after a look at what would change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from json import dumps

from sqlalchemy import Connection, select

from app.database.marking import CODEBOOK, QUOTE
from app.database.visibility import Actor
from app.errors import EditConflict
from app.exports.codebook_csv import CodebookRow
from app.imports.codebook_csv import CodebookTable, read_codebook_csv
from app.services.archive import Archive
from app.services.colours import PALETTE
from app.services.marking.entries import Entry, entries_of
from app.services.marking.knowing import ADOPTED, RETIRED, Known, headings_of, known_to
from app.services.marking.known_as import closed_aliases
from app.services.marking.lines import quotes_listed
from app.services.marking.reading_rows import Refusal, Rows, read_rows
from app.services.marking.steps import take_step


@dataclass(frozen=True)
class Plan:
    """What would come of a table: entries by slug, what stands there now, and rows that are refused."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    now: Mapping[str, Entry] = field(default_factory=dict)
    refused: Sequence[Refusal] = ()
    unchanged: int = 0
    table: CodebookTable | None = None

    @property
    def digest(self) -> str:
        """The same as long as the same would come of it."""
        plain = {slug: [one.plain, _plain(self.now.get(slug))] for slug, one in self.entries.items()}
        return sha256(dumps(plain, sort_keys=True).encode()).hexdigest()


def _plain(entry: Entry | None) -> object:
    return entry.plain if entry else None


def codebook_rows(archive: Archive, actor: Actor) -> Iterator[CodebookRow]:
    """Every theme of the codebook that this person may know of, by name."""
    with archive.engine.connect() as connection:
        known = _in_book(known_to(archive, connection, actor))
        above, now = headings_of(connection, known), _told(archive, connection, actor, known)
    for slug, one in sorted(known.items(), key=lambda item: (item[1].label.casefold(), item[0])):
        entry = now[slug]
        yield CodebookRow(
            name=entry.name,
            slug=slug,
            definition=entry.definition,
            use_when=entry.use_when,
            not_when=entry.not_when,
            colour="" if entry.colour is None else PALETTE[entry.colour],
            parent=above.get(slug, ""),
            aliases=list(entry.aliases.values()),
            example=entry.example,
            state=one.state,
        )


def _in_book(known: Mapping[str, Known]) -> dict[str, Known]:
    return {slug: one for slug, one in known.items() if one.state in (ADOPTED, RETIRED)}


def _told(
    archive: Archive, connection: Connection, actor: Actor, known: Mapping[str, Known]
) -> dict[str, Entry]:
    """What is said of themes, as far as this person may be told it."""
    now, closed = entries_of(connection, known), closed_aliases(archive, connection, actor)
    named = select(CODEBOOK.c.example).where(CODEBOOK.c.example != "")
    seen = quotes_listed(archive, actor, QUOTE.c.id, where=[QUOTE.c.id.in_(named)])
    quotes = set(connection.execute(seen).scalars())
    return {
        slug: replace(
            one,
            aliases={alias: name for alias, name in one.aliases.items() if alias not in closed},
            example=one.example if one.example in quotes else "",
        )
        for slug, one in now.items()
    }


def plan_import(archive: Archive, actor: Actor, content: bytes) -> Plan:
    """What would come of a file; nothing is written. Raises ImportRefused."""
    table = read_codebook_csv(content)
    with archive.engine.connect() as connection:
        return _plan(archive, connection, actor, table)


def _plan(archive: Archive, connection: Connection, actor: Actor, table: CodebookTable) -> Plan:
    found = known_to(archive, connection, actor)
    known = {slug: one for slug, one in found.items() if not one.own}
    told = _told(archive, connection, actor, known)
    above = headings_of(connection, known)
    now = {slug: replace(one, parent=above.get(slug, "")) for slug, one in told.items()}
    read = read_rows(archive, connection, actor, Rows(table, known, now))
    wanted = {slug: one for slug, one in read.entries.items() if one != now.get(slug)}
    kept = {slug: now[slug] for slug in wanted if slug in now}
    refused = sorted(read.refused, key=lambda one: one.number)
    return Plan(wanted, kept, refused, len(read.entries) - len(wanted), table)


def apply_import(archive: Archive, actor: Actor, content: bytes, *, expected: str, by: int | None) -> int:
    """Let the codebook say what a file says; the step's key, or 0 where nothing changes.

    Raises ImportRefused, and EditConflict where not the same would come of it as was looked at.
    """
    table = read_codebook_csv(content)
    with archive.writing() as connection:
        plan = _plan(archive, connection, actor, table)
        if plan.digest != expected:
            raise EditConflict("codebook")
        step = take_step(archive, connection, "import", _whole(connection, plan), by)
        connection.commit()
    return step or 0


def _whole(connection: Connection, plan: Plan) -> dict[str, Entry]:
    """What is to be written, with all that this person is not told of these themes as it stands."""
    stored = entries_of(connection, plan.entries)
    return {slug: _onto(stored.get(slug), plan.now.get(slug), one) for slug, one in plan.entries.items()}


def _onto(stored: Entry | None, told: Entry | None, wanted: Entry) -> Entry:
    if stored is None or stored.says_nothing:
        return wanted
    if told is None:
        return replace(stored, adopted=True)  # its name alone is hers
    hidden = {alias: name for alias, name in stored.aliases.items() if alias not in told.aliases}
    aliases = dict(sorted((hidden | dict(wanted.aliases)).items()))
    example = stored.example if wanted.example == told.example else wanted.example
    parent = stored.parent if wanted.parent == told.parent else wanted.parent
    return replace(wanted, aliases=aliases, example=example, parent=parent)
