"""What a story's team does about a passage that is someone else's story: close, settle, open again."""

from collections.abc import Collection

from sqlalchemy import Connection, delete

from app.database.ledgers import DENIED_TEXT
from app.database.visibility import Action
from app.errors import InvalidText, NotFound
from app.records.edit import change_keys
from app.records.model import RecordKey, RecordKind, Slug
from app.services.allowing import may
from app.services.auditing import Event, note
from app.services.changing import changing
from app.services.denying import PASSAGE_TEXT, Text, lift_kinds
from app.services.gathering.names_desk import At, save
from app.services.gathering.others import (
    Settled,
    mark,
    marked,
    passage_digest,
    passages_in,
    settle,
    with_closed,
    with_opened,
)
from app.services.saving import bring_search_up_to_date
from app.services.settling import resettle

CLOSED = "A passage is someone else’s story, and closed."
OPENED = "A passage about someone else is open again."
ONLY_STEWARDS = "Only a steward can record why a passage about someone else may be told without asking her."
CLOSE_FIRST = "The passage stands open in the text. Close it first."
NOT_SETTLED = "Nothing lets this passage stand open yet."


def close_passage(at: At, anchor: str) -> None:
    """Close a passage that is someone else's story; whatever else closes with it is hers too.

    Raises InvalidText and what save_record raises.
    """
    body, texts = with_closed(at.texts.whole[: at.texts.texts[0].end], anchor)
    save(at, change_keys(at.loaded.content, {}, body=body), CLOSED)
    with at.archive.writing() as connection:
        mark(at.archive, connection, at.row.id, texts, at.by.account)
        _note(at, connection, "marked")
        connection.commit()


def settle_passage(at: At, digest: str, how: str, reason: str) -> None:
    """Write down that she agreed, that it is disguised, or why it may be told (stewards); '' takes it back.

    Raises InvalidText or NotFound.
    """
    wanted = Settled(how) if how else None
    with at.archive.writing() as connection:
        if digest not in marked(connection, at.row.id):
            raise NotFound
        if wanted is Settled.RECORDED and not may(at.archive, connection, at.actor, at.row, Action.ERASE):
            raise InvalidText(ONLY_STEWARDS)
        if wanted is None and digest in {passage_digest(at.archive, text) for text in _open(at)}:
            raise InvalidText(CLOSE_FIRST)
        settle(at.archive, connection, at.row.id, digest, wanted, reason, at.by.account)
        _note(at, connection, how or "not")
        connection.commit()


def _open(at: At) -> set[str]:
    body = at.texts.whole[: at.texts.texts[0].end]
    return {one.text for one in passages_in(body, closed=False).passages}


def open_passage(at: At, digest: str) -> bool:
    """Open a passage that is settled; whether readers see it at once, which is so where a steward does it.

    Raises InvalidText, NotFound and what save_record raises.
    """
    with at.archive.engine.connect() as connection:
        known = marked(connection, at.row.id)
        lifts = may(at.archive, connection, at.actor, at.row, Action.ERASE)
    if digest not in known:
        raise NotFound
    if not known[digest].settled:
        raise InvalidText(NOT_SETTLED)
    before = _open(at)
    settled = [one for one, row in known.items() if row.settled]
    body = with_opened(at.archive, at.texts.whole[: at.texts.texts[0].end], digest, settled)
    save(at, change_keys(at.loaded.content, {}, body=body), OPENED)
    if lifts:
        _lift(at, {one.text for one in passages_in(body, closed=False).passages} - before)
    return lifts


def _lift(at: At, texts: Collection[str]) -> None:
    """No denial stands any more against these passages; every other one does."""
    archive, story_id = at.archive, at.row.id
    digests = [archive.keyed(PASSAGE_TEXT, text) for text in texts]
    hers = (DENIED_TEXT.c.story_id == story_id, DENIED_TEXT.c.kind == Text.CLOSED.value)
    key = RecordKey(RecordKind.STORY, Slug(at.row.slug))
    with archive.stores[RecordKind.STORY].lock(key), archive.writing() as connection:
        with changing(archive, connection, [story_id]):
            connection.execute(delete(DENIED_TEXT).where(*hers, DENIED_TEXT.c.digest.in_(digests)))
            lift_kinds(archive, connection, story_id, set(), set())
            resettle(archive, connection, story_id)
        _note(at, connection, "opened")
        connection.commit()
    bring_search_up_to_date(archive)


def _note(at: At, connection: Connection, settled: str) -> None:
    by, story_id = at.by.account, at.row.id
    note(at.archive, connection, Event.OTHERS_STORY, by=by, record_id=story_id, settled=settled)
