"""Two to six personas side by side: statements by heading, themes, journeys, and what stands behind each."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select

from app.database.tables import PERSONA
from app.database.visibility import Actor, offered_to
from app.services.archive import Archive
from app.services.personas import read_persona
from app.services.views import (
    Chip,
    ComparedHeading,
    ComparedTheme,
    ComparePage,
    PersonaChoice,
    PersonaPage,
    StatementView,
)

LEAST, MOST = 2, 6
TOO_MANY = f"These are more than {MOST}: the first {MOST} are shown."
TOO_FEW = "Choose one more persona at least."


def compare_personas(archive: Archive, actor: Actor, slugs: Iterable[str]) -> ComparePage:
    """The personas of these slugs side by side, and all that can be chosen. Raises NotFound."""
    wanted = list(dict.fromkeys(slugs))
    pages = [read_persona(archive, actor, slug) for slug in wanted[:MOST]]
    return ComparePage(
        personas=pages,
        headings=list(_headings(pages)) if len(pages) >= LEAST else [],
        themes=_themes(pages) if len(pages) >= LEAST else [],
        choices=_choices(archive, actor, {page.slug for page in pages}),
        said=TOO_MANY if len(wanted) > MOST else TOO_FEW if len(wanted) == 1 else "",
        most=MOST,
    )


def _choices(archive: Archive, actor: Actor, chosen: set[str]) -> list[PersonaChoice]:
    seen = select(PERSONA.c.slug, PERSONA.c.name, PERSONA.c.tagline).where(offered_to(actor, archive.now()))
    with archive.engine.connect() as connection:
        rows = connection.execute(seen.order_by(PERSONA.c.name, PERSONA.c.slug)).all()
    return [PersonaChoice(row.slug, row.name, row.tagline, row.slug in chosen) for row in rows]


def _headings(pages: Sequence[PersonaPage]) -> Iterable[ComparedHeading]:
    """Each heading that any of them has, in the order of the first that has it; cases are no difference."""
    said: dict[str, str] = {}
    for page in pages:
        for group in page.groups:
            said.setdefault(group.heading.strip().casefold(), group.heading)
    return (ComparedHeading(heading, [_under(page, key) for page in pages]) for key, heading in said.items())


def _under(page: PersonaPage, key: str) -> list[StatementView]:
    groups = [group for group in page.groups if group.heading.strip().casefold() == key]
    return [statement for group in groups for statement in group.statements]


def _themes(pages: Sequence[PersonaPage]) -> list[ComparedTheme]:
    """Those that most of them share first; of how many stories behind each persona every theme is."""
    chips: dict[str, Chip] = {}
    for page in pages:
        for chip in page.themes:
            chips.setdefault(chip.slug, replace(chip, count=0))
    counts = [{chip.slug: chip.count for chip in page.themes} for page in pages]
    rows = [ComparedTheme(chip, [of.get(slug, 0) for of in counts]) for slug, chip in chips.items()]
    return sorted(rows, key=lambda row: (-sum(map(bool, row.counts)), -sum(row.counts), row.theme.label))
