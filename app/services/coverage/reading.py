"""Whose voices are here, beside a population: the page, and the same figures as rows for a file."""

from collections.abc import Iterator, Mapping, Sequence

from app.database.visibility import Actor, Role, fold_name
from app.services.archive import Archive
from app.services.coverage.counting import Figures, figures_of
from app.services.coverage.disclosure import LEAST
from app.services.coverage.ranges import persona_ranges
from app.services.coverage.reference import Reference, references
from app.services.coverage.tellers import (
    APART,
    NOT_ASKED,
    OF_STORY,
    RATHER_NOT,
    TRAITS,
    Teller,
    counted_tellers,
)
from app.services.views import CoverageBar, CoveragePage, CoverageRow, CoverageTrait

ADDRESS, DESK = "/personas/coverage", "/desk/coverage"
FEW, KEPT_BACK = "fewer than five", "fewer than five, or kept back"
FEWER, MORE, ALIKE = "fewer than in the population", "more than in the population", "can not be told apart"


def read_coverage(archive: Archive, actor: Actor) -> CoveragePage:
    """The page as this person may see it."""
    tellers = counted_tellers(archive, actor)
    enters = DESK if Role.STEWARD in actor.roles else ""
    with archive.engine.connect() as connection:
        known = references(connection)
        personas = persona_ranges(archive, connection, actor)
    traits = [_trait(trait, tellers, known.get(trait), enters) for trait in TRAITS]
    total = figures_of("site", tellers).total
    return CoveragePage(total, traits, personas, f"{ADDRESS}.csv", enters)


def coverage_rows(archive: Archive, actor: Actor) -> Iterator[Sequence[object]]:
    """What the page shows, as rows: trait, group, told us, share, population, compared."""
    for trait in read_coverage(archive, actor).traits:
        for row in trait.rows:
            yield trait.label, row.label, row.told, row.share, row.reference, row.compared


def _trait(trait: str, tellers: Sequence[Teller], reference: Reference | None, enters: str) -> CoverageTrait:
    figures = figures_of(trait, tellers)
    shares = reference.shares() if reference else {}
    rows = [_compared(label, figures, share) for label, share in shares.items()]
    named = {fold_name(label) for label in shares}
    others = sorted(figures.shown.keys() - APART - named, key=lambda one: (-figures.shown[one], one))
    rows += [_said(figures.labels[one], figures, one) for one in others]
    rows += [_apart(trait, figures, one) for one in (NOT_ASKED, RATHER_NOT) if _is_told(trait, one)]
    return CoverageTrait(
        trait=trait,
        label=TRAITS[trait],
        rows=rows,
        source=reference.source if reference else "",
        missing=[row.label for row in rows if row.kept_back and row.reference],
        change_address=f"{enters}?trait={trait}" if enters else "",
    )


def _is_told(trait: str, answer: str) -> bool:
    """Of a story's own keys nobody was asked, and nobody would rather not say."""
    return trait not in OF_STORY or answer == NOT_ASKED


def _compared(label: str, figures: Figures, part: float) -> CoverageRow:
    """A group of the population."""
    folded = fold_name(label)
    low, high = figures.share(folded)
    first, last = _ends(low, high)
    words = FEWER if last < 100 * part else MORE if first > 100 * part else ALIKE
    bar = CoverageBar(_hundredths(low), _hundredths(high), _hundredths(part))
    there = folded in figures.shown
    share = _between(low, high) if there else ""
    return CoverageRow(label, _told(figures, folded), share, _percent(part), words, bar, kept_back=not there)


def _said(label: str, figures: Figures, folded: str) -> CoverageRow:
    """A group that the population does not name, of five people at least."""
    low, high = figures.share(folded)
    bar = CoverageBar(_hundredths(low), _hundredths(high), None)
    return CoverageRow(label, _told(figures, folded), _between(low, high), "", "", bar)


def _apart(trait: str, figures: Figures, answer: str) -> CoverageRow:
    labels = {NOT_ASKED: "Not asked", RATHER_NOT: "Would rather not say"}
    label = "Not stated in the story" if trait in OF_STORY else labels[answer]
    there = answer in figures.shown
    return CoverageRow(label, _told(figures, answer), "", "", "", kept_back=not there)


def _told(figures: Figures, folded: str) -> str:
    if folded not in figures.shown:
        return FEW if figures.spare < LEAST else KEPT_BACK
    return f"at least {figures.shown[folded]:,}"


def _between(low: float, high: float) -> str:
    """'20% to 45%'; the ends are such that what is meant surely lies between them."""
    first, last = _ends(low, high)
    return f"{first}% to {last}%"


def _ends(low: float, high: float) -> tuple[int, int]:
    """The same in whole hundredths, as they are shown and compared."""
    return _hundredths(low), min(100, _hundredths(high) + 1)


def _hundredths(part: float) -> int:
    return int(100 * min(1.0, max(0.0, part)))


def _percent(part: float) -> str:
    """A share of a population, as it was entered: one digit after the point where that says something."""
    return f"{100 * part:.1f}%".replace(".0%", "%")


def chosen_trait(name: str, known: Mapping[str, str] = TRAITS) -> str:
    """The trait of this name, else the first."""
    return name if name in known else next(iter(known))
