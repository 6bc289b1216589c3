"""Reshaping the codebook: what is wanted, and what it would change."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.marking import QuoteLine
from app.services.views.parts import Pager


@dataclass(frozen=True)
class SplitStory:
    """A story that carries the theme and may be given to the other."""

    id: str
    heading: str
    address: str
    chosen: bool


@dataclass(frozen=True)
class RewrittenStory:
    """A story whose file will change: its themes before and after."""

    heading: str
    address: str
    before: str
    after: str


@dataclass(frozen=True)
class ReshapePage:
    """Everything templates/desk/reshape.html may use. Without `sentence` it asks, with it it foretells.

    `lines` say what will change besides files; `digest` is that of what is shown.
    """

    way: str
    title: str
    label: str
    address: str
    theme_address: str
    names: Sequence[str]  # of themes that can be chosen, the most used
    more_names: int = 0  # that can be typed as well
    to: str = ""
    keep: bool = False
    files: bool = False
    quotes: Sequence[QuoteLine] = ()
    quotes_total: int = 0  # that can go, shown or not
    stories: Sequence[SplitStory] = ()
    stories_total: int = 0
    seek: bool = False  # there are so many that somebody will want to find some
    q: str = ""
    number: int = 1  # the page of them
    pager: Pager | None = None
    chosen: Sequence[str] = ()  # ids of quotes and stories
    sentence: str = ""
    lines: Sequence[str] = ()
    affected: int = 0
    sample: Sequence[RewrittenStory] = ()
    digest: str = ""
    problem: str = ""
