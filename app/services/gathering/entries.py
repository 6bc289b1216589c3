"""What a storyteller says of her story, and how it is kept until somebody has answered it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from app.database.gathering import DOOR_ENTRY
from app.database.tables import REVISION, STORY, AnyRow
from app.errors import InvalidText, NotFound
from app.records.model import Slug
from app.records.problems import SetAside
from app.records.stories import parse_story
from app.rendering.passages import normalised_text
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.defining import tidied
from app.services.gathering.rewriting import passage_at
from app.services.gathering.wording import later

OFF = "off"  # the state of a row that is empty, because she took back what she wrote
MOST = 10_000  # characters of one thing that she says
MOST_OPEN = 300  # that nobody has answered; more than that somebody else than she has written
TOO_LONG = later(
    "This is longer than there is room for here (10,000 characters). Please send it in two parts."
)
UNREADABLE = later("There is a character in this that can not be read. Please write it again without it.")
NOTHING = later("Nothing was written yet. Please write something, then press the button again.")
UNCHANGED = later("Nothing is different yet. Change the words, then send them.")
TOO_MANY = later(
    "Very much has been written here that nobody has read yet. "
    "Please ask the person who gave you the link to read it."
)


class Kind(StrEnum):
    """What she does."""

    COMMENT = "comment"
    WORDS = "words"  # other words for a passage
    CLOSING = "closing"
    ADDITION = "addition"
    CONSENT = "consent"
    ANSWER = "answer"  # to what has come of it
    ERASING = "erasing"  # of a story that was taken back


class Way(StrEnum):
    """How it came."""

    DOOR = "door"
    PAPER = "paper"
    TABLE = "table"


class State(StrEnum):
    """What became of it."""

    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"
    IN_FORCE = "in force"  # it took effect at once
    REPLACED = "replaced"  # she said something else later


WRITTEN = (Kind.COMMENT, Kind.WORDS, Kind.ADDITION, Kind.ANSWER, Kind.ERASING)


@dataclass(frozen=True)
class Said:
    """One thing that she says. `revision` is the version that she read; `by` who brought it from paper."""

    kind: Kind
    text: str = ""
    anchor: str = ""
    revision: int = 0
    way: Way = Way.DOOR
    by: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def keep(archive: Archive, story_id: str, said: Said) -> int:
    """Keep what was said, with the passage's words as she read them; the same again is kept once.

    Its key. Raises InvalidText, or NotFound where the story has gone.
    """
    text = readable(said.text, needed=said.kind in WRITTEN and said.kind is not Kind.ERASING)
    with archive.writing() as connection:
        row = connection.execute(select(STORY).where(STORY.c.id == story_id)).first()
        if row is None:
            raise NotFound
        passage = as_read(archive, connection, row, said.anchor, said.revision) if said.anchor else ""
        if said.kind is Kind.WORDS and said.way is not Way.TABLE and normalised_text(text) == passage:
            raise InvalidText(UNCHANGED)  # a file from the table is taken in whole
        same = _same(connection, story_id, said, text, passage)
        if same is not None:
            return same
        _refuse_flood(connection, story_id, 1)
        key = _insert(connection, archive.now(), story_id, said, text, passage)
        how = {"door": True} if said.way is Way.DOOR else {"way": said.way.value}
        kind = said.kind.value
        note(archive, connection, Event.DOOR_SAID, by=said.by, record_id=story_id, kind=kind, **how)
        connection.commit()
    return key


def readable(text: str, *, needed: bool = True) -> str:
    """A text as it is kept. Raises InvalidText with a reason that can be said in her language."""
    if len(text) > 2 * MOST:
        raise InvalidText(TOO_LONG)
    try:
        whole = tidied(text, 3 * MOST)
    except InvalidText:
        raise InvalidText(UNREADABLE) from None
    if len(whole) > MOST:
        raise InvalidText(TOO_LONG)
    if needed and not whole:
        raise InvalidText(NOTHING)
    return whole


def as_read(archive: Archive, connection: Connection, row: AnyRow, anchor: str, revision: int) -> str:
    """The words of a passage in the version that she read, else in today's; empty where it is in neither."""
    for number in (revision, row.revision):
        body = body_of(archive, connection, row, number)
        passage = passage_at(body, anchor) if body else None
        if passage is not None:
            return passage.text
    return ""


def body_of(archive: Archive, connection: Connection, row: AnyRow, number: int) -> str:
    """The text of one version; empty where it is kept no more or can not be read."""
    where = (REVISION.c.record_id == row.id, REVISION.c.number == number)
    content = connection.execute(select(REVISION.c.content).where(*where)).scalar()
    try:
        parsed = parse_story(content or b"", slug=Slug(row.slug), file=row.path, today=archive.now().date())
    except SetAside:
        return ""
    return parsed.story.body


def _same(connection: Connection, story_id: str, said: Said, text: str, passage: str) -> int | None:
    """What was said before and waits still: the button was pressed twice, or the page loaded again."""
    table, told = DOOR_ENTRY.c, {"kind": said.kind.value, "anchor": said.anchor, "text": text}
    where = [table[name] == value for name, value in told.items()]
    where += [table.story_id == story_id, table.passage == passage, table.state == State.OPEN.value]
    rows = connection.execute(select(DOOR_ENTRY).where(*where)).all()
    return next((int(row.key) for row in rows if row.data == dict(said.data)), None)


def refuse_flood(archive: Archive, story_id: str, *, coming: int) -> None:
    """Raises InvalidText where so many things more would be more than anybody reads."""
    with archive.engine.connect() as connection:
        _refuse_flood(connection, story_id, coming)


def _refuse_flood(connection: Connection, story_id: str, coming: int) -> None:
    waiting = (DOOR_ENTRY.c.story_id == story_id, DOOR_ENTRY.c.state == State.OPEN.value)
    count = select(func.count()).select_from(DOOR_ENTRY).where(*waiting)
    if coming and connection.execute(count).scalar_one() + coming > MOST_OPEN:
        raise InvalidText(TOO_MANY)


def _insert(connection: Connection, now: datetime, story_id: str, said: Said, text: str, passage: str) -> int:
    values = {
        "story_id": story_id,
        "kind": said.kind.value,
        "anchor": said.anchor,
        "passage": passage,
        "text": text,
        "data": dict(said.data),
        "revision": said.revision,
        "way": said.way.value,
        "at": now,
        "state": State.OPEN.value,
        "reply": "",
    }
    return int(connection.execute(insert(DOOR_ENTRY).values(values).returning(DOOR_ENTRY.c.key)).scalar_one())


def settle_entry(archive: Archive, key: int, state: State, **values: object) -> bool:
    """Say what became of something that waits; False where it waits no more."""
    waiting = (DOOR_ENTRY.c.key == key, DOOR_ENTRY.c.state == State.OPEN.value)
    with archive.writing() as connection:
        change = update(DOOR_ENTRY).where(*waiting).values(state=state.value, **values)
        done = connection.execute(change).rowcount == 1
        connection.commit()
    return done


def take_off(archive: Archive, story_id: str, key: int) -> None:
    """She takes back something that she wrote, while nobody has answered it."""
    kinds = [kind.value for kind in WRITTEN]
    hers = (DOOR_ENTRY.c.key == key, DOOR_ENTRY.c.story_id == story_id, DOOR_ENTRY.c.kind.in_(kinds))
    with archive.writing() as connection:
        emptied = update(DOOR_ENTRY).where(*hers, DOOR_ENTRY.c.state == State.OPEN.value)
        connection.execute(emptied.values(state=OFF, anchor="", passage="", text="", data={}))
        connection.commit()


def entries_of(connection: Connection, story_id: str) -> list[AnyRow]:
    """All that was said of a story, the newest first."""
    hers = select(DOOR_ENTRY).where(DOOR_ENTRY.c.story_id == story_id, DOOR_ENTRY.c.state != OFF)
    return list(connection.execute(hers.order_by(DOOR_ENTRY.c.key.desc())))


def waiting_of(connection: Connection, story_ids: list[str]) -> dict[str, int]:
    """How many things wait for an answer, for those of these stories where any does."""
    open_still = (DOOR_ENTRY.c.story_id.in_(story_ids), DOOR_ENTRY.c.state == State.OPEN.value)
    counted = select(DOOR_ENTRY.c.story_id, func.count()).where(*open_still)
    return {story: int(number) for story, number in connection.execute(counted.group_by("story_id"))}
