"""Taking a story back: it is gone from everywhere when this returns, and nothing brings it back by itself.

The order: the record's lock, a line on the disk, one transaction of SQL, the file, the index. A crash
between any two of them leaves the story taken back, and the next reconcile finishes what is left.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

import structlog
from sqlalchemy import ColumnElement, Connection, delete, select, true, update

from app.database.ledgers import JOB
from app.database.tables import PASSAGE, REVISION, STORY, AnyRow
from app.database.visibility import Action, Actor, Answer, visible_to
from app.errors import InvalidText, NotFound, Withdrawn
from app.records.ids import normal_id
from app.records.model import RecordKey, RecordKind, Slug, Status
from app.records.replace import digest_of
from app.records.withdrawals import Line
from app.services.absence import absence
from app.services.allowing import answer_to
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.changing import changing, remove_rows
from app.services.denied_addresses import denied_addresses
from app.services.denying import GONE, Denials, Kind, Text, denied, deny, lift_kinds, write_line
from app.services.finishing import do_step, let_go, mark, mark_files, take_in_files
from app.services.handmade import taken_back_line
from app.services.intents import SAVE
from app.services.ledger import Source, note_consent, terms_of
from app.services.merging import begin_job, erase_rows, erase_words
from app.services.replacing import NewText, new_text
from app.services.settling import resettle
from app.services.texts import texts_of

log = structlog.get_logger()


class Outcome(StrEnum):
    """What is left of a story that is taken back."""

    KEEP = "keep"
    ANONYMISE = "anonymise"
    ERASE = "erase"


EVENTS = {Outcome.KEEP: Event.WITHDRAWN, Outcome.ANONYMISE: Event.ANONYMISED, Outcome.ERASE: Event.ERASED}
SOURCES = {
    Outcome.KEEP: Source.WITHDRAWN,
    Outcome.ANONYMISE: Source.ANONYMISED,
    Outcome.ERASE: Source.ERASED,
}
KINDS = {Outcome.KEEP: Kind.WITHDRAWN, Outcome.ANONYMISE: Kind.ANONYMISED, Outcome.ERASE: Kind.ERASED}
JOBS = {Outcome.KEEP: "withdraw", Outcome.ANONYMISE: "anonymise", Outcome.ERASE: "erase"}
OF_TEXTS = {Outcome.KEEP: Text.WITHDRAWN, Outcome.ANONYMISE: Text.REPLACED, Outcome.ERASE: Text.ERASED}
NO_SUCH = "There is no other story with this id to stand in its place."


@dataclass(frozen=True)
class Request:
    """What somebody asks for. `by` is her account, None for the terminal; `text` for anonymising alone."""

    outcome: Outcome = Outcome.KEEP
    replacement: str = ""
    text: bytes = b""
    slug: str = ""
    by: int | None = None
    tell: tuple[tuple[int, str], ...] = ()  # accounts of those who have to know, and why
    at_door: bool = False  # the storyteller herself asks


def withdraw_address(story_id: str) -> str:
    """The page on which a story is taken back."""
    return f"/s/{story_id}/withdraw"


def story_for(
    archive: Archive, connection: Connection, actor: Actor, story_id: str, action: Action
) -> AnyRow:
    """The catalogue's row of a story with which this actor may do this. Raises NotFound or Withdrawn."""
    row = connection.execute(select(STORY).where(STORY.c.id == (normal_id(story_id) or ""))).first()
    if row is None:
        raise absence(archive, connection, actor, story_id=normal_id(story_id) or "")
    answer = answer_to(archive, connection, actor, row, action)
    if answer is Answer.NOTICE:
        raise absence(archive, connection, actor, story_id=row.id)
    if answer is Answer.ABSENT:
        raise NotFound
    return row


def withdraw(archive: Archive, actor: Actor, story_id: str, request: Request) -> int:
    """Take a story back. The key of the job that finishes what need not be waited for.

    Raises NotFound, Withdrawn (it was already), InvalidText, RecordLocked, or OSError when the list of
    withdrawals can not be written: then nothing was taken back.
    """
    action = Action.WITHDRAW if request.outcome is Outcome.KEEP else Action.ERASE
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, action)
    with archive.stores[RecordKind.STORY].lock(RecordKey(RecordKind.STORY, Slug(row.slug))):
        with archive.engine.connect() as connection:
            row = story_for(archive, connection, actor, story_id, action)
            if request.outcome is Outcome.KEEP and row.status == Status.WITHDRAWN:
                raise Withdrawn(row.id)
            prepared = _prepared(archive, connection, actor, row, request)
        write_line(archive, prepared.line)
        job = _in_sql(archive, row, request, prepared)
        _quietly(archive, job)
    let_go(archive)
    return job


@dataclass(frozen=True)
class _Prepared:
    line: Line
    new: NewText | None


def _prepared(
    archive: Archive, connection: Connection, actor: Actor, row: AnyRow, request: Request
) -> _Prepared:
    new, told = None, texts_of(archive, connection, row)
    if request.outcome is Outcome.ANONYMISE:
        new = new_text(archive, row, request.text, request.slug)
        files = told.files - {digest_of(new.content)}
        told = replace(told, passages=told.passages - new.passages, files=files)
    line = taken_back_line(archive, connection, told)
    line = _standing(archive, connection, line)
    kind = KINDS[request.outcome]
    if kind is Kind.ANONYMISED and new is not None and new.slug == row.slug:
        line = replace(line, slug_digest="")
    passages = told.telling(archive, connection, short=kind is Kind.ANONYMISED)
    texts = denied(archive, OF_TEXTS[request.outcome], passages, told.files)
    if kind in GONE:
        texts += denied_addresses(archive, connection, row, OF_TEXTS[request.outcome])
    replacement = _replacement(connection, row.id, request.replacement, visible_to(actor, archive.now()))
    return _Prepared(replace(line, kind=kind.value, replacement=replacement, denied=texts), new)


def _standing(archive: Archive, connection: Connection, line: Line) -> Line:
    """Of a story that was taken back before, the facts of then."""
    before = Denials(connection, archive.keyed).of(line.story_id).get(Kind.WITHDRAWN)
    if before is None:
        return line
    facts = {"uses": before.uses, "until": before.until, "understood": before.understood}
    return replace(line, not_for=tuple(sorted({*line.not_for, *before.not_for})), **facts)


def _replacement(connection: Connection, story_id: str, wanted: str, visible: ColumnElement[bool]) -> str:
    """The id of a story that whoever takes this one back may see herself; of others she learns nothing."""
    if not wanted.strip():
        return ""
    found = normal_id(wanted)
    where = (STORY.c.id == found, STORY.c.id != story_id, STORY.c.status != Status.WITHDRAWN.value, visible)
    if connection.execute(select(STORY.c.id).where(*where)).first() is None:
        raise InvalidText(NO_SUCH)
    return str(found)


def _in_sql(archive: Archive, row: AnyRow, request: Request, prepared: _Prepared) -> int:
    """Denial, catalogue, vocabulary, generation, audit and what is left to do, in one transaction."""
    outcome = request.outcome
    with archive.writing() as connection:
        with changing(archive, connection, [row.id]):
            deny(connection, prepared.line, by=request.by)
            if outcome is Outcome.KEEP:
                resettle(archive, connection, row.id)
            elif outcome is Outcome.ERASE:
                erase_rows(connection, row.id)
            else:
                _empty(connection, row.id)
        _end_jobs(connection, row.id, None if prepared.new else {JOBS[Outcome.KEEP], SAVE})
        data = {**(prepared.new.as_data() if prepared.new else {}), "tell": list(request.tell)}
        job = begin_job(archive, connection, JOBS[outcome], row.id, by=request.by, data=data)
        door = {"door": True} if request.at_door else {}
        note(archive, connection, EVENTS[outcome], by=request.by, record_id=row.id, **door)
        _in_ledger(archive, connection, row.id, request, prepared.new)
        connection.commit()
    return job


def _end_jobs(connection: Connection, story_id: str, kinds: Collection[str] | None) -> None:
    """Forget what is overtaken; wiping an older text goes on, whatever becomes of the newer one."""
    hers = (JOB.c.record_id == story_id, JOB.c.finished.is_(None))
    connection.execute(delete(JOB).where(*hers, true() if kinds is None else JOB.c.kind.in_(kinds)))


def _in_ledger(
    archive: Archive, connection: Connection, story_id: str, request: Request, new: NewText | None
) -> None:
    if new is not None:
        terms, status = terms_of(archive, new.story), None
    else:
        terms, status = None, Status.WITHDRAWN
    source = Source.DOOR if request.at_door else SOURCES[request.outcome]
    note_consent(archive, connection, story_id, source, terms, status=status, by=request.by)


def _empty(connection: Connection, story_id: str) -> None:
    """Take the old text out of SQL; the newest revision stays, empty, until the next has its number."""
    remove_rows(connection, RecordKind.STORY, story_id)
    erase_words(connection, story_id)
    numbers = select(REVISION.c.number).where(REVISION.c.record_id == story_id)
    newest = max(connection.execute(numbers).scalars(), default=0)
    hers = REVISION.c.record_id == story_id
    connection.execute(delete(REVISION).where(hers, REVISION.c.number != newest))
    connection.execute(update(REVISION).where(hers).values(content=b"", digest="", slug="", note="", who=""))


def _quietly(archive: Archive, job: int) -> None:
    """Change the file. What fails here is finished at the next reconcile: the story is taken back already."""
    try:
        do_step(archive, job)
    except Exception as error:
        log.exception("the file of a story that was taken back could not be changed")
        mark(archive, job, failed=type(error).__name__)


def lift(archive: Archive, actor: Actor, story_id: str, *, by: int | None = None) -> None:
    """Undo a withdrawal that kept the text; the story stands where it stood before it.

    Of a story that was not taken back nothing changes. Raises NotFound, Withdrawn or RecordLocked. What a
    crash interrupts stays taken back.
    """
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.ERASE)
    with archive.stores[RecordKind.STORY].lock(RecordKey(RecordKind.STORY, Slug(row.slug))):
        with archive.engine.connect() as connection:
            row = story_for(archive, connection, actor, story_id, Action.ERASE)
            if row.status != Status.WITHDRAWN:
                return
            status = texts_of(archive, connection, row).status_before
        mark_files(archive, row.id, {"status": status, "withdrawn": None})
        with archive.writing() as connection:
            with changing(archive, connection, [row.id]):
                lift_kinds(archive, connection, row.id, {Kind.WITHDRAWN}, {Text.WITHDRAWN})
                resettle(archive, connection, row.id)
            _end_jobs(connection, row.id, {JOBS[Outcome.KEEP]})
            note(archive, connection, Event.LIFTED, by=by, record_id=row.id)
            note_consent(archive, connection, row.id, Source.LIFTED, status=Status(status), by=by)
            connection.commit()
        take_in_files(archive, row.id)
    let_go(archive)


def open_kinds(archive: Archive, connection: Connection, row: AnyRow) -> set[str]:
    """Why a story is kept back whose file says more than was left of it: the kinds of denied text in it."""
    passages = connection.execute(select(PASSAGE.c.text).where(PASSAGE.c.story_id == row.id)).scalars()
    return Denials(connection, archive.keyed).open_again(row.id, row.slug, passages, row.digest)


def reopen(archive: Archive, actor: Actor, story_id: str, *, by: int | None = None) -> None:
    """Let passages stand open that were closed and that the file opens now. Raises NotFound or Withdrawn."""
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.ERASE)
    lock = archive.stores[RecordKind.STORY].lock(RecordKey(RecordKind.STORY, Slug(row.slug)))
    with lock, archive.writing() as connection:
        with changing(archive, connection, [row.id]):
            lift_kinds(archive, connection, row.id, set(), {Text.CLOSED})
            resettle(archive, connection, row.id)
        note(archive, connection, Event.LIFTED, by=by, record_id=row.id, closed=True)
        connection.commit()
    let_go(archive)
