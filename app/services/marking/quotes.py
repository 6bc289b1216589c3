"""Marking words of a story, and what their maker does with a mark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Update, insert, select, update

from app.database.marking import QUOTE
from app.database.tables import PASSAGE, STORY, AnyRow
from app.database.visibility import Action, Actor, Role, may_mark, quotes_of, visible_to
from app.errors import EditConflict, InvalidText, NotAllowed, NotFound
from app.records.ids import mint, normal_id
from app.records.model import Digest, Status
from app.rendering.locating import Place, Relocation, State
from app.rendering.passages import has_words, normalised_text
from app.rendering.selecting import around, place_of
from app.rendering.typed import places_typed
from app.services.archive import Archive
from app.services.defining import tidied
from app.services.marking.giving import themes_given
from app.services.marking.joining import join, same_words, twin_of
from app.services.marking.naming import last_themes, refuse_many
from app.services.marking.relocating import passages_at
from app.services.marking.saying import LONGEST_NOTE, Said, add, digest_of, said_of, say
from app.services.marking.words import keep_words
from app.services.recording import By, story_for

LONGEST = 5_000  # characters of one quote
PASSAGES = 20  # at once
TOO_LONG = "These are {:,} characters, and {:,} is the most for one quote. Mark the part that you mean."
TOO_MANY = "These are {:,} passages, and {} is the most at once. Mark the part that you mean."
NO_WORDS = "There are no words in this. Mark at least one."
NOT_THERE = "These words do not stand in this passage. Open the story again, and mark them there."
SEVERAL = "These words stand in this passage {} times. Take some more of what is around them."
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


@dataclass(frozen=True)
class Changed:
    """What somebody says of a quote instead; None for what stays as it is."""

    themes: tuple[str, ...] | None = None
    note: str | None = None
    stays: bool | None = None


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

    Words that she has marked before gain what is said of them now. Raises InvalidText, also where there is
    no room for both, EditConflict where they have changed since, NotFound, Withdrawn.
    """
    _refuse_extent(chosen)
    refuse_many(about.themes)
    note = tidied(about.note, LONGEST_NOTE)
    with archive.writing() as connection:
        row = story_to_mark(archive, connection, actor, story_id, alone=True)
        places = _places(archive, connection, row, chosen, revision)
        themes = themes_given(archive, connection, actor, about.themes, by.account)
        said = Said.given(themes.values(), note, stays=about.stays)
        quotes = [_kept(archive, connection, by, row, place) for place in places]
        for one in quotes:
            add(archive, connection, one, said)
        connection.commit()
    return [one.id for one in quotes]


def _refuse_extent(chosen: Sequence[Chosen]) -> None:
    if not chosen:
        raise InvalidText(NOTHING)
    if len(chosen) > PASSAGES:
        raise InvalidText(TOO_MANY.format(len(chosen), PASSAGES))
    for one in chosen:
        _refuse_length(normalised_text(one.exact))  # before it is looked for: long words stand nowhere


def _refuse_length(words: str) -> None:
    if len(words) > LONGEST:
        raise InvalidText(TOO_LONG.format(len(words), LONGEST))


def story_to_mark(
    archive: Archive, connection: Connection, actor: Actor, story_id: str, *, alone: bool = False
) -> AnyRow:
    """The row of a story that this person may mark; it does not change until the transaction ends.

    `alone`: nobody else marks it until then, so that one person's two requests at once make one quote.
    Raises NotFound or Withdrawn.
    """
    row = story_for(archive, connection, actor, story_id, Action.READ)
    if not may_mark(actor) or row.status == Status.WITHDRAWN or row.set_aside:
        raise NotFound
    held = select(STORY).where(STORY.c.id == row.id).with_for_update(read=not alone)
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
    if not (one.prefix or one.suffix):
        return _checked(_typed(one.anchor, text, words))
    start = place_of(text, words, one.prefix, one.suffix)
    if start is None:
        raise InvalidText(NOT_THERE if has_words(words) else NO_WORDS)
    return _checked(Place(one.anchor, start, words))


def _typed(anchor: str, text: str, words: str) -> Place:
    """The only place of words that somebody typed, or copied without what is around them."""
    found = places_typed({anchor: text}, words)
    if not found:
        raise InvalidText(NOT_THERE if has_words(words) else NO_WORDS)
    if len(found) > 1:
        raise InvalidText(SEVERAL.format(len(found)))
    return found[0]


def _checked(place: Place) -> Place:
    if not has_words(place.exact):
        raise InvalidText(NO_WORDS)
    _refuse_length(place.exact)
    return place


def _kept(archive: Archive, connection: Connection, by: By, row: AnyRow, found: _Found) -> AnyRow:
    """The row of this quote; of one that she has made of these very words before, that one."""
    place = found.place
    where = (place.anchor, place.start, len(place.exact))
    same = select(QUOTE).where(same_words(row.id, by.account, where, row.revision))
    there = connection.execute(same.order_by(QUOTE.c.key)).first()
    return there or _made(archive, connection, by, row, found)


def _made(archive: Archive, connection: Connection, by: By, row: AnyRow, found: _Found) -> AnyRow:
    place = found.place
    prefix, suffix = around(found.text, place.start, place.end)
    now = archive.now()
    values = {
        "id": mint("q"),
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
    made = connection.execute(insert(QUOTE).values(values).returning(*QUOTE.c)).one()
    keep_words(archive, connection, {made.key: place.exact})
    return made


def _at(key: int) -> Update:
    return update(QUOTE).where(QUOTE.c.key == key)


def change(
    archive: Archive,
    actor: Actor,
    by: By,
    quote_id: str,
    changed: Changed,
    *,
    expected: Digest | None = None,
    waiting: bool = False,
) -> None:
    """Say something else of a quote, also of one that is `waiting` to be looked at.

    Without `expected`, whatever is said of it now.

    Raises InvalidText, NotAllowed, NotFound, and EditConflict when no longer is said what was `expected`.
    """
    note = None if changed.note is None else tidied(changed.note, LONGEST_NOTE)
    with archive.writing() as connection:
        row = own_quote(archive, connection, actor, by, quote_id, hidden=waiting, alone=True)
        now = said_of(connection, row)
        wanted = _wanted(archive, connection, actor, by, now, replace(changed, note=note))
        if wanted != now:
            if expected is not None and digest_of(now) != expected:
                raise EditConflict(row.id)
            say(archive, connection, row, wanted)
        connection.commit()


def _wanted(
    archive: Archive, connection: Connection, actor: Actor, by: By, now: Said, changed: Changed
) -> Said:
    """What is to be said; a word of her own stays hers, whoever saves."""
    note = now.note if changed.note is None else changed.note
    stays = now.stays if changed.stays is None else changed.stays
    if changed.themes is None:
        return replace(now, note=note, stays=stays)
    refuse_many(changed.themes, there=len(now.themes))
    named = themes_given(archive, connection, actor, changed.themes, by.account).values()
    themes = _as_chosen(connection, now.themes, frozenset(one.key for one in named))
    own = {one.key: one.name for one in named if one.name}
    return Said(themes, note, stays, own={**now.own, **own})


def _as_chosen(connection: Connection, now: frozenset[int], named: frozenset[int]) -> frozenset[int]:
    """These themes; each that was merged since it was chosen is still the one that was chosen."""
    last = {key: row.key for key, row in last_themes(connection, now).items()}
    kept = {key for key in now if last.get(key) in named}
    return frozenset(kept | (named - {last[key] for key in kept}))


def remove(archive: Archive, actor: Actor, by: By, quote_id: str) -> AnyRow:
    """Take a mark off; it can be put back. Its row. Raises NotAllowed, NotFound."""
    with archive.writing() as connection:
        row = own_quote(archive, connection, actor, by, quote_id)
        connection.execute(_at(row.key).values(removed=archive.now()))
        connection.commit()
    return row


def put_back(archive: Archive, actor: Actor, by: By, quote_id: str) -> AnyRow:
    """Undo that; the row of the quote that is there now.

    Words that she has marked again meanwhile stay one quote, which gains what was said of this one.
    Raises InvalidText where there is no room for both, NotAllowed, NotFound.
    """
    with archive.writing() as connection:
        row = own_quote(archive, connection, actor, by, quote_id, hidden=True, alone=True)
        twin = twin_of(connection, row) if row.removed is not None else None
        if twin is None:
            connection.execute(_at(row.key).values(removed=None))
        else:
            join(archive, connection, row, twin)
        connection.commit()
    return twin or row


def hold_story(connection: Connection, quote_id: str) -> None:
    """Let nobody else mark the story of this quote until the transaction ends."""
    story = select(QUOTE.c.story_id).where(QUOTE.c.id == quote_id).scalar_subquery()
    connection.execute(select(STORY.c.id).where(STORY.c.id == story).with_for_update())


def own_quote(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    by: By,
    quote_id: str,
    *,
    hidden: bool = False,
    alone: bool = False,
) -> AnyRow:
    """The row of a quote that this person may change; `alone` as in `story_to_mark`.

    `hidden`: also of one that was taken off or lost.
    Raises NotAllowed, NotFound.
    """
    whole = normal_id(quote_id) or ""
    if alone:
        hold_story(connection, whole)
    visible = visible_to(actor, archive.now())
    known = (STORY.c.status != Status.WITHDRAWN.value, visible) if hidden else (quotes_of(visible),)
    joined = select(QUOTE).join(STORY, STORY.c.id == QUOTE.c.story_id)
    row = connection.execute(joined.where(QUOTE.c.id == whole, *known)).first()
    if row is None or not may_mark(actor):
        raise NotFound
    if row.account != by.account and Role.STEWARD not in actor.roles:
        raise NotAllowed(NOT_YOURS)
    return row
