"""What a gatherer or steward does with what a storyteller said: done, her words taken, or not now."""

from collections.abc import Callable

from sqlalchemy import insert, select, update

from app.database.gathering import DOOR_ENTRY, WHAT_CAME
from app.database.tables import AnyRow
from app.database.visibility import Action, Actor
from app.errors import EditConflict, InvalidText, NotFound, Withdrawn
from app.records.edit import change_keys
from app.records.model import RecordKey, RecordKind, Slug
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.defining import tidied
from app.services.gathering.entries import Kind, State, settle_entry
from app.services.gathering.plain_words import CAME
from app.services.gathering.rewriting import (
    extended_body,
    paragraphs_of,
    passage_at,
    passages_in,
    reworded_body,
)
from app.services.intents import EDITOR, Intent
from app.services.recording import By, load_file, story_for
from app.services.saving import save_record

IN_HER_WORDS = "In the storyteller’s own words"
CAN_NOT = (
    "Her words can not be put there by themselves: the passage has changed since she read it, or something "
    "in it would be lost. Change the text by hand, then press Done."
)
UNREADABLE = "The file can not be read as it is now. Mend it first."
NOTHING = "Write what she should know."


def decide(archive: Archive, actor: Actor, by: By, story_id: str, key: int, state: State, reply: str) -> None:
    """Say what became of something that she said, with an answer that she reads.

    `state` is DONE or DECLINED. Raises EditConflict where somebody did before, InvalidText, NotFound.
    """
    row = _waiting(archive, actor, story_id, key)
    _settle(archive, by, row, state, tidied(reply))


def use_words(archive: Archive, actor: Actor, by: By, story_id: str, key: int, reply: str) -> bool:
    """Put her words into the story as a new version: in a passage's place, or at the story's end.

    False where they stand there already: it is done, and no version is made. Raises InvalidText where
    the passage has other words by now, EditConflict, NotFound, Withdrawn, and what `save_record` raises.
    """
    answer, entry = tidied(reply), _waiting(archive, actor, story_id, key)
    making = MAKING.get(Kind(entry.kind))
    if making is None:
        raise InvalidText(CAN_NOT)
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
    loaded = load_file(archive, row)
    if loaded.story is None or row.set_aside:
        raise InvalidText(UNREADABLE)
    if _stands_already(loaded.story.body, entry):
        _settle(archive, by, entry, State.DONE, answer)
        return False
    body = making(loaded.story.body, entry)
    if body is None:
        raise InvalidText(CAN_NOT)
    content = change_keys(loaded.content, {}, body=body)
    intent = Intent(EDITOR, by.name, IN_HER_WORDS, by.account)
    record = RecordKey(RecordKind.STORY, Slug(row.slug))
    save_record(archive, record, content, expected=loaded.digest, intent=intent)
    _settle(archive, by, entry, State.DONE, answer)
    return True


def _stands_already(body: str, entry: AnyRow) -> bool:
    """Also where the button was pressed twice, or somebody changed the passage by hand as she wanted."""
    new, there = paragraphs_of(entry.text), {one.text for one in passages_in(body)}
    if not new or not there.issuperset(new):
        return False
    replaced = new == [entry.passage] or passage_at(body, entry.anchor) is None
    return entry.kind != Kind.WORDS or replaced


def _reworded(body: str, entry: AnyRow) -> str | None:
    return reworded_body(body, entry.anchor, entry.passage, entry.text)


def _added(body: str, entry: AnyRow) -> str | None:
    return extended_body(body, entry.text)


MAKING: dict[Kind, Callable[[str, AnyRow], str | None]] = {Kind.WORDS: _reworded, Kind.ADDITION: _added}


def _waiting(archive: Archive, actor: Actor, story_id: str, key: int) -> AnyRow:
    row = read_row(archive, actor, story_id)
    with archive.engine.connect() as connection:
        wanted = (DOOR_ENTRY.c.key == key, DOOR_ENTRY.c.story_id == row.id)
        entry = connection.execute(select(DOOR_ENTRY).where(*wanted)).first()
    if entry is None:
        raise NotFound
    if entry.state != State.OPEN:
        raise EditConflict(story_id)
    return entry


def read_row(archive: Archive, actor: Actor, story_id: str) -> AnyRow:
    """The story whose door somebody looks after; stewards also of one that was taken back.

    Raises NotFound or Withdrawn.
    """
    with archive.engine.connect() as connection:
        try:
            return story_for(archive, connection, actor, story_id, Action.EDIT)
        except (NotFound, Withdrawn):
            return story_for(archive, connection, actor, story_id, Action.ERASE)


def _settle(archive: Archive, by: By, entry: AnyRow, state: State, reply: str) -> None:
    values = {"decided": archive.now(), "decided_by": by.account, "reply": reply}
    if not settle_entry(archive, entry.key, state, **values):
        raise EditConflict(entry.story_id)
    note_decided(archive, by, entry.story_id, entry.kind, state)


def note_decided(archive: Archive, by: By, story_id: str, kind: str, state: State) -> None:
    """Write into the audit who answered."""
    with archive.writing() as connection:
        told = {"kind": kind, "state": state.value}
        note(archive, connection, Event.DOOR_DECIDED, by=by.account, record_id=story_id, **told)
        connection.commit()


def add_note(archive: Archive, actor: Actor, by: By, story_id: str, kind: str, text: str) -> None:
    """Post what has come of a story, for its storyteller. Raises InvalidText, NotFound or Withdrawn."""
    whole = tidied(text)
    if not whole or kind not in CAME:
        raise InvalidText(NOTHING)
    with archive.writing() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
        told = {"story_id": row.id, "kind": kind, "text": whole, "account": by.account}
        same = [WHAT_CAME.c[name] == told[name] for name in ("story_id", "kind", "text")]
        if connection.execute(select(WHAT_CAME.c.key).where(*same)).first() is None:
            connection.execute(insert(WHAT_CAME).values(at=archive.now(), **told))
            note(archive, connection, Event.WHAT_CAME, by=by.account, record_id=row.id)
        connection.commit()


def take_note_off(archive: Archive, actor: Actor, by: By, story_id: str, key: int) -> None:
    """Take such a note off again. Raises NotFound or Withdrawn."""
    with archive.writing() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
        hers = (WHAT_CAME.c.key == key, WHAT_CAME.c.story_id == row.id, WHAT_CAME.c.kind != "")
        if connection.execute(update(WHAT_CAME).where(*hers).values(kind="", text="")).rowcount:
            note(archive, connection, Event.WHAT_CAME, by=by.account, record_id=row.id, off=True)
        connection.commit()
