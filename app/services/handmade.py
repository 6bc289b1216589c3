"""What somebody took back or closed by hand in a file is taken back and closed for good."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, select

from app.database.tables import NOT_FOR, PICTURE, STORY
from app.database.visibility import use_bits
from app.records.model import RecordKind, Status, Story
from app.records.withdrawals import Line
from app.rendering.markdown import render
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.cataloguing import Origin, Rows
from app.services.denying import (
    SLUG,
    TEXTS,
    Denials,
    Denied,
    Kind,
    Text,
    denied,
    deny,
    keyed_names,
    write_line,
)
from app.services.limits import NO_LIMITS, standing_limits
from app.services.narrowing import pictures_as_texts, words_of
from app.services.references import ReferenceTargets
from app.services.texts import Told, open_passages, passages_of, told_in
from app.services.withholding import withheld


def note_taken_back(archive: Archive, connection: Connection, story: Story, origin: Origin) -> None:
    """A file that says `status: withdrawn` is a withdrawal like any other, and only a steward lifts it."""
    if Kind.WITHDRAWN in Denials(connection, archive.keyed).of(origin.id):
        return
    told = told_in(archive, connection, origin, story.title)
    line = taken_back_line(archive, connection, replace(told, story=story))
    if story.withdrawn is not None:
        replacement = story.withdrawn.replacement or ""
        line = replace(line, at=story.withdrawn.on or line.at, replacement=replacement)
    line = replace(line, denied=_texts(archive, connection, story, told))
    write_line(archive, line)
    deny(connection, line)
    note(archive, connection, Event.WITHDRAWN, record_id=origin.id, by_hand=True)


def _texts(archive: Archive, connection: Connection, story: Story, told: Told) -> Denied:
    """What may stand in no other file: the words of all its versions, and of this file."""
    told = replace(told, passages=told.passages | passages_of(story, told.origin.slug))
    files = told.files | {told.origin.digest}
    return denied(archive, Text.WITHDRAWN, told.telling(archive, connection, short=False), files)


def taken_back_line(archive: Archive, connection: Connection, told: Told) -> Line:
    """What a withdrawal keeps of a story: who could have read it, as the catalogue knew it until now.

    Nobody could have read one that was never more than a draft. While a restore waits for a steward the
    catalogue knows of no use; then it is the file that says who could.
    """
    story, origin = told.story, told.origin
    row = connection.execute(select(STORY).where(STORY.c.id == origin.id)).first()
    names = set(story.consent.not_for)
    uses = use_bits(story.consent.uses if story.consent.stated else archive.unstated)
    until, understood = story.consent.until, story.consent.understood
    left = standing_limits(connection, origin.id) or NO_LIMITS
    if row is not None and row.status != Status.WITHDRAWN:
        names.update(connection.execute(_named(origin.id)).scalars())
        if not withheld(connection):
            uses, until, understood = row.uses, row.until, row.understood
    return Line(
        origin.id,
        Kind.WITHDRAWN,
        archive.now().isoformat(timespec="microseconds"),
        0 if told.only_draft else uses & left.uses,
        until,
        understood,
        keyed_names(archive, names),
        archive.keyed(SLUG, origin.slug),
    )


def _named(story_id: str) -> Select[Any]:
    return select(NOT_FOR.c.organisation).where(NOT_FOR.c.story_id == story_id)


def note_closed(archive: Archive, connection: Connection, story: Story, origin: Origin, rows: Rows) -> None:
    """A passage or picture that stood open until now and is closed in this file never opens by itself."""
    if not rows.own["closed"]:
        return
    gone = open_passages(archive, connection, origin) - {str(row["text"]) for row in rows.passages}
    pictures = select(PICTURE).where(PICTURE.c.story_id == origin.id)
    known = [dict(row) for row in connection.execute(pictures).mappings()]
    before = pictures_as_texts(known, closed=False)
    now_closed = before & pictures_as_texts(rows.pictures, closed=True)
    if gone:
        targets = ReferenceTargets(RecordKind.STORY, origin.slug)
        whole = render(story.body, links=targets, show_closed=True, title=story.title)
        closed = words_of(passage.text for passage in whole.passages if passage.closed)
        now_closed |= {text for text in gone if words_of([text]) in closed}
    if now_closed:
        at = archive.now().isoformat(timespec="microseconds")
        line = Line(origin.id, TEXTS, at, denied=denied(archive, Text.CLOSED, now_closed))
        write_line(archive, line)
        deny(connection, line)
