"""What the codebook says of themes: read and written as a whole, whoever changes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from json import dumps
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update

from app.database.insight import LENS_THEME
from app.database.marking import ALIAS, CODEBOOK, QUOTE_THEME
from app.database.state import advance
from app.database.tables import THEME, THEME_SAID, AnyRow
from app.records.model import Digest
from app.services.archive import Archive
from app.services.documents import chunks
from app.services.marking.aliasing import add_aliases, drop_aliases, recatalogue

MACHINE = 0  # as the account of a theme that somebody at the machine wrote down; None: it came from a file
TEXTS = ("definition", "use_when", "not_when")


@dataclass(frozen=True)
class Entry:
    """Everything that the codebook says of one theme."""

    name: str
    definition: str = ""
    use_when: str = ""
    not_when: str = ""
    colour: int | None = None
    example: str = ""
    parent: str = ""  # the slug of another theme
    aliases: Mapping[str, str] = field(default_factory=dict)  # by slug the name as it was written
    adopted: bool = False
    retired: bool = False

    @property
    def says_nothing(self) -> bool:
        """Whether the codebook has its name and nothing else."""
        return self == Entry(self.name)

    @property
    def plain(self) -> dict[str, Any]:
        """As it is kept for undo."""
        return {**vars(self), "aliases": dict(sorted(self.aliases.items()))}


def entry_digest(entry: Entry | None) -> Digest:
    """What a form carries, so that a change made meanwhile is noticed: of all that it can change."""
    said = replace(entry, name="", parent="", adopted=False, retired=False) if entry else Entry("")
    return Digest(sha256(dumps(said.plain, sort_keys=True).encode()).hexdigest())


def definition_digest(definition: str) -> Digest:
    """The digest of a theme of which only this is said."""
    return entry_digest(Entry("", definition))


def entries_of(connection: Connection, slugs: Iterable[str]) -> dict[str, Entry]:
    """What the codebook says of those of these themes that it knows."""
    rows: list[AnyRow] = []
    for part in chunks(list(slugs)):
        rows += connection.execute(select(CODEBOOK).where(CODEBOOK.c.slug.in_(part))).all()
    return _entries(connection, rows)


def all_entries(connection: Connection) -> dict[str, Entry]:
    """All that the codebook says; what was merged into another theme says nothing more."""
    rows = select(CODEBOOK).where(CODEBOOK.c.merged_into.is_(None)).order_by(CODEBOOK.c.slug)
    return _entries(connection, connection.execute(rows).all())


def _entries(connection: Connection, rows: Iterable[AnyRow]) -> dict[str, Entry]:
    listed = list(rows)
    keys = [row.key for row in listed]
    aliases: dict[int, dict[str, str]] = {}
    parents: dict[int, str] = {}
    for part in chunks(keys):
        for row in connection.execute(select(ALIAS).where(ALIAS.c.theme.in_(part)).order_by(ALIAS.c.slug)):
            aliases.setdefault(row.theme, {})[row.slug] = row.name
    for part in chunks({row.parent for row in listed if row.parent is not None}):
        above = select(CODEBOOK.c.key, CODEBOOK.c.slug).where(CODEBOOK.c.key.in_(part))
        parents.update((row.key, row.slug) for row in connection.execute(above))
    return {row.slug: _entry(row, parents.get(row.parent, ""), aliases.get(row.key, {})) for row in listed}


def _entry(row: AnyRow, parent: str, aliases: Mapping[str, str]) -> Entry:
    return Entry(
        name=row.name,
        definition=row.definition,
        use_when=row.use_when,
        not_when=row.not_when,
        colour=row.colour,
        example=row.example,
        parent=parent,
        aliases=aliases,
        adopted=row.adopted is not None,
        retired=row.retired is not None,
    )


def put_entries(
    archive: Archive, connection: Connection, entries: Mapping[str, Entry | None], by: int | None
) -> None:
    """Let the codebook say this of these themes; None takes one out that nothing else refers to.

    Stories whose files say an alias that comes or goes are catalogued again in the same transaction.
    """
    before = entries_of(connection, entries)
    written = {slug: entry for slug, entry in entries.items() if entry is not None}
    _write(archive, connection, written, before, by)
    _place(connection, written, before)
    gone = [slug for slug, entry in entries.items() if entry is None]
    _name(archive, connection, written | dict.fromkeys(gone, Entry("")), before, by)
    _take_out(connection, gone)
    advance(connection)  # colours and names are kept for as long as nothing changes


def _write(
    archive: Archive,
    connection: Connection,
    entries: Mapping[str, Entry],
    before: Mapping[str, Entry],
    by: int | None,
) -> None:
    now, account = archive.now(), MACHINE if by is None else by
    from_files = _from_files(connection, entries.keys() - before.keys())
    first: list[dict[str, Any]] = []
    for slug, entry in entries.items():
        values = {
            **{name: getattr(entry, name) for name in ("name", *TEXTS, "colour", "example")},
            "adopted": now if entry.adopted else None,
            "retired": now if entry.retired else None,
        }
        old = before.get(slug)
        if old is None:
            made = None if slug in from_files else account
            first.append(values | {"slug": slug, "before": "", "written": now, "account": made})
            continue
        for moment in ("adopted", "retired"):
            if getattr(old, moment) == getattr(entry, moment):
                del values[moment]
        if old.definition != entry.definition:
            values["before"] = old.definition
        connection.execute(update(CODEBOOK).where(CODEBOOK.c.slug == slug).values(**values, written=now))
    if first:
        connection.execute(insert(CODEBOOK), first)


def _from_files(connection: Connection, slugs: Iterable[str]) -> set[str]:
    """Those of these names that a story gives."""
    found: set[str] = set()
    for part in chunks(list(slugs)):
        for table in (THEME, THEME_SAID):
            given = select(table.c.slug).where(table.c.slug.in_(part)).distinct()
            found.update(connection.execute(given).scalars())
    return found


def _place(connection: Connection, entries: Mapping[str, Entry], before: Mapping[str, Entry]) -> None:
    keys = keys_by_slug(connection, {entry.parent for entry in entries.values() if entry.parent})
    moved = [
        {"moved": slug, "above": keys.get(entry.parent)}
        for slug, entry in entries.items()
        if entry.parent != (before[slug].parent if slug in before else "")
    ]
    if moved:
        placed = update(CODEBOOK).where(CODEBOOK.c.slug == bindparam("moved"))
        connection.execute(placed.values(parent=bindparam("above")), moved)


def keys_by_slug(connection: Connection, slugs: Iterable[str]) -> dict[str, int]:
    """The keys of themes by their own slugs."""
    found: dict[str, int] = {}
    for part in chunks(list(slugs)):
        rows = select(CODEBOOK.c.slug, CODEBOOK.c.key).where(CODEBOOK.c.slug.in_(part))
        found.update((row.slug, row.key) for row in connection.execute(rows))
    return found


def _name(
    archive: Archive,
    connection: Connection,
    entries: Mapping[str, Entry],
    before: Mapping[str, Entry],
    by: int | None,
) -> None:
    """Give and take aliases; a name that changed is told to the stories that say an alias of it."""
    old = {slug: before[slug].aliases if slug in before else {} for slug in entries}
    gone = {alias for slug, entry in entries.items() for alias in old[slug] if alias not in entry.aliases}
    new = {
        slug: {alias: name for alias, name in entry.aliases.items() if old[slug].get(alias) != name}
        for slug, entry in entries.items()
    }
    if gone:
        drop_aliases(archive, connection, gone)
    keys = keys_by_slug(connection, [slug for slug, more in new.items() if more])
    for slug, key in keys.items():
        add_aliases(archive, connection, key, new[slug], by)
    renamed = [slug for slug, entry in entries.items() if slug in before and before[slug].name != entry.name]
    if renamed:
        recatalogue(archive, connection, renamed)


def _take_out(connection: Connection, slugs: Iterable[str]) -> None:
    """Themes on which nothing rests go; others are new here again."""
    child = CODEBOOK.alias("child")
    held = (
        exists(select(QUOTE_THEME.c.quote).where(QUOTE_THEME.c.theme == CODEBOOK.c.key)),
        exists(select(LENS_THEME.c.theme).where(LENS_THEME.c.theme == CODEBOOK.c.key)),
        exists(
            select(child.c.key).where(
                (child.c.parent == CODEBOOK.c.key) | (child.c.merged_into == CODEBOOK.c.key)
            )
        ),
    )
    blank = dict.fromkeys((*TEXTS, "before", "example"), "")
    for part in chunks(list(slugs)):
        these = CODEBOOK.c.slug.in_(part)
        kept = {**blank, "colour": None, "parent": None, "adopted": None, "retired": None}
        connection.execute(update(CODEBOOK).where(these).values(**kept))
    for part in chunks(list(slugs)):
        these = CODEBOOK.c.slug.in_(part)
        connection.execute(delete(CODEBOOK).where(these, ~held[0], ~held[1], ~held[2]))
