"""Where a storyteller's words stand in plans for services, and what was promised there."""

from sqlalchemy import Connection, func, select

from app.database.specifications import CITATION, PROMISE, REQUIREMENT, SPECIFICATION
from app.database.tables import AnyRow
from app.services.dates import date_label
from app.services.gathering.wording import Words, later
from app.services.specifications.access import NAMED
from app.services.views import DoorPromise

NOT_OPEN = later("A service that is being planned")


def counted_in(connection: Connection, story_id: str) -> list[tuple[AnyRow, int]]:
    """The specifications that cite words of a story now, the first begun first, and how often each does."""
    joined = CITATION.join(REQUIREMENT, REQUIREMENT.c.key == CITATION.c.requirement)
    there = (CITATION.c.story_id == story_id, CITATION.c.removed.is_(None), REQUIREMENT.c.removed.is_(None))
    counted = (
        select(REQUIREMENT.c.specification, func.count().label("many")).select_from(joined).where(*there)
    )
    rows_counted = connection.execute(counted.group_by(REQUIREMENT.c.specification)).all()
    numbers = {row.specification: row.many for row in rows_counted}
    rows = select(SPECIFICATION).where(SPECIFICATION.c.key.in_(numbers), SPECIFICATION.c.removed.is_(None))
    return [(row, numbers[row.key]) for row in connection.execute(rows.order_by(SPECIFICATION.c.key)).all()]


def promises_at_door(connection: Connection, story_id: str, words: Words) -> list[DoorPromise]:
    """What a storyteller reads at her door: of each specification that cites her, what was said and came.

    One that is closed to all but named people is not named while it is.
    """
    found = []
    for row, _ in counted_in(connection, story_id):
        where = where_cited(row, words)
        here = (PROMISE.c.specification == row.key, PROMISE.c.removed.is_(None))
        for one in connection.execute(select(PROMISE).where(*here).order_by(PROMISE.c.key)):
            label = date_label(one.day, words.dates)
            found.append(DoorPromise(where, one.words, label, one.happened, one.done))
    return found


def where_cited(row: AnyRow, words: Words) -> str:
    """How a specification is called at a storyteller's door."""
    if row.access == NAMED:
        return words.say(NOT_OPEN)
    return ", ".join(dict.fromkeys(one for one in (row.title, row.service, row.commissioner) if one))
