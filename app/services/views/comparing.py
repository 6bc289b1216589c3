"""Personas side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.parts import Chip
from app.services.views.personas import PersonaPage, StatementView


@dataclass(frozen=True)
class PersonaChoice:
    """A persona that can be chosen, or is."""

    slug: str
    name: str
    tagline: str
    chosen: bool


@dataclass(frozen=True)
class ComparedHeading:
    """A heading, with the statements that each persona has under it."""

    heading: str
    under: Sequence[Sequence[StatementView]]


@dataclass(frozen=True)
class ComparedTheme:
    """A theme, and of how many of the stories behind each persona it is."""

    theme: Chip
    counts: Sequence[int]


@dataclass(frozen=True)
class ComparePage:
    """Everything templates/personas/compare.html may use."""

    personas: Sequence[PersonaPage]
    headings: Sequence[ComparedHeading]
    themes: Sequence[ComparedTheme]
    choices: Sequence[PersonaChoice]
    said: str
    most: int
    title: str = "Personas side by side"
