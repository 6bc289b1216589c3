"""Whose voices are here and whose are missing, and the population they are compared with."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.parts import Choice


@dataclass(frozen=True)
class CoverageBar:
    """A bar of a chart, in hundredths: surely as long as `low`, perhaps as `high`.

    `reference` is None where nothing is compared.
    """

    low: int
    high: int
    reference: int | None


@dataclass(frozen=True)
class CoverageRow:
    """A group. `told` is how many told us, as it may be said; `share` and `reference` are empty for none."""

    label: str
    told: str
    share: str
    reference: str
    compared: str
    bar: CoverageBar | None = None
    kept_back: bool = False


@dataclass(frozen=True)
class CoverageTrait:
    """What storytellers said of one thing, beside a population."""

    trait: str
    label: str
    rows: Sequence[CoverageRow]
    source: str
    missing: Sequence[str]  # groups of the population that fewer than five storytellers are of
    change_address: str = ""  # where this person may change the population


@dataclass(frozen=True)
class PersonaRange:
    """How many stories stand behind a persona, and whether they differ; in words, never in small numbers."""

    name: str
    address: str
    stories: str
    sites: str
    kinds: str
    years: str


@dataclass(frozen=True)
class CoveragePage:
    """Everything templates/coverage/page.html may use. `total` is a multiple of five, as all figures are."""

    total: int
    traits: Sequence[CoverageTrait]
    personas: Sequence[PersonaRange]
    download: str
    enter_address: str = ""  # for stewards
    title: str = "Whose voices are missing"


@dataclass(frozen=True)
class ReferenceLine:
    """A group of a population as it is entered."""

    label: str
    figure: str
    share: str


@dataclass(frozen=True)
class ReferencePage:
    """Everything templates/coverage/reference.html may use. `looked`: what would be kept is shown first."""

    traits: Sequence[Choice]
    trait: str = ""
    label: str = ""
    source: str = ""
    unit: str = "percent"
    text: str = ""
    expected: int = 0
    digest: str = ""
    looked: bool = False
    lines: Sequence[ReferenceLine] = ()
    notes: Sequence[str] = ()
    now: Sequence[ReferenceLine] = ()
    now_source: str = ""
    problem: str = ""
    wrong: str = ""
    said: str = ""
    step: int = 0
