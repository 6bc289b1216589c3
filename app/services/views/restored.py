"""A restore that waits for a steward."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.parts import Face, Pager


@dataclass(frozen=True)
class RestoredPage:
    """Everything templates/desk/restored.html may use. `waiting` is False where nothing is to confirm.

    `restored` says which restore this page is of, so that no other is confirmed with it.
    """

    waiting: bool
    backup_label: str
    restored_label: str
    restored: str
    stories: Sequence[Face]
    total: int
    pager: Pager
    stale: bool = False
