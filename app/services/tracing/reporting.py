"""What tracing tells a program, as CONTRACT.md has it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from app.services.tracing.tracing import Traced


@dataclass(frozen=True)
class Told:
    """One quotation of a report. What is not known of one that is not found is None, its confidence 0."""

    text: str
    found: bool
    id: str | None = None
    slug: str | None = None
    storyteller: str | None = None
    anchor: str | None = None
    version: int | None = None
    confidence: float = 0.0
    difference: str = ""


def told(traced: Traced) -> Told:
    """One quotation as a program is told of it: its first place."""
    if not traced.found:
        return Told(traced.text, found=False)
    place = traced.places[0]
    return Told(
        traced.text,
        found=True,
        id=place.story_id,
        slug=place.slug,
        storyteller=place.storyteller or None,
        anchor=place.anchor,
        version=place.version,
        confidence=traced.confidence,
        difference=place.difference,
    )


def report(traced: Sequence[Traced]) -> dict[str, list[dict[str, object]]]:
    """All quotations, in their order."""
    return {"quotations": [asdict(told(one)) for one in traced]}


def rows_of(traced: Iterable[Traced], base: str) -> Iterator[tuple[object, ...]]:
    """The lines of a table, one at a time. Of the stories themselves no word leaves in it.

    `base` stands before each address.
    """
    for one in traced:
        told_of, place = told(one), one.places[0] if one.found else None
        yield (
            one.text,
            "yes" if one.found else "no",
            told_of.storyteller,
            told_of.id,
            told_of.anchor,
            told_of.version,
            told_of.confidence,
            ("no" if place.difference == "" else "yes") if place else None,
            f"{base}{place.address}" if place else None,
        )
