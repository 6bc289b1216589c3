"""How the codebook is reshaped: what each way changes in it and in which files, worked out before it is done.

A plan says of each row what stands there before and after, so that it can be undone: see reverting.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, select, update

from app.database.marking import ALIAS, CODEBOOK, QUOTE_THEME
from app.database.state import upsert
from app.services.archive import Archive
from app.services.marking.aliasing import write_aliases

MOMENTS = ("adopted", "retired")


class Way(StrEnum):
    """What can be done with a theme and with all that stands under it."""

    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    RETIRE = "retire"
    OFFER = "offer"  # a retired theme again


@dataclass(frozen=True)
class Reshape:
    """What is wanted. `to` is a theme's name: the new one, the one that takes it in, or what it stands under.

    `quotes` and `stories` are the ids of those that a split takes over; with `keep` they stay under the old
    theme too. `files`: a retired theme is taken out of them.
    """

    way: Way
    slug: str
    to: str = ""
    quotes: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()
    keep: bool = False
    files: bool = False


@dataclass(frozen=True)
class Cell:
    """One value of a theme in the codebook, before and after."""

    theme: int
    column: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Pointed:
    """Which theme a name means, before and after; None for none. `row` is the rest of what stood there."""

    slug: str
    name: str
    before: int | None
    after: int | None
    row: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Carried:
    """Whether a quote carries a theme, before and after."""

    quote: int
    theme: int
    before: bool
    after: bool


@dataclass(frozen=True)
class Rewrite:
    """What becomes of themes in files: those of `old` become `new`, or go; with `keep` they stay as well."""

    old: tuple[str, ...] = ()
    new: str = ""
    keep: bool = False


@dataclass(frozen=True)
class Plan:
    """All that reshaping changes; the files by story id, with their digests."""

    way: Way
    name: str
    to: str = ""
    cells: Sequence[Cell] = ()
    names: Sequence[Pointed] = ()
    carried: Sequence[Carried] = ()
    rewrite: Rewrite = Rewrite()
    stories: Mapping[str, str] = field(default_factory=dict)
    themes: Sequence[int] = ()  # that it is about
    made: Sequence[int] = ()  # of those, the ones that the codebook had not before


def as_data(plan: Plan) -> dict[str, Any]:
    """A plan as a job keeps it; its stories are the items of the job."""
    return {name: value for name, value in asdict(plan).items() if name != "stories"}


def plan_in(data: Mapping[str, Any]) -> Plan:
    """The plan that a job keeps."""
    rewrite = data["rewrite"]
    return Plan(
        Way(data["way"]),
        data["name"],
        data["to"],
        [Cell(**one) for one in data["cells"]],
        [Pointed(**one) for one in data["names"]],
        [Carried(**one) for one in data["carried"]],
        Rewrite(tuple(rewrite["old"]), rewrite["new"], rewrite["keep"]),
        themes=data["themes"],
        made=data.get("made", ()),
    )


def apply(archive: Archive, connection: Connection, plan: Plan, by: int | None) -> None:
    """Do to the codebook and to the quotes what a plan says, in the caller's transaction."""
    for name in plan.names:  # first: whether readers may be told of a name rests on what says it until now
        _point(archive, connection, name, by)
    for cell in plan.cells:
        set_cell(connection, cell, cell.after)
    for one in plan.carried:
        carry(connection, one, there=one.after)


def _point(archive: Archive, connection: Connection, name: Pointed, by: int | None) -> None:
    if name.after is None:
        drop_name(connection, name)
    else:
        write_aliases(archive, connection, name.after, {name.slug: name.name}, by)


def drop_name(connection: Connection, name: Pointed) -> None:
    """Let a name mean nothing but itself."""
    connection.execute(delete(ALIAS).where(ALIAS.c.slug == name.slug))


def set_cell(connection: Connection, cell: Cell, value: Any) -> None:
    """Let a theme say this in one of its columns; moments are kept as text in a plan."""
    told = datetime.fromisoformat(value) if cell.column in MOMENTS and value else value
    connection.execute(update(CODEBOOK).where(CODEBOOK.c.key == cell.theme).values({cell.column: told}))


def carry(connection: Connection, one: Carried, *, there: bool) -> None:
    """Let a quote carry a theme, or carry it no more."""
    where = (QUOTE_THEME.c.quote == one.quote, QUOTE_THEME.c.theme == one.theme)
    if there:
        row = {"quote": one.quote, "theme": one.theme}
        connection.execute(upsert(connection, QUOTE_THEME).values(row).on_conflict_do_nothing())
    else:
        connection.execute(delete(QUOTE_THEME).where(*where))


def below(connection: Connection, key: int) -> set[int]:
    """The keys of all themes that stand under this one, however deep."""
    found = set[int]()
    new = {key}
    while new:
        children = select(CODEBOOK.c.key).where(CODEBOOK.c.parent.in_(new))
        new = set(connection.execute(children).scalars()) - found
        found |= new
    return found


def slugs_of(plan: Plan) -> list[str]:
    """The names of which it changes what they mean, or how the theme that they mean is called."""
    moved = {str(slug) for one in plan.cells if one.column == "slug" for slug in (one.before, one.after)}
    renamed = plan.rewrite.old if plan.way is Way.RENAME else ()
    return sorted({one.slug for one in plan.names} | moved | set(renamed))
