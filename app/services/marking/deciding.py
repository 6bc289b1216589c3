"""What was decided in the queue, and taking it back: the words as they were marked are marked again.

A step repeats no words of a story. They are read from the version in which they stood, so that they can not
be brought back once that version is gone.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from app.database.marking import DECIDED, QUOTE, STEP
from app.database.tables import AnyRow
from app.database.visibility import Actor, Role
from app.errors import NotAllowed, NotFound
from app.rendering.model import Passage
from app.rendering.selecting import around, place_of
from app.services.archive import Archive
from app.services.marking.quotes import own_quote
from app.services.marking.relocating import passages_at
from app.services.marking.words import forget_words, keep_words
from app.services.recording import By

PLACE = ("anchor", "start", "size", "located", "revision", "state", "closed")


class TakenBack(NamedTuple):
    """How many quotes wait again as before, and how many were left since they changed meanwhile."""

    quotes: int
    left: int


def note_decided(archive: Archive, connection: Connection, row: AnyRow, by: By) -> int:
    """Keep how a quote was, as `row` has it, now that it is otherwise; the step's key.

    0 where the version is gone in which its words stood: they can not be brought back.
    """
    marked = _where_marked(passages_at(archive, connection, row.story_id, row.revision), row)
    if marked is None:
        return 0
    now = connection.execute(select(QUOTE).where(QUOTE.c.key == row.key)).one()
    kept = {"before": {row.id: _place(row) | {"marked": marked}}, "after": {row.id: _place(now)}}
    said = {"kind": DECIDED, "about": row.story_id, "account": by.account, "at": archive.now()}
    (key,) = connection.execute(insert(STEP).values(**kept, **said)).inserted_primary_key or (0,)
    return int(key)


def _place(row: AnyRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in PLACE}


def _where_marked(passages: Iterable[Passage], row: AnyRow) -> list[Any] | None:
    """The passage, start and size of a quote's words as they were marked, in the version of that time."""
    found = [
        (around(one.text, start, start + len(row.exact)) == (row.prefix, row.suffix), one.anchor, start)
        for one in passages
        if (start := place_of(one.text, row.exact, row.prefix, row.suffix)) is not None
    ]
    best = max(found, default=None)
    return [best[1], best[2], len(row.exact)] if best else None


def take_back(archive: Archive, actor: Actor, by: By, keys: Iterable[int]) -> TakenBack:
    """Let quotes wait again as before these steps, each that nobody changed since. Raises NotFound."""
    done = left = 0
    with archive.writing() as connection:
        for key in dict.fromkeys(keys):
            taken = _take_back(archive, connection, actor, by, _step(connection, actor, by, key))
            done, left = done + taken, left + (not taken)
        connection.commit()
    return TakenBack(done, left)


def _step(connection: Connection, actor: Actor, by: By, key: int) -> AnyRow:
    row = connection.execute(select(STEP).where(STEP.c.key == key, STEP.c.kind == DECIDED)).first()
    if row is None or (row.account != by.account and Role.STEWARD not in actor.roles):
        raise NotFound
    return row


def _take_back(archive: Archive, connection: Connection, actor: Actor, by: By, step: AnyRow) -> bool:
    ((quote_id, before),) = step.before.items()
    try:
        row = own_quote(archive, connection, actor, by, quote_id, alone=True)
    except (NotFound, NotAllowed):
        return False
    words = _words(passages_at(archive, connection, row.story_id, before["revision"]), before["marked"])
    if step.undone is not None or _place(row) != step.after[quote_id] or words is None:
        return False
    values = {name: before[name] for name in PLACE} | words | {"changed": archive.now()}
    connection.execute(update(QUOTE).where(QUOTE.c.key == row.key).values(values))
    _index(archive, connection, row.key, before, row.story_id)
    connection.execute(update(STEP).where(STEP.c.key == step.key).values(undone=archive.now()))
    return True


def _words(passages: Iterable[Passage], marked: list[Any]) -> dict[str, str] | None:
    """The words as they were marked, and what stood around them."""
    anchor, start, size = marked
    text = next((one.text for one in passages if one.anchor == anchor), None)
    if text is None:
        return None
    prefix, suffix = around(text, start, start + size)
    return {"exact": text[start : start + size], "prefix": prefix, "suffix": suffix}


def _index(
    archive: Archive, connection: Connection, key: int, before: Mapping[str, Any], story_id: str
) -> None:
    """Search finds a quote by the words that stand there now; one that is lost by none."""
    if before["state"] == "lost":
        return forget_words(connection, [key])
    passages = passages_at(archive, connection, story_id, before["located"])
    now = _words(passages, [before[name] for name in ("anchor", "start", "size")])
    return keep_words(archive, connection, {key: now["exact"]} if now else {})
