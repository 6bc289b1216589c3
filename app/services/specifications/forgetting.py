"""What specifications hold of a story whose words have to go: the wording in which it is cited, and notes."""

from sqlalchemy import Connection, update

from app.database.specifications import CITATION


def forget_citations(connection: Connection, story_id: str) -> None:
    """Empty all that repeats her words. That something was cited stays, so that it is told as taken back."""
    hers = update(CITATION).where(CITATION.c.story_id == story_id)
    connection.execute(hers.values(wording="", note="", digest="", anchor="", start=0, size=0, quote=None))
