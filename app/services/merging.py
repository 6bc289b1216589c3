"""The list of withdrawals outside the database is merged into it, so that no older database undoes one."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select

from app.database.coverage import COUNTED
from app.database.ledgers import AUDIT, AUDIT_TEXT, DENIAL, DENIED_TEXT, JOB
from app.database.people import STORY_PERSON
from app.database.tables import REVISION, STORY
from app.records.model import RecordKind
from app.records.withdrawals import Line, in_force, read_lines
from app.services.archive import Archive
from app.services.changing import changing, remove_rows
from app.services.denying import FILE_BYTES, LESS_LASTING, Kind, deny
from app.services.gathering.forgetting import forget_door, forget_gathered
from app.services.ledger import erase_texts
from app.services.marking.forgetting import forget_marks
from app.services.sessions.forgetting import forget_on_tables
from app.services.settling import resettle
from app.services.specifications.forgetting import forget_citations
from app.services.tracing.before import forget_before

JOBS = {  # what is still to be done with the file, and with what is kept beside it
    Kind.WITHDRAWN: "withdraw",
    Kind.ERASED: "erase",
    Kind.ANONYMISED: "anonymise",
}


def merge_withdrawals(archive: Archive) -> int:
    """Give every line in force its denial, before anything is served; how many lines had none.

    Idempotent. Pages and search are narrower when it returns; files follow at the next reconcile.
    """
    lines = in_force(read_lines(archive.settings.withdrawals))
    if not lines:
        return 0
    with archive.engine.connect() as connection:
        if not _missing(connection, lines):
            return 0
    with archive.writing() as connection:
        missing = _missing(connection, lines)
        with changing(archive, connection, {line.story_id for line in missing}):
            for line in missing:
                _merge(archive, connection, line)
        connection.commit()
    return len(missing)


def _missing(connection: Connection, lines: Sequence[Line]) -> list[Line]:
    """The newest line of each story and kind that SQL does not know, and denied texts it does not."""
    since = {(row.story_id, row.kind): row.at for row in connection.execute(select(DENIAL))}
    texts = {(row.story_id, row.digest): row.kind for row in connection.execute(select(DENIED_TEXT))}
    newest = {(line.story_id, line.kind): line for line in lines}
    return [
        line
        for line in lines
        if any(_is_new(texts.get((line.story_id, digest)), kind) for kind, digest in line.denied)
        or (
            line.kind in set(Kind)
            and newest[line.story_id, line.kind] is line
            and since.get((line.story_id, line.kind), "") < line.at
        )
    ]


def _is_new(known: str | None, kind: str) -> bool:
    """Whether SQL knows a text as denied not at all, or for a less lasting reason."""
    return known is None or known in LESS_LASTING.get(kind, ())


def _merge(archive: Archive, connection: Connection, line: Line) -> None:
    deny(connection, line)
    if line.kind == Kind.ERASED:
        erase_rows(connection, line.story_id)
    elif line.kind == Kind.ANONYMISED:
        forget_denied_revisions(archive, connection, line)
        erase_words(connection, line.story_id)  # of before: names, what it was made from
    resettle(archive, connection, line.story_id)
    if line.kind in JOBS:
        begin_job(archive, connection, JOBS[Kind(line.kind)], line.story_id)


def begin_job(
    archive: Archive,
    connection: Connection,
    kind: str,
    story_id: str,
    *,
    by: int | None = None,
    data: dict[str, object] | None = None,
) -> int:
    """Write down work that a crash must not lose. Its key."""
    values = {"kind": kind, "record_id": story_id, "account": by, "data": data or {}, "step": "file"}
    connection.execute(
        insert(JOB).values(**values, done=0, total=0, started=archive.now(), finished=None, failed="")
    )
    return int(connection.execute(select(func.max(JOB.c.key))).scalar_one())


def erase_rows(connection: Connection, story_id: str) -> None:
    """All of a story in SQL but the row by which its file is found; chains hold no words."""
    remove_rows(connection, RecordKind.STORY, story_id)
    connection.execute(delete(REVISION).where(REVISION.c.record_id == story_id))
    erase_words(connection, story_id)
    connection.execute(delete(JOB).where(JOB.c.record_id == story_id))  # what was to be saved, and a new text
    connection.execute(delete(STORY_PERSON).where(STORY_PERSON.c.story_id == story_id))
    forget_door(connection, story_id)
    connection.execute(delete(COUNTED).where(COUNTED.c.story_id == story_id))


def erase_words(connection: Connection, story_id: str) -> None:
    """What people wrote in their own words about a story: on consent, on reading, in gathering it."""
    erase_texts(connection, story_id)
    forget_gathered(connection, story_id)
    forget_on_tables(connection, story_id)
    forget_citations(connection, story_id)
    forget_marks(connection, story_id)
    forget_before(connection, story_id)
    entries = select(AUDIT.c.number).where(AUDIT.c.record_id == story_id)
    connection.execute(delete(AUDIT_TEXT).where(AUDIT_TEXT.c.number.in_(entries)))


def forget_denied_revisions(archive: Archive, connection: Connection, line: Line) -> None:
    """Revisions whose bytes were replaced are gone; the catalogue's own, where it is one, with its rows."""
    digests = {digest for _, digest in line.denied}
    rows = connection.execute(
        select(REVISION.c.key, REVISION.c.number, REVISION.c.digest).where(
            REVISION.c.record_id == line.story_id
        )
    ).all()
    old = [row for row in rows if archive.keyed(FILE_BYTES, row.digest) in digests]
    connection.execute(delete(REVISION).where(REVISION.c.key.in_([row.key for row in old])))
    forget_before(connection, line.story_id, [row.number for row in old])
    shown = connection.execute(select(STORY.c.revision).where(STORY.c.id == line.story_id)).scalar()
    if shown in {row.number for row in old}:
        remove_rows(connection, RecordKind.STORY, line.story_id)
