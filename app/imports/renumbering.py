"""What became of the numbers that somebody typed in a document, and of its headings with text below. Pure."""

from collections.abc import Iterable, Iterator, Sequence

SHOWN = 4  # numbers, of those that are others here
ANEW = "Numbers are counted anew here: {}. Where its text names one of them, change that."
TEXT_BELOW = "{}, so that the text is its reason: look whether that is meant."
ONE_HEADING = "The heading “{}” has text below and nothing that is numbered, and became a requirement"
HEADINGS = (
    "{} headings, the first of them “{}”, have text below and nothing that is numbered; each became a "
    "requirement"
)
LONGEST = 60  # characters of a heading that is named


def numbers_anew(typed: Iterable[tuple[str, int]]) -> str:
    """A sentence about numbers that are others here; empty where there are none.

    `typed` has for each requirement the number that was typed before it, or nothing, and how deep it stands.
    A single number says the place among its neighbours: '2.' in 1 is 1.2, and no other.
    """
    others = [(old, new) for old, new in _beside(typed) if old and new != old and not _is_last(old, new)]
    if not others:
        return ""
    told = [f"{old} is {new}" for old, new in others[:SHOWN]]
    more = [f"{len(others) - SHOWN} more"] if len(others) > SHOWN else []
    return ANEW.format(", ".join([*told, *more]))


def _is_last(old: str, new: str) -> bool:
    return "." not in old and new.endswith(f".{old}")


def _beside(typed: Iterable[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    """Each typed number beside the one that it has here."""
    counts: list[int] = []
    for old, depth in typed:
        del counts[depth + 1 :]
        counts.extend([0] * (depth + 1 - len(counts)))
        counts[depth] += 1
        yield old, ".".join(map(str, counts))


def with_text_below(headings: Sequence[str]) -> str:
    """A sentence about headings that became requirements with reasons; empty where there are none."""
    if not headings:
        return ""
    first = headings[0] if len(headings[0]) <= LONGEST else f"{headings[0][:LONGEST].rstrip()}…"
    said = ONE_HEADING.format(first) if len(headings) == 1 else HEADINGS.format(len(headings), first)
    return TEXT_BELOW.format(said)
