"""Work over many files: the jobs at the desk, one job, and what is to be changed of many stories."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.parts import Choice, Pager


@dataclass(frozen=True)
class JobRow:
    """One job in the list."""

    address: str
    title: str
    began_label: str
    by: str  # empty for her own
    state: str  # 'Working', 'Done', 'Stopped'
    done: int
    total: int
    working: bool
    left: int  # files that somebody should look at


@dataclass(frozen=True)
class JobsPage:
    """Everything templates/jobs/list.html may use."""

    total: int
    jobs: Sequence[JobRow]
    pager: Pager


@dataclass(frozen=True)
class JobItemRow:
    """A file that was not done, or not put back, and why. `label` names it as far as she may see it."""

    label: str
    address: str
    said: str


@dataclass(frozen=True)
class JobMadeRow:
    """A story that a file was made into, and what did not come along."""

    label: str
    address: str  # empty where its page would not open to her
    names: str  # where the names left behind in it are decided
    file: str
    said: Sequence[str]


@dataclass(frozen=True)
class JobTextRow:
    """A file that nobody may save unseen, and what became of it. `address` is where it waits, or the story
    that it is now, as far as she may see it; empty where it was dropped."""

    file: str
    address: str
    label: str
    waits: bool


@dataclass(frozen=True)
class JobCount:
    """How many files came to the same."""

    label: str
    count: int


@dataclass(frozen=True)
class JobHold:
    """A newer job that has to be undone before this one. `address` is empty where it is not hers to open."""

    title: str
    address: str
    going_back: bool  # it is being undone already


@dataclass(frozen=True)
class JobPage:
    """Everything templates/jobs/page.html may use."""

    key: int
    address: str
    title: str
    detail: Sequence[str]  # what was chosen; empty where she may not see all of its files
    began_label: str
    by: str  # empty for her own
    state: str
    step: str  # doing, undoing, stopped, undoing stopped, done, undone
    done: int
    total: int
    working: bool
    failed: bool  # something stands in the way; it is tried again
    waiting: bool  # for a steward who looks at what was restored
    counts: Sequence[JobCount]
    may: frozenset[str]  # what can be pressed: stop, go on, undo, again
    undo_count: int
    made: Sequence[JobMadeRow] = ()  # by an import
    more_made: int = 0  # that are not listed
    reviews: Sequence[JobTextRow] = ()
    more_reviews: int = 0
    left: Sequence[JobItemRow] = ()
    more_left: int = 0
    caution: str = ""  # what undoing can not do
    onward: tuple[str, str] | None = None  # what to look at next, and where
    undoing: str = ""  # what undoing puts back besides files
    gone: str = ""  # why what is left can not be tried again
    held_by: Sequence[JobHold] = ()  # the newest first
    held: Sequence[str] = ()  # other reasons why it can not be undone
    problem: str = ""


@dataclass(frozen=True)
class ChangeForm:
    """What was filled in to be done with many stories."""

    site: str = ""
    add_themes: str = ""
    remove_theme: str = ""
    add_persona: str = ""
    remove_persona: str = ""
    remove_uses: Sequence[str] = ()
    status: str = ""
    note: str = ""


@dataclass(frozen=True)
class ChangeLine:
    """One thing that is to be changed, and for how many stories."""

    label: str
    count: int
    caution: str = ""


@dataclass(frozen=True)
class StoryLine:
    """A story by its name."""

    heading: str
    address: str


@dataclass(frozen=True)
class ChangePage:
    """Everything templates/jobs/change.html may use. With `lines` it asks for the last word."""

    ids: str
    count: int  # stories that are hers to change
    not_hers: Sequence[StoryLine]
    more_not_hers: int
    form: ChangeForm
    themes: Sequence[str]
    sites: Sequence[str]
    personas: Sequence[Choice]
    uses: Sequence[Choice]
    lines: Sequence[ChangeLine] = ()
    affected: int = 0  # stories that are changed at all
    waiting: Sequence[StoryLine] = ()  # that can not become ready yet, and where that is decided
    unlooked: int = 0  # too many to look through them all before
    problem: str = ""
    back: str = "/stories"
