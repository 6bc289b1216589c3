"""A journey: moments of some stories on one line, with what a table beside it says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class JourneyPoint:
    """A moment. `x` and `y` are pixels of the drawing; `what` is None for a story with content notes."""

    number: int
    x: float
    y: float
    kind: str
    kind_label: str
    when: str
    what: str | None
    name: str
    address: str
    content_notes: Sequence[str] = ()

    def at(self, x: float, y: float) -> "JourneyPoint":
        """The same at another place."""
        return replace(self, x=x, y=y)


@dataclass(frozen=True)
class JourneyLane:
    """A kind of moment, and where the middle of its lane is."""

    label: str
    y: float


@dataclass(frozen=True)
class JourneyView:
    """Everything templates/personas/_journey.html may use."""

    points: Sequence[JourneyPoint]
    lanes: Sequence[JourneyLane]
    line: str  # the points of a polyline; empty where there is nothing to join
    left: int
    width: int
    height: float
    more: int = 0  # moments that are not drawn
