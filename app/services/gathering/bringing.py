"""What a storyteller said on paper or at her kitchen table, entered by her gatherer afterwards.

A file from the table is checked as strictly as it was written: nothing in it is passed over.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select

from app.database.gathering import DOOR_ENTRY
from app.database.tables import AnyRow
from app.database.visibility import Action, Actor
from app.errors import EditConflict, InvalidText
from app.records.model import Use
from app.services.archive import Archive
from app.services.consenting import as_recorded, last_recorded
from app.services.gathering.closing import close_passage
from app.services.gathering.entries import (
    MOST,
    Kind,
    Said,
    State,
    Way,
    keep,
    readable,
    refuse_flood,
    settle_entry,
)
from app.services.gathering.her_choice import (
    Answer,
    Chosen,
    Voice,
    as_data,
    ask_back,
    filled_with,
    narrow,
    note_of,
    recorded_terms,
    replace_older,
    wanted_of,
)
from app.services.recording import (
    By,
    Loaded,
    OnlyStewards,
    form_digest,
    load_file,
    record_consent,
    story_for,
)

MOST_SAID = 300
NO_FILE = (
    "This is no file of answers from the table, or another program has saved it anew since. Choose it as the "
    "page for the table saved it: its name begins with answers-."
)
ANOTHER = "These answers are of another story."
STALE = (
    "The story has changed since this page was saved. What she said is taken in, and what she took away of "
    "its uses holds; what is new waits below. Go through it with her again before you record it."
)
FOR_STEWARDS = (
    "What she said is taken in, and what she took away holds. She also wants more than was left when her "
    "consent was narrowed here before: that waits below until a steward records it."
)
EMPTY = "Nothing was said in these answers."
BROUGHT = "These answers were taken in already. Nothing was changed."
Short = Annotated[str, Field(max_length=MOST)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class TableSaid(_Strict):
    """One thing that she said at the table."""

    kind: Literal["comment", "words", "closing", "addition", "answer"]
    anchor: Annotated[str, Field(max_length=40, pattern=r"^(p-[0-9a-z]{6}(-\d{1,6})?)?$")]
    text: Short


class TableConsent(_Strict):
    """What she chose."""

    answer: Literal["yes", "not yet", "no"]
    uses: Annotated[list[Use], Field(max_length=len(Use))]
    until: Annotated[str, Field(max_length=40)]
    not_for: Annotated[list[Annotated[str, Field(max_length=120)]], Field(max_length=40)]


class Table(_Strict):
    """A file of answers."""

    storyhold: Literal["answers from the table"]
    version: Literal[1]
    story: Annotated[str, Field(max_length=40)]
    revision: Annotated[int, Field(ge=0, lt=10**9)]
    digest: Annotated[str, Field(max_length=64)]
    day: date
    said: Annotated[list[TableSaid], Field(max_length=MOST_SAID)]
    consent: TableConsent | None


@dataclass(frozen=True)
class Brought:
    """What was taken in: things she said, those that took effect at once, and what was not."""

    said: int
    closed: int
    consent: bool
    problem: str = ""
    waits: str = ""  # what is left for a steward


def read_table(text: str) -> Table:
    """A file of answers. Raises InvalidText, which says where it is not as it was saved."""
    try:
        json.loads(text, object_pairs_hook=_single, parse_constant=_refuse)
        return Table.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        known = first["loc"][:-1] if first["type"] == "extra_forbidden" else first["loc"]
        place = ".".join(str(part) for part in known)
        raise InvalidText(f"{NO_FILE} Look at: {place or 'the whole'}.") from None
    except (ValueError, RecursionError):
        raise InvalidText(NO_FILE) from None


def _single(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key stands there twice")
    return dict(pairs)


def _refuse(_name: str) -> object:
    raise ValueError("no number")


def bring_table(
    archive: Archive, actor: Actor, by: By, story_id: str, text: str, *, sure: frozenset[str] = frozenset()
) -> Brought:
    """Take in what she said at the table. The same file twice changes nothing.

    `sure` is Chosen.sure_closes. Raises InvalidText, AskedBack, NotFound, Withdrawn, and what
    `save_record` raises.
    """
    table = read_table(text)
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
    if table.story != row.id:
        raise InvalidText(ANOTHER)
    mark = {"file": archive.keyed("table", text), "day": table.day.isoformat()}
    there = _there(archive, row.id, mark["file"])
    news = [one for one in table.said if _mark(one) not in there]
    chosen = table.consent and replace(_chosen(table.consent, table.revision), sure_closes=sure)
    chosen = None if (Kind.CONSENT.value, "", "") in there else chosen
    if not news and chosen is None:
        raise InvalidText(BROUGHT if there else EMPTY)
    refuse_flood(archive, row.id, coming=len(news))
    if chosen:
        ask_back(archive, row.id, chosen, wanted_of(archive, chosen))
    fresh = form_digest(archive, load_file(archive, row).digest) == table.digest
    waits = ""
    if chosen and fresh:
        waits = _take_choice(archive, Voice(actor, by, Way.TABLE), row, chosen, mark)
    elif chosen:
        _narrow(archive, Voice(actor, by, Way.TABLE), row, chosen, mark)
    closed = sum(_bring(archive, actor, by, row, one, table.revision, mark) for one in news)
    recorded, problem = bool(chosen and fresh and not waits), STALE if chosen and not fresh else ""
    return Brought(len(news), closed, recorded, problem, waits)


def _chosen(told: TableConsent, revision: int) -> Chosen:
    uses = tuple(use.value for use in told.uses)
    return Chosen(told.answer, uses, told.until, "\n".join(told.not_for), revision)


def _mark(one: TableSaid) -> tuple[str, str, str]:
    return one.kind, one.anchor, readable(one.text, needed=False)


def _there(archive: Archive, story_id: str, mark: str) -> set[tuple[str, str, str]]:
    """What was taken in of this file before; what a crash cut off is taken in by bringing it again."""
    hers = (DOOR_ENTRY.c.story_id == story_id, DOOR_ENTRY.c.way == Way.TABLE.value)
    with archive.engine.connect() as connection:
        rows = connection.execute(select(DOOR_ENTRY).where(*hers)).all()
    return {(row.kind, row.anchor, row.text) for row in rows if row.data.get("file") == mark}


def _bring(
    archive: Archive,
    actor: Actor,
    by: By,
    row: AnyRow,
    one: TableSaid,
    revision: int,
    mark: Mapping[str, str],
) -> bool:
    said = Said(Kind(one.kind), one.text, one.anchor, revision, Way.TABLE, by.account, mark)
    return take_in(archive, actor, by, row.id, said)


def take_in(archive: Archive, actor: Actor, by: By, story_id: str, said: Said) -> bool:
    """Keep something that came on paper or from the table; whether a passage was closed by it."""
    if said.kind is Kind.CLOSING:
        return close_passage(archive, actor, by, story_id, said) is State.IN_FORCE
    keep(archive, story_id, said)
    return False


def bring_choice(
    archive: Archive, actor: Actor, by: By, story_id: str, chosen: Chosen, *, expected: str
) -> str:
    """Record what she chose on paper, as her gatherer's recording; what of it waits for a steward, in words.

    Raises ChoiceRefused, AskedBack, ConsentRefused, EditConflict, NotFound, Withdrawn and what
    `save_record` raises.
    """
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
    if form_digest(archive, load_file(archive, row).digest) != expected:
        raise EditConflict(row.id)
    ask_back(archive, row.id, chosen, wanted_of(archive, chosen))
    return _take_choice(archive, Voice(actor, by, Way.PAPER), row, chosen, {})


def _take_choice(archive: Archive, voice: Voice, row: AnyRow, chosen: Chosen, mark: Mapping[str, str]) -> str:
    """Record all of what she chose; where only a steward may, what is less holds and the rest waits."""
    try:
        _record(archive, voice, row, chosen, mark)
    except OnlyStewards:
        _narrow(archive, voice, row, chosen, mark)
        return FOR_STEWARDS
    return ""


def _record(archive: Archive, voice: Voice, row: AnyRow, chosen: Chosen, mark: Mapping[str, str]) -> None:
    wanted = wanted_of(archive, chosen)
    loaded = load_file(archive, row)
    with archive.engine.connect() as connection:
        before = as_recorded(loaded, last_recorded(connection, row.id))
    day = mark.get("day") or archive.now().date().isoformat()
    note = note_of(chosen.answer, voice.way, day, chosen.revision or row.revision)
    terms = recorded_terms(loaded, chosen.answer, wanted)
    filled = filled_with(before, terms, _day(loaded, chosen.answer, day), note)
    expected = form_digest(archive, loaded.digest)
    record_consent(archive, voice.actor, voice.by, row.id, filled, expected=expected)
    data = {**as_data(chosen.answer, wanted), **mark}
    key = _kept(archive, voice, row, chosen, data)
    settle_entry(archive, key, State.IN_FORCE, decided=archive.now(), decided_by=voice.by.account)


def _narrow(archive: Archive, voice: Voice, row: AnyRow, chosen: Chosen, mark: Mapping[str, str]) -> None:
    """What she took away holds, and what is new waits."""
    wanted = wanted_of(archive, chosen)
    data = {**as_data(chosen.answer, wanted), **mark}
    key = _kept(archive, voice, row, chosen, data)
    narrow(archive, voice, row.id, key, chosen.answer, wanted)


def _kept(archive: Archive, voice: Voice, row: AnyRow, chosen: Chosen, data: Mapping[str, Any]) -> int:
    """Her choice among what she said, in the place of an older one."""
    said = Said(Kind.CONSENT, "", "", chosen.revision, voice.way, voice.by.account, data)
    key = keep(archive, row.id, said)
    replace_older(archive, row.id, key)
    return key


def _day(loaded: Loaded, answer: str, day: str) -> str | None:
    """She agreed on the day on which she said yes; who says no agreed when she did."""
    return day if answer == Answer.YES or loaded.story is None else loaded.story.consent.given
