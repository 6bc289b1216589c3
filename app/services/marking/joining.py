"""Two marks of the same words by one person become one, with what was said of both and made of both."""

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from app.database.insight import BOARD_QUOTE, LENS_QUOTE, MEMO
from app.database.marking import CODEBOOK, QUOTE
from app.database.sessions import SESSION, SESSION_EVENT
from app.database.specifications import CITATION
from app.database.tables import AnyRow
from app.errors import InvalidText
from app.services.archive import Archive
from app.services.marking.saying import add, said_of


class JoinRefused(InvalidText):
    """What was said of two marks has no room in one; `quote_id` is the mark that is there."""

    def __init__(self, quote_id: str, said: str) -> None:
        super().__init__(f"These words were marked again since, and the two can not be one mark. {said}")
        self.quote_id = quote_id


def same_words(
    story_id: str, account: int | None, place: tuple[str, int, int], located: int
) -> ColumnElement[bool]:
    """The condition under which a quote is a mark of the words at this place (anchor, start, size) by her."""
    anchor, start, size = place
    return (
        (QUOTE.c.story_id == story_id)
        & (QUOTE.c.account.is_(None) if account is None else QUOTE.c.account == account)
        & ((QUOTE.c.anchor == anchor) & (QUOTE.c.start == start) & (QUOTE.c.size == size))
        & ((QUOTE.c.located == located) & (QUOTE.c.state != "lost") & QUOTE.c.removed.is_(None))
    )


def twin_of(connection: Connection, row: AnyRow) -> AnyRow | None:
    """Another mark of the same words by who marked this one, that is there; None where there is none."""
    if row.state == "lost":
        return None
    same = same_words(row.story_id, row.account, (row.anchor, row.start, row.size), row.located)
    return connection.execute(select(QUOTE).where(same, QUOTE.c.key != row.key)).first()


def join(archive: Archive, connection: Connection, row: AnyRow, into: AnyRow) -> None:
    """Give a mark all that was said of another one, and its places. Raises JoinRefused."""
    try:
        add(archive, connection, into, said_of(connection, row))
    except InvalidText as refused:
        raise JoinRefused(into.id, str(refused)) from None
    _move_cells(connection, row, into)
    _move_on_boards(connection, row, into)
    _move_on_tables(connection, row, into)
    cited = update(CITATION).where(CITATION.c.quote == row.key)
    connection.execute(cited.values(quote=into.key))
    memos = (MEMO.c.about == "quote", MEMO.c.target == row.id)
    connection.execute(update(MEMO).where(*memos).values(target=into.id))
    connection.execute(update(CODEBOOK).where(CODEBOOK.c.example == row.id).values(example=into.id))


def _move_cells(connection: Connection, row: AnyRow, into: AnyRow) -> None:
    rows = connection.execute(select(LENS_QUOTE).where(LENS_QUOTE.c.quote.in_([row.key, into.key]))).all()
    there = {(one.row, one.column) for one in rows if one.quote == into.key}
    mine = [one for one in rows if one.quote == row.key and (one.row, one.column) not in there]
    connection.execute(delete(LENS_QUOTE).where(LENS_QUOTE.c.quote == row.key))
    if mine:
        connection.execute(insert(LENS_QUOTE), [{**one._mapping, "quote": into.key} for one in mine])


def _move_on_boards(connection: Connection, row: AnyRow, into: AnyRow) -> None:
    there = select(BOARD_QUOTE.c.board).where(BOARD_QUOTE.c.quote == into.key)
    boards = list(connection.execute(there).scalars())
    hung = BOARD_QUOTE.c.quote == row.key
    connection.execute(delete(BOARD_QUOTE).where(hung, BOARD_QUOTE.c.board.in_(boards)))
    connection.execute(update(BOARD_QUOTE).where(hung).values(quote=into.key))


def _move_on_tables(connection: Connection, row: AnyRow, into: AnyRow) -> None:
    """What was pinned in design sessions; their boards are computed afresh."""
    pinned = SESSION_EVENT.c.quote == row.key
    sessions = list(connection.execute(select(SESSION_EVENT.c.session).where(pinned).distinct()).scalars())
    if sessions:
        connection.execute(update(SESSION_EVENT).where(pinned).values(quote=into.key))
        again = update(SESSION).where(SESSION.c.key.in_(sessions))
        connection.execute(again.values(redone=SESSION.c.redone + 1))
