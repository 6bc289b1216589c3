"""A specification as CSV: a line for each citation, one for each requirement without any; and its matrix."""

from collections.abc import Iterator, Sequence

from app.exports.csv_cells import csv_lines
from app.exports.inlines import plain
from app.exports.specified import Specified, SpecifiedCitation, SpecifiedRequirement

HEADER = (
    "number",
    "requirement",
    "heading",
    "text",
    "rationale",
    "priority",
    "stance",
    "kind",
    "citation",
    "words",
    "said by",
    "story",
    "version",
    "passage",
    "quote",
    "persona",
    "sha256",
    "sign",
    "consent",
    "note",
    "reference",
    "address",
)


def specification_csv(specified: Specified) -> Iterator[str]:
    """The file, a line at a time."""
    return csv_lines(HEADER, (row for one in specified.requirements for row in _rows(specified, one)))


def _rows(specified: Specified, one: SpecifiedRequirement) -> Iterator[list[str]]:
    rationale = "" if specified.annex else one.rationale
    asked = [one.number, one.id, "yes" if one.heading else "", one.text, rationale, one.priority]
    if not one.citations:
        yield [*asked, *[""] * (len(HEADER) - len(asked))]
    for cited in one.citations:
        yield [*asked, *_cells(cited)]


def _cells(cited: SpecifiedCitation) -> list[str]:
    return [
        "challenges" if cited.challenges else "supports",
        cited.kind,
        cited.id,
        cited.words,
        cited.said_by if cited.kind == "quote" else "",
        cited.story_id,
        str(cited.version or ""),
        cited.anchor,
        cited.quote_id,
        cited.persona_id,
        cited.digest,
        cited.sign,
        cited.agreed,
        cited.note,
        plain(cited.reference),
        cited.address,
    ]


def matrix_csv(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Requirements by personas and themes; the first row below the header tells which columns are empty."""
    return csv_lines(["number", "requirement", "supported", *names], rows)
