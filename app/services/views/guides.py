"""Interview guides."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class GuideCard:
    """A guide in the list. `minutes` is 0 where it does not say."""

    address: str
    title: str
    for_whom: str
    minutes: int
    questions: int


@dataclass(frozen=True)
class GuideProblem:
    """A file of the guides' folder that is none, and why."""

    file: str
    reason: str


@dataclass(frozen=True)
class GuidesPage:
    """Everything templates/guides/list.html may use."""

    guides: Sequence[GuideCard]
    problems: Sequence[GuideProblem]


@dataclass(frozen=True)
class GuideQuestion:
    """A question and what may help where nothing comes."""

    ask: str
    prompts: Sequence[str]


@dataclass(frozen=True)
class GuidePage:
    """Everything templates/guides/page.html may use."""

    slug: str
    title: str
    for_whom: str
    minutes: int
    before_html: str
    questions: Sequence[GuideQuestion]
    closing: Sequence[str]
    start_address: str = ""  # where a story can be begun with it
