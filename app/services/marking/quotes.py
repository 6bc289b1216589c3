"""Marking words of a story, and what their maker does with a mark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Update, delete, insert, select, update

from app.database.marking import OWN_THEME, QUOTE, QUOTE_THEME
from app.database.tables import PASSAGE, STORY, AnyRow
from app.database.visibility import Action, Actor, Role, may_mark, quotes_of, visible_to
from app.errors import EditConflict, InvalidText, NotAllowed, NotFound
from app.records.ids import mint, normal_id
from app.records.model import Status
from app.rendering.locating import Place, Relocation, State
from app.rendering.passages import has_words, normalised_text
from app.rendering.selecting import around, place_of
from app.services.archive import Archive
from app.services.defining import tidied
from app.services.marking.giving import Given, give, themes_given
from app.services.marking.relocating import passages_at
from app.services.marking.words import keep_words
from app.services.recording import By, story_for

LONGEST = 5_000  # characters of one quote
LONGEST_NOTE = 2_000
PASSAGES = 20  # at once
TOO_LONG = "These are {:,} characters, and {:,} is the most for one quote. Mark the part that you mean."
TOO_MANY = "These are {} passages, and {} is the most at once. Mark the part that you mean."
NO_WORDS = "There are no words in this. Mark at least one."
NOT_THERE = "These words do not stand in this passage. Open the story again, and mark them there."
NOTHING = "Nothing was chosen. Choose some words, or a passage."
NOT_YOURS = "Only who marked it, and stewards, may change this mark. You can mark the words yourself."


@dataclass(frozen=True)
class Chosen:
    """Words that somebody chose in a passage; without `exact` all of it."""

    anchor: str
    exact: str = ""
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class About:
    """What somebody says of a quote."""

    themes: tuple[str, ...] = ()
    note: str = ""
    stays: bool = False


def mark(
    archive: Archive,
    actor: Actor,
    by: By,
    story_id: str,
    chosen: Sequence[Chosen],
    revision: int,
    about: About,
) -> list[str]:
    """Mark these words, a quote for each passage, or nothing; the ids. `revision` is what she read.

    Words that she has marked before gain what is said of them now. Raises InvalidText, EditConflict where
    they have changed since, NotFound, Withdrawn.
    """
    _refuse_extent(chosen)
    note = tidied(about.note, LONGEST_NOTE)
    with archive.writing() as connection:
        row = story_to_mark(archive, connection, actor, story_id)
        places = _places(archive, connection, row, chosen, revision)
        themes = themes_given(archive, connection, actor, about.themes, by.account)
        ids = [_kept(archive, connection, by, row, place) for place in places]
        for one in ids:
            _say(connection, one, themes, note, stays=about.stays, now=archive.now())
        connection.commit()
    return ids


def _refuse_extent(chosen: Sequence[Chosen]) -> None:
    if not chosen:
        raise InvalidText(NOTHING)
    if len(chosen) > PASSAGES:
        raise InvalidText(TOO_MANY.format(len(chosen), PASSAGES))


def story_to_mark(archive: Archive, connection: Connection, actor: Actor, story_id: str) -> AnyRow:
    """The row of a story that this person may mark; it does not change until the transaction ends.

    Raises NotFound or Withdrawn.
    """
    row = story_for(archive, connection, actor, story_id, Action.READ)
    if not may_mark(actor) or row.status == Status.WITHDRAWN or row.set_aside:
        raise NotFound
    held = select(STORY).where(STORY.c.id == row.id).with_for_update(read=True)
    return connection.execute(held).one()


@dataclass(frozen=True)
class _Found:
    """Words in the story as it is now, with the text of their passage."""

    place: Place
    text: str


def _places(
    archive: Archive, connection: Connection, row: AnyRow, chosen: Sequence[Chosen], revision: int
) -> list[_Found]:
    now = _texts(connection, row.id)
    if revision == row.revision:
        return [_Found(_place(now, one), now[one.anchor]) for one in chosen]
    old = [one for one in passages_at(archive, connection, row.id, revision) if not one.closed]
    new = passages_at(archive, connection, row.id, row.revision)
    before, relocation = {one.anchor: one.text for one in old}, Relocation(old, new)
    found = [relocation.locate(_place(before, one)) for one in chosen]
    places = [one.place for one in found if one.place and one.state in (State.SAME, State.MOVED)]
    if len(places) < len(chosen) or any(place.anchor not in now for place in places):
        raise EditConflict(row.id)
    return [_Found(place, now[place.anchor]) for place in places]


def _texts(connection: Connection, story_id: str) -> dict[str, str]:
    """The open passages of a story."""
    rows = connection.execute(select(PASSAGE.c.anchor, PASSAGE.c.text).where(PASSAGE.c.story_id == story_id))
    return {row.anchor: row.text for row in rows}


def _place(texts: Mapping[str, str], one: Chosen) -> Place:
    text = texts.get(one.anchor)
    if text is None:
        raise InvalidText(NOT_THERE)
    words = normalised_text(one.exact)
    if not words:
        return _checked(Place(one.anchor, 0, text))
    start = place_of(text, words, one.prefix, one.suffix)
    if start is None:
        raise InvalidText(NOT_THERE if has_words(words) else NO_WORDS)
    return _checked(Place(one.anchor, start, words))


def _checked(place: Place) -> Place:
    if not has_words(place.exact):
        raise InvalidText(NO_WORDS)
    if len(place.exact) > LONGEST:
        raise InvalidText(TOO_LONG.format(len(place.exact), LONGEST))
    return place


def _kept(archive: Archive, connection: Connection, by: By, row: AnyRow, found: _Found) -> str:
    """The id of this quote; of one that she has made of these very words before, that one."""
    place = found.place
    same = (
        QUOTE.c.story_id == row.id,
        QUOTE.c.account.is_(by.account) if by.account is None else QUOTE.c.account == by.account,
        QUOTE.c.anchor == place.anchor,
        QUOTE.c.start == place.start,
        QUOTE.c.size == len(place.exact),
        QUOTE.c.located == row.revision,
        QUOTE.c.removed.is_(None),
    )
    there = connection.execute(select(QUOTE.c.id).where(*same)).scalar()
    if there is not None:
        return str(there)
    prefix, suffix = around(found.text, place.start, place.end)
    now, quote_id = archive.now(), mint("q")
    values = {
        "id": quote_id,
        "story_id": row.id,
        "anchor": place.anchor,
        "start": place.start,
        "size": len(place.exact),
        "located": row.revision,
        "revision": row.revision,
        "exact": place.exact,
        "prefix": prefix,
        "suffix": suffix,
        "account": by.account,
        "made": now,
        "changed": now,
    }
    key = connection.execute(insert(QUOTE).values(values).returning(QUOTE.c.key)).scalar_one()
    keep_words(archive, connection, {key: place.exact})
    return quote_id


def _say(
    connection: Connection,
    quote_id: str,
    themes: Mapping[str, Given],
    note: str,
    *,
    stays: bool,
    now: datetime,
) -> None:
    """Add what is said of a quote to what was said before."""
    row = connection.execute(select(QUOTE).where(QUOTE.c.id == quote_id)).one()
    notes = row.note if note in row.note else "\n\n".join(part for part in (row.note, note) if part)
    values = {"note": notes[:LONGEST_NOTE], "stays": row.stays or stays, "changed": now}
    connection.execute(_at(row.key).values(values))
    themed = select(QUOTE_THEME.c.theme).where(QUOTE_THEME.c.quote == row.key)
    there = set(connection.execute(themed).scalars())
    give(connection, [row.key], [one for one in themes.values() if one.key not in there])


def _at(key: int) -> Update:
    return update(QUOTE).where(QUOTE.c.key == key)


def change(archive: Archive, actor: Actor, by: By, quote_id: str, about: About) -> None:
    """Say something else of a quote. Raises InvalidText, NotAllowed, NotFound."""
    note = tidied(about.note, LONGEST_NOTE)
    with archive.writing() as connection:
        row = own_quote(archive, connection, actor, by, quote_id)
        themes = themes_given(archive, connection, actor, about.themes, by.account)
        values = {"note": note, "stays": about.stays, "changed": archive.now()}
        connection.execute(_at(row.key).values(values))
        own = select(OWN_THEME.c.theme, OWN_THEME.c.name).where(OWN_THEME.c.quote == row.key)
        words = {one.theme: str(one.name) for one in connection.execute(own)}  # they stay hers, whoever saves
        for table in (QUOTE_THEME, OWN_THEME):
            connection.execute(delete(table).where(table.c.quote == row.key))
        give(
            connection,
            [row.key],
            [Given(one.key, one.name or words.get(one.key, "")) for one in themes.values()],
        )
        connection.commit()


def remove(archive: Archive, actor: Actor, by: By, quote_id: str) -> AnyRow:
    """Take a mark off; it can be put back. Its row. Raises NotAllowed, NotFound."""
    with archive.writing() as connection:
        row = own_quote(archive, connection, actor, by, quote_id)
        connection.execute(_at(row.key).values(removed=archive.now()))
        connection.commit()
    return row


def put_back(archive: Archive, actor: Actor, by: By, quote_id: str) -> AnyRow:
    """Undo that. Raises NotAllowed, NotFound."""
    with archive.writing() as connection:
        row = own_quote(archive, connection, actor, by, quote_id, removed=True)
        connection.execute(_at(row.key).values(removed=None))
        connection.commit()
    return row


def own_quote(
    archive: Archive, connection: Connection, actor: Actor, by: By, quote_id: str, *, removed: bool = False
) -> AnyRow:
    """The row of a quote that this person may change. Raises NotAllowed, NotFound."""
    visible = visible_to(actor, archive.now())
    known = (STORY.c.status != Status.WITHDRAWN.value, visible) if removed else (quotes_of(visible),)
    joined = select(QUOTE).join(STORY, STORY.c.id == QUOTE.c.story_id)
    row = connection.execute(joined.where(QUOTE.c.id == (normal_id(quote_id) or ""), *known)).first()
    if row is None or not may_mark(actor):
        raise NotFound
    if row.account != by.account and Role.STEWARD not in actor.roles:
        raise NotAllowed(NOT_YOURS)
    return row
