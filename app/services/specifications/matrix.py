"""Traceability: which requirement serves which persona and takes up which theme, and what stands empty.

A requirement serves a persona that it cites, and those to whom the story of a quote that it cites belongs. It
takes up the themes of its quotes, and where nobody has given a quote any, those of its story.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.database.links import pairs
from app.database.tables import PERSONA, STORY
from app.database.visibility import Actor, listed_to, offered_to
from app.services.archive import Archive
from app.services.cards import chips_of, persona_address, theme_address
from app.services.documents import chunks
from app.services.marking.choosing import open_themes
from app.services.marking.margin import themes_of
from app.services.paging import pager
from app.services.specifications.access import (
    Who,
    requirement_address,
    specification_address,
    specification_row,
)
from app.services.specifications.tree import Node, nodes_of
from app.services.specifications.watching import Cited, citations_of
from app.services.views import MatrixColumn, MatrixPage, MatrixRow

ROWS, MOST_COLUMNS = 60, 40
PERSONAS, THEMES = "persona", "theme"
SUPPORTS, CHALLENGES, BOTH = "supports", "challenges", "both"
Column = tuple[str, str]  # its kind, and the id or slug


@dataclass(frozen=True)
class Traced:
    """The whole matrix, as one person may know it."""

    title: str
    columns: Sequence[MatrixColumn]
    rows: Sequence[MatrixRow]


def trace(archive: Archive, connection: Connection, who: Who, specification_id: str) -> Traced:
    """Every requirement by every persona and theme that this person finds. Raises NotFound."""
    row = specification_row(connection, who, specification_id)
    nodes = nodes_of(connection, row.key)
    cited = [one for one in citations_of(archive, connection, who, nodes) if one.shown]
    marks = _marks(archive, connection, who.actor, cited)
    named = _columns(archive, connection, who.actor)
    served = {column for columns in marks.values() for column in columns}
    columns = [
        MatrixColumn(name, address, key[0], key not in served) for key, (name, address) in named.items()
    ]
    supported = {one.row.requirement for one in cited if not one.row.challenges}
    rows = [_row(row.id, one, marks.get(one.row.key, {}), named, supported) for one in nodes]
    return Traced(row.title, columns, rows)


def _row(
    specification_id: str,
    node: Node,
    marks: Mapping[Column, str],
    named: Mapping[Column, tuple[str, str]],
    supported: set[int],
) -> MatrixRow:
    row = node.row
    return MatrixRow(
        number=node.number,
        text=row.text,
        address=requirement_address(specification_id, row.id),
        heading=row.heading,
        cells=[marks.get(key, "") for key in named],
        empty=not row.heading and row.key not in supported,
    )


def _columns(archive: Archive, connection: Connection, actor: Actor) -> dict[Column, tuple[str, str]]:
    """Names and addresses of the personas and themes that this person finds, by name."""
    now = archive.now()
    shown = (offered_to(actor, now), listed_to(actor, now, PERSONA))
    rows = connection.execute(
        select(PERSONA.c.id, PERSONA.c.slug, PERSONA.c.name).where(*shown).order_by(PERSONA.c.name)
    )
    found: dict[Column, tuple[str, str]] = {
        (PERSONAS, row.id): (row.name, persona_address(row.slug)) for row in rows
    }
    themes = sorted(
        open_themes(archive, connection, actor).items(), key=lambda one: (one[1].casefold(), one[0])
    )
    return found | {(THEMES, slug): (label, theme_address(slug)) for slug, label in themes}


def _marks(
    archive: Archive, connection: Connection, actor: Actor, cited: Sequence[Cited]
) -> dict[int, dict[Column, str]]:
    """By the key of a requirement what stands in its columns."""
    quotes = [one for one in cited if one.row.kind == "quote" and one.row.quote is not None]
    behind = _personas_behind(connection, {one.row.story_id for one in quotes})
    themes: dict[int, Sequence[str]] = {}
    for part in chunks({one.row.quote for one in quotes}):
        for key, chips in themes_of(archive, connection, actor, part).items():
            themes[key] = [chip.slug for chip in chips]
    told = chips_of(connection, [one.row.story_id for one in quotes])
    for one in quotes:
        if not themes.get(one.row.quote):
            themes[one.row.quote] = [chip.slug for chip in told[one.row.story_id]]
    found: dict[int, dict[Column, str]] = defaultdict(dict)
    for one in cited:
        stance = CHALLENGES if one.row.challenges else SUPPORTS
        cells = found[one.row.requirement]
        for column in _served(one, behind, themes):
            cells[column] = stance if cells.get(column, stance) == stance else BOTH
    return found


def _served(
    cited: Cited, behind: Mapping[str, Iterable[str]], themes: Mapping[int, Iterable[str]]
) -> Iterator[Column]:
    row = cited.row
    if row.kind == "persona":
        yield PERSONAS, row.persona_id
    elif row.kind == "quote":
        yield from ((PERSONAS, one) for one in behind.get(row.story_id, ()))
        yield from ((THEMES, one) for one in themes.get(row.quote, ()))


def _personas_behind(connection: Connection, stories: set[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for part in chunks(stories):
        pair = pairs(STORY.c.id.in_(part))
        for row in connection.execute(select(pair.c.story_id, pair.c.persona_id)):
            found[row.story_id].add(row.persona_id)
    return found


def read_matrix(archive: Archive, who: Who, specification_id: str, number: int) -> MatrixPage:
    """One page of the matrix: columns that are served, and all that is empty. Raises NotFound."""
    with archive.engine.connect() as connection:
        traced = trace(archive, connection, who, specification_id)
    kept = _shown(traced.columns)
    pages = max(1, -(-len(traced.rows) // ROWS))
    number = min(number, pages)
    some = traced.rows[(number - 1) * ROWS : number * ROWS]
    address = specification_address(specification_id)
    empty = [one for one in traced.columns if one.empty]
    return MatrixPage(
        title=traced.title,
        address=address,
        columns=[traced.columns[place] for place in kept],
        rows=[_narrow(one, kept) for one in some],
        pager=pager(len(traced.rows), number, ROWS, lambda page: f"{address}/matrix?page={page}"),
        bare=[_narrow(one, ()) for one in traced.rows if one.empty],
        unserved=[one for one in empty if one.kind == PERSONAS],
        untouched=[one for one in empty if one.kind == THEMES],
    )


def _shown(columns: Sequence[MatrixColumn]) -> list[int]:
    """The places of the columns that stand on a page: all personas, and the themes that are taken up."""
    wanted = [place for place, one in enumerate(columns) if one.kind == PERSONAS or not one.empty]
    if len(wanted) > MOST_COLUMNS:
        wanted = [place for place in wanted if not columns[place].empty]
    return wanted[:MOST_COLUMNS]


def _narrow(row: MatrixRow, kept: Sequence[int]) -> MatrixRow:
    cells = [row.cells[place] for place in kept]
    return MatrixRow(row.number, row.text, row.address, row.heading, cells, row.empty)
