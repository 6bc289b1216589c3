"""A specification as it is printed."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.exports.specified import Specified, SpecifiedCitation, SpecifiedRequirement


@dataclass(frozen=True)
class PrintedCitation:
    """Something that is cited, with its footnote."""

    cited: SpecifiedCitation
    reference_html: str
    found_by: str  # ids, and until when it may be used


@dataclass(frozen=True)
class PrintedReference:
    """An entry of a list of references. `number` is '1.' in a style that numbers them, and else empty."""

    number: str
    html: str


@dataclass(frozen=True)
class PrintedRequirement:
    """A requirement with what supports and what challenges it."""

    requirement: SpecifiedRequirement
    supports: Sequence[PrintedCitation]
    challenges: Sequence[PrintedCitation]
    nothing: str = ""  # what is said where nothing supports it


@dataclass(frozen=True)
class SpecificationPaper:
    """Everything templates/specifications/paper.html may use."""

    specified: Specified
    heading: str
    requirements: Sequence[PrintedRequirement]
    references: Sequence[PrintedReference]
    others: Sequence[PrintedReference]
    signed: str  # how the signs are read; empty where there are none
