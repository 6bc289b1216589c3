"""Taking a story back: what leans on it, what was done, and what stands where it was."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.parts import Face, NavigationItem


@dataclass(frozen=True)
class NoticePage:
    """Everything templates/notice.html may use: no name, no title, no reason, no word of the story.

    `contact` is a label and an address, which may be empty.
    """

    id: str
    since_label: str
    replacement: str
    contact: NavigationItem | None = None


@dataclass(frozen=True)
class Leaning:
    """Something that leans on a story; `detail` says how."""

    label: str
    address: str
    detail: str


@dataclass(frozen=True)
class Told:
    """Somebody who has to know, and why."""

    name: str
    email: str
    why: str


@dataclass(frozen=True)
class Wanted:
    """What was typed into the form."""

    outcome: str = "keep"
    replacement: str = ""
    slug: str = ""
    text: str = ""


@dataclass(frozen=True)
class WithdrawPage:
    """Everything templates/stories/withdraw.html may use."""

    id: str
    address: str
    story_address: str
    heading: str
    title: str
    since_label: str  # when it was taken back; empty for a story that was not
    may_erase: bool  # anonymise, erase and lift, which stewards alone do
    revisions: int
    personas: Sequence[Leaning]
    stories: Sequence[Face]
    themes: Sequence[Leaning]
    told: Sequence[Told]
    downloads: int  # times that it was downloaded, by anyone
    typed: Wanted = Wanted()
    closed: bool = False  # passages that were closed stand open in the file
    problem: str = ""


@dataclass(frozen=True)
class TakenBackPage:
    """Everything templates/stories/taken_back.html may use. `outcome` is keep, anonymise or erase."""

    id: str
    address: str
    outcome: str
    done: int
    total: int
    working: bool
    failed: bool
    told: Sequence[Told]
    story_address: str = ""  # for who may still read it
    once: bool = False  # the answer to doing it: `told` has names that are kept nowhere
    closed_reason: str = ""  # why nobody but its team reads the text in its place
