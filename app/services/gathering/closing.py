"""Closing a passage at the storyteller's wish, at once and for good."""

from app.database.visibility import Action, Actor
from app.errors import EditConflict
from app.records.edit import change_keys
from app.records.model import RecordKey, RecordKind, Slug
from app.services.archive import Archive
from app.services.gathering.entries import Said, State, as_read, keep, settle_entry
from app.services.gathering.rewriting import closed_body, passages_in
from app.services.intents import Intent
from app.services.recording import By, Loaded, load_file, story_for
from app.services.saving import save_record

TRIES = 4  # somebody may save at the same time; hers comes through


def close_passage(archive: Archive, actor: Actor, by: By, story_id: str, said: Said) -> State:
    """Close a passage in the file. When it returns IN_FORCE, no page and no search has its words.

    OPEN where it could not be found: the text has changed since she read it, or can not be read at all;
    what she asked for waits for her gatherer. Raises what `keep` and `save_record` raise.
    """
    key = keep(archive, story_id, said)
    for attempt in range(TRIES):
        try:
            done = _close(archive, actor, by, story_id, said)
        except EditConflict:
            if attempt + 1 == TRIES:
                raise
            continue
        break
    if not done:
        return State.OPEN
    settle_entry(archive, key, State.IN_FORCE, decided=archive.now())
    return State.IN_FORCE


def _close(archive: Archive, actor: Actor, by: By, story_id: str, said: Said) -> bool:
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
        words = as_read(archive, connection, row, said.anchor, said.revision)
    loaded = load_file(archive, row)
    if loaded.story is None or row.set_aside:
        return False
    anchor = _anchor_now(loaded.story.body, said.anchor, words)
    if anchor is None:
        return any(one.closed and one.text == words for one in passages_in(loaded.story.body))
    body = closed_body(loaded.story.body, anchor)
    if body is None:
        return False
    _save(archive, loaded, body, by)
    return True


def _anchor_now(body: str, anchor: str, words: str) -> str | None:
    """The open passage that has the words that she read: of several that are alike, the same one of them."""
    alike = [one.anchor for one in passages_in(body) if one.text == words and not one.closed]
    return anchor if anchor in alike else next(iter(alike), None)


def _save(archive: Archive, loaded: Loaded, body: str, by: By) -> None:
    content = change_keys(loaded.content, {}, body=body)
    key = RecordKey(RecordKind.STORY, Slug(loaded.row.slug))
    intent = Intent("door", by.name, "A passage closed at the storyteller’s wish", by.account)
    save_record(archive, key, content, expected=loaded.digest, intent=intent)
