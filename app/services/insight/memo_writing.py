"""Writing memos, changing them, taking them away and putting them back."""

from sqlalchemy import insert, update

from app.database.insight import MEMO
from app.database.visibility import Actor
from app.errors import EditConflict, InvalidText, NotAllowed
from app.records.ids import mint
from app.services.archive import Archive
from app.services.defining import tidied
from app.services.insight.memo_targets import kept_key, target_asked
from app.services.insight.memos import folded, may_change, memo_row, removed_row
from app.services.recording import By

LONGEST = 20_000  # characters
EMPTY = "There are no words in this memo. Write some, or leave it."
NOT_YOURS = "Only who wrote a memo, and stewards, may change it. You can write one of your own."


def _kept(words: str) -> dict[str, str]:
    """The columns of what somebody wrote. Raises InvalidText."""
    text = tidied(words, LONGEST)
    if not text:
        raise InvalidText(EMPTY)
    return {"words": text, "folded": folded(text)}


def write_memo(archive: Archive, actor: Actor, by: By, about: str, asked: str, words: str) -> tuple[str, str]:
    """Keep a memo; its id, and where what it is about is shown. Raises InvalidText, NotFound."""
    kept, memo_id = _kept(words), mint("m")
    with archive.writing() as connection:
        target = target_asked(archive, connection, actor, about, asked)
        now, key = archive.now(), kept_key(archive, connection, actor, target)
        values = {"id": memo_id, "about": about, "target": key, "account": by.account, **kept}
        connection.execute(insert(MEMO).values(made=now, changed=now, **values))
        connection.commit()
    return memo_id, target.address


def change_memo(archive: Archive, actor: Actor, by: By, memo_id: str, words: str, *, seen: str) -> None:
    """Write a memo otherwise. Raises EditConflict, InvalidText, NotAllowed, NotFound."""
    kept = _kept(words)
    with archive.writing() as connection:
        row = memo_row(archive, connection, actor, memo_id)
        if not may_change(actor, by, row):
            raise NotAllowed(NOT_YOURS)
        if row.changed.isoformat() != seen:
            raise EditConflict(memo_id)
        change = update(MEMO).where(MEMO.c.key == row.key).values(changed=archive.now(), **kept)
        connection.execute(change)
        connection.commit()


def remove_memo(archive: Archive, actor: Actor, by: By, memo_id: str) -> None:
    """Take a memo away; it can be put back. Raises NotAllowed, NotFound."""
    with archive.writing() as connection:
        row = memo_row(archive, connection, actor, memo_id)
        if not may_change(actor, by, row):
            raise NotAllowed(NOT_YOURS)
        connection.execute(update(MEMO).where(MEMO.c.key == row.key).values(removed=archive.now()))
        connection.commit()


def put_memo_back(archive: Archive, actor: Actor, by: By, memo_id: str) -> None:
    """Undo that. Raises NotFound."""
    with archive.writing() as connection:
        row = removed_row(archive, connection, actor, by, memo_id)
        connection.execute(update(MEMO).where(MEMO.c.key == row.key).values(removed=None))
        connection.commit()
