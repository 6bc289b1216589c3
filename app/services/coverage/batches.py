"""Who is counted together. A storyteller is counted with at least four others, or not at all.

Everybody in a batch may be read by the same people, so whatever two readers, two days or two downloads
differ by is whole batches: never one person, and never fewer than five.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from app.database.coverage import COUNTED
from app.services.coverage.disclosure import LEAST
from app.services.documents import chunks

Classes = Mapping[str, str]  # the consent class of each story by which somebody may be counted


@dataclass(frozen=True)
class Placed:
    """The batch of a story, as it was made."""

    batch: int
    size: int
    consent_class: str


def counted_now(placed: Mapping[str, Placed], classes: Classes) -> set[str]:
    """The stories of batches that are whole."""
    there: dict[int, list[str]] = defaultdict(list)
    for story, place in placed.items():
        if classes.get(story) == place.consent_class:
            there[place.batch].append(story)
    whole = (stories for stories in there.values() if len(stories) == placed[stories[0]].size)
    return {story for stories in whole for story in stories}


def placed_anew(
    placed: Mapping[str, Placed], classes: Classes, order: Mapping[str, str], again: Set[str] = frozenset()
) -> dict[str, Placed]:
    """The places to write down so that those who wait are counted; empty where they have to wait.

    Five who were never counted come in at once, and with them whoever lost her batch: so what differs
    between before and after holds five people of whom nothing was published alone. `order` draws the lot;
    `again` are stories of people who were counted by another story before.
    """
    found: dict[str, Placed] = {}
    last = max((place.batch for place in placed.values()), default=0)
    for name, waiting in sorted(_waiting(placed, classes).items()):
        before = placed.keys() | again
        new = sorted((story for story in waiting if story not in before), key=order.__getitem__)
        for batch in _batches(new, [story for story in waiting if story in before]):
            last += 1
            found |= {story: Placed(last, len(batch), name) for story in batch}
    return found


def _waiting(placed: Mapping[str, Placed], classes: Classes) -> dict[str, list[str]]:
    """By consent class who may be counted and is not."""
    counted = counted_now(placed, classes)
    waiting: dict[str, list[str]] = defaultdict(list)
    for story in classes.keys() - counted:
        waiting[classes[story]].append(story)
    return waiting


def _batches(new: Sequence[str], lost: Sequence[str]) -> list[list[str]]:
    """Fives of those who are new; the last has what is over, and those who lost their batch."""
    number = len(new) // LEAST
    batches = [list(new[at * LEAST : (at + 1) * LEAST]) for at in range(number)]
    if batches:
        batches[-1] += [*new[number * LEAST :], *lost]
    return batches


def read_places(connection: Connection) -> dict[str, Placed]:
    """Every story by which somebody was ever counted, with its batch."""
    rows = connection.execute(select(COUNTED))
    return {row.story_id: Placed(row.batch, row.size, row.consent_class) for row in rows}


def write_places(connection: Connection, found: Mapping[str, Placed]) -> None:
    """Write places down, instead of those that the same stories had."""
    for part in chunks(found):
        connection.execute(delete(COUNTED).where(COUNTED.c.story_id.in_(part)))
    rows = [{"story_id": story, **vars(one)} for story, one in found.items()]
    if rows:
        connection.execute(insert(COUNTED), rows)
