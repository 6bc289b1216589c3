"""What was said would be done, and what happened: on the specification, and at each storyteller's door."""

from collections.abc import Sequence
from datetime import UTC

from sqlalchemy import Connection, insert, or_, select, update

from app.database.marking import QUOTE
from app.database.specifications import CITATION, PROMISE, REQUIREMENT, SPECIFICATION
from app.database.tables import AnyRow
from app.errors import EditConflict, InvalidText, NotFound
from app.records.ids import mint
from app.services.archive import Archive
from app.services.dates import date_label
from app.services.defining import tidied
from app.services.gathering.wording import Words, later
from app.services.sessions.leading import a_day
from app.services.specifications.access import NAMED, Who
from app.services.specifications.requirements import touched, writing_in
from app.services.views import DoorPromise, PromiseView

LONGEST = 1_000  # characters
MOST = 60  # of one specification
NOT_OPEN = later("A service that is being planned")


def promises_of(archive: Archive, connection: Connection, specification: int) -> list[PromiseView]:
    """Those of a specification, by its key, in the order in which they were made."""
    here = (PROMISE.c.specification == specification, PROMISE.c.removed.is_(None))
    rows = connection.execute(select(PROMISE).where(*here).order_by(PROMISE.c.key))
    return [_view(archive, row) for row in rows]


def _view(archive: Archive, row: AnyRow) -> PromiseView:
    day = archive.now().astimezone(UTC).date().isoformat()
    label = date_label(row.day, archive.settings.language)
    late = bool(row.day) and row.day < day and not row.done
    return PromiseView(row.id, row.words, row.day, label, row.happened, row.done, late, row.edition)


def promise(archive: Archive, who: Who, specification_id: str, words: str, day: str) -> str:
    """Write down what will be done; its id. Raises InvalidText, NotFound."""
    told, until = tidied(words, LONGEST), a_day(day)
    if not told:
        raise InvalidText("What did you say you would do? Write it down first.")
    with writing_in(archive, who, specification_id) as here:
        if len(promises_of(archive, here.connection, here.row.key)) >= MOST:
            raise InvalidText(f"There is room for {MOST} of these.")
        made_id = str(mint("p"))
        values = {"id": made_id, "specification": here.row.key, "words": told, "day": until, "done": False}
        more = {"happened": "", "edition": 1, "account": who.by.account, "at": archive.now()}
        here.connection.execute(insert(PROMISE).values(**values, **more))
        touched(here)
    return made_id


def follow(
    archive: Archive,
    who: Who,
    specification_id: str,
    promise_id: str,
    happened: str,
    *,
    done: bool,
    edition: int,
) -> None:
    """Say what happened; `edition` is what she read.

    Raises EditConflict where somebody else has said something meanwhile; InvalidText, NotFound.
    """
    told = tidied(happened, LONGEST)
    with writing_in(archive, who, specification_id) as here:
        row = _row(here.connection, here.row.key, promise_id)
        if row.edition != edition and (row.happened, row.done) != (told, done):
            raise EditConflict(promise_id)
        values = {"happened": told, "done": done, "edition": row.edition + 1, "followed": archive.now()}
        here.connection.execute(update(PROMISE).where(PROMISE.c.key == row.key).values(**values))
        touched(here)


def take_promise_off(
    archive: Archive, who: Who, specification_id: str, promise_id: str, *, back: bool = False
) -> None:
    """Take one off, or put it back. Raises NotFound."""
    with writing_in(archive, who, specification_id) as here:
        row = _row(here.connection, here.row.key, promise_id, gone=back)
        now = None if back else archive.now()
        here.connection.execute(update(PROMISE).where(PROMISE.c.key == row.key).values(removed=now))
        touched(here)


def _row(connection: Connection, specification: int, promise_id: str, *, gone: bool = False) -> AnyRow:
    there = PROMISE.c.removed.is_not(None) if gone else PROMISE.c.removed.is_(None)
    where = (PROMISE.c.id == promise_id, PROMISE.c.specification == specification, there)
    row = connection.execute(select(PROMISE).where(*where)).first()
    if row is None:
        raise NotFound
    return row


def cited_in(connection: Connection, story_id: str) -> Sequence[AnyRow]:
    """The specifications that cite words of a story now, those begun first first."""
    joined = CITATION.join(REQUIREMENT, REQUIREMENT.c.key == CITATION.c.requirement)
    joined = joined.join(SPECIFICATION, SPECIFICATION.c.key == REQUIREMENT.c.specification)
    joined = joined.outerjoin(QUOTE, QUOTE.c.key == CITATION.c.quote)
    there = (CITATION.c.removed.is_(None), REQUIREMENT.c.removed.is_(None), SPECIFICATION.c.removed.is_(None))
    hers = or_(CITATION.c.story_id == story_id, QUOTE.c.story_id == story_id)
    rows = select(SPECIFICATION).select_from(joined).where(hers, *there).distinct()
    return connection.execute(rows.order_by(SPECIFICATION.c.key)).all()


def at_door(connection: Connection, story_id: str, words: Words) -> list[DoorPromise]:
    """What a storyteller reads at her door: of each specification that cites her, what was said and came.

    One that is closed to all but named people is not named while it is.
    """
    found = []
    for row in cited_in(connection, story_id):
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
