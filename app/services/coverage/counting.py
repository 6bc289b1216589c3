"""The figures of one trait: what may be told of how many storytellers said what."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.database.visibility import fold_name
from app.services.coverage.disclosure import STEP, at_least, published, spare
from app.services.coverage.tellers import APART, Teller

SEVERAL = frozenset({"kind"})  # traits of which somebody may have more than one


@dataclass(frozen=True)
class Figures:
    """What is published of a trait. `shown` is by folded group; `labels` is how each is written.

    `total` is how many people were counted, as a multiple of five.
    """

    total: int
    shown: Mapping[str, int]
    labels: Mapping[str, str]
    spare: int  # a count may be that much above its figure

    def share(self, group: str) -> tuple[float, float]:
        """Between which parts of all who said something this group is, as far as figures tell: 0 to 1."""
        figure = self.shown.get(group, 0)
        apart = [self.shown.get(one, 0) for one in APART]
        most = self.total + STEP - 1 - sum(apart)
        least = self.total - sum(one + self.spare for one in apart)
        low = figure / most if most > 0 else 0.0
        high = min(1.0, (figure + self.spare) / least) if least > 0 else 1.0
        return low, high


def figures_of(trait: str, tellers: Sequence[Teller]) -> Figures:
    """Count them, and keep what may be told."""
    counts: Counter[str] = Counter()
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for teller in tellers:
        said = {one if one in APART else fold_name(one): one for one in teller.answers[trait]}
        counts.update(said.keys())
        for folded, one in said.items():
            written[folded][one] += 1
    apart = APART if trait in SEVERAL else None
    shown, total = published(counts, len(tellers), apart), at_least(len(tellers))
    labels = {one: min(written[one], key=lambda text: (-written[one][text], text)) for one in shown}
    return Figures(total, shown, labels, spare(shown, total, apart))
