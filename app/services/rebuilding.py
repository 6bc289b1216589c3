"""Writing everything derived afresh; what people did, revisions among it, stays untouched."""

from sqlalchemy import Connection, delete, select

from app.database.state import advance
from app.database.tables import FILE, PERSONA, STORY, WORD
from app.records.model import RecordKind
from app.services.archive import Archive
from app.services.changing import remove_rows
from app.services.documents import chunks, load_documents
from app.services.harvesting.keeping import keep_told
from app.services.indexing import Progress, rebuild_search
from app.services.reconcile import Reconciled, reconcile
from app.services.tracing.before import write_all_before
from app.services.vocabulary import WordCounts, apply_change, count_words


def rebuild(archive: Archive, progress: Progress | None = None) -> Reconciled:
    """Read every file again, drop rows that no file stands behind, and count the words anew.

    Pages are served meanwhile: each record's rows are replaced in one transaction.
    """
    done = reconcile(archive, again=True, progress=progress)
    with archive.writing() as connection:
        _drop_strangers(archive, connection)
        connection.execute(delete(WORD))
        ids = connection.execute(select(STORY.c.id).order_by(STORY.c.id)).scalars().all()
        for part in chunks(ids):
            apply_change(connection, WordCounts(), count_words(load_documents(connection, part)))
        advance(connection)
        connection.commit()
    write_all_before(archive)
    rebuild_search(archive)
    return done


def _drop_strangers(archive: Archive, connection: Connection) -> None:
    for kind, table in ((RecordKind.STORY, STORY), (RecordKind.PERSONA, PERSONA)):
        strangers = select(table.c.id).where(table.c.id.not_in(select(FILE.c.record_id)))
        gone = connection.execute(strangers).scalars().all()
        for record_id in gone:
            remove_rows(connection, kind, record_id)
        keep_told(archive, connection, gone)
