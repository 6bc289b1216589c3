"""What somebody filled in about a consent, checked as strictly as a file is, with a reason at each field."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

from app.errors import InvalidText
from app.records.dates import whole_day
from app.records.model import Consent, Use
from app.services.accounts import one_line
from app.services.defining import LINE_ENDS, tidied
from app.services.ledger import Basis, Medium, Particulars

Value = TypeVar("Value")
DAYS = ("given", "until", "co_crafted")
UNKNOWN = "One of these is none that the archive knows."
MOST_ORGANISATIONS = 40
NO_DAY = "This is no day. Write it as 2026-03-04."
FUTURE = "This day is still to come. Write the day on which it happened."
BEFORE_GIVEN = "The consent would end before it is given. Correct one of the two days."


class ConsentRefused(InvalidText):
    """What was filled in can not be recorded; `problems` says why, by field ('' for the whole)."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" ".join(self.problems.values()))


@dataclass(frozen=True)
class Filled:
    """A form as it was sent."""

    uses: tuple[str, ...] = ()
    given: str = ""
    until: str = ""
    co_crafted: str = ""
    not_for: str = ""  # a line for each organisation
    medium: tuple[str, ...] = ()
    basis: str = ""
    sheet: str = ""
    note: str = ""


@dataclass(frozen=True)
class Agreed:
    """What is to be recorded."""

    consent: Consent
    particulars: Particulars


def agreed(filled: Filled, today: date) -> Agreed:
    """What a form says. Raises ConsentRefused with everything in it that can not be recorded."""
    problems: dict[str, str] = {}
    told = Agreed(_consent(filled, today, problems), _particulars(filled, problems))
    if problems:
        raise ConsentRefused(problems)
    return told


def _consent(filled: Filled, today: date, problems: dict[str, str]) -> Consent:
    no_use, nobody = frozenset[Use](), tuple[str, ...]()
    uses = _tried(problems, "uses", lambda: frozenset(map(Use, filled.uses)), no_use)
    given, until, co_crafted = (
        _tried(problems, key, partial(_day, key, getattr(filled, key), today), None) for key in DAYS
    )
    if given and until and until < given:
        problems["until"] = BEFORE_GIVEN
    not_for = _tried(problems, "not_for", lambda: organisations(filled.not_for), nobody)
    return Consent(uses, True, True, given, until, co_crafted, not_for)


def _particulars(filled: Filled, problems: dict[str, str]) -> Particulars:
    return Particulars(
        _tried(problems, "medium", lambda: tuple(sorted(set(map(Medium, filled.medium)))), ()),
        _tried(problems, "basis", lambda: Basis(filled.basis), Basis.NOT_RECORDED),
        _tried(problems, "sheet", lambda: one_line(filled.sheet, "The version of the sheet"), ""),
        _tried(problems, "note", lambda: tidied(filled.note), ""),
    )


def _tried(problems: dict[str, str], field: str, read: Callable[[], Value], otherwise: Value) -> Value:
    try:
        return read()
    except InvalidText as error:
        problems[field] = str(error)
    except ValueError:
        problems[field] = UNKNOWN
    return otherwise


def _day(key: str, text: str, today: date) -> str | None:
    if not text.strip():
        return None
    day = whole_day(text) if len(text) < 40 else None
    if day is None:
        raise InvalidText(NO_DAY)
    if key != "until" and day > today.isoformat():
        raise InvalidText(FUTURE)
    return day


def organisations(text: str) -> tuple[str, ...]:
    """Names, one to a line. Raises InvalidText."""
    lines = [one_line(line, "A name") for line in re.split("\n", LINE_ENDS.sub("\n", text))]
    names = tuple(dict.fromkeys(line for line in lines if line))
    if len(names) > MOST_ORGANISATIONS:
        raise InvalidText(f"There is room for {MOST_ORGANISATIONS} organisations.")
    return names
