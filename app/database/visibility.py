"""Who may see what: one rule with two faces, `decide` for one record and `visible_to` for SQL.

Nothing else in the archive asks who someone is. The table is in docs/consent.md.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum, StrEnum
from functools import lru_cache

from sqlalchemy import ColumnElement, FromClause, Table, and_, case, exists, not_, or_, select, true

from app.database.marking import QUOTE
from app.database.tables import NOT_FOR, PERSONA, STORY
from app.records.model import Status, Use

USE_BITS = {Use.DESIGN: 1, Use.LEARNING: 2, Use.COMMISSIONING: 4, Use.PUBLICATION: 8}
KEYED = "keyed:"  # before the digest of an organisation that only a denial knows
PUBLIC, FOR_MEMBERS, FOR_COMMISSIONERS = 8, 1 | 2, 4
EVERY_USE = PUBLIC | FOR_MEMBERS | FOR_COMMISSIONERS
FOR_SESSIONS = USE_BITS[Use.DESIGN] | USE_BITS[Use.PUBLICATION]
FOR_SPECIFICATIONS = USE_BITS[Use.COMMISSIONING] | USE_BITS[Use.PUBLICATION]
APOSTROPHES = "’‘ʼ`"  # as programs and people write them


class Role(StrEnum):
    """What an account may be; roles add up, and nobody signed in has none of them."""

    MEMBER = "member"
    COMMISSIONER = "commissioner"
    GATHERER = "gatherer"
    STEWARD = "steward"


class Action(StrEnum):
    """What an actor may want to do with a record."""

    READ = "read"
    CITE = "cite"
    TAKE = "take quotes out"
    EDIT = "edit"
    READ_CLOSED = "read closed passages"
    WITHDRAW = "take back"
    ERASE = "anonymise, erase, or lift a withdrawal"


class Answer(Enum):
    """Allowed; absent as if it never was; or a notice that the storyteller took it back."""

    ALLOWED = "allowed"
    ABSENT = "absent"
    NOTICE = "notice"


@dataclass(frozen=True)
class Actor:
    """Someone who asks. The terminal is a steward who belongs to no organisation but the archive."""

    roles: frozenset[Role] = frozenset()
    organisation: str | None = None
    own: frozenset[str] = frozenset()  # ids of stories gathered by this account, or that name it
    signed_in: bool = False
    terminal: bool = False
    organisation_digest: str = ""  # how her organisation stands in denials, which name none
    at_door: bool = False  # the storyteller at the door of her own story, which is all of `own`


ANONYMOUS = Actor()
TERMINAL = Actor(roles=frozenset({Role.STEWARD}), signed_in=True, terminal=True)


def storyteller(story_id: str) -> Actor:
    """Whoever stands at the door of this story. She has no account, and of other stories is nobody."""
    return Actor(own=frozenset({story_id}), at_door=True)


@dataclass(frozen=True)
class Facts:
    """What the rule needs to know of a record. `not_for` is folded with `fold_name`, or begins with KEYED."""

    id: str
    uses: int
    status: str = Status.READY
    until: str | None = None
    understood: bool = True
    set_aside: bool = False
    not_for: frozenset[str] = frozenset()


def fold_name(name: str) -> str:
    """An organisation's name as it is compared: NFKC, case-folded, single spaces, one kind of apostrophe and
    of dash, nothing that can not be seen, which comes along when a name is copied.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join("".join(map(_as_compared, folded)).split())


def _as_compared(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return "-" if category == "Pd" else "'" if character in APOSTROPHES else character


def use_bits(uses: Iterable[Use]) -> int:
    """Uses as one integer, for the catalogue."""
    return sum(USE_BITS[use] for use in set(uses))


def uses_of(bits: int) -> tuple[Use, ...]:
    """The uses in an integer, in the order in which pages name them."""
    return tuple(use for use, bit in USE_BITS.items() if bits & bit)


def today(now: datetime) -> str:
    """The day that consent is compared with: UTC, because `until` closes at 00:00 UTC of the next."""
    return now.astimezone(UTC).date().isoformat()


def decide(actor: Actor, record: Facts, action: Action, now: datetime) -> Answer:
    """Whether this actor may do this with this record now. `visible_to` says the same of READ in SQL."""
    if _kept_out(actor, record):
        return Answer.ABSENT
    if record.status == Status.WITHDRAWN:
        return _of_a_withdrawn(actor, record, action)
    if action is Action.TAKE:
        may = _in_force(record, now) and bool(record.uses & uses_to_take(actor))
        return Answer.ALLOWED if may else Answer.ABSENT
    if Role.STEWARD in actor.roles:
        return Answer.ALLOWED
    own = _has_own(actor) and record.id in actor.own
    if action in (Action.EDIT, Action.READ_CLOSED, Action.WITHDRAW):
        return Answer.ALLOWED if own else Answer.ABSENT
    if action is Action.ERASE:
        return Answer.ABSENT
    if own and action is Action.READ:
        return Answer.ALLOWED
    allowed = _in_force(record, now) and bool(record.uses & _open_bits(actor, action))
    return Answer.ALLOWED if allowed else Answer.ABSENT


def might(actor: Actor, action: Action) -> bool:
    """Whether this actor could do this with any record; asked before a record's facts are looked up."""
    if action in (Action.READ, Action.CITE, Action.TAKE) or Role.STEWARD in actor.roles:
        return True
    return action is not Action.ERASE and _has_own(actor) and bool(actor.own)


def _has_own(actor: Actor) -> bool:
    return actor.at_door or Role.GATHERER in actor.roles


def _of_a_withdrawn(actor: Actor, record: Facts, action: Action) -> Answer:
    if Role.STEWARD in actor.roles and action in (Action.READ, Action.WITHDRAW, Action.ERASE):
        return Answer.ALLOWED  # the ledger
    could = record.understood and bool(record.uses & _open_bits(actor, Action.READ))
    gathers = bool(actor.roles & {Role.GATHERER, Role.STEWARD}) or (actor.at_door and record.id in actor.own)
    return Answer.NOTICE if could or gathers else Answer.ABSENT


def belongs_nowhere(actor: Actor) -> bool:
    """Whether nobody has recorded where she works: every story that is not for some is closed to her."""
    return actor.signed_in and not actor.terminal and actor.organisation is None


def _kept_out(actor: Actor, record: Facts) -> bool:
    if not record.not_for or not actor.signed_in or actor.terminal:
        return False
    return actor.organisation is None or not record.not_for.isdisjoint(_names_of(actor.organisation, actor))


def _names_of(organisation: str, actor: Actor) -> tuple[str, str]:
    """Her organisation as a file's name is kept, and as a denial's is, whose file names it no more."""
    return fold_name(organisation), KEYED + actor.organisation_digest


def _in_force(record: Facts, now: datetime) -> bool:
    if record.status != Status.READY or not record.understood or record.set_aside:
        return False
    return record.until is None or record.until >= today(now)


def _open_bits(actor: Actor, action: Action) -> int:
    """The uses through which this actor's roles reach a record."""
    bits = PUBLIC if action is Action.READ or Role.COMMISSIONER in actor.roles else 0
    if action is Action.READ and actor.roles & {Role.MEMBER, Role.GATHERER}:
        bits |= FOR_MEMBERS
    if Role.COMMISSIONER in actor.roles:
        bits |= FOR_COMMISSIONERS
    return bits


def uses_to_take(actor: Actor) -> int:
    """The uses for which this actor may take words out of the archive: those by which she reads them.

    A steward, who reads all, takes what any use lets out; what nobody agreed to leaves with nobody.
    """
    return EVERY_USE if Role.STEWARD in actor.roles else _open_bits(actor, Action.READ)


def visible_to(actor: Actor, now: datetime, table: Table = STORY) -> ColumnElement[bool]:
    """The condition under which a row of `table` (STORY or PERSONA) may be read by this actor now."""
    return _condition(actor, today(now), table)


def listed_to(actor: Actor, now: datetime, table: Table = STORY) -> ColumnElement[bool]:
    """The condition under which lists, counts and search show a row of `table` to this actor.

    It is what she may read without what is only her own (that stands at /mine), taken back or set aside.
    """
    return _listed(actor, today(now), table)


def on_the_table(actors: Iterable[Actor], now: datetime, table: Table = STORY) -> ColumnElement[bool]:
    """The condition under which a design session shows a row of `table` to all who are in the room.

    Each of them finds it, and design or publication is agreed to.
    """
    each = dict.fromkeys(replace(actor, own=frozenset()) for actor in actors)
    found = (listed_to(actor, now, table) for actor in each)
    return and_(_agreed(FOR_SESSIONS, today(now), table), *found)


def citable(now: datetime, table: Table = STORY) -> ColumnElement[bool]:
    """The condition under which a row of `table` (STORY or PERSONA) may be cited in a specification now:
    commissioning or publication is agreed to, and in force.
    """
    return _agreed(FOR_SPECIFICATIONS, today(now), table)


def could_read(actor: Actor, uses: ColumnElement[int], table: Table = STORY) -> ColumnElement[bool]:
    """The condition under which this actor could read a row of `table` while `uses` were agreed to.

    Whoever could is told that words which she once read may be used no longer; nobody else is.
    """
    roles = true() if Role.STEWARD in actor.roles else uses.op("&")(_open_bits(actor, Action.READ)) != 0
    return and_(_not_kept_out(actor, table), roles)


def had_read(actor: Actor, uses: int) -> bool:
    """The same by her roles alone, of what is not there any more and was closed to no organisation."""
    return Role.STEWARD in actor.roles or bool(uses & _open_bits(actor, Action.READ))


def offered_to(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The condition under which lists offer a row of PERSONA to this actor: she may see it, and nobody has
    retired it or merged it into another.
    """
    return and_(visible_to(actor, now, PERSONA), PERSONA.c.retired == "", PERSONA.c.merged_into == "")


def takeable_by(actor: Actor, now: datetime, table: Table = STORY) -> ColumnElement[bool]:
    """The condition under which words of a row of `table` (STORY or PERSONA) may leave: TAKE in SQL."""
    agreed = _agreed(uses_to_take(actor), today(now), table)
    return and_(_not_kept_out(actor, table), agreed)


def held_back(now: datetime, table: Table = STORY) -> ColumnElement[str]:
    """Why no use lets the words of a row of `table` out; each has one reason. For whom she may read."""
    return case(
        (table.c.status != Status.READY.value, "draft"),
        (table.c.understood.is_(False), "not understood"),
        (table.c.until < today(now), "ended"),
        else_="no use",
    )


def agreed_to(uses: int, table: Table = STORY) -> ColumnElement[bool]:
    """The condition under which a row of `table` names one of these uses, in force or not."""
    return table.c.uses.op("&")(uses) != 0


def quotes_of(story: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition under which a row of QUOTE, joined with its STORY, may be shown to whom `story` lets.

    Its words are known to stand open in the version that is shown: never in a closed passage, and never in
    a version that nobody has looked through for it.
    """
    not_taken_back = STORY.c.status != Status.WITHDRAWN.value
    here = (QUOTE.c.located == STORY.c.revision, *standing())
    return and_(story, *here, not_taken_back, STORY.c.set_aside.is_(False))


def standing(quotes: FromClause = QUOTE) -> tuple[ColumnElement[bool], ...]:
    """What is asked of a quote itself: its words are found, open, and still marked."""
    return quotes.c.closed.is_(False), quotes.c.state != "lost", quotes.c.removed.is_(None)


def may_mark(actor: Actor) -> bool:
    """Whether somebody makes marks in what she may read: everybody who works here does."""
    return actor.signed_in and bool(actor.roles)


def may_build(actor: Actor) -> bool:
    """Whether somebody builds personas of what she may read: everybody who works here does."""
    return may_mark(actor)


def may_specify(actor: Actor) -> bool:
    """Whether somebody writes specifications."""
    return bool(actor.roles & {Role.COMMISSIONER, Role.STEWARD})


def may_answer(actor: Actor) -> bool:
    """Whether somebody belongs to a design team, to which a specification can be opened."""
    return Role.MEMBER in actor.roles


def may_widen(actor: Actor) -> bool:
    """Whether somebody lets more people see a persona, or splits, merges and retires one: the story team."""
    return bool(actor.roles & {Role.GATHERER, Role.STEWARD})


@lru_cache(64)
def _listed(actor: Actor, day: str, table: Table) -> ColumnElement[bool]:
    """Kept for a while, like the condition that it narrows."""
    shown = _condition(replace(actor, own=frozenset()), day, table)
    return and_(shown, table.c.status != Status.WITHDRAWN.value, table.c.set_aside.is_(False))


@lru_cache(64)
def _condition(actor: Actor, day: str, table: Table) -> ColumnElement[bool]:
    """Kept for a while: a page asks for it many times, and making it takes longer than asking SQL."""
    return and_(_not_kept_out(actor, table), or_(*_reasons(actor, day, table)))


def _reasons(actor: Actor, day: str, table: Table) -> list[ColumnElement[bool]]:
    if Role.STEWARD in actor.roles:
        return [true()]
    in_force = _agreed(_open_bits(actor, Action.READ), day, table)
    own = and_(table.c.id.in_(actor.own), table.c.status != Status.WITHDRAWN.value)
    return [in_force, own] if _has_own(actor) and actor.own else [in_force]


def _agreed(uses: int, day: str, table: Table) -> ColumnElement[bool]:
    """That one of these uses is agreed to and in force."""
    return and_(
        table.c.status == Status.READY.value,
        table.c.understood.is_(True),
        table.c.set_aside.is_(False),
        or_(table.c.until.is_(None), table.c.until >= day),
        table.c.uses.op("&")(uses) != 0,
    )


def _not_kept_out(actor: Actor, table: Table) -> ColumnElement[bool]:
    if not actor.signed_in or actor.terminal:
        return true()
    unlimited = table.c.excludes.is_(False)
    if actor.organisation is None:
        return unlimited
    named = exists(
        select(NOT_FOR.c.story_id).where(
            NOT_FOR.c.story_id == table.c.id,
            NOT_FOR.c.organisation.in_(_names_of(actor.organisation, actor)),
        )
    )
    return or_(unlimited, not_(named))


def consent_class(record: Facts, now: datetime) -> str | None:
    """Names the set of audiences that may read a record; safe as a folder name.

    None for a withdrawn or set-aside record, which no search knows. Two records have the same class
    exactly when the same people may read them by their roles.
    """
    if record.status == Status.WITHDRAWN or record.set_aside:
        return None
    name = _audiences(record.uses if _in_force(record, now) else 0)
    if not record.not_for:
        return name
    names = "\n".join(sorted(record.not_for))
    return f"{name}-not-{hashlib.sha256(names.encode()).hexdigest()[:12]}"


def _audiences(uses: int) -> str:
    if uses & PUBLIC:
        return "public"
    named = [
        name for name, bits in (("members", FOR_MEMBERS), ("commissioners", FOR_COMMISSIONERS)) if uses & bits
    ]
    return "-".join(named) or "stewards"
