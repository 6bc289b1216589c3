"""What the check of names will ask about in a text that is not saved yet."""

from collections.abc import Sequence

from sqlalchemy import Connection

from app.services.archive import Archive
from app.services.gathering.deciding import EVERYWHERE, finding_digest, settled
from app.services.gathering.finding_words import LABELS
from app.services.gathering.identifying import Finding, find_names
from app.services.gathering.speaking import Speaker
from app.services.views import Foreseen

AROUND = 60  # characters on each side of the first place
LOOKED_THROUGH = 150_000  # characters, while somebody waits for the page
MOST = 50  # findings that are listed


def foresee(
    archive: Archive, connection: Connection, body: str, speakers: Sequence[Speaker]
) -> list[Foreseen]:
    """What may tell who somebody is, each once with its first place; not the names that will go."""
    text = body[:LOOKED_THROUGH]
    named = [(one.name, one.shown) for one in speakers if one.name and one.shown not in ("", one.name)]
    chosen = [name for both in named for name in both]  # those that go, and those that come
    found = find_names(text, own=chosen, pseudonyms=[shown for _, shown in named])
    known = settled(connection, EVERYWHERE) if found else set()
    groups: dict[str, list[Finding]] = {}
    for one in found:
        groups.setdefault(finding_digest(archive, one.kind, one.text), []).append(one)
    left = [group for digest, group in groups.items() if digest not in known]
    return [_foreseen(text, group) for group in left[:MOST]]


def _foreseen(text: str, group: Sequence[Finding]) -> Foreseen:
    first = group[0]
    before, after = text[max(0, first.start - AROUND) : first.start], text[first.end : first.end + AROUND]
    return Foreseen(
        text=first.text,
        label=LABELS[first.kind],
        count=len(group),
        before=before.rpartition("\n")[2],
        after=after.partition("\n")[0],
    )
