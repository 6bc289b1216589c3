"""Dates in the archive's language."""

from datetime import UTC, date, datetime

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton


def locale_of(language: str) -> Locale:
    """The locale of a language tag; English where nobody has described it."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def date_label(iso: str, language: str) -> str:
    """'4 March 2026', 'March 2026' or '2026' for a partial ISO date; empty for none."""
    if len(iso) < 7:
        return iso
    locale = locale_of(language)
    if len(iso) == 7:
        return str(format_skeleton("yMMMM", date.fromisoformat(f"{iso}-01"), locale=locale))
    return str(format_date(date.fromisoformat(iso), "long", locale=locale))


def moment_label(moment: datetime | str | None, language: str) -> str:
    """'4 March 2026, 09:12 UTC' of a moment or its ISO 8601 text; empty for none."""
    if not moment:
        return ""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    at = at.astimezone(UTC) if at.tzinfo else at  # SQLite gives moments back without their offset
    return f"{date_label(at.date().isoformat(), language)}, {at:%H:%M} UTC"
