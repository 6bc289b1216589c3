"""One step of a job: the next files, what became of them, in words where it went wrong."""

from collections.abc import Callable, Sequence

import structlog

from app.errors import (
    EditConflict,
    InvalidRecord,
    NotFound,
    RecordLocked,
    StoryholdError,
    Withdrawn,
)
from app.records.problems import SetAside
from app.services.archive import Archive
from app.services.disk import disk_refused
from app.services.gathering.journal import Item, Job, Outcome, State, note_outcomes, read_items
from app.services.gathering.kinds import KINDS, Kind
from app.services.gathering.putting_back import put_back_unsearched
from app.services.reconcile import reconcile
from app.services.saving import bring_search_up_to_date

log = structlog.get_logger()
CHANGED = "Somebody changed it after this was begun, so it was left alone. Look at it, then try again."
GONE = "It is not there any more, or not yours to change."
TAKEN_BACK = "Its storyteller took it back. It stays as it is."
LOCKED = "Somebody was saving it at that moment. Try again."
UNREADABLE = "Its file can not be read, so nothing can be changed in it. Mend the file, then try again."
DISK = "The disk did not take it: {reason}. Nothing was changed in this file; make room, then try again."
UNKNOWN = "Something went wrong that the archive does not know; its log says more. Try again."


def do_next(archive: Archive, job: Job) -> bool:
    """Do the next waiting files; False where none waits."""
    kind = KINDS[job.kind]
    items = read_items(archive, job.key, State.WAITING, limit=kind.at_once)
    if len(items) > 1:
        _all_together(archive, kind, job, items)
    elif items:
        _alone(archive, kind, job, items[0])
    return bool(items)


def undo_next(archive: Archive, job: Job) -> bool:
    """Put the next files back, the last one first; False where none is left."""
    kind = KINDS[job.kind]
    undo, together = (kind.undo, 1) if kind.undo else (put_back_unsearched, kind.at_once)
    items = read_items(archive, job.key, State.DONE, State.REVIEW, limit=together, backwards=True)
    if items:
        outcomes = [tried(lambda item: undo(archive, job, item), item, State.KEPT) for item in items]
        bring_search_up_to_date(archive)
        _note(archive, items, outcomes)
    return bool(items)


def _note(archive: Archive, items: Sequence[Item], outcomes: Sequence[Outcome]) -> None:
    with archive.writing() as connection:
        note_outcomes(connection, zip(items, outcomes, strict=True))
        connection.commit()


def _all_together(archive: Archive, kind: Kind, job: Job, items: Sequence[Item]) -> None:
    """All at once; where that fails, each of those alone that did not come to be done before it failed.

    So one that can not be done holds up no other, and none is done twice.
    """
    try:
        outcomes = kind.do(archive, job, items)
    except Exception as error:
        log.info("files of a job are done one by one", error=type(error).__name__)
        reconcile(archive)
        numbers = {item.number for item in items}
        for item in read_items(archive, job.key, State.WAITING):
            if item.number in numbers:
                _alone(archive, kind, job, item)
        return
    _note(archive, items, outcomes)


def _alone(archive: Archive, kind: Kind, job: Job, item: Item) -> None:
    _note(archive, [item], [tried(lambda one: kind.do(archive, job, [one])[0], item, State.FAILED)])


def tried(do: Callable[[Item], Outcome], item: Item, otherwise: State) -> Outcome:
    """What became of an item; of one that could not be done, `otherwise` with the reason."""
    try:
        return do(item)
    except Exception as error:
        said = said_of(error)
        if said is UNKNOWN:
            log.exception("a file of a job could not be done")
        conflict = isinstance(error, EditConflict) and otherwise is State.FAILED
        return Outcome(State.CONFLICT if conflict else otherwise, said=said)


def said_of(error: Exception) -> str:
    """Why a file was not done, for whoever began the job. No path, no name."""
    match error:
        case EditConflict():
            return CHANGED
        case Withdrawn():
            return TAKEN_BACK
        case NotFound() | FileNotFoundError():
            return GONE
        case RecordLocked():
            return LOCKED
        case SetAside() | InvalidRecord():
            return UNREADABLE
        case StoryholdError():
            return str(error)
        case _ if refused := disk_refused(error):
            return str(refused)
        case OSError():
            return DISK.format(reason=error.strerror or type(error).__name__)
        case _:
            return UNKNOWN
