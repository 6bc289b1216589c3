"""Rows of a table as what they would have the codebook say, each refused with its reason where it can not."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select

from app.database.marking import ALIAS, QUOTE
from app.database.visibility import Actor
from app.errors import InvalidText
from app.exports.csv_cells import plain_cell
from app.imports.codebook_csv import CodebookTable
from app.records.slugs import value_slug
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.colours import PALETTE
from app.services.defining import tidied
from app.services.documents import chunks
from app.services.marking.checking import MERGE, example_written, names_written
from app.services.marking.entries import TEXTS, Entry
from app.services.marking.knowing import Known
from app.services.marking.lines import quotes_listed

STATES = {"": None, "adopted": False, "in the codebook": False, "retired": True}


@dataclass(frozen=True)
class Refusal:
    """A row that is not taken, by the line on which it begins."""

    number: int
    name: str
    reason: str


@dataclass(frozen=True)
class Rows:
    """A table, the themes that its reader may know of, and what the codebook tells her of them."""

    table: CodebookTable
    known: Mapping[str, Known]
    now: Mapping[str, Entry]


@dataclass
class Read:
    """What the rows say, by slug."""

    entries: dict[str, Entry] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    names: frozenset[str] = frozenset()  # of the themes that are here

    def refuse(self, slug: str, reason: str) -> None:
        entry = self.entries.pop(slug)
        self.refused.append(Refusal(self.lines[slug], entry.name, reason))


def read_rows(archive: Archive, connection: Connection, actor: Actor, rows: Rows) -> Read:
    """What the rows of a table say of themes."""
    read = Read(names=frozenset(entry.name for entry in rows.now.values()))
    for number, cells in rows.table.rows:
        _read_row(rows, read, number, {name: plain_cell(cell) for name, cell in cells.items()})
    _refuse_quotes(archive, connection, actor, rows, read)
    _refuse_names(connection, rows, read)
    _refuse_parents(rows, read)
    return read


def _read_row(rows: Rows, read: Read, number: int, cells: Mapping[str, str]) -> None:
    name = cells.get("name", "")
    try:
        if name not in read.names:  # what stands here already is a name, whatever it is made of
            name = one_line(name, "The name", needed=True)
        slug = _slug(rows, name, cells.get("slug", ""))
        if slug in read.lines:
            raise InvalidText(f"The row on line {read.lines[slug]} is of the same theme.")
        read.lines[slug] = number
        read.entries[slug] = _entry(rows, name, slug, cells)
    except InvalidText as refused:
        read.refused.append(Refusal(number, name, str(refused)))


def _slug(rows: Rows, name: str, written: str) -> str:
    slug, own = value_slug(written) if written.strip() else "", value_slug(name)
    if not slug or slug == own or (slug in rows.now and rows.now[slug].name == name):
        slug = slug or own
    else:
        raise InvalidText("Its slug is not that of its name. Leave the slug empty, or rename the theme here.")
    row = rows.known[slug].row if slug in rows.known else None
    if row is not None and row.merged_into is not None:
        raise InvalidText("This theme was merged into another one.")
    return slug


def _entry(rows: Rows, name: str, slug: str, cells: Mapping[str, str]) -> Entry:
    now = rows.now.get(slug) or Entry(name)
    said: dict[str, object] = {one: tidied(cells[one]) for one in TEXTS if one in cells}
    if "colour" in cells:
        said["colour"] = _colour(cells["colour"])
    if "parent" in cells:
        said["parent"] = value_slug(cells["parent"]) if cells["parent"].strip() else ""
    if "aliases" in cells:
        said["aliases"] = _aliases(slug, cells["aliases"])
    if "example" in cells:
        said["example"] = example_written(cells["example"])
    retired = _retired(cells["state"]) if "state" in cells else None
    said["retired"] = now.retired if retired is None else retired
    said["adopted"] = now.adopted if now.retired and said["retired"] else True
    return replace(now, name=name, **said)  # type: ignore[arg-type]


def _colour(text: str) -> int | None:
    named = text.strip().casefold()
    names = [name.casefold() for name in PALETTE]
    if named and named not in names:
        raise InvalidText(f"There is no such colour. Write one of {', '.join(PALETTE)}, or nothing.")
    return names.index(named) if named else None


def _aliases(slug: str, text: str) -> dict[str, str]:
    """Names with semicolons or line ends between them."""
    found = names_written(text.split("\n") if "\n" in text else text.split(";"))
    found.pop(slug, None)
    return dict(sorted(found.items()))


def _retired(text: str) -> bool | None:
    state = text.strip().casefold()
    if state not in STATES:
        raise InvalidText("There is no such state. Write adopted, retired, or nothing.")
    return STATES[state]


def _refuse_quotes(archive: Archive, connection: Connection, actor: Actor, rows: Rows, read: Read) -> None:
    """Examples have to be quotes that she finds; one that stands there already is no news."""
    new = {
        slug: one.example
        for slug, one in read.entries.items()
        if one.example and (slug not in rows.now or rows.now[slug].example != one.example)
    }
    found: set[str] = set()
    for part in chunks(new.values()):
        where = [QUOTE.c.id.in_(part)]
        found.update(connection.execute(quotes_listed(archive, actor, QUOTE.c.id, where=where)).scalars())
    for slug, quote in new.items():
        if quote not in found:
            read.refuse(slug, "There is no such quote as its example.")


def _refuse_names(connection: Connection, rows: Rows, read: Read) -> None:
    """A name means one theme: its own, or the one whose alias it is."""
    meant = _meant(connection, rows)
    for slug, one in list(read.entries.items()):
        if slug in meant and meant[slug] not in read.entries:
            read.refuse(slug, "Its name is another name of a theme that is here.")
            continue
        wrong = _wrong_alias(rows, read, meant, slug, one)
        if wrong:
            read.refuse(slug, wrong)
        else:
            meant.update(dict.fromkeys(one.aliases, slug))


def _meant(connection: Connection, rows: Rows) -> dict[str, str]:
    """The themes that aliases mean; of a theme that is not hers to know, nothing but that it is there."""
    own = {one.row.key: slug for slug, one in rows.known.items() if one.row is not None}
    return {row.slug: own.get(row.theme, "") for row in connection.execute(select(ALIAS))}


def _wrong_alias(rows: Rows, read: Read, meant: Mapping[str, str], slug: str, one: Entry) -> str:
    for alias, name in one.aliases.items():
        row = rows.known[alias].row if alias in rows.known else None
        if alias in read.entries or (row is not None and meant.get(alias) != slug):
            return MERGE.format(name)
        if meant.get(alias, slug) != slug:
            return f"“{name}” is another name of a theme already."
    return ""


def _refuse_parents(rows: Rows, read: Read) -> None:
    """A parent has to be there, or come along, and not to stand under its own child."""
    for slug in [slug for slug in read.entries if _in_ring(rows, read, slug)]:
        read.refuse(slug, "It stands under itself, or under a theme that stands under it.")
    left = -1
    while left != len(read.entries):  # who loses its parent is refused with it
        left = len(read.entries)
        for slug, one in list(read.entries.items()):
            if one.parent and one.parent not in rows.now and one.parent not in read.entries:
                read.refuse(slug, "There is no theme of the name of its parent in the codebook.")


def _in_ring(rows: Rows, read: Read, slug: str) -> bool:
    seen, here = set[str](), slug
    while here not in seen:
        seen.add(here)
        entry = read.entries.get(here) or rows.now.get(here)
        here = entry.parent if entry else ""
        if here == slug:
            return True
    return False
