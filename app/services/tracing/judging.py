"""How sure it is that words are those of a place in a story: one rule, written down in docs/tracing.md."""

from dataclasses import dataclass
from itertools import pairwise

from app.search.analysis import Analyser
from app.services.tracing.aligning import Alignment, Source
from app.services.tracing.quotation import Kind, Quotation

COMMON = 0.35  # what a common word tells, where another one tells 1
ENOUGH = 4.0  # words that tell, for a quotation that can be anybody's no more
AGREES = 0.7  # of its words: with less it is another sentence
SHORTEST = 3  # words
FOUND, SURE = 0.5, 0.8  # of confidence: from here on it is found; and that is beyond doubt
FAR = 1  # passages: the parts of one quotation stand in one or in neighbouring ones


@dataclass(frozen=True)
class Judged:
    """`agreement` is the share of its words that stand there, `telling` how much these tell, 0 to 1."""

    agreement: float
    telling: float

    @property
    def confidence(self) -> float:
        """How sure it is that these words are that place's, while no other place is as good."""
        return self.agreement**2 * self.telling


NOTHING = Judged(0.0, 0.0)


def judged(quotation: Quotation, source: Source, alignment: Alignment, analyser: Analyser) -> Judged:
    """What speaks for a place."""
    if _torn(source, alignment):
        return NOTHING
    agreement = max(0.0, 1 - alignment.cost / quotation.size)
    matched = [
        (quotation.parts[step.part], step.cost)
        for step in alignment.steps
        if step.part is not None and step.word is not None
    ]
    weight = sum(
        (COMMON if analyser.is_stop_word(part.word) else 1.0) * (1 - cost)
        for part, cost in matched
        if part.kind is Kind.WORD
    )
    return Judged(agreement, min(1.0, weight / ENOUGH))


def _torn(source: Source, alignment: Alignment) -> bool:
    """Whether its parts stand further from each other than in neighbouring passages."""
    words = alignment.words
    passages = [source.words[at].passage for at in words]
    return any(after - before > FAR for before, after in pairwise(passages))
