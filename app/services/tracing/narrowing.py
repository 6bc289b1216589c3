"""Which passages of some stories are worth comparing word by word: those with most of the words."""

from collections.abc import Iterator, Sequence

from app.services.tracing.aligning import Source
from app.services.tracing.quotation import Quotation
from app.services.tracing.sources import Candidate

SHORTEST = 4  # letters of a word that tells one passage from another
FEWEST = 3  # such words; a quotation with fewer is compared with every passage
SHARE = 0.5  # of the words that the best passage has
WHOLE = 0.9  # of all words: a passage with so many holds the quotation, and its neighbours need no look


def narrowed(quotation: Quotation, candidates: Sequence[Candidate]) -> Iterator[tuple[Candidate, Source]]:
    """The stories that may hold it, with those passages alone in which it may stand."""
    probes = probes_of(quotation)
    if len(probes) < FEWEST:
        yield from ((one, Source(one.texts)) for one in candidates)
        return
    hits = [[sum(probe in text for probe in probes) for text in one.lower] for one in candidates]
    best = max((max(found, default=0) for found in hits), default=0)
    for candidate, found in zip(candidates, hits, strict=True):
        numbers = _chosen(found, SHARE * best, WHOLE * len(probes))
        if numbers:
            yield candidate, Source(candidate.texts, numbers)


def narrowed_to(quotation: Quotation, passages: Sequence[str]) -> Source | None:
    """The same of one story that is known already; None where no passage has enough of the words."""
    probes = probes_of(quotation)
    if len(probes) < FEWEST:
        return Source(passages)
    hits = [sum(probe in text.lower() for probe in probes) for text in passages]
    numbers = _chosen(hits, SHARE * max(hits, default=0), WHOLE * len(probes))
    return Source(passages, numbers) if numbers else None


def probes_of(quotation: Quotation) -> set[str]:
    """Its words that are long enough to tell; what folding changes is not looked for in this way."""
    words = {part.word for part in quotation.parts if len(part.word) >= SHORTEST}
    return words & {part.text.lower() for part in quotation.parts}


def _chosen(hits: Sequence[int], least: float, whole: float) -> list[int]:
    """Passages with words enough; and beside those that hold not all of them, their neighbours."""
    good = [at for at, number in enumerate(hits) if number and number >= least]
    beside = {near for at in good if hits[at] < whole for near in (at - 1, at + 1)}
    return sorted({*good, *(near for near in beside if 0 <= near < len(hits))})
