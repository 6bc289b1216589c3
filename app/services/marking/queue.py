"""Quotes that an edit changed or lost, until somebody has looked at them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, tuple_, update

from app.database.marking import QUOTE
from app.database.tables import PASSAGE, STORY, AnyRow
from app.database.visibility import Actor, Role, may_mark, visible_to
from app.errors import EditConflict, InvalidText, NotFound, Withdrawn
from app.records.ids import normal_id
from app.records.model import Status
from app.rendering.passages import has_words, normalised_text
from app.rendering.selecting import around
from app.rendering.typed import places_typed
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.gathering.versions import load_version
from app.services.marking.deciding import note_decided
from app.services.marking.joining import same_words
from app.services.marking.margin import themes_of
from app.services.marking.one_quote import story_of_quote, whole_id
from app.services.marking.quotes import LONGEST, NO_WORDS, TOO_LONG, hold_story
from app.services.marking.words import keep_words
from app.services.paging import ListAddress, pager
from app.services.recording import By
from app.services.views import Chip, QueuePage, QueueRow

DESK = "/desk/quotes"
PAGE = 20
NOT_FOUND = "These words do not stand in this story now. Copy them from it, as they are."
NONE_CHOSEN = "Choose at least one of the quotes whose words have changed."
MARKED_ALREADY = "These words are marked already, as {}. Choose other words, or take this mark off."
SEVERAL = "These words stand in this story {} times. Copy some more of what is around them."


def read_queue(archive: Archive, actor: Actor, by: By, number: int) -> QueuePage:
    """What waits for her: her own quotes, and for stewards all of stories that they may read."""
    with archive.engine.connect() as connection:
        waits = _waits(archive, actor, by)
        joined = QUOTE.join(STORY, STORY.c.id == QUOTE.c.story_id)
        total = connection.execute(select(func.count()).select_from(joined).where(waits)).scalar_one()
        columns = (*QUOTE.c, STORY.c.slug, STORY.c.heading, STORY.c.folded, STORY.c.content_notes)
        here = select(*columns).select_from(joined).where(waits).order_by(STORY.c.slug, QUOTE.c.key)
        rows = connection.execute(here.limit(PAGE).offset((number - 1) * PAGE)).all()
        themes = themes_of(archive, connection, actor, [row.key for row in rows])
        shown = [_row(archive, connection, actor, row, themes[row.key]) for row in rows]
    return QueuePage(shown, total, pager(total, number, PAGE, ListAddress(DESK).with_page))


def address_in_queue(archive: Archive, actor: Actor, by: By, quote_id: str, saved: str = "") -> str:
    """Where a quote waits in the queue of this person, and what was done. Raises NotFound."""
    whole, waits = whole_id(quote_id), _waits(archive, actor, by)
    joined = QUOTE.join(STORY, STORY.c.id == QUOTE.c.story_id)
    with archive.engine.connect() as connection:
        one = select(STORY.c.slug, QUOTE.c.key).select_from(joined).where(waits, QUOTE.c.id == whole)
        row = connection.execute(one).first()
        if row is None or not may_mark(actor):
            raise NotFound
        before = tuple_(STORY.c.slug, QUOTE.c.key) < tuple_(row.slug, row.key)
        ahead = select(func.count()).select_from(joined).where(waits, before)
        page = connection.execute(ahead).scalar_one() // PAGE + 1
    parts = ([("saved", saved)] if saved else []) + ([("page", page)] if page > 1 else [])
    return f"{DESK}{'?' if parts else ''}{urlencode(parts)}#{whole}"


def address_there_again(archive: Archive, actor: Actor, by: By, row: AnyRow) -> str:
    """Where a mark is that was put back: in its story, or waiting; of one in a closed passage the story."""
    try:
        return f"{story_of_quote(archive, actor, row.id)}#{row.id}"
    except NotFound:
        pass
    try:
        return address_in_queue(archive, actor, by, row.id, "back")
    except NotFound:
        slug = select(STORY.c.slug).where(STORY.c.id == row.story_id)
        with archive.engine.connect() as connection:
            return story_address(connection.execute(slug).scalar_one())


def _waits(archive: Archive, actor: Actor, by: By) -> ColumnElement[bool]:
    """Of an edit that closed a passage nothing waits: what is closed is nobody's to mark."""
    seen = and_(visible_to(actor, archive.now()), STORY.c.status != Status.WITHDRAWN.value)
    changed = and_(QUOTE.c.state == "changed", QUOTE.c.located == STORY.c.revision, QUOTE.c.closed.is_(False))
    here = or_(changed, QUOTE.c.state == "lost")
    mine = QUOTE.c.account.is_(None) if by.account is None else QUOTE.c.account == by.account
    hers = here if Role.STEWARD in actor.roles else and_(here, mine)
    return and_(hers, seen, STORY.c.set_aside.is_(False), QUOTE.c.removed.is_(None))


def _row(
    archive: Archive, connection: Connection, actor: Actor, row: AnyRow, themes: Sequence[Chip]
) -> QueueRow:
    return QueueRow(
        id=row.id,
        story=row.heading,
        story_address=story_address(row.slug),
        was=row.exact if _may_read(archive, connection, actor, row) else None,
        now=_words_now(connection, row) if row.state == "changed" else "",
        themes=themes,
        note=row.note,
        version=row.revision,
        folded=row.folded,
        content_notes=tuple(row.content_notes),
    )


def _words_now(connection: Connection, row: AnyRow) -> str:
    there = (PASSAGE.c.story_id == row.story_id, PASSAGE.c.anchor == row.anchor)
    text = connection.execute(select(PASSAGE.c.text).where(*there)).scalar() or ""
    return text[row.start : row.start + row.size]


def _may_read(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> bool:
    """Whether she may read the version in which the words stood as they were marked."""
    try:
        load_version(archive, connection, actor, row.story_id, row.revision)
    except (NotFound, Withdrawn):
        return False
    return True


@dataclass(frozen=True)
class _Place:
    """Where a mark is to be from now on."""

    anchor: str
    start: int
    text: str


def keep_changed(archive: Archive, actor: Actor, by: By, quote_id: str, expected: str) -> list[int]:
    """Take the words that stand there now for those that are marked; the step with which it is taken back.

    Raises EditConflict, NotFound.
    """
    return keep_several(archive, actor, by, {quote_id: expected})


def keep_several(archive: Archive, actor: Actor, by: By, expected: Mapping[str, str]) -> list[int]:
    """The same of several quotes, each with the words that she saw; all of them or none.

    Raises EditConflict, InvalidText where none was chosen, NotFound.
    """
    if not expected:
        raise InvalidText(NONE_CHOSEN)
    steps = []
    with archive.writing() as connection:
        for quote_id, words in expected.items():
            row = _waiting(archive, connection, actor, by, quote_id)
            _keep(archive, connection, row, words)
            steps.append(note_decided(archive, connection, row, by))
        connection.commit()
    return [step for step in steps if step]


def _keep(archive: Archive, connection: Connection, row: AnyRow, expected: str) -> None:
    there = (PASSAGE.c.story_id == row.story_id, PASSAGE.c.anchor == row.anchor)
    text = connection.execute(select(PASSAGE.c.text).where(*there)).scalar() or ""
    words = text[row.start : row.start + row.size]
    if row.state != "changed" or not words or words != normalised_text(expected):
        raise EditConflict(row.id)
    _put(archive, connection, row, _Place(row.anchor, row.start, text), words)


def put_elsewhere(archive: Archive, actor: Actor, by: By, quote_id: str, words: str) -> list[int]:
    """Put a mark on other words of its story; the step as above. Raises InvalidText, NotFound."""
    wanted = normalised_text(words)
    if not has_words(wanted):
        raise InvalidText(NO_WORDS)
    if len(wanted) > LONGEST:
        raise InvalidText(TOO_LONG.format(len(wanted), LONGEST))
    with archive.writing() as connection:
        row = _waiting(archive, connection, actor, by, quote_id)
        place, exact = _only_place(connection, row.story_id, wanted)
        _refuse_twin(connection, row, place, len(exact))
        _put(archive, connection, row, place, exact)
        step = note_decided(archive, connection, row, by)
        connection.commit()
    return [step] if step else []


def _refuse_twin(connection: Connection, row: AnyRow, place: _Place, size: int) -> None:
    """The same words are no two quotes of one person."""
    now = connection.execute(select(STORY.c.revision).where(STORY.c.id == row.story_id)).scalar_one()
    same = same_words(row.story_id, row.account, (place.anchor, place.start, size), now)
    there = connection.execute(select(QUOTE.c.id).where(same)).scalar()
    if there is not None:
        raise InvalidText(MARKED_ALREADY.format(there))


def _only_place(connection: Connection, story_id: str, words: str) -> tuple[_Place, str]:
    """The place of words that somebody typed or copied, and the words as they stand there."""
    rows = connection.execute(select(PASSAGE).where(PASSAGE.c.story_id == story_id)).all()
    texts = {row.anchor: row.text for row in rows}
    found = places_typed(texts, words)
    if not found:
        raise InvalidText(NOT_FOUND if has_words(words) else NO_WORDS)
    if len(found) > 1:
        raise InvalidText(SEVERAL.format(len(found)))
    (one,) = found
    return _Place(one.anchor, one.start, texts[one.anchor]), one.exact


def _put(archive: Archive, connection: Connection, row: AnyRow, place: _Place, words: str) -> None:
    prefix, suffix = around(place.text, place.start, place.start + len(words))
    revision = connection.execute(select(STORY.c.revision).where(STORY.c.id == row.story_id)).scalar_one()
    values = {
        "anchor": place.anchor,
        "start": place.start,
        "size": len(words),
        "exact": words,
        "prefix": prefix,
        "suffix": suffix,
        "state": "same",
        "closed": False,
        "located": revision,
        "revision": revision,
        "changed": archive.now(),
    }
    connection.execute(update(QUOTE).where(QUOTE.c.key == row.key).values(values))
    keep_words(archive, connection, {row.key: words})


def take_off(archive: Archive, actor: Actor, by: By, quote_id: str) -> None:
    """Take a mark off that waits. Raises NotFound."""
    with archive.writing() as connection:
        row = _waiting(archive, connection, actor, by, quote_id)
        off = update(QUOTE).where(QUOTE.c.key == row.key).values(removed=archive.now())
        connection.execute(off)
        connection.commit()


def _waiting(archive: Archive, connection: Connection, actor: Actor, by: By, quote_id: str) -> AnyRow:
    """A quote that waits for this person. Raises NotFound."""
    whole = normal_id(quote_id) or ""
    hold_story(connection, whole)
    joined = select(QUOTE).join(STORY, STORY.c.id == QUOTE.c.story_id)
    where = (QUOTE.c.id == whole, _waits(archive, actor, by))
    row = connection.execute(joined.where(*where)).first()
    if row is None or not may_mark(actor):
        raise NotFound
    return row
