"""Numbers that come with a form or stand in an address: ASCII digits alone, few enough for a database."""

from fastapi import HTTPException

from app.errors import NotFound

MOST_DIGITS = 9


def written(text: str, digits: int = MOST_DIGITS) -> int | None:
    """The number that is written; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


def posted(text: str) -> int:
    """The number of a form's field. What can be none is 422."""
    number = written(text)
    if number is None:
        raise HTTPException(422)
    return number


def addressed(key: str) -> int:
    """The number in an address. Raises NotFound for what can be nobody's."""
    number = written(key)
    if number is None:
        raise NotFound
    return number
