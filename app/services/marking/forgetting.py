"""What was marked in a story, when its words have to go: the marks repeat them."""

from sqlalchemy import Connection, delete, exists, select

from app.database.marking import ALIAS, CODEBOOK, QUOTE, QUOTE_THEME, QUOTE_WORDS


def forget_marks(connection: Connection, story_id: str) -> None:
    """Delete the quotes of a story, with their notes, and themes that were there for them alone."""
    hers = select(QUOTE.c.key).where(QUOTE.c.story_id == story_id)
    keys = connection.execute(select(QUOTE_THEME.c.theme).where(QUOTE_THEME.c.quote.in_(hers)).distinct())
    themes = list(keys.scalars())
    connection.execute(delete(QUOTE_THEME).where(QUOTE_THEME.c.quote.in_(hers)))
    connection.execute(delete(QUOTE_WORDS).where(QUOTE_WORDS.c.quote.in_(hers)))
    connection.execute(delete(QUOTE).where(QUOTE.c.story_id == story_id))
    left = exists(select(QUOTE_THEME.c.quote).where(QUOTE_THEME.c.theme == CODEBOOK.c.key))
    known = exists(select(ALIAS.c.slug).where(ALIAS.c.theme == CODEBOOK.c.key))
    unused = (CODEBOOK.c.key.in_(themes), CODEBOOK.c.adopted.is_(None), CODEBOOK.c.merged_into.is_(None))
    connection.execute(delete(CODEBOOK).where(*unused, ~left, ~known))
