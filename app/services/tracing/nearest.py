"""What stands nearest to some words in a story that is known already."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.search.analysis import Analyser
from app.services.tracing.aligning import Source, Standing, align
from app.services.tracing.judging import AGREES, SHORTEST, Judged, judged
from app.services.tracing.narrowing import narrowed_to
from app.services.tracing.quotation import quotation_of


@dataclass(frozen=True)
class Nearest:
    """Words as they stand in a story, over the passages from `first` to `last`, which are counted from 0."""

    first: int
    last: int
    words: str


def nearest(analyser: Analyser, passages: Sequence[str], words: str) -> Nearest | None:
    """The words of these passages that agree best with others; None where most of these stand nowhere."""
    quotation = quotation_of(words)
    source = narrowed_to(quotation, passages) if quotation.size >= SHORTEST else None
    if source is None:
        return None
    found = [(judged(quotation, source, one, analyser), one.words) for one in align(quotation, source)]
    best, at = max(found, key=lambda one: one[0].agreement, default=(Judged(0.0, 0.0), []))
    if best.agreement < AGREES or not at:
        return None
    return _between(source, source.words[at[0]], source.words[at[-1]])


def _between(source: Source, start: Standing, end: Standing) -> Nearest:
    """All that stands from one word to another."""
    if start.passage == end.passage:
        text = source.passages[start.passage][start.start : end.end]
        return Nearest(start.passage, end.passage, text)
    inside = source.passages[start.passage + 1 : end.passage]
    parts = [source.passages[start.passage][start.start :], *inside, source.passages[end.passage][: end.end]]
    return Nearest(start.passage, end.passage, " ".join(parts))
