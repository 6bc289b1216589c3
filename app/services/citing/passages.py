"""The passages of a story over which somebody's words go, and what of them stands in each."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice

from sqlalchemy import Connection, select

from app.database.tables import PASSAGE, AnyRow
from app.rendering.typed import places_typed
from app.services.citing.anchors import normal_anchor

PLACES = 100  # in which words may stand again, until one of them is taken
Parts = Sequence[tuple[AnyRow, str]]  # open passages in their order, each with the words that are cited of it


def passages_from(connection: Connection, story_id: str, first: str, last: str = "") -> Sequence[AnyRow]:
    """The open passages from one anchor to another, or the one alone; none where either is not there.

    What is closed between them is not among them, and not counted: nothing says that it is there.
    """
    named = [normal_anchor(first), normal_anchor(last or first)]
    rows = passages_of(connection, story_id)
    numbers = sorted(row.number for row in rows if row.anchor in named)
    if not all(named) or len(numbers) != len(set(named)):
        return ()
    return [row for row in rows if numbers[0] <= row.number <= numbers[-1]]


def passages_of(connection: Connection, story_id: str) -> Sequence[AnyRow]:
    """All open ones."""
    hers = select(PASSAGE).where(PASSAGE.c.story_id == story_id)
    return connection.execute(hers.order_by(PASSAGE.c.number)).all()


def parts_of(passages: Sequence[AnyRow], words: str) -> Parts:
    """The first passage with these words; else those over which they go; none where they stand nowhere.

    `words` are normalised, those of one passage following those of the one before it. Whole words are
    cited, as they were said, also where a part of one was chosen or another kind of apostrophe was typed.
    """
    rows = {row.anchor: row for row in passages}
    places = places_typed({anchor: row.text for anchor, row in rows.items()}, words)
    if places:
        return [(rows[places[0].anchor], places[0].exact)]
    return max(islice(_over(passages, words), PLACES), key=len, default=())


def _over(passages: Sequence[AnyRow], words: str) -> Iterator[Parts]:
    """Each place in the passages, read one after another, in which the words stand."""
    ends = list(accumulate(len(row.text) + 1 for row in passages))
    starts = [0, *ends[:-1]]
    whole = " ".join(row.text for row in passages)
    for place in places_typed({"": whole}, words):
        at, end = place.start, place.end
        across = range(bisect_right(starts, at) - 1, bisect_left(starts, end))
        cut = [(passages[n], whole[max(at, starts[n]) : min(end, ends[n] - 1)]) for n in across]
        yield [(row, text) for row, text in cut if text]
