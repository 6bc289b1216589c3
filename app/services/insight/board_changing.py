"""What a group does on a board: quotes are hung on it, drawn into clusters, and clusters named and moved."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from app.database.insight import BOARD, BOARD_CLUSTER, BOARD_QUOTE
from app.database.marking import QUOTE
from app.database.tables import AnyRow
from app.database.visibility import Actor
from app.errors import InvalidText, NotAllowed, NotFound
from app.records.ids import mint
from app.records.slugs import value_slug
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.defining import tidied
from app.services.insight.boards import (
    MOST,
    board_row,
    by_cluster,
    clusters_shown,
    may_remove,
    quotes_hung,
    removed_board,
)
from app.services.insight.placing import listed_quote, pasted_ids
from app.services.marking.known_as import closed_aliases
from app.services.marking.lines import NEWEST, quotes_listed
from app.services.marking.naming import known_themes
from app.services.marking.of_theme import keys_of, under
from app.services.recording import By

LONGEST_ABOUT, LONGEST_NOTE = 2_000, 2_000  # characters
CLUSTERS = 40  # on one board
TOO_MANY = "A board can have {:,} quotes, and these would be more. Take some off, or begin a second board."
FULL = "A board can have {} clusters. Put two together, or begin a second board."
NOT_YOURS = "Only who began a board, and stewards, may take it away."
NONE_FOUND = "No quote was found that you may read and that is not on the board yet."
MANY_AT_ONCE = "At most {:,} ids can be pasted at once. Paste the others after these."
LOOK_AGAIN = (
    "Look whether each is copied whole. A quote that was taken off, or whose story you can not find in "
    "lists, is not found either."
)
SHOWN = 12  # ids that were not found, in one sentence
NOTHING = "Nothing was chosen. Name a theme, a person, or paste the addresses of quotes."


@dataclass(frozen=True)
class Wanted:
    """Which quotes somebody wants on a board: those that are all of this."""

    theme: str = ""
    by: str = ""  # an account's number, or "me"
    stays: bool = False
    pasted: str = ""  # ids or addresses


@dataclass(frozen=True)
class Hung:
    """What came of quotes that somebody wanted on a board."""

    new: int
    missing: Sequence[str] = ()  # pasted, and no quote that she finds: hidden ones and those that never were
    more: int = 0  # of these, beyond those that are named
    there: int = 0  # pasted, and on the board already
    unfit: int = 0  # pasted, and not of what else she chose


@dataclass(frozen=True)
class Place:
    """Where a quote hung: its cluster or 0, and which quote hung behind it there, as far as she finds it.

    No number stands for it: numbers would tell of quotes between that are hidden from her.
    """

    cluster: int
    before: str = ""


def make_board(archive: Archive, by: By, name: str, about: str) -> str:
    """Begin a board; its id. Raises InvalidText."""
    values = {"name": one_line(name, "The name", needed=True), "about": tidied(about, LONGEST_ABOUT)}
    board_id, now = str(mint("b")), archive.now()
    with archive.writing() as connection:
        made = insert(BOARD).values(id=board_id, account=by.account, made=now, changed=now, **values)
        connection.execute(made)
        connection.commit()
    return board_id


def change_board(archive: Archive, actor: Actor, by: By, board_id: str, name: str, about: str) -> None:
    """Name a board otherwise. Raises InvalidText, NotFound."""
    values = {"name": one_line(name, "The name", needed=True), "about": tidied(about, LONGEST_ABOUT)}
    with archive.writing() as connection:
        board = board_row(archive, connection, actor, by, board_id)
        connection.execute(update(BOARD).where(BOARD.c.key == board.key).values(**values))
        touched(archive, connection, board)


def touched(archive: Archive, connection: Connection, board: AnyRow) -> None:
    """Say that something on a board has changed, and keep it."""
    connection.execute(update(BOARD).where(BOARD.c.key == board.key).values(changed=archive.now()))
    connection.commit()


def remove_board(archive: Archive, actor: Actor, by: By, board_id: str) -> None:
    """Take a board away; it can be put back. Raises NotAllowed, NotFound."""
    with archive.writing() as connection:
        board = board_row(archive, connection, actor, by, board_id)
        if not may_remove(actor, by, board):
            raise NotAllowed(NOT_YOURS)
        connection.execute(update(BOARD).where(BOARD.c.key == board.key).values(removed=archive.now()))
        connection.commit()


def put_board_back(archive: Archive, actor: Actor, by: By, board_id: str) -> None:
    """Undo that. Raises NotFound."""
    with archive.writing() as connection:
        board = removed_board(connection, actor, by, board_id)
        if board is None:
            raise NotFound
        connection.execute(update(BOARD).where(BOARD.c.key == board.key).values(removed=None))
        connection.commit()


def add_quotes(archive: Archive, actor: Actor, by: By, board_id: str, wanted: Wanted) -> Hung:
    """Hang on a board all quotes that are wanted and that she finds. Raises InvalidText."""
    with archive.writing() as connection:
        board = board_row(archive, connection, actor, by, board_id)
        where = _conditions(archive, connection, actor, by, wanted)
        there = select(BOARD_QUOTE.c.quote).where(BOARD_QUOTE.c.board == board.key)
        new = quotes_listed(archive, actor, QUOTE.c.key, where=[*where, QUOTE.c.key.not_in(there)])
        keys = connection.execute(new.order_by(*NEWEST).limit(MOST + 1)).scalars().all()
        hung = _told(archive, connection, actor, board, wanted, len(keys))
        if not keys:
            raise InvalidText(" ".join([NONE_FOUND, *told_of(hung)]))
        _hang(archive, connection, actor, by, board, keys)
        touched(archive, connection, board)
    return hung


def _told(
    archive: Archive, connection: Connection, actor: Actor, board: AnyRow, wanted: Wanted, new: int
) -> Hung:
    """What became of each id that was pasted. Before anything is hung."""
    ids = pasted_ids(wanted.pasted)
    here = quotes_listed(archive, actor, QUOTE.c.id, where=[QUOTE.c.id.in_(ids)])
    known = set(connection.execute(here).scalars())
    there = known & {row.id for row in quotes_hung(archive, connection, actor, board.key)}
    missing = [one for one in ids if one not in known]
    more, unfit = max(0, len(missing) - SHOWN), len(known) - len(there) - new if ids else 0
    return Hung(new, missing[:SHOWN], more, len(there), unfit)


def told_of(hung: Hung) -> list[str]:
    """In sentences what became of those that were pasted and are not new."""
    said = []
    if hung.there:
        said.append("One hangs here already." if hung.there == 1 else f"{hung.there} hang here already.")
    if hung.unfit:
        said.append(
            "One is not of what else you chose."
            if hung.unfit == 1
            else f"{hung.unfit} are not of what else you chose."
        )
    if hung.missing:
        ids = ", ".join(hung.missing) + (f" and {hung.more} more" if hung.more else "")
        said.append(f"Not found: {ids}. {LOOK_AGAIN}")
    return said


def _conditions(
    archive: Archive, connection: Connection, actor: Actor, by: By, wanted: Wanted
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.theme.strip():
        slug = value_slug(wanted.theme)
        named = known_themes(connection, [slug], closed_aliases(archive, connection, actor))
        found.append(under(keys_of(connection, slug) | set(named.values())))
    if wanted.by:
        account = by.account if wanted.by == "me" else int(wanted.by)
        found.append(QUOTE.c.account.is_(None) if account is None else QUOTE.c.account == account)
    if wanted.stays:
        found.append(QUOTE.c.stays.is_(True))
    if wanted.pasted.strip():
        if len(pasted_ids(wanted.pasted)) > MOST:
            raise InvalidText(MANY_AT_ONCE.format(MOST))
        found.append(QUOTE.c.id.in_(pasted_ids(wanted.pasted)))
    if not found:
        raise InvalidText(NOTHING)
    return found


def _hang(
    archive: Archive, connection: Connection, actor: Actor, by: By, board: AnyRow, keys: Sequence[int]
) -> None:
    """What she may not read is not counted: she would be told that it is there."""
    number = len(quotes_hung(archive, connection, actor, board.key))
    if number + len(keys) > MOST:
        raise InvalidText(TOO_MANY.format(MOST))
    last = _last_place(connection, board)
    said = {"board": board.key, "account": by.account, "at": archive.now()}
    rows = [{"quote": key, "place": last + 1 + at, **said} for at, key in enumerate(keys)]
    connection.execute(insert(BOARD_QUOTE), rows)


def _last_place(connection: Connection, board: AnyRow) -> int:
    last = select(func.coalesce(func.max(BOARD_QUOTE.c.place), -1))
    return int(connection.execute(last.where(BOARD_QUOTE.c.board == board.key)).scalar_one())


def take_off_board(archive: Archive, actor: Actor, by: By, board_id: str, quote_id: str) -> Place:
    """Take a quote off a board; where it hung. Raises NotFound."""
    with archive.writing() as connection:
        board, hung = hung_quote(archive, connection, actor, by, board_id, quote_id)
        place = _place_of(archive, connection, actor, board, hung)
        where = (BOARD_QUOTE.c.board == board.key, BOARD_QUOTE.c.quote == hung.quote)
        connection.execute(delete(BOARD_QUOTE).where(*where))
        touched(archive, connection, board)
    return place


def _place_of(archive: Archive, connection: Connection, actor: Actor, board: AnyRow, hung: AnyRow) -> Place:
    for cluster, rows in _in_clusters(archive, connection, actor, board).items():
        ids = [row.id for row in rows]
        if hung.id in ids:
            return Place(cluster, next(iter(ids[ids.index(hung.id) + 1 :]), ""))
    raise NotFound


def _in_clusters(
    archive: Archive, connection: Connection, actor: Actor, board: AnyRow
) -> Mapping[int, list[AnyRow]]:
    """What she finds in each cluster, and under 0 what lies loose."""
    rows = quotes_hung(archive, connection, actor, board.key)
    return by_cluster(rows, clusters_shown(connection, board.key, rows))


def hung_quote(
    archive: Archive, connection: Connection, actor: Actor, by: By, board_id: str, quote_id: str
) -> tuple[AnyRow, AnyRow]:
    """A board and the row of a quote on it that this person finds. Raises NotFound."""
    board = board_row(archive, connection, actor, by, board_id)
    key = listed_quote(archive, connection, actor, quote_id)
    hung_there = quotes_hung(archive, connection, actor, board.key)
    hung = next((row for row in hung_there if row.quote == key), None)
    if hung is None:
        raise NotFound
    return board, hung


def put_on_board_again(
    archive: Archive, actor: Actor, by: By, board_id: str, quote_id: str, place: Place
) -> None:
    """Undo taking it off. Raises InvalidText, NotFound."""
    add_quotes(archive, actor, by, board_id, Wanted(pasted=quote_id))
    move_quote(archive, actor, by, board_id, quote_id, place)


def move_quote(archive: Archive, actor: Actor, by: By, board_id: str, quote_id: str, to: Place) -> Place:
    """Draw a quote into a cluster, or out of all of them (0); where it was. Raises NotFound.

    It hangs at the end where `to` does not say before which, or that one hangs there no more.
    """
    with archive.writing() as connection:
        board, hung = hung_quote(archive, connection, actor, by, board_id, quote_id)
        if to.cluster:
            cluster_row(archive, connection, actor, board, to.cluster)
        was = _place_of(archive, connection, actor, board, hung)
        number = _make_room(archive, connection, actor, board, to)
        where = (BOARD_QUOTE.c.board == board.key, BOARD_QUOTE.c.quote == hung.quote)
        moved = update(BOARD_QUOTE).where(*where).values(cluster=to.cluster or None, place=number)
        connection.execute(moved)
        touched(archive, connection, board)
    return was


def _make_room(archive: Archive, connection: Connection, actor: Actor, board: AnyRow, to: Place) -> int:
    """The number of a place at the end, or before the quote that is named; all behind it move on by one."""
    rows = _in_clusters(archive, connection, actor, board)[to.cluster]
    place = next((row.place for row in rows if row.id == to.before), None)
    if place is None:
        return _last_place(connection, board) + 1
    behind = (BOARD_QUOTE.c.board == board.key, BOARD_QUOTE.c.place >= place)
    connection.execute(update(BOARD_QUOTE).where(*behind).values(place=BOARD_QUOTE.c.place + 1))
    return int(place)


def cluster_row(archive: Archive, connection: Connection, actor: Actor, board: AnyRow, key: int) -> AnyRow:
    """A cluster that is there for this person. Raises NotFound."""
    hung = quotes_hung(archive, connection, actor, board.key)
    found = (row for row in clusters_shown(connection, board.key, hung) if row.key == key)
    row = next(found, None)
    if row is None:
        raise NotFound
    return row


def add_cluster(archive: Archive, actor: Actor, by: By, board_id: str, name: str, note: str) -> int:
    """Begin a cluster at the end; its key. Raises InvalidText, NotFound."""
    values = {"name": one_line(name, "The name"), "note": tidied(note, LONGEST_NOTE)}
    with archive.writing() as connection:
        board = board_row(archive, connection, actor, by, board_id)
        hung = quotes_hung(archive, connection, actor, board.key)
        if len(clusters_shown(connection, board.key, hung)) >= CLUSTERS:
            raise InvalidText(FULL.format(CLUSTERS))
        here = select(func.coalesce(func.max(BOARD_CLUSTER.c.place), -1))
        last = connection.execute(here.where(BOARD_CLUSTER.c.board == board.key)).scalar_one()
        told = {"key": 1 + secrets.randbelow(999_999_999), "board": board.key, "place": last + 1}
        made = insert(BOARD_CLUSTER).values(**told, **values)  # counted keys would tell of hidden clusters
        key = int(connection.execute(made.returning(BOARD_CLUSTER.c.key)).scalar_one())
        touched(archive, connection, board)
    return key


def change_cluster(
    archive: Archive, actor: Actor, by: By, board_id: str, key: int, name: str, note: str
) -> None:
    """Name a cluster. Raises InvalidText, NotFound."""
    values = {"name": one_line(name, "The name"), "note": tidied(note, LONGEST_NOTE)}
    with archive.writing() as connection:
        board = board_row(archive, connection, actor, by, board_id)
        cluster = cluster_row(archive, connection, actor, board, key)
        connection.execute(update(BOARD_CLUSTER).where(BOARD_CLUSTER.c.key == cluster.key).values(**values))
        touched(archive, connection, board)


def move_cluster(archive: Archive, actor: Actor, by: By, board_id: str, key: int, step: int) -> None:
    """Move a cluster one place to the front (-1) or back (1). Raises NotFound."""
    with archive.writing() as connection:
        board = board_row(archive, connection, actor, by, board_id)
        cluster_row(archive, connection, actor, board, key)
        here = select(BOARD_CLUSTER.c.key).where(BOARD_CLUSTER.c.board == board.key)
        ordered = here.where(BOARD_CLUSTER.c.removed.is_(None))
        keys = list(
            connection.execute(ordered.order_by(BOARD_CLUSTER.c.place, BOARD_CLUSTER.c.key)).scalars()
        )
        at = keys.index(key)
        keys.insert(min(max(at + step, 0), len(keys) - 1), keys.pop(at))
        for place, one in enumerate(keys):
            connection.execute(update(BOARD_CLUSTER).where(BOARD_CLUSTER.c.key == one).values(place=place))
        touched(archive, connection, board)


def remove_cluster(archive: Archive, actor: Actor, by: By, board_id: str, key: int) -> None:
    """Take a cluster apart: its quotes lie loose. It can be put together again. Raises NotFound."""
    with archive.writing() as connection:
        board = board_row(archive, connection, actor, by, board_id)
        cluster = cluster_row(archive, connection, actor, board, key)
        gone = update(BOARD_CLUSTER).where(BOARD_CLUSTER.c.key == cluster.key)
        connection.execute(gone.values(removed=archive.now()))
        touched(archive, connection, board)


def put_cluster_back(archive: Archive, actor: Actor, by: By, board_id: str, key: int) -> None:
    """Undo that: quotes that have not been drawn elsewhere since are in it again. Raises NotFound."""
    with archive.writing() as connection:
        board = board_row(archive, connection, actor, by, board_id)
        where = (BOARD_CLUSTER.c.key == key, BOARD_CLUSTER.c.board == board.key)
        there = BOARD_CLUSTER.c.removed.is_not(None)
        back = update(BOARD_CLUSTER).where(*where, there).values(removed=None)
        if connection.execute(back).rowcount == 0:
            raise NotFound
        cluster_row(archive, connection, actor, board, key)
        touched(archive, connection, board)
