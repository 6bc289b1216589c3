"""Lenses as pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.services.views.marking import QuoteLine
from app.services.views.parts import Chip, Pager


@dataclass(frozen=True)
class LensCard:
    """A lens in a list. `quotes` are those that this reader may see, each once for each cell."""

    name: str
    address: str
    about: str
    rows: Sequence[str]
    columns: Sequence[str]
    quotes: int


@dataclass(frozen=True)
class LensesPage:
    """Everything templates/lenses/list.html may use."""

    lenses: Sequence[LensCard]
    may_make: bool
    empty: bool  # there never was one
    removed: str = ""  # the slug of one that was taken away just now
    removed_name: str = ""
    problem: str = ""
    name: str = ""
    about: str = ""
    rows: str = ""
    columns: str = ""


@dataclass(frozen=True)
class LensHead:
    """The name of a row or column, and what it means."""

    key: int
    name: str
    about: str


@dataclass(frozen=True)
class LensCellView:
    """A cell of the grid."""

    address: str
    column: str
    words: str
    quotes: int
    themes: Sequence[Chip]


@dataclass(frozen=True)
class LensRowView:
    """A row of the grid."""

    head: LensHead
    cells: Sequence[LensCellView]


@dataclass(frozen=True)
class LensPage:
    """Everything templates/lenses/page.html may use."""

    name: str
    about: str
    columns: Sequence[LensHead]
    rows: Sequence[LensRowView]
    quotes: int
    edit_address: str = ""  # for the story team


@dataclass(frozen=True)
class LensLineForm:
    """A row or column as its form shows it; `going` is how many placings go with it, where that is asked."""

    key: int
    axis: str
    name: str
    about: str
    first: bool
    last: bool
    asked: bool = False
    going: int = 0


@dataclass(frozen=True)
class LensEditPage:
    """Everything templates/lenses/edit.html may use."""

    name: str
    address: str
    edit_address: str
    about: str
    seen: str
    rows: Sequence[LensLineForm]
    columns: Sequence[LensLineForm]
    saved: bool = False
    removed: int = 0  # a row or column that was taken away just now
    removed_name: str = ""
    problem: str = ""
    new_name: str = ""  # of a row or column that could not be added
    new_about: str = ""
    new_axis: str = ""


@dataclass(frozen=True)
class LensCellPage:
    """Everything templates/lenses/cell.html may use."""

    lens: str
    lens_address: str
    address: str
    row: LensHead
    column: LensHead
    words: str
    themes: Sequence[Chip]
    total: int
    quotes: Sequence[QuoteLine]
    placed: Mapping[str, str]  # by the id of a quote that stands here by hand: who placed it
    pager: Pager
    may_place: bool
    may_write: bool
    take_address: str = ""  # where its quotes are taken out
    seen: str = ""
    written_words: str = ""
    written_themes: str = ""
    out: str = ""  # the id of a quote that was taken out just now
    said: str = ""
    problem: str = ""
    typed: str = ""
    theme: str = ""  # whose quotes are looked through
    found: Sequence[QuoteLine] = ()
    found_total: int = 0
    found_pager: Pager | None = None
