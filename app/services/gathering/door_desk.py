"""A story's door as its gatherer and stewards see it: the link, what she said, what has come of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.database.gathering import DOOR, DOOR_ENTRY
from app.database.tables import AnyRow
from app.database.visibility import Action as Doing
from app.database.visibility import Actor, belongs_nowhere
from app.records.model import Status
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.consenting import consent_address
from app.services.dates import date_label, moment_label
from app.services.gathering.answering import read_row
from app.services.gathering.bracketing import shows_replaced
from app.services.gathering.differing import compared
from app.services.gathering.doors import desk_path, door_of
from app.services.gathering.entries import MOST, Kind, State, Way, entries_of
from app.services.gathering.hearing import hearers_of, who_hears
from app.services.gathering.her_choice import only_stewards
from app.services.gathering.numbering import numbers
from app.services.gathering.paper_pictures import Address, for_letter, for_table, nowhere, pictures_of
from app.services.gathering.plain_words import answer_boxes, languages, use_boxes, wants, what_came
from app.services.gathering.rewriting import passages_in, with_headings
from app.services.gathering.wording import FIRST, language_for, words_in
from app.services.record_names import names_of
from app.services.recording import Loaded, form_digest, load_file, story_for
from app.services.versions import shown_version
from app.services.views import (
    DoorDeskPage,
    DoorEntryView,
    LetterPage,
    LetterPassage,
    NavigationItem,
    TablePage,
)

LABELS = {
    Kind.COMMENT: "About a passage",
    Kind.WORDS: "Other words for a passage",
    Kind.CLOSING: "Closes a passage",
    Kind.ADDITION: "Something that came later",
    Kind.CONSENT: "What may be done with her story",
    Kind.ANSWER: "To you",
    Kind.ERASING: "Asks for her story to be erased",
}
WAYS = {Way.DOOR: "at her door", Way.PAPER: "on paper", Way.TABLE: "at the table"}
STATES = {
    State.OPEN: "Waits",
    State.DONE: "Done",
    State.DECLINED: "Not now",
    State.IN_FORCE: "Holds",
    State.REPLACED: "She said something else later",
}


def read_door_desk(archive: Archive, actor: Actor, story_id: str) -> DoorDeskPage:
    """Everything of a story's door but the link itself, which is kept nowhere.

    Stewards read it of a story that was taken back too. Raises NotFound or Withdrawn.
    """
    row, words = read_row(archive, actor, story_id), words_in(FIRST)
    gone = row.status == Status.WITHDRAWN
    with archive.engine.connect() as connection:
        door, names = door_of(connection, row.id), names_of(archive, connection, actor, [row.id])
        body = "" if gone else shown_version(connection, row, archive.now().date()).body
        entries = entries_of(connection, row.id)
        came = what_came(connection, row.id, words)
        known = numbers(connection, DOOR_ENTRY, row.id)
        door_number = numbers(connection, DOOR, row.id)[door.key] if door else 0
    spoken = door.language if door else language_for(row.language, archive.settings.language)
    loaded = None if gone else load_file(archive, row)
    shown = zip(entries, _entries(archive, row, entries, known, body), strict=True)
    return DoorDeskPage(
        id=row.id,
        address=desk_path(row.id),
        heading=row.heading,
        story_address=names[row.id].address if row.id in names else "",
        consent_address=consent_address(row.id),
        key=door_number,
        made_label=moment_label(door.made, archive.settings.language) if door else "",
        opened_label=moment_label(door.opened, archive.settings.language) if door else "",
        languages=languages(spoken),
        entries=[_for_whom(archive, actor, loaded, one) for one in shown],
        came=came,
        digest=form_digest(archive, loaded.digest) if loaded else "",
        uses=use_boxes(words),
        answers=answer_boxes(words),
        most=MOST,
        taken_back=gone,
        without_organisation=belongs_nowhere(actor),
    )


def _entries(
    archive: Archive, row: AnyRow, entries: Sequence[AnyRow], known: Mapping[int, int], body: str
) -> list[DoorEntryView]:
    now = {one.anchor: one.text for one in passages_in(body)} if entries else {}
    return [_entry(archive, row, one, known[one.key], now) for one in entries]


def _for_whom(
    archive: Archive, actor: Actor, loaded: Loaded | None, one: tuple[AnyRow, DoorEntryView]
) -> DoorEntryView:
    """With whether a steward alone records it."""
    entry, view = one
    if loaded is None or entry.kind != Kind.CONSENT or entry.state != State.OPEN:
        return view
    told = (archive, actor, entry.story_id, loaded, entry.data)
    return replace(view, for_stewards=only_stewards(*told))


def _entry(archive: Archive, row: AnyRow, one: AnyRow, number: int, now: dict[str, str]) -> DoorEntryView:
    kind, stands = Kind(one.kind), one.anchor in now and now[one.anchor] == one.passage
    return DoorEntryView(
        key=number,
        kind=one.kind,
        label=LABELS[kind],
        when_label=date_label(one.at.date().isoformat(), archive.settings.language),
        way_label=WAYS[Way(one.way)],
        revision=one.revision,
        passage=one.passage,
        passage_address=f"{story_address(row.slug)}#{one.anchor}" if stands else "",
        changed=bool(one.anchor) and not stands,
        text=one.text,
        wants=wants(one.data, words_in(FIRST)) if kind is Kind.CONSENT else (),
        state=one.state,
        state_label=STATES[State(one.state)],
        reply=one.reply,
        usable=kind is Kind.ADDITION or (kind is Kind.WORDS and stands),
        parts=compared(one.passage, one.text) if kind is Kind.WORDS else (),
    )


def read_letter(
    archive: Archive, actor: Actor, story_id: str, language: str, contact: NavigationItem | None
) -> LetterPage:
    """Her story as a letter, with numbered passages and a slip to answer on. Raises NotFound or Withdrawn."""
    row = _open_row(archive, actor, story_id)
    with archive.engine.connect() as connection:
        door = door_of(connection, row.id)
    spoken = language_for(language, door.language if door else "", row.language, archive.settings.language)
    words, passages = words_in(spoken), numbered(archive, row, for_letter(archive, row))
    return LetterPage(
        id=row.id,
        heading=row.heading,
        title=row.title,
        language=row.language or archive.settings.language,
        day_label=date_label(archive.now().date().isoformat(), words.dates),
        revision=row.revision,
        passages=passages,
        uses=use_boxes(words),
        languages=languages(spoken),
        replaced=_replaced(archive, row, passages),
        contact=contact,
    )


def _replaced(archive: Archive, row: AnyRow, passages: Sequence[LetterPassage]) -> bool:
    texts = [text for one in passages for text in (one.text, *one.above)]
    with archive.engine.connect() as connection:
        return shows_replaced(archive, connection, row.id, (row.title, row.heading, *texts))


def _open_row(archive: Archive, actor: Actor, story_id: str) -> AnyRow:
    with archive.engine.connect() as connection:
        return story_for(archive, connection, actor, story_id, Doing.EDIT)


def numbered(archive: Archive, row: AnyRow, address_of: Address = nowhere) -> list[LetterPassage]:
    """The passages of a story as it stands, counted from 1: for whoever answers on paper."""
    with archive.engine.connect() as connection:
        body = shown_version(connection, row, archive.now().date()).body
    found, pictures = with_headings(body, row.title), pictures_of(body, row.title, address_of)
    return [
        LetterPassage(number, one.anchor, one.text, one.closed, above, pictures.get(one.anchor, ()))
        for number, (one, above) in enumerate(found, 1)
    ]


def anchor_of_number(archive: Archive, actor: Actor, story_id: str, number: int) -> tuple[str, int]:
    """The anchor of a passage by its number in the letter of today's version; empty where there is none."""
    row = _open_row(archive, actor, story_id)
    found = {one.number: one.anchor for one in numbered(archive, row)}
    return found.get(number, ""), int(row.revision)


def read_table(archive: Archive, actor: Actor, story_id: str, language: str) -> TablePage:
    """What a file holds that is gone through together without a connection. Raises NotFound or Withdrawn."""
    row = _open_row(archive, actor, story_id)
    with archive.engine.connect() as connection:
        door = door_of(connection, row.id)
        hearers = hearers_of(archive, connection, row)
    spoken = language_for(language, door.language if door else "", row.language, archive.settings.language)
    words, consent = words_in(spoken), load_file(archive, row)
    passages = numbered(archive, row, for_table(archive, row))
    return TablePage(
        id=row.id,
        heading=row.heading,
        title=row.title,
        language=row.language or archive.settings.language,
        spoken=spoken,
        revision=row.revision,
        digest=form_digest(archive, consent.digest),
        passages=passages,
        uses=use_boxes(words),
        answers=answer_boxes(words),
        replaced=_replaced(archive, row, passages),
        who=who_hears(hearers, words),
    )
