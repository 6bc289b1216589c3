"""What somebody has read, shown to herself; and who read a story, shown to a steward who says why."""

import unicodedata

from sqlalchemy import Connection, insert, not_, select

from app.database.ledgers import AUDIT_TEXT, READ
from app.database.tables import STORY, AnyRow
from app.database.visibility import Actor, visible_to
from app.errors import InvalidText
from app.records.ids import normal_id
from app.services.archive import Archive
from app.services.audit_words import people_of
from app.services.auditing import Event, note
from app.services.dates import moment_label
from app.services.defining import REFUSED
from app.services.record_names import OF_PERSONAS, OF_STORIES, names_of
from app.services.signing_in import SignedIn
from app.services.views import Read, ReadersPage, ReadingsPage, RecordName
from app.services.views.audit import ReaderLine

OWN = "/account/readings"
READINGS_A_PAGE, MOST_READERS = 50, 1_000
SHORTEST, LONGEST, FEWEST_WORDS = 20, 500, 4  # of a reason; characters, and words


def read_own_readings(archive: Archive, who: SignedIn, before: int | None = None) -> ReadingsPage:
    """What she has read, newest first, from before the reading with that key on."""
    hers = select(READ).where(READ.c.account == who.account)
    hers = hers if before is None else hers.where(READ.c.key < before)
    with archive.engine.connect() as connection:
        rows = connection.execute(hers.order_by(READ.c.key.desc()).limit(READINGS_A_PAGE + 1)).all()
        shown = rows[:READINGS_A_PAGE]
        names = names_of(archive, connection, who.actor, [row.record_id for row in shown])
    older = f"{OWN}?before={shown[-1].key}" if len(rows) > READINGS_A_PAGE else ""
    return ReadingsPage(
        [_read(row, names, archive.settings.language) for row in shown], before is None, older
    )


def _read(row: AnyRow, names: dict[str, RecordName], language: str) -> Read:
    return Read(
        moment_label(row.at, language), row.record_id.startswith(OF_PERSONAS), names.get(row.record_id)
    )


def ask_for_readers(story: str = "", reason: str = "", problem: str = "") -> ReadersPage:
    """The form that asks for a story and a reason."""
    return ReadersPage(story[:200], reason[:LONGEST], problem, shortest=SHORTEST, longest=LONGEST)


def show_readers(archive: Archive, actor: Actor, story: str, reason: str, *, by: int) -> ReadersPage:
    """Who read a story and when, newest first; that it was shown, and why, is in the audit for good.

    Raises InvalidText. A story that is absent to her, one that nobody read and one that never was have the
    same answer.
    """
    story_id, why = _story(story), _reason(reason)
    archive.readings.flush()
    with archive.writing() as connection:
        digest = archive.keyed("reason", why)
        number = note(archive, connection, Event.READERS_SHOWN, by=by, record_id=story_id, reason=digest)
        connection.execute(insert(AUDIT_TEXT).values(number=number, text=why))
        rows = _told_to(archive, connection, actor, story_id)
        record = names_of(archive, connection, actor, [story_id]).get(story_id, RecordName(story_id))
        people = people_of(archive, connection)
        connection.commit()
    language = archive.settings.language
    lines = [
        ReaderLine(moment_label(row.at, language), people.name(row.account)) for row in rows[:MOST_READERS]
    ]
    most = MOST_READERS if len(rows) > MOST_READERS else 0
    return ReadersPage(story_id, why, shown=True, record=record, lines=lines, most=most)


def _told_to(archive: Archive, connection: Connection, actor: Actor, story_id: str) -> list[AnyRow]:
    """Who read it; nobody where the story is absent to whoever asks. One that was erased has its readers."""
    kept_from_her = select(STORY.c.id).where(STORY.c.id == story_id, not_(visible_to(actor, archive.now())))
    hidden = connection.execute(kept_from_her).first() is not None
    return [] if hidden else _readings_of(connection, story_id)


def _readings_of(connection: Connection, story_id: str) -> list[AnyRow]:
    read = select(READ.c.at, READ.c.account).where(READ.c.record_id == story_id)
    newest = read.order_by(READ.c.at.desc(), READ.c.key.desc())
    return list(connection.execute(newest.limit(MOST_READERS + 1)).all())


def _story(text: str) -> str:
    """The id in what was typed, which may be an address in which it stands."""
    ids = [one for part in text[:LONGEST].split("/") if (one := normal_id(part))]
    found = next((one for one in ids if one.startswith(OF_STORIES)), None)
    if found is None:
        raise InvalidText(
            "A story’s id begins with s- and stands in the address that its page gives for good."
        )
    return found


def _reason(text: str) -> str:
    """A reason as it is kept: one line of plain text."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if REFUSED.search(line):
        raise InvalidText("The reason holds a character that can not be read.")
    if len(line) < SHORTEST or len(line.split()) < FEWEST_WORDS:
        raise InvalidText("Give the reason in a sentence that somebody else understands in a year.")
    if len(line) > LONGEST:
        raise InvalidText(f"The reason can have {LONGEST} characters.")
    return line
