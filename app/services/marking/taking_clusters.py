"""The clusters of a board as the headings of a file of its quotes."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from app.database.insight import BOARD_CLUSTER, BOARD_QUOTE
from app.database.tables import AnyRow
from app.exports.quoted import TakenCluster
from app.services.archive import Archive
from app.services.insight.boards import UNNAMED
from app.services.marking.asking import AskedQuotes
from app.services.marking.places import BOARDS, boards_open


def clusters_taken(
    archive: Archive, connection: Connection, asked: AskedQuotes, rows: Iterable[AnyRow], *, works: bool
) -> list[TakenCluster]:
    """The clusters of these quotes, as they hang; none where they are not those of one board alone.

    What was noted at a cluster is for people who work here.
    """
    chosen = asked.chosen.get(BOARDS, ())
    boards = boards_open(archive, connection, chosen, asked.desk, asked.account) if len(chosen) == 1 else ()
    ids = {row.key: row.id for row in rows}
    found: dict[int, tuple[AnyRow, list[str]]] = {}
    for board in boards:
        for hung in _hung(connection, board.key):
            if hung.quote in ids:
                found.setdefault(hung.key, (hung, []))[1].append(ids[hung.quote])
    return [
        TakenCluster(row.name or UNNAMED, row.note if works else "", quotes) for row, quotes in found.values()
    ]


def _hung(connection: Connection, board: int) -> Iterable[AnyRow]:
    """The quotes of a board's clusters with their cluster, in their order."""
    joined = BOARD_QUOTE.join(BOARD_CLUSTER, BOARD_CLUSTER.c.key == BOARD_QUOTE.c.cluster)
    columns = (BOARD_QUOTE.c.quote, BOARD_CLUSTER.c.key, BOARD_CLUSTER.c.name, BOARD_CLUSTER.c.note)
    here = select(*columns).select_from(joined)
    here = here.where(BOARD_QUOTE.c.board == board, BOARD_CLUSTER.c.removed.is_(None))
    places = (BOARD_CLUSTER.c.place, BOARD_CLUSTER.c.key, BOARD_QUOTE.c.place, BOARD_QUOTE.c.quote)
    return connection.execute(here.order_by(*places)).all()
