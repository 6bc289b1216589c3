"""What of a count may be told, so that no group under five is shown or can be worked out. Pure.

Only lower ends are published: a multiple of five that a group reaches, and nothing of a group that does not
reach five. Somebody who knows how many people were counted could still subtract, so some of them stay in
none of the published figures: then a group that is kept back may be of nobody, of four, or of any number
between. docs/personas.md argues this, and tests/services/coverage/test_disclosure.py attacks it.
"""

from collections.abc import Mapping, Set

LEAST = 5  # people: a smaller group is never shown
STEP = 5  # figures are multiples of this
LEFT_OVER = 7  # people in none of the figures: with five, two days could tell what five newcomers all said
SPARE = 3 * STEP - 1  # a published figure may be that much below the count, and no more


def published(counts: Mapping[str, int], total: int, apart: Set[str] | None = None) -> dict[str, int]:
    """The figures of a table about `total` people: by group the multiple of five that it surely reaches.

    A group that is not in the answer is kept back. `counts` is of disjoint groups; where people may be in
    several, `apart` names those groups that share nobody with any other, such as *not stated*.
    """
    shown = {group: _floor(count) for group, count in counts.items() if count >= LEAST}
    while shown and total - _reached(shown, apart) < LEFT_OVER:
        _lower(shown, apart)
    return {group: figure for group, figure in shown.items() if figure}


def _floor(count: int) -> int:
    return count // STEP * STEP


def _reached(shown: Mapping[str, int], apart: Set[str] | None) -> int:
    """How many different people the figures account for at most that are certain."""
    if apart is None:
        return sum(shown.values())
    alone = sum(figure for group, figure in shown.items() if group in apart)
    return alone + max((figure for group, figure in shown.items() if group not in apart), default=0)


def _lower(shown: dict[str, int], apart: Set[str] | None) -> None:
    """Publish less of the largest group of which the sum is made.

    It bears that best; and it is seldom another tomorrow, so that two days tell no more than one.
    """
    helps = shown.keys() if apart is None else _that_count(shown, apart)
    group = max(helps, key=lambda one: (shown[one], one))
    shown[group] -= STEP
    if not shown[group]:
        del shown[group]


def _that_count(shown: Mapping[str, int], apart: Set[str]) -> set[str]:
    """The groups of which the sum is made: those apart, and each of the largest others."""
    others = {group: figure for group, figure in shown.items() if group not in apart}
    largest = max(others.values(), default=0)
    return (set(shown) & apart) | {group for group, figure in others.items() if figure == largest}


def spare(shown: Mapping[str, int], total: int, apart: Set[str] | None = None) -> int:
    """By how much counts may exceed these figures at most, told from the figures and the told total alone."""
    untouched = total - _reached(shown, apart) >= LEFT_OVER + STEP  # whatever is lowered leaves fewer over
    return STEP - 1 if untouched else SPARE


def at_least(total: int) -> int:
    """How many people were counted, as it is told: a multiple of five."""
    return _floor(total)
