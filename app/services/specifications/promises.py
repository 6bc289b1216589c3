"""What was said would be done, and what happened. Storytellers read it at their doors."""

from datetime import UTC

from sqlalchemy import Connection, insert, select, update

from app.database.specifications import PROMISE
from app.database.tables import AnyRow
from app.errors import EditConflict, InvalidText, NotFound
from app.records.ids import mint
from app.services.archive import Archive
from app.services.dates import date_label
from app.services.defining import tidied
from app.services.sessions.leading import a_day
from app.services.specifications.access import Who
from app.services.specifications.requirements import touched, writing_in
from app.services.views import PromiseView

LONGEST = 1_000  # characters
MOST = 60  # of one specification


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
