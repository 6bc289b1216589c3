"""A story's address: one that no file's name got into, and another for a story that has one already."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date

from sqlalchemy import select, update

from app.database.tables import REVISION, STORY
from app.errors import InvalidText
from app.imports.names import slug_for
from app.records.folder import folded
from app.records.model import Digest, RecordKey, RecordKind, Slug
from app.records.stories import parse_story
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.documents import chunks
from app.services.gathering.identifying import Kind, find_names
from app.services.gathering.names_desk import At
from app.services.gathering.pseudonyms import Key, in_place_of
from app.services.gathering.told_texts import as_words
from app.services.intents import EDITOR, Intent
from app.services.reconcile import reconcile_named
from app.services.saving import bring_search_up_to_date, save_record

LONGEST = 200  # characters of an address with its folders
NO_ADDRESS = "Write an address of letters and digits, with hyphens between them."
SAME = "It has this address already."
TAKEN = "Another story has this address, or had it. Choose another."


def slug_wanted(storyteller: str, title: str, key: Key, day: date, *, own_name: bool = False) -> str:
    """An address of what somebody chose to be known by, else of a title in which nobody is named, else of a
    day. `key` holds names as they are; what a file was called says nothing here.
    """
    if storyteller and (own_name or in_place_of(storyteller, key) is None):
        return slug_for(storyteller)
    told = find_names(title, known=key, pseudonyms=key.values())
    if title.strip() and not any(one.kind is Kind.NAME for one in told):
        return slug_for(title)
    return f"story-{day.isoformat()}"


def no_name(day: date) -> Slug:
    """What a story is called that says nothing of itself."""
    return Slug(slug_wanted("", "", {}, day))


def slug_of_story(content: bytes, key: Key, day: date) -> str:
    """The address that a story's file asks for by what it says itself. `key` holds names as they are."""
    nothing = no_name(day)
    story = parse_story(content, slug=nothing, file="", today=day).story
    title = "" if story.title == nothing else story.title
    return slug_wanted(story.storyteller or "", title, key, day, own_name=story.own_name)


def named_in_address(archive: Archive, story_ids: Sequence[str]) -> list[str]:
    """Those of their addresses in which somebody is named, but for the storyteller as she is known here."""
    found = []
    with archive.engine.connect() as connection:
        for part in chunks(list(story_ids)):
            wanted = select(STORY.c.slug, STORY.c.storyteller).where(STORY.c.id.in_(part))
            for row in connection.execute(wanted.order_by(STORY.c.slug)):
                told = find_names(as_words(row.slug), own=[row.storyteller] if row.storyteller else [])
                found += [row.slug] if any(one.kind is Kind.NAME for one in told) else []
    return found


def give_address(at: At, wanted: str) -> str:
    """Put a story's file at another address; its id, versions and consent stay. The address that it has now.

    A file is moved in one step, so no crash leaves two of it or none. Raises InvalidText, EditConflict,
    OSError, and what save_record raises.
    """
    slug = _usable(at, wanted)
    digest = _with_id(at)
    key = RecordKey(RecordKind.STORY, Slug(at.row.slug))
    store, new = at.archive.stores[key.kind], RecordKey(key.kind, slug)
    with ExitStack() as locks:
        for one in sorted((key, new), key=lambda one: folded(one.slug)):
            locks.enter_context(store.lock(one))
        with at.archive.writing() as connection:
            note(
                at.archive, connection, Event.NAMES, by=at.by.account, record_id=at.row.id, decision="address"
            )
            hers = REVISION.c.record_id == at.row.id
            connection.execute(update(REVISION).where(hers).values(slug=slug))
            before, after = store.move(key, slug, expected=digest)
            connection.commit()
    reconcile_named(at.archive, [str(before), str(after)])
    bring_search_up_to_date(at.archive)
    return slug


def _usable(at: At, wanted: str) -> Slug:
    """The address as it is written. Raises InvalidText."""
    folder = at.row.slug.rpartition("/")[0]
    inside = wanted.strip().removeprefix("/stories/")
    kept = f"{folder}/" if folder and inside.startswith(f"{folder}/") else ""
    parts = [part for part in inside.removeprefix(kept).split("/") if part.strip()]
    if not parts or not all(any(map(str.isalnum, part)) for part in parts):
        raise InvalidText(NO_ADDRESS)
    slug = Slug(kept + "/".join(slug_for(part) for part in parts))
    if len(slug) > LONGEST or slug.count("/") > 4:
        raise InvalidText(NO_ADDRESS)
    if folded(slug) == folded(Slug(at.row.slug)):
        raise InvalidText(SAME)
    if at.archive.stores[RecordKind.STORY].is_taken(slug):
        raise InvalidText(TAKEN)
    return slug


def _with_id(at: At) -> Digest:
    """The digest of the file once it says its id itself: one that was made of its address would not stay."""
    if at.loaded.story is not None and at.loaded.story.id:
        return at.loaded.digest
    key = RecordKey(RecordKind.STORY, Slug(at.row.slug))
    intent = Intent(EDITOR, at.by.name, "", at.by.account)
    return save_record(at.archive, key, at.loaded.content, expected=at.loaded.digest, intent=intent).digest
