"""The codebook at the desk."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.parts import Pager


@dataclass(frozen=True)
class CodebookEntry:
    """A theme and what belongs under it; `stories` counts all, those that readers may not see too."""

    label: str
    address: str
    colour: int
    stories: int
    definition: str | None


@dataclass(frozen=True)
class CodebookPage:
    """Everything templates/desk/codebook.html may use. `defined` counts themes with a definition.

    `of_all`: stories are counted that readers may not see.
    """

    entries: Sequence[CodebookEntry]
    total: int
    defined: int
    pager: Pager
    of_all: bool = True


@dataclass(frozen=True)
class CodebookThemePage:
    """Everything templates/desk/theme.html may use.

    `text` stands in the form; `definition` is kept now, and `digest` is its digest. `before` is what
    stood there before the last change, empty for nothing, None where nothing was ever written.
    """

    label: str
    address: str
    colour: int
    stories: int
    readers_address: str | None  # None where no reader may see the theme
    text: str
    digest: str
    definition: str | None
    before: str | None
    written_label: str
    most: int  # characters
    problem: str = ""
    conflict: bool = False
    saved: bool = False
