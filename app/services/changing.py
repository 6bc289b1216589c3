"""Changing the catalogue: rows, vocabulary, outbox and generation go together in one transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Table, bindparam, delete, insert, select

from app.database.links import pairs
from app.database.state import advance, read_state, upsert, write_state
from app.database.tables import (
    CONTEXT,
    KIND,
    LINK,
    NOT_FOR,
    PASSAGE,
    PERSONA,
    PICTURE,
    PROBLEM,
    STORY,
    TASK,
    THEME,
    THEME_SAID,
)
from app.records.model import Problem, RecordKind
from app.services.archive import Archive
from app.services.cataloguing import Row, Rows
from app.services.documents import chunks, load_documents
from app.services.harvesting.keeping import keep_told
from app.services.marking.meaning import as_meant, meant_by
from app.services.vocabulary import apply_change, count_words

LEFT = "classes that stories left"
CLASH = "slug"  # the key of problems that a look through the folder finds
_OF_STORIES = (THEME, THEME_SAID, KIND, NOT_FOR, PASSAGE, PICTURE, CONTEXT)
HANGS_ON = tuple((table, "story_id") for table in _OF_STORIES)
OWN = {RecordKind.STORY: STORY, RecordKind.PERSONA: PERSONA}
_STANDING = {
    kind: select(own.c.id).where((own.c.id == bindparam("record")) | (own.c.slug == bindparam("slug")))
    for kind, own in OWN.items()
}
_HANGING = (THEME, THEME_SAID, KIND, LINK, NOT_FOR, PASSAGE, PICTURE, CONTEXT)
_INSERTS = {table: insert(table) for table in (*OWN.values(), *_HANGING)}


@contextmanager
def changing(archive: Archive, connection: Connection, record_ids: Iterable[str]) -> Iterator[None]:
    """Within it the rows of these records may change; at its end words, outbox, generation and what
    harvesters are told follow.

    Stories of a persona that changes are among those brought up to date, before and after.
    """
    ids = sorted(set(record_ids))
    touched = {*ids, *_stories_of(connection, ids)}
    classes = _classes_of(connection, ids)
    before = count_words(load_documents(connection, ids))  # a persona's words are in none of its stories
    yield
    apply_change(connection, before, count_words(load_documents(connection, ids)))
    keep_told(archive, connection, ids)
    now = _classes_of(connection, ids)
    _note_left(connection, {name for story, name in classes.items() if now.get(story) != name})
    touched |= _stories_of(connection, ids)
    _ask_search(connection, sorted(s for s in touched if s.startswith("s-")), advance(connection))


def _classes_of(connection: Connection, record_ids: Iterable[str]) -> dict[str, str]:
    columns = (STORY.c.id, STORY.c.consent_class)
    found: dict[str, str] = {}
    for part in chunks(record_ids):
        where = (STORY.c.id.in_(part), STORY.c.consent_class != "")
        found.update(
            (row.id, row.consent_class) for row in connection.execute(select(*columns).where(*where))
        )
    return found


def _note_left(connection: Connection, names: set[str]) -> None:
    """Classes that a story leaves are not searched until their indexes have let go of it."""
    if names:
        write_state(connection, LEFT, " ".join(sorted({*read_state(connection, LEFT).split(), *names})))


def _stories_of(connection: Connection, record_ids: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for part in chunks(i for i in record_ids if i.startswith("who-")):
        pair = pairs(PERSONA.c.id.in_(part))
        found.update(connection.execute(select(pair.c.story_id)).scalars())
    return found


def _ask_search(connection: Connection, story_ids: list[str], serial: int) -> None:
    if story_ids:
        insert = upsert(connection, TASK)
        statement = insert.on_conflict_do_update(
            index_elements=["story_id"], set_={"serial": insert.excluded.serial}
        )
        connection.execute(statement, [{"story_id": story, "serial": serial} for story in story_ids])


def replace_rows(connection: Connection, rows: Rows) -> None:
    """Write a record's rows in place of those it had; its themes as the codebook knows them."""
    _make_room(connection, rows)
    connection.execute(_INSERTS[OWN[rows.kind]], [rows.own])
    themes = as_meant(rows.themes, meant_by(connection, [row["slug"] for row in rows.themes]))
    hanging: tuple[tuple[Table, list[Row]], ...] = ((THEME, themes.shown), (THEME_SAID, themes.said))
    hanging += ((KIND, rows.kinds), (NOT_FOR, rows.not_for), (PASSAGE, rows.passages))
    hanging += ((LINK, rows.links), (PICTURE, rows.pictures), (CONTEXT, rows.context))
    for table, values in hanging:
        if values:
            connection.execute(_INSERTS[table], values)


def _make_room(connection: Connection, rows: Rows) -> None:
    """Take out the record as it was, and whatever stands at its address, which one record has at a time."""
    asked = {"record": rows.own["id"], "slug": rows.own["slug"]}
    for one in connection.execute(_STANDING[rows.kind], asked).scalars().all():
        _remove(connection, OWN[rows.kind], one)


def remove_rows(connection: Connection, kind: RecordKind, record_id: str) -> None:
    """Take a record out of the catalogue."""
    _remove(connection, OWN[kind], record_id)


def _remove(connection: Connection, own: Table, record_id: str) -> None:
    connection.execute(delete(own).where(own.c.id == record_id))
    connection.execute(delete(LINK).where(LINK.c.record_id == record_id))
    if own is STORY:
        for table, column in HANGS_ON:
            connection.execute(delete(table).where(table.c[column] == record_id))


def replace_problems(connection: Connection, path: str, problems: Iterable[Problem]) -> None:
    """Write the problems of one file in place of those it had; a clash of addresses is the folder's."""
    of_file = PROBLEM.c.key.is_distinct_from(CLASH)
    connection.execute(delete(PROBLEM).where(PROBLEM.c.path == path, of_file))
    rows = [
        {
            "path": path,
            "line": p.line,
            "key": p.key,
            "reason": p.reason,
            "remedy": p.remedy,
            "set_aside": p.set_aside,
            "hides": False,
        }
        for p in problems
    ]
    if rows:
        connection.execute(insert(PROBLEM), rows)
