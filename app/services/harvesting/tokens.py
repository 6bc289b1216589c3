"""Resumption tokens: all that a list needs to go on, sealed, so that no server has to remember it.

A token says what it stands for: it is JSON in base64, with the archive's seal after a point.
"""

import base64
import binascii
import hmac
import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta

from app.services.archive import Archive
from app.services.harvesting.keeping import stamp_of

PURPOSE = "resumption token"
LIVES = timedelta(days=7)
LONGEST = 4_000  # characters


@dataclass(frozen=True)
class Place:
    """A list, and how far it has come. `stamp` and `story_id` are the last record that was given."""

    verb: str
    since: str = ""
    until: str = ""
    spec: str = ""
    stamp: str = ""
    story_id: str = ""
    cursor: int = 0  # records that were given before
    expires: str = ""


def token_of(archive: Archive, place: Place) -> str:
    """The token of a place, which anybody can read and nobody else can make."""
    text = json.dumps(asdict(place), ensure_ascii=True, separators=(",", ":"))
    told = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return f"{told}.{archive.keyed(PURPOSE, told)[:32]}"


def place_of(archive: Archive, token: str) -> Place | None:
    """What a token stands for; None for one that is made up, altered or too old."""
    told, point, seal = token.partition(".")
    if not point or len(token) > LONGEST or not token.isascii():
        return None
    if not hmac.compare_digest(seal, archive.keyed(PURPOSE, told)[:32]):
        return None
    place = _read(told)
    return place if place and place.expires >= stamp_of(archive.now()) else None


def _read(told: str) -> Place | None:
    try:
        found = json.loads(base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)))
        known = {field.name for field in fields(Place)}
        return Place(**found) if found.keys() <= known else None
    except (ValueError, TypeError, AttributeError, binascii.Error):
        return None


def expiry(now: datetime) -> str:
    """Until when a token that is given now is good."""
    return stamp_of(now + LIVES)
