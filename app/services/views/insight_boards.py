"""Boards as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.marking import QuoteLine
from app.services.views.parts import Chip, Choice, Pager


@dataclass(frozen=True)
class BoardCard:
    """A board in a list. What is counted is what this person may read."""

    name: str
    address: str
    about: str
    by: str
    when_label: str
    quotes: int
    clusters: Sequence[str]


@dataclass(frozen=True)
class BoardsPage:
    """Everything templates/boards/list.html may use."""

    boards: Sequence[BoardCard]
    pager: Pager
    removed: str = ""  # the id of one that was taken away just now
    problem: str = ""
    name: str = ""
    about: str = ""


@dataclass(frozen=True)
class ClusterView:
    """Quotes that belong together. `key` is 0 for those that lie loose."""

    key: int
    name: str
    label: str  # its name, or which unnamed one it is
    note: str
    quotes: Sequence[QuoteLine]
    total: int
    theme: Chip | None = None
    first: bool = False
    last: bool = False


@dataclass(frozen=True)
class Undo:
    """A change that can be undone: what the form sends that does so."""

    said: str
    button: str
    fields: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class BoardPage:
    """Everything templates/boards/page.html may use."""

    id: str
    name: str
    address: str
    about: str
    by: str
    clusters: Sequence[ClusterView]
    loose: ClusterView
    pager: Pager
    total: int
    people: Sequence[Choice]  # whose quotes may be added
    may_remove: bool
    take_address: str = ""  # where its quotes are taken out
    said: str = ""
    passed_over: str = ""  # what was pasted and is not new, in sentences
    undo: Undo | None = None
    problem: str = ""
    adding: str = ""  # what was typed to add quotes
    theme: str = ""
    new_name: str = ""
    new_note: str = ""


@dataclass(frozen=True)
class BoardThemePage:
    """Everything templates/boards/theme.html may use: what is asked before a cluster becomes a theme."""

    board: str
    board_address: str
    address: str
    cluster: str
    name: str
    quotes: Sequence[QuoteLine]
    known: Chip | None = None  # the theme that has this name already, or another name that is known as it
    other_name: bool = False  # it is known under another name
    gaining: int = 0  # quotes that do not have it yet
    asked: bool = False  # whether a name was given, so that it can be done
    problem: str = ""
