"""Problems in the files, and short answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.records.model import Problem
from app.services.views.parts import NavigationItem


@dataclass(frozen=True)
class ProblemsPage:
    """Everything templates/desk/problems.html may use."""

    set_aside: Sequence[Problem]
    of_keys: Sequence[Problem]
    hidden: Sequence[Problem]
    total: int
    passed_over: Sequence[Problem] = ()  # texts in a form that the archive does not read
    addresses: Mapping[str, str] = field(default_factory=dict)  # of the pages that open to her, by file
    evidence: Sequence[Problem] = ()  # of personas, that is not there for her


@dataclass(frozen=True)
class MessagePage:
    """Everything templates/message.html may use: 404, 410, 500 and other short answers."""

    status: int
    heading: str
    sentences: Sequence[str]
    links: Sequence[NavigationItem] = ()
