"""What was marked in a story and made of it, when its words have to go: all of it repeats them."""

from sqlalchemy import Connection, Select, delete, exists, select

from app.database.insight import BOARD, BOARD_CLUSTER, BOARD_QUOTE, LENS_QUOTE, MEMO
from app.database.marking import (
    ALIAS,
    CODEBOOK,
    DECIDED,
    OWN_THEME,
    QUOTE,
    QUOTE_THEME,
    QUOTE_WORDS,
    STEP,
)


def forget_marks(connection: Connection, story_id: str) -> None:
    """Delete the quotes of a story, what was made of them, and themes that were there for them alone."""
    hers = select(QUOTE.c.key).where(QUOTE.c.story_id == story_id)
    keys = connection.execute(select(QUOTE_THEME.c.theme).where(QUOTE_THEME.c.quote.in_(hers)).distinct())
    themes = list(keys.scalars())
    _forget_memos(connection, story_id)
    _forget_on_boards(connection, hers)
    connection.execute(delete(LENS_QUOTE).where(LENS_QUOTE.c.quote.in_(hers)))
    for table in (QUOTE_THEME, OWN_THEME):
        connection.execute(delete(table).where(table.c.quote.in_(hers)))
    connection.execute(delete(QUOTE_WORDS).where(QUOTE_WORDS.c.quote.in_(hers)))
    connection.execute(delete(QUOTE).where(QUOTE.c.story_id == story_id))
    connection.execute(delete(STEP).where(STEP.c.kind == DECIDED, STEP.c.about == story_id))
    left = exists(select(QUOTE_THEME.c.quote).where(QUOTE_THEME.c.theme == CODEBOOK.c.key))
    known = exists(select(ALIAS.c.slug).where(ALIAS.c.theme == CODEBOOK.c.key))
    unused = (CODEBOOK.c.key.in_(themes), CODEBOOK.c.adopted.is_(None), CODEBOOK.c.merged_into.is_(None))
    connection.execute(delete(CODEBOOK).where(*unused, ~left, ~known))


def _forget_memos(connection: Connection, story_id: str) -> None:
    """Those about the story and about its quotes, also what was taken away and could be put back."""
    quotes = select(QUOTE.c.id).where(QUOTE.c.story_id == story_id)
    connection.execute(delete(MEMO).where(MEMO.c.about == "story", MEMO.c.target == story_id))
    connection.execute(delete(MEMO).where(MEMO.c.about == "quote", MEMO.c.target.in_(quotes)))


def _forget_on_boards(connection: Connection, quotes: Select[tuple[int]]) -> None:
    """A cluster or board that held nothing else goes too: what it was called came from these words."""
    there = select(BOARD_QUOTE.c.board, BOARD_QUOTE.c.cluster).where(BOARD_QUOTE.c.quote.in_(quotes))
    rows = connection.execute(there.distinct()).all()
    connection.execute(delete(BOARD_QUOTE).where(BOARD_QUOTE.c.quote.in_(quotes)))
    inside = exists(select(BOARD_QUOTE.c.quote).where(BOARD_QUOTE.c.cluster == BOARD_CLUSTER.c.key))
    clusters = [row.cluster for row in rows if row.cluster is not None]
    connection.execute(delete(BOARD_CLUSTER).where(BOARD_CLUSTER.c.key.in_(clusters), ~inside))
    full = exists(select(BOARD_QUOTE.c.quote).where(BOARD_QUOTE.c.board == BOARD.c.key))
    named = exists(select(BOARD_CLUSTER.c.key).where(BOARD_CLUSTER.c.board == BOARD.c.key))
    boards = [row.board for row in rows]
    connection.execute(delete(BOARD).where(BOARD.c.key.in_(boards), ~full, ~named))
