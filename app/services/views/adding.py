"""Adding a story: how it comes in, and how it is looked through before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.editing import StoryForm


@dataclass(frozen=True)
class WaitingText:
    """A text that was brought and is not saved."""

    address: str
    name: str
    since_label: str


@dataclass(frozen=True)
class GuideLink:
    """An interview guide to start from."""

    title: str
    address: str


@dataclass(frozen=True)
class AddPage:
    """Everything templates/gathering/add.html may use."""

    text: str
    waiting: Sequence[WaitingText]
    guides: Sequence[GuideLink]
    formats: str
    largest: str  # of one file, '50 MB'
    nameless: bool  # no name stands at her account under which her stories are gathered
    problem: str = ""
    guide: str = ""  # the title of the guide that the text begins with


@dataclass(frozen=True)
class SpeakerRow:
    """Somebody who speaks in the text. `number` names her fields."""

    number: int
    name: str
    said: str  # '12 turns, 800 words'
    part: str  # teller, asker, other
    shown: str
    kept: bool


@dataclass(frozen=True)
class Foreseen:
    """Something that may tell who somebody is, with the words around its first place."""

    text: str
    label: str
    count: int
    before: str
    after: str


@dataclass(frozen=True)
class ReviewPage:
    """Everything templates/gathering/review.html may use."""

    key: int
    name: str
    address: str
    source: str
    cut: bool  # the source is longer than what is shown of it
    reports: Sequence[str]
    speakers: Sequence[SpeakerRow]
    form: StoryForm
    digest: str
    foreseen: Sequence[Foreseen] = ()  # what will be asked about when it is saved
    problem: str = ""
    said: str = ""  # what was just done
