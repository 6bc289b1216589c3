"""Dates as people write them in front matter: a day, a month or a year, in that order of trust."""

import re
from datetime import date

from app.records.model import PartialDate

_PARTS = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}.{0,24}", re.ASCII | re.IGNORECASE)


def partial_date(text: str) -> PartialDate | None:
    """2026-03-04, 2026-03 or 2026, also with a time after the day; None when there is no such date."""
    match = _PARTS.match(text.strip())
    if not match:
        return None
    year, month, day = match.groups()
    rest = text.strip()[match.end() :]
    if (rest and not (day and _TIME.fullmatch(rest))) or not _exists(year, month, day):
        return None
    return PartialDate("-".join(part.zfill(2) for part in (year, month, day) if part))


def whole_day(text: str) -> str | None:
    """An ISO day, or None when the text is a month, a year or no date."""
    found = partial_date(text)
    return found.iso if found and len(found.iso) == 10 else None


def _exists(year: str, month: str | None, day: str | None) -> bool:
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return True
