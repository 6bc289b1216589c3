"""One's own stories, and who is named on a story."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.records.model import Problem
from app.services.views.parts import Choice, Pager


@dataclass(frozen=True)
class OwnStory:
    """One of a gatherer's own stories, whatever its state."""

    id: str
    address: str
    edit: str  # address of its editor
    people: str  # address of who is named on it
    heading: str
    title: str
    gathered: str  # ISO
    gathered_label: str
    state: str  # 'Draft', 'Read by everyone'
    open: bool  # whether anybody but its team reads it
    uses_label: str
    problems: Sequence[Problem]
    named: bool  # hers because she was named on it, not because she gathered it
    content_notes: Sequence[str]
    folded: bool
    language: str = ""  # BCP 47
    door: str = ""  # address of its storyteller's own door
    said: int = 0  # that she said there and that waits


@dataclass(frozen=True)
class MinePage:
    """Everything templates/mine.html may use."""

    total: int
    stories: Sequence[OwnStory]
    taken_back: Sequence[str]  # ids alone: nothing else of them is shown
    gathers_as: str
    sorts: Sequence[Choice]
    pager: Pager
    waiting: bool = False  # a restore waits for a steward: her stories come back
    choose: str = ""  # the address at which many are chosen, to be changed together
    leave: str = ""
    choosing: bool = False
    without_organisation: bool = False  # nobody has recorded where she works
    closed: bool = False  # what she has just recorded closed its story to her


@dataclass(frozen=True)
class Named:
    """Somebody whose own a story is. `key` is of her account where her name can be taken off, else 0."""

    name: str
    organisation: str
    reason: str
    key: int = 0


@dataclass(frozen=True)
class Colleague:
    """A gatherer who can be named."""

    key: int
    label: str


@dataclass(frozen=True)
class NamedPage:
    """Everything templates/stories/people.html may use."""

    id: str
    heading: str
    story: str  # address
    address: str
    people: Sequence[Named]
    colleagues: Sequence[Colleague]
    may_name: bool
    saved: str = ""
    problem: str = ""
