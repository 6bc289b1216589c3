"""Memos as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.parts import Choice, Pager


@dataclass(frozen=True)
class MemoView:
    """What somebody thought, and about what. `target` is empty where it is about nothing in particular."""

    id: str
    address: str
    words: str
    kind: str  # 'a quote', 'a theme'
    target: str
    target_address: str
    by: str
    when_label: str
    may_change: bool


@dataclass(frozen=True)
class MemosPart:
    """The newest memos about what a page shows, for whoever works here."""

    memos: Sequence[MemoView]
    new_address: str
    all_address: str
    more: bool  # whether there are others
    saved: str = ""  # the id of one that was written just now


@dataclass(frozen=True)
class MemosPage:
    """Everything templates/memos/list.html may use."""

    memos: Sequence[MemoView]
    total: int
    pager: Pager
    q: str
    kinds: Sequence[Choice]
    people: Sequence[Choice]
    narrowed: bool
    target: str = ""  # what all of them are about, where that was asked
    target_address: str = ""
    target_id: str = ""
    removed: str = ""  # the id of one that was taken away just now
    saved: str = ""  # the id of one that was saved just now
    saved_here: bool = False  # it stands on this page


@dataclass(frozen=True)
class MemoPage:
    """Everything templates/memos/form.html may use."""

    address: str
    words: str
    kind: str
    target: str
    target_address: str
    about: str  # as the form sends it
    about_id: str
    seen: str = ""
    new: bool = False
    may_change: bool = True
    by: str = ""
    when_label: str = ""
    problem: str = ""
