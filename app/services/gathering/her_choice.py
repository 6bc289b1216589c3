"""What a storyteller agrees to, said by herself: what it narrows holds at once, what it widens waits.

Links get forwarded, so whoever opens one can close a story and can not open it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update

from app.database.gathering import DOOR_ENTRY
from app.database.tables import STORY, AnyRow
from app.database.visibility import Action, Actor, fold_name, storyteller, today, uses_of
from app.errors import EditConflict, InvalidText, NotFound
from app.records.model import Consent, Story, Use
from app.services.agreeing import ConsentRefused, Filled, agreed
from app.services.archive import Archive
from app.services.consenting import as_recorded, last_recorded
from app.services.gathering.entries import Kind, Said, State, Way, keep, settle_entry
from app.services.gathering.wording import later
from app.services.ledger import Source
from app.services.limits import NO_LIMITS, Limits, standing_limits
from app.services.recording import (
    By,
    Loaded,
    form_digest,
    load_file,
    needs_steward,
    record_consent,
    story_for,
)
from app.services.story_team import StoryTeam, team_of

TRIES = 4
CLOSES = "Nothing is recorded yet: whoever looks after this story could not see it any more."
PLACES = {Way.DOOR: "at her own door", Way.PAPER: "on paper", Way.TABLE: "at the table"}
HERSELF = By(None, "the storyteller")
NOT_A_DAY = later("This is no day. Please write it like 2029-03-04, or leave it empty.")
GONE_BY = later("This day has gone by. Please write a day that is still to come, or leave it empty.")
NO_NAMES = later("One of these names can not be read. Please write one name on each line.")
NOTHING_CHOSEN = later(
    "You said yes. Please tick what your story may be used for, or say that you do not want to decide yet."
)
NO_ANSWER = later("Please say yes, not yet, or no.")
UNREADABLE = later("Your story can not be changed at the moment. What you want is kept.")


class Answer(StrEnum):
    """What she says of her story's being used."""

    YES = "yes"
    NOT_YET = "not yet"
    NO = "no"


@dataclass(frozen=True)
class Chosen:
    """The form as she filled it in. `not_for` has a line for each organisation."""

    answer: str = ""
    uses: tuple[str, ...] = ()
    until: str = ""
    not_for: str = ""
    revision: int = 0
    sure_answer: bool = False  # she was asked which she means, her answer or what is ticked
    sure_closes: frozenset[str] = frozenset()  # who could no longer see it, as she was told and wants


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    narrowed: bool  # something that held was taken away, or recorded again as it was
    waits: bool


@dataclass(frozen=True)
class Voice:
    """Who records what she chose, and where she said it."""

    actor: Actor
    by: By
    way: Way = Way.DOOR

    @property
    def how(self) -> Source:
        return Source.DOOR if self.way is Way.DOOR else Source.ARCHIVE


class ChoiceRefused(InvalidText):
    """What she chose can not be taken; `problems` says why, by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems.values()))


class AskedBack(InvalidText):
    """Nothing was recorded: she is asked first whether she wants it so.

    `closes` says who could see her story no more, as services.story_team does; `left` who still could.
    """

    def __init__(self, closes: tuple[str, ...], left: StoryTeam) -> None:
        self.closes, self.left = closes, left
        super().__init__(CLOSES)


class StillTicked(InvalidText):
    """Nothing was recorded: she said no or not yet with uses ticked, and is asked which she means."""


def choose(archive: Archive, story_id: str, chosen: Chosen) -> Outcome:
    """Take what she chose at her door. When it returns, no page and no search gives more than it.

    Raises ChoiceRefused, StillTicked, AskedBack, NotFound, Withdrawn, and what `save_record` raises.
    """
    wanted = wanted_of(archive, chosen)
    if chosen.answer != Answer.YES and set(chosen.uses) & set(Use) and not chosen.sure_answer:
        raise StillTicked
    ask_back(archive, story_id, chosen, wanted)
    key = keep(archive, story_id, _said(chosen, wanted))
    replace_older(archive, story_id, key)
    return narrow(archive, Voice(storyteller(story_id), HERSELF), story_id, key, chosen.answer, wanted)


def ask_back(archive: Archive, story_id: str, chosen: Chosen, wanted: Consent) -> None:
    """Raises AskedBack where none of her gatherers, or no steward, could see it any more, unasked."""
    with archive.engine.connect() as connection:
        row = connection.execute(select(STORY).where(STORY.c.id == story_id)).first()
        if row is None:
            raise NotFound
        after = team_of(archive, connection, row, wanted.not_for)
        lost = team_of(archive, connection, row).lost_to(after)
    if not chosen.sure_closes.issuperset(lost):
        raise AskedBack(lost, after)


def wanted_of(archive: Archive, chosen: Chosen) -> Consent:
    """What she chose, checked. Raises ChoiceRefused."""
    problems: dict[str, str] = {}
    if chosen.answer not in set(Answer):
        raise ChoiceRefused({"answer": NO_ANSWER})
    if chosen.answer != Answer.YES:
        return Consent(stated=True)  # whatever else stands in the form: nothing comes before a no
    try:
        filled = Filled(uses=chosen.uses, until=chosen.until, not_for=chosen.not_for)
        consent = agreed(filled, archive.now().date()).consent
    except ConsentRefused as refused:
        told = {"uses": NOTHING_CHOSEN, "until": NOT_A_DAY, "not_for": NO_NAMES}
        raise ChoiceRefused({field: told[field] for field in refused.problems}) from None
    if consent.until and consent.until < today(archive.now()):
        problems["until"] = GONE_BY
    if not consent.uses:
        problems["uses"] = NOTHING_CHOSEN
    if problems:
        raise ChoiceRefused(problems)
    return consent


def _said(chosen: Chosen, wanted: Consent) -> Said:
    return Said(Kind.CONSENT, revision=chosen.revision, data=as_data(chosen.answer, wanted))


def as_data(answer: str, wanted: Consent) -> dict[str, Any]:
    """What she chose as an entry keeps it."""
    uses = [use.value for use in Use if use in wanted.uses]
    return {"answer": answer, "uses": uses, "until": wanted.until or "", "not_for": list(wanted.not_for)}


def consent_in(data: dict[str, Any]) -> Consent:
    """What stands in an entry."""
    uses = frozenset(map(Use, data["uses"]))
    return Consent(uses, True, True, None, data["until"] or None, None, tuple(data["not_for"]))


def replace_older(archive: Archive, story_id: str, key: int) -> None:
    """What she said before counts no more, and nobody can confirm it."""
    older = (
        DOOR_ENTRY.c.story_id == story_id,
        DOOR_ENTRY.c.kind == Kind.CONSENT.value,
        DOOR_ENTRY.c.state == State.OPEN.value,
        DOOR_ENTRY.c.key < key,
    )
    with archive.writing() as connection:
        connection.execute(update(DOOR_ENTRY).where(*older).values(state=State.REPLACED.value))
        connection.commit()


def narrow(archive: Archive, voice: Voice, story_id: str, key: int, answer: str, wanted: Consent) -> Outcome:
    """Record what her choice leaves of the consent; somebody may save at the same time, and hers holds."""
    for attempt in range(TRIES):
        try:
            outcome = _recorded(archive, voice, story_id, answer, wanted)
        except EditConflict:
            if attempt + 1 == TRIES:
                raise
            continue
        break
    if not outcome.waits:
        settle_entry(archive, key, State.IN_FORCE, decided=archive.now())
    return outcome


def _recorded(archive: Archive, voice: Voice, story_id: str, answer: str, wanted: Consent) -> Outcome:
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, voice.actor, story_id, Action.EDIT)
        standing = standing_limits(connection, row.id) or NO_LIMITS
        last = last_recorded(connection, row.id)
    loaded = load_file(archive, row)
    if loaded.story is None or row.set_aside:
        raise InvalidText(UNREADABLE)
    now = _now(archive, loaded.story, standing)
    left, waits = narrower_of(now, wanted), widens(now, wanted)
    if waits and left == now:
        return Outcome(narrowed=False, waits=True)
    day = archive.now().date()
    given = now.given if waits or answer != Answer.YES else day.isoformat()
    filled = filled_with(
        as_recorded(loaded, last), left, given, note_of(answer, voice.way, day.isoformat(), row.revision)
    )
    expected = form_digest(archive, loaded.digest)
    told = (archive, voice.actor, voice.by, row.id, filled)
    record_consent(*told, expected=expected, how=voice.how, waits=wanted if waits else None)
    return Outcome(narrowed=bool(now.uses), waits=waits)


def note_of(answer: str, way: Way, day: str, revision: int) -> str:
    """What stands beside the ledger's entry."""
    return f"She said {answer} {PLACES[way]} on {day}, of version {revision}."


def filled_with(before: Filled, left: Consent, given: str | None, note: str) -> Filled:
    """The consent form with these terms; what else was recorded last stays."""
    return Filled(
        uses=tuple(use.value for use in Use if use in left.uses),
        given=given or "",
        until=left.until or "",
        co_crafted=left.co_crafted or "",
        not_for="\n".join(left.not_for),
        medium=before.medium,
        basis=before.basis,
        sheet=before.sheet,
        note=note,
    )


def _now(archive: Archive, story: Story, standing: Limits) -> Consent:
    """What holds now: the file's consent, as far as what was narrowed here leaves it."""
    said = story.consent
    uses = (said.uses if said.stated else archive.unstated) & frozenset(uses_of(standing.uses))
    until = min((day for day in (said.until, standing.until) if day), default=None)
    return Consent(uses, said.stated, said.understood, said.given, until, said.co_crafted, said.not_for)


def narrower_of(now: Consent, wanted: Consent) -> Consent:
    """What both leave; `given` and the day of going through it stay those of now.

    Where no use has been agreed an end takes nothing away: it comes with the uses.
    """
    ends = (now.until, wanted.until if now.uses else None)
    until = min((day for day in ends if day), default=None)
    named = {fold_name(name) for name in now.not_for}
    more = tuple(name for name in wanted.not_for if fold_name(name) not in named)
    uses = now.uses & wanted.uses
    return Consent(uses, now.stated, now.understood, now.given, until, now.co_crafted, (*now.not_for, *more))


def widens(now: Consent, wanted: Consent) -> bool:
    """Whether she wants anything that does not hold now."""
    later_end = now.until is not None and (wanted.until is None or wanted.until > now.until)
    kept = {fold_name(name) for name in wanted.not_for}
    dropped = any(fold_name(name) not in kept for name in now.not_for)
    return bool(wanted.uses - now.uses) or (bool(wanted.uses) and (later_end or dropped))


def confirm(archive: Archive, actor: Actor, by: By, story_id: str, key: int, *, expected: str) -> None:
    """A gatherer or steward records what she wanted at her door. When it returns, it holds.

    Raises EditConflict where the story or the entry is another by now, ConsentRefused where only a
    steward may widen it, NotFound or Withdrawn.
    """
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
        entry = _open_entry(archive, row.id, key)
        last = last_recorded(connection, row.id)
    loaded = load_file(archive, row)
    day = entry.at.date()
    given = day.isoformat() if entry.data["answer"] == Answer.YES else _given(loaded)
    wanted = recorded_terms(loaded, entry.data["answer"], consent_in(entry.data))
    told = (entry.data["answer"], Way(entry.way), day.isoformat(), entry.revision or row.revision)
    filled = filled_with(as_recorded(loaded, last), wanted, given, note_of(*told))
    record_consent(archive, actor, by, row.id, filled, expected=expected)
    settle_entry(archive, key, State.DONE, decided=archive.now(), decided_by=by.account)
    _hold_to_newer(archive, row.id, key)


def only_stewards(
    archive: Archive, actor: Actor, story_id: str, loaded: Loaded, data: dict[str, Any]
) -> bool:
    """Whether what she chose waits for a steward, because it is more than was left when it was narrowed."""
    if loaded.story is None:
        return False
    with archive.engine.connect() as connection:
        standing = standing_limits(connection, story_id)
    wanted = recorded_terms(loaded, data["answer"], consent_in(data))
    return needs_steward(archive, actor, loaded.story, wanted, standing)


def _open_entry(archive: Archive, story_id: str, key: int) -> AnyRow:
    wanted = (DOOR_ENTRY.c.key == key, DOOR_ENTRY.c.story_id == story_id)
    with archive.engine.connect() as connection:
        row = connection.execute(select(DOOR_ENTRY).where(*wanted)).first()
    if row is None or row.kind != Kind.CONSENT or row.state != State.OPEN:
        raise EditConflict(story_id)
    return row


def _given(loaded: Loaded) -> str | None:
    return loaded.story.consent.given if loaded.story else None


def recorded_terms(loaded: Loaded, answer: str, wanted: Consent) -> Consent:
    """What she chose, as it is recorded. A no takes no organisation off the list."""
    now = loaded.story.consent if loaded.story else Consent()
    left = wanted if answer == Answer.YES else narrower_of(now, wanted)
    return Consent(wanted.uses, True, True, None, left.until, now.co_crafted, left.not_for)


def _hold_to_newer(archive: Archive, story_id: str, key: int) -> None:
    """She may have said something else in this very moment: then that holds."""
    mine = Voice(storyteller(story_id), HERSELF)
    newer = (DOOR_ENTRY.c.story_id == story_id, DOOR_ENTRY.c.kind == Kind.CONSENT.value)
    with archive.engine.connect() as connection:
        rows = select(DOOR_ENTRY).where(*newer, DOOR_ENTRY.c.key > key, DOOR_ENTRY.c.way == Way.DOOR.value)
        last = connection.execute(rows.order_by(DOOR_ENTRY.c.key.desc()).limit(1)).first()
    if last is not None:
        narrow(archive, mine, story_id, last.key, last.data["answer"], consent_in(last.data))
