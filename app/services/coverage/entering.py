"""The page on which a steward enters a population, looks at what would be kept, and undoes it."""

from dataclasses import replace

from app.errors import EditConflict, ImportRefused, InvalidText
from app.imports.decoding import decode
from app.services.archive import Archive
from app.services.coverage.reading import DESK, chosen_trait
from app.services.coverage.reference import PERCENT, Reference, references, standing
from app.services.coverage.tellers import TRAITS
from app.services.defining import legible
from app.services.views import Choice, ReferenceLine, ReferencePage

SAID = {
    "saved": "Saved. The figures stand beside what storytellers told us.",
    "removed": "Taken away. Nothing stands beside what storytellers told us.",
    "back": "As it was before.",
    "left": "Something else was entered meanwhile, and stays as it is.",
}
MEANWHILE = "Somebody else entered a population meanwhile. Look at it below, then save again."
LONGEST = 20_000  # characters that the form keeps


def entering_page(archive: Archive, trait: str, *, said: str = "", step: int = 0) -> ReferencePage:
    """The form, with what counts now."""
    trait = chosen_trait(trait)
    with archive.engine.connect() as connection:
        now = references(connection).get(trait)
        expected = standing(connection, trait)
    choices = [Choice(name, label, f"{DESK}?trait={name}", name == trait) for name, label in TRAITS.items()]
    page = ReferencePage(choices, trait, TRAITS[trait], expected=expected, said=SAID.get(said, ""), step=step)
    if now is None:
        return page
    page = replace(page, source=now.source, unit=now.unit, text=_text(now))
    return replace(page, now=_lines(now), now_source=now.source)


def looked_page(archive: Archive, reference: Reference, text: str) -> ReferencePage:
    """What would be kept. Nothing is."""
    page = entering_page(archive, reference.trait)
    page = replace(page, source=reference.source, unit=reference.unit, text=text, looked=True)
    return replace(page, lines=_lines(reference), notes=reference.said, digest=reference.digest())


def refused_page(
    archive: Archive,
    typed: tuple[str, str, str, str],
    refused: InvalidText | ImportRefused | EditConflict,
) -> ReferencePage:
    """The form with what was typed, trait, source, unit and text, and why nothing was kept."""
    trait, source, unit, text = (legible(one)[:LONGEST] for one in typed)
    page = replace(entering_page(archive, trait), source=source, unit=unit, text=text)
    if isinstance(refused, EditConflict):
        return replace(page, problem=MEANWHILE, wrong="text")
    wrong = "source" if isinstance(refused, InvalidText) else "text"
    return replace(page, problem=str(refused), wrong=wrong)


def text_of(content: bytes) -> str:
    """What a file says, for the form; nothing where it can not be read."""
    try:
        return decode(content).text
    except ImportRefused:
        return ""


def _lines(reference: Reference) -> list[ReferenceLine]:
    shares = reference.shares()
    return [
        ReferenceLine(label, _figure(figure), f"{100 * shares[label]:.1f}%")
        for label, figure in reference.groups
    ]


def _figure(figure: float) -> str:
    return f"{figure:,.0f}" if figure.is_integer() else f"{figure:,g}"


def _text(reference: Reference) -> str:
    """As it can be typed again."""
    sign = "%" if reference.unit == PERCENT else ""
    return "\n".join(f"{_cell(label)}; {figure:.10g}{sign}" for label, figure in reference.groups)


def _cell(label: str) -> str:
    """In quotation marks where it would not be read as one cell."""
    plain = not any(sign in label for sign in '";\t|')
    return label if plain else '"' + label.replace('"', '""') + '"'
