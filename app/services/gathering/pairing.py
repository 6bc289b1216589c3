"""Which paragraph of a text became which of another, where several in one place have changed."""

from collections import Counter
from collections.abc import Sequence

ALIKE = 0.4  # of their words; two that have less in common are not the same paragraph


def paired(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    """All paragraphs of both in their order, each beside the one that it became; empty beside none."""
    words = [[Counter(text.casefold().split()) for text in texts] for texts in (old, new)]
    alike = [[_alike(one, other) for other in words[1]] for one in words[0]]
    best = _best(alike, len(old), len(new))
    pairs, at, to = list[tuple[str, str]](), 0, 0
    while at < len(old) or to < len(new):
        both = at < len(old) and to < len(new)
        if both and alike[at][to] and best[at][to] == best[at + 1][to + 1] + alike[at][to]:
            pairs.append((old[at], new[to]))
            at, to = at + 1, to + 1
        elif to == len(new) or (at < len(old) and best[at][to] == best[at + 1][to]):
            pairs.append((old[at], ""))
            at += 1
        else:
            pairs.append(("", new[to]))
            to += 1
    return pairs


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """The part of their words that two paragraphs share; none where it is too small to tell anything."""
    total = one.total() + other.total()
    shared = 2 * (one & other).total() / total if total else 0.0
    return shared if shared >= ALIKE else 0.0


def _best(alike: Sequence[Sequence[float]], old: int, new: int) -> list[list[float]]:
    """How alike the paragraphs from each place on can be at most, when none changes its order."""
    best = [[0.0] * (new + 1) for _ in range(old + 1)]
    for at in reversed(range(old)):
        for to in reversed(range(new)):
            kept = best[at + 1][to + 1] + alike[at][to] if alike[at][to] else 0.0
            best[at][to] = max(best[at + 1][to], best[at][to + 1], kept)
    return best
