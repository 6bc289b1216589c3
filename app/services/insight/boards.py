"""Boards as they are read. What hangs on one is there for those alone who may read it, and so are counts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from app.database.insight import BOARD, BOARD_CLUSTER, BOARD_QUOTE
from app.database.marking import QUOTE
from app.database.tables import STORY, AnyRow
from app.database.visibility import Actor, Role, listed_to, quotes_of
from app.errors import NotFound
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.dates import date_label
from app.services.marking.choosing import open_themes
from app.services.marking.lines import lines_of, quotes_listed
from app.services.marking.margin import chip_of
from app.services.marking.of_theme import TAKE
from app.services.marking.own_themes import OwnRow, themes_seen
from app.services.paging import ListAddress, pager
from app.services.recording import By
from app.services.views import BoardCard, BoardPage, BoardsPage, Chip, Choice, ClusterView, QuoteLine

PAGE, LOOSE = 24, 60  # boards of the list, loose quotes of a board
MOST = 500  # quotes on one board
UNNAMED = "Cluster without a name"


def board_address(board_id: str) -> str:
    """The path of a board."""
    return f"/boards/{board_id}"


def open_to(archive: Archive, actor: Actor, account: int | None) -> ColumnElement[bool]:
    """The condition under which a row of BOARD is there for this person.

    One on which others have hung only what she may not read is not: its name would tell of that.
    """
    hers = BOARD.c.account.is_(None) if account is None else BOARD.c.account == account
    anything = exists(select(BOARD_QUOTE.c.quote).where(BOARD_QUOTE.c.board == BOARD.c.key))
    return BOARD.c.removed.is_(None) & or_(hers, ~anything, _something(archive, actor, BOARD.c.key))


def _something(archive: Archive, actor: Actor, board: Any) -> ColumnElement[bool]:
    """Whether a quote hangs on the board that this person finds."""
    joined = BOARD_QUOTE.join(QUOTE, QUOTE.c.key == BOARD_QUOTE.c.quote)
    joined = joined.join(STORY, STORY.c.id == QUOTE.c.story_id)
    there = select(BOARD_QUOTE.c.quote).select_from(joined).where(BOARD_QUOTE.c.board == board)
    return exists(there.where(quotes_of(listed_to(actor, archive.now()))))


def board_row(archive: Archive, connection: Connection, actor: Actor, by: By, board_id: str) -> AnyRow:
    """A board that is there for this person. Raises NotFound."""
    where = (BOARD.c.id == board_id, open_to(archive, actor, by.account))
    row = connection.execute(select(BOARD).where(*where)).first()
    if row is None:
        raise NotFound
    return row


def list_boards(archive: Archive, actor: Actor, by: By, number: int, removed: str = "") -> BoardsPage:
    """One page of the boards, those changed last first."""
    with archive.engine.connect() as connection:
        shown = open_to(archive, actor, by.account)
        total = connection.execute(select(func.count()).select_from(BOARD).where(shown)).scalar_one()
        newest = select(BOARD).where(shown).order_by(BOARD.c.changed.desc(), BOARD.c.key.desc())
        rows = connection.execute(newest.limit(PAGE).offset((number - 1) * PAGE)).all()
        names = names_by_key(connection, [row.account for row in rows])
        cards = [_card(archive, connection, actor, row, named(row.account, names)) for row in rows]
        gone = removed_board(connection, actor, by, removed) if removed else None
    pages = pager(total, number, PAGE, lambda page: f"/boards?page={page}" if page > 1 else "/boards")
    return BoardsPage(cards, pages, gone.id if gone else "")


def removed_board(connection: Connection, actor: Actor, by: By, board_id: str) -> AnyRow | None:
    """A board that was taken away and that this person may put back."""
    where = (BOARD.c.id == board_id, BOARD.c.removed.is_not(None))
    row = connection.execute(select(BOARD).where(*where)).first()
    return row if row is not None and may_remove(actor, by, row) else None


def may_remove(actor: Actor, by: By, row: AnyRow) -> bool:
    """Whether a board is hers to take away: who made it may, and stewards."""
    return bool(row.account == by.account or Role.STEWARD in actor.roles)


def _card(archive: Archive, connection: Connection, actor: Actor, row: AnyRow, by: str) -> BoardCard:
    hung = quotes_hung(archive, connection, actor, row.key)
    clusters = clusters_shown(connection, row.key, hung)
    return BoardCard(
        name=row.name,
        address=board_address(row.id),
        about=row.about,
        by=by,
        when_label=date_label(row.changed.isoformat()[:10], archive.settings.language),
        quotes=len(hung),
        clusters=[cluster.name for cluster in clusters if cluster.name],
    )


def quotes_hung(archive: Archive, connection: Connection, actor: Actor, board: int) -> Sequence[AnyRow]:
    """The rows of BOARD_QUOTE whose quotes this person finds, in the order in which they hang."""
    seen = quotes_listed(archive, actor, *BOARD_QUOTE.c, QUOTE.c.id, where=[BOARD_QUOTE.c.board == board])
    joined = seen.join(BOARD_QUOTE, BOARD_QUOTE.c.quote == QUOTE.c.key)
    return connection.execute(joined.order_by(BOARD_QUOTE.c.place, BOARD_QUOTE.c.quote)).all()


def clusters_shown(connection: Connection, board: int, hung: Sequence[AnyRow]) -> list[AnyRow]:
    """The clusters of a board, without those that hold only what this person may not read."""
    here = select(BOARD_CLUSTER).where(BOARD_CLUSTER.c.board == board, BOARD_CLUSTER.c.removed.is_(None))
    rows = connection.execute(here.order_by(BOARD_CLUSTER.c.place, BOARD_CLUSTER.c.key)).all()
    held = select(BOARD_QUOTE.c.cluster).where(BOARD_QUOTE.c.board == board).distinct()
    full = set(connection.execute(held).scalars())
    seen = {row.cluster for row in hung}
    return [row for row in rows if row.key in seen or row.key not in full]


def read_board(archive: Archive, actor: Actor, by: By, board_id: str, number: int) -> BoardPage:
    """A board with its clusters, and one page of what lies loose on it. Raises NotFound."""
    with archive.engine.connect() as connection:
        row = board_row(archive, connection, actor, by, board_id)
        hung = quotes_hung(archive, connection, actor, row.key)
        clusters = clusters_shown(connection, row.key, hung)
        held = by_cluster(hung, clusters)
        first = (number - 1) * LOOSE
        loose = held[0][first : first + LOOSE]
        wanted = [one.quote for one in [*loose, *(one for key, of in held.items() if key for one in of)]]
        lines = {line.id: line for line in lines_of(archive, connection, actor, wanted)}
        themes = _themes(archive, connection, actor, clusters)
        people = _people(archive, connection, actor, by)
        names = names_by_key(connection, [row.account])
    address = board_address(row.id)
    views = [
        _view(cluster, place, held[cluster.key], lines, themes) for place, cluster in enumerate(clusters)
    ]
    if views:
        views[0] = replace(views[0], first=True)
        views[-1] = replace(views[-1], last=True)
    return BoardPage(
        id=row.id,
        name=row.name,
        address=address,
        about=row.about,
        by=named(row.account, names),
        clusters=views,
        loose=ClusterView(0, "", "Loose", "", _lines(loose, lines), len(held[0])),
        pager=pager(
            len(held[0]), number, LOOSE, lambda page: f"{address}?page={page}" if page > 1 else address
        ),
        total=len(hung),
        people=people,
        may_remove=may_remove(actor, by, row),
        take_address=str(ListAddress(TAKE, chosen={"board": (row.id,)})) if hung else "",
    )


def by_cluster(hung: Sequence[AnyRow], clusters: Sequence[AnyRow]) -> Mapping[int, list[AnyRow]]:
    """What hangs in each cluster; what is in none, or in one that was taken away, lies loose under 0."""
    there = {cluster.key for cluster in clusters}
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for row in hung:
        found[row.cluster if row.cluster in there else 0].append(row)
    return found


def _lines(rows: Sequence[AnyRow], lines: Mapping[str, QuoteLine]) -> list[QuoteLine]:
    return [lines[row.id] for row in rows if row.id in lines]


def _view(
    cluster: AnyRow,
    place: int,
    rows: Sequence[AnyRow],
    lines: Mapping[str, QuoteLine],
    themes: Mapping[int, Chip],
) -> ClusterView:
    label = cluster.name or f"Cluster {place + 1}, without a name"
    theme = themes.get(cluster.theme)
    return ClusterView(cluster.key, cluster.name, label, cluster.note, _lines(rows, lines), len(rows), theme)


def _themes(
    archive: Archive, connection: Connection, actor: Actor, clusters: Sequence[AnyRow]
) -> dict[int, Chip]:
    """The themes that clusters were turned into, as far as this person may know of them."""
    keys = {cluster.theme for cluster in clusters if cluster.theme is not None}
    if not keys:
        return {}
    known = open_themes(archive, connection, actor)
    rows = themes_seen(archive, connection, actor, keys)
    return {key: chip_of(row) for key, row in rows.items() if row.slug in known or isinstance(row, OwnRow)}


def _people(archive: Archive, connection: Connection, actor: Actor, by: By) -> list[Choice]:
    """Everybody who marked a quote that this person finds."""
    found = connection.execute(quotes_listed(archive, actor, QUOTE.c.account).distinct()).scalars()
    keys = set(found)
    names = names_by_key(connection, keys)
    others = sorted((named(key, names), str(key)) for key in keys - {None, by.account})
    return [
        Choice(value, label, "", current=False) for label, value in [("Everybody", ""), ("Me", "me"), *others]
    ]
