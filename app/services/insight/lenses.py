"""Lenses as they are read: the list, the grid, and the form of the story team."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from sqlalchemy import Connection, func, select

from app.database.insight import LENS, LENS_LINE, LENS_QUOTE
from app.database.marking import QUOTE
from app.database.tables import AnyRow
from app.database.visibility import Actor, Role
from app.services.archive import Archive
from app.services.insight.lens_making import line_of, state_of
from app.services.insight.standing import (
    COLUMN,
    GONE,
    ROW,
    Cell,
    count_cells,
    lens_named,
    lines_of_lens,
    themes_of_cells,
    words_of_cells,
)
from app.services.marking.choosing import open_themes
from app.services.marking.lines import quotes_listed
from app.services.marking.margin import chip_of
from app.services.marking.of_theme import under
from app.services.marking.own_themes import own_themes
from app.services.told import told_themes
from app.services.views import (
    Chip,
    LensCard,
    LensCellView,
    LensEditPage,
    LensesPage,
    LensHead,
    LensLineForm,
    LensPage,
    LensRowView,
)

TEAM = {Role.GATHERER, Role.STEWARD}


def lens_address(slug: str) -> str:
    """The path of a lens."""
    return "/lenses/" + quote(slug, safe="")


def cell_address(slug: str, cell: Cell) -> str:
    """The path of one of its cells."""
    return f"{lens_address(slug)}/{cell[0]}/{cell[1]}"


def may_make(actor: Actor) -> bool:
    """Whether somebody makes and changes lenses: the story team does."""
    return bool(actor.roles & TEAM)


def list_lenses(archive: Archive, actor: Actor, removed: str = "") -> LensesPage:
    """All lenses, with counts of what this reader may see."""
    with archive.engine.connect() as connection:
        rows = connection.execute(
            select(LENS).where(LENS.c.removed.is_(None)).order_by(LENS.c.name, LENS.c.key)
        ).all()
        cards = [_card(archive, connection, actor, row) for row in rows]
        empty = not rows and connection.execute(select(LENS.c.key).limit(1)).first() is None
        gone = _removed(connection, removed) if removed and may_make(actor) else None
    page = LensesPage(cards, may_make(actor), empty)
    return replace(page, removed=gone.slug, removed_name=gone.name) if gone else page


def _removed(connection: Connection, slug: str) -> AnyRow | None:
    where = (LENS.c.slug == slug, LENS.c.removed.is_not(None))
    return connection.execute(select(LENS).where(*where)).first()


def _card(archive: Archive, connection: Connection, actor: Actor, lens: AnyRow) -> LensCard:
    rows, columns = (lines_of_lens(connection, lens.key, axis) for axis in (ROW, COLUMN))
    counted = _shown(count_cells(archive, connection, actor, [row.key for row in rows]), columns)
    names = [row.name for row in rows], [column.name for column in columns]
    return LensCard(lens.name, lens_address(lens.slug), lens.about, *names, sum(counted.values()))


def _shown(counted: Mapping[Cell, int], columns: Sequence[AnyRow]) -> dict[Cell, int]:
    """Without what stands in a column that was removed."""
    keys = {column.key for column in columns}
    return {cell: number for cell, number in counted.items() if cell[1] in keys}


def read_lens(archive: Archive, actor: Actor, slug: str) -> LensPage:
    """The grid of a lens. Raises NotFound."""
    with archive.engine.connect() as connection:
        lens = lens_named(connection, slug)
        rows, columns = (lines_of_lens(connection, lens.key, axis) for axis in (ROW, COLUMN))
        keys = [row.key for row in rows]
        counted = _shown(count_cells(archive, connection, actor, keys), columns)
        words = words_of_cells(connection, keys)
        themes = open_chips(archive, connection, actor, themes_of_cells(connection, keys))

    def cell(row: AnyRow, column: AnyRow) -> LensCellView:
        at = (row.key, column.key)
        address, number = cell_address(slug, at), counted.get(at, 0)
        return LensCellView(address, column.name, words.get(at, ""), number, themes.get(at, []))

    return LensPage(
        name=lens.name,
        about=lens.about,
        columns=[head_of(column) for column in columns],
        rows=[LensRowView(head_of(row), [cell(row, column) for column in columns]) for row in rows],
        quotes=sum(counted.values()),
        edit_address=f"{lens_address(slug)}/edit" if may_make(actor) else "",
    )


def head_of(line: AnyRow) -> LensHead:
    return LensHead(line.key, line.name, line.about)


def open_chips(
    archive: Archive, connection: Connection, actor: Actor, themes: Mapping[Cell, Sequence[AnyRow]]
) -> dict[Cell, list[Chip]]:
    """Of the themes of cells, those that this reader may know of."""
    rows = {row.key: row for of in themes.values() for row in of}
    if not rows:
        return {}
    own = own_themes(archive, connection, actor)
    shown = {key for key in rows if key not in own and _is_met(archive, connection, actor, rows[key])}
    if len(shown) < len(rows):  # dearer, and seldom needed: themes under which she meets nothing
        known = open_themes(archive, connection, actor)
        shown |= {key for key, row in rows.items() if row.slug in known}
    return {cell: [chip_of(row) for row in of if row.key in shown] for cell, of in themes.items()}


def _is_met(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> bool:
    """Whether she meets this theme in a story or at a quote."""
    if row.retired is not None:
        return False
    if any(told.slug == row.slug for told in told_themes(archive, connection, actor)):
        return True
    marked = quotes_listed(archive, actor, QUOTE.c.key, where=[under([row.key])]).limit(1)
    return connection.execute(marked).first() is not None


def read_lens_form(
    archive: Archive, actor: Actor, slug: str, *, ask: int = 0, removed: int = 0
) -> LensEditPage:
    """What the story team changes of a lens; `ask` is a row or column to be removed. Raises NotFound."""
    with archive.engine.connect() as connection:
        lens = lens_named(connection, slug)
        rows, columns = (lines_of_lens(connection, lens.key, axis) for axis in (ROW, COLUMN))
        going = _going(archive, connection, actor, ask) if ask else 0
        gone = line_of(connection, lens.key, removed, (GONE + ROW, GONE + COLUMN)) if removed else None
    return LensEditPage(
        name=lens.name,
        address=lens_address(slug),
        edit_address=f"{lens_address(slug)}/edit",
        about=lens.about,
        seen=state_of(lens),
        rows=_forms(rows, ask, going),
        columns=_forms(columns, ask, going),
        removed=gone.key if gone else 0,
        removed_name=gone.name if gone else "",
    )


def _going(archive: Archive, connection: Connection, actor: Actor, line: int) -> int:
    """How many quotes that this person may see were placed by hand in a row or column."""
    there = connection.execute(select(LENS_LINE.c.axis).where(LENS_LINE.c.key == line)).scalar()
    side = LENS_QUOTE.c.row if there == ROW else LENS_QUOTE.c.column
    seen = quotes_listed(archive, actor, func.count()).join(LENS_QUOTE, LENS_QUOTE.c.quote == QUOTE.c.key)
    return int(connection.execute(seen.where(side == line)).scalar_one())


def _forms(lines: Sequence[AnyRow], ask: int, going: int) -> list[LensLineForm]:
    return [
        LensLineForm(
            key=line.key,
            axis=line.axis,
            name=line.name,
            about=line.about,
            first=line is lines[0],
            last=line is lines[-1],
            asked=line.key == ask,
            going=going if line.key == ask else 0,
        )
        for line in lines
    ]
