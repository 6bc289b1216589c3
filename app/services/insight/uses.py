"""What uses a quote: cells of lenses, boards, memos, and themes whose example it is."""

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, func, select

from app.database.insight import BOARD, BOARD_CLUSTER, BOARD_QUOTE, LENS, LENS_LINE, LENS_QUOTE, MEMO
from app.database.marking import CODEBOOK, QUOTE
from app.database.tables import AnyRow
from app.database.visibility import Actor, may_mark, may_specify
from app.services.archive import Archive
from app.services.cards import theme_address
from app.services.insight.lenses import cell_address
from app.services.insight.placing import cells_by_theme
from app.services.insight.standing import COLUMN, ROW
from app.services.marking.choosing import open_themes
from app.services.marking.lines import count_listed
from app.services.recording import By
from app.services.specifications.access import Who
from app.services.specifications.using import specifications_of_quote
from app.services.views import QuoteUses, QuoteView, Use


def with_uses(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    quotes: Sequence[QuoteView],
    opened: str,
    account: int | None = None,
) -> Sequence[QuoteView]:
    """The quotes of a story, the one that was opened with what uses it; asked for that one alone."""
    if not opened or all(one.id != opened for one in quotes):
        return quotes
    row = connection.execute(select(QUOTE).where(QUOTE.c.id == opened)).one()
    uses = uses_of_quote(archive, connection, actor, row, account)
    return [replace(one, uses=uses) if one.id == opened else one for one in quotes]


def shown_opened(html: str, quote_id: str) -> str:
    """A story's text with every part of the quote that was opened lit, also behind other marks in it."""
    parts = re.compile(rf'(<mark [^>]*class="q)(?=[^>]*data-q="[^"]*{re.escape(quote_id)}[ "])')
    return parts.sub(r"\1 near", html) if quote_id else html


def uses_of_quote(
    archive: Archive, connection: Connection, actor: Actor, quote: AnyRow, account: int | None = None
) -> QuoteUses:
    """What this reader may know of what uses a quote that she may see. `quote` is a row of QUOTE."""
    works = may_mark(actor)
    return QuoteUses(
        cells=_cells(connection, quote.key),
        boards=_boards(archive, connection, actor, quote.key) if works else (),
        memos=_memos(connection, quote.id) if works else 0,
        memos_address=f"/q/{quote.id}/edit#more" if works else "",
        examples=_examples(archive, connection, actor, quote.id),
        specifications=specifications_of_quote(connection, Who(actor, By(account)), quote.key),
        cite_address=f"/specifications?quote={quote.id}" if may_specify(actor) else "",
    )


def _cells(connection: Connection, quote: int) -> Sequence[Use]:
    """Cells are the programme's own, and open to everybody."""
    placed = select(LENS_QUOTE.c.row, LENS_QUOTE.c.column).where(LENS_QUOTE.c.quote == quote)
    there = {(row, column) for row, column in connection.execute(placed)} | cells_by_theme(connection, quote)
    if not there:
        return ()
    row, column = LENS_LINE.alias("across"), LENS_LINE.alias("down")
    joined = row.join(column, column.c.lens == row.c.lens).join(LENS, LENS.c.key == row.c.lens)
    names = (LENS.c.slug, LENS.c.name.label("lens"), row.c.key.label("row"), column.c.key.label("column"))
    labels = (row.c.name.label("row_name"), column.c.name.label("column_name"))
    whole = (row.c.axis == ROW, column.c.axis == COLUMN, LENS.c.removed.is_(None))
    some = (row.c.key.in_({one[0] for one in there}), column.c.key.in_({one[1] for one in there}))
    listed = select(*names, *labels).select_from(joined).where(*whole, *some)
    rows = connection.execute(listed.order_by(LENS.c.name, row.c.place, column.c.place)).all()
    return [_use(one) for one in rows if (one.row, one.column) in there]


def _use(row: AnyRow) -> Use:
    address = cell_address(row.slug, (row.row, row.column))
    return Use(f"{row.row_name}, {row.column_name}", address, row.lens)


def _boards(archive: Archive, connection: Connection, actor: Actor, quote: int) -> Sequence[Use]:
    """She finds a quote that hangs there, and so the board and its cluster."""
    if not count_listed(archive, connection, actor, QUOTE.c.key == quote):
        return ()
    joined = BOARD_QUOTE.join(BOARD, BOARD.c.key == BOARD_QUOTE.c.board).outerjoin(
        BOARD_CLUSTER,
        (BOARD_CLUSTER.c.key == BOARD_QUOTE.c.cluster) & BOARD_CLUSTER.c.removed.is_(None),
    )
    columns = (BOARD.c.id, BOARD.c.name, BOARD_CLUSTER.c.name.label("cluster"))
    where = (BOARD_QUOTE.c.quote == quote, BOARD.c.removed.is_(None))
    rows = connection.execute(select(*columns).select_from(joined).where(*where).order_by(BOARD.c.name))
    return [Use(row.name, f"/boards/{row.id}", row.cluster or "") for row in rows]


def _memos(connection: Connection, quote_id: str) -> int:
    where = (MEMO.c.about == "quote", MEMO.c.target == quote_id, MEMO.c.removed.is_(None))
    return int(connection.execute(select(func.count()).select_from(MEMO).where(*where)).scalar_one())


def _examples(archive: Archive, connection: Connection, actor: Actor, quote_id: str) -> Sequence[Use]:
    rows = connection.execute(select(CODEBOOK).where(CODEBOOK.c.example == quote_id)).all()
    if not rows:
        return ()
    known = open_themes(archive, connection, actor)
    return [Use(known[row.slug], theme_address(row.slug)) for row in rows if row.slug in known]
