"""Design sessions as pages, reports and walls show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.parts import Choice, Face, Pager, PortraitView
from app.services.views.session_report import JoinCode, SessionOff, SessionWatch


@dataclass(frozen=True)
class SessionCard:
    """A session in a list."""

    title: str
    address: str
    day_label: str
    team: str
    state: str  # preparing, open, closed
    by: str
    personas: Sequence[str]  # names of those that this reader may see
    ideas: int


@dataclass(frozen=True)
class AgendaLine:
    """A line of the agenda."""

    time: str  # 10:00; may be empty
    what: str


@dataclass(frozen=True)
class SessionForm:
    """What is prepared, as it was typed: each list with a line for each of its entries."""

    title: str = ""
    day: str = ""
    team: str = ""
    purpose: str = ""
    vision: str = ""
    worths: str = ""
    questions: str = ""
    agenda: str = ""  # 'time what' on each line
    guests: bool = True
    votes: str = "3"


@dataclass(frozen=True)
class SessionsPage:
    """Everything templates/sessions/list.html may use."""

    sessions: Sequence[SessionCard]
    pager: Pager
    form: SessionForm
    removed: str = ""  # the id of one that was taken away just now
    problem: str = ""


@dataclass(frozen=True)
class SessionColumn:
    """What ideas are held against: a persona, or something that the programme values."""

    key: str  # a persona's id, or `value-` and a number
    name: str
    address: str = ""  # of a persona
    detail: str = ""  # her tagline
    portrait: PortraitView | None = None  # of a persona
    unseen: str = ""  # on the preparing page: who of those who are to come could not see it, and why


@dataclass(frozen=True)
class PinView:
    """A quote that is pinned to a cell, as far as the whole room may read it."""

    id: str
    address: str
    place: str  # where it stands on the story's page
    story: str  # the story's id
    words: str
    teller: str
    detail: str
    language: str
    folded: bool = False
    content_notes: Sequence[str] = ()
    spoken: bool = True  # else it is the gatherer's telling, and is not set as speech


@dataclass(frozen=True)
class CellText:
    """What somebody wrote in a cell."""

    number: int
    verdict: str  # helps, partly, not; empty: not yet discussed
    label: str
    note: str
    by: str


@dataclass(frozen=True)
class SessionCell:
    """Where an idea meets a persona or value."""

    idea: int
    column: str
    name: str  # of the persona or value
    address: str  # of the page on which it is changed
    verdict: str
    label: str  # Helps, Partly, Would not help, Not yet discussed
    note: str
    by: str
    written: int = 0  # number of the event that wrote it last; 0 for nothing yet
    texts: Sequence[CellText] = ()  # where people wrote at the same time: all of them, until one is chosen
    pins: Sequence[PinView] = ()


@dataclass(frozen=True)
class SessionIdea:
    """An idea with what the table thinks of it. `cells` are in the order of the board's personas."""

    number: int
    text: str
    by: str
    group: str
    votes: int
    hidden: bool
    cells: Sequence[SessionCell]
    worths: Sequence[SessionCell]
    mine: bool = False  # whoever looks brought it
    voted: bool = False  # and gave it a vote
    address: str = ""


@dataclass(frozen=True)
class SessionDecision:
    """What was decided, with its reasons. `idea` is the text of the idea that it is about, if any."""

    number: int
    words: str
    reason: str
    idea: str
    by: str


@dataclass(frozen=True)
class SessionStep:
    """A next step, which is what somebody said they would do, and what came of it."""

    number: int
    what: str
    who: str
    day: str
    day_label: str
    came: str = ""
    came_label: str = ""  # when that was written
    done: bool = False


@dataclass(frozen=True)
class SessionStory:
    """A story to read first."""

    face: Face
    why: str
    unseen: str = ""  # on the preparing page: who of those who are to come could not read it, and why
    may_tell: bool = False  # there too: whoever looks may have her told
    told: bool = False


@dataclass(frozen=True)
class SessionBoard:
    """All that was said in a session, as far as those whom it is shown to may know: what a report needs.

    Hidden ideas are in `hidden` alone, and there for facilitators alone; so is what was taken off.
    """

    number: int  # of the last event that it shows
    personas: Sequence[SessionColumn]
    worths: Sequence[SessionColumn]
    ideas: Sequence[SessionIdea]  # those of a group beside each other
    hidden: Sequence[SessionIdea]
    decisions: Sequence[SessionDecision]
    steps: Sequence[SessionStep]
    groups: Sequence[str]
    people: int  # who joined and were not asked to leave
    locked: bool = False
    clock_ends: str = ""  # ISO moment
    clock_label: str = ""  # 10:40 UTC
    clock_what: str = ""
    clashes: int = 0  # cells in which somebody has to choose
    unseen: bool = False  # something that was put on the table is not shown, because not all may see it
    off: Sequence[SessionOff] = ()


@dataclass(frozen=True)
class SessionLive:
    """What is sent to the screens of a session while it goes on; the same to all who have the same part."""

    address: str
    state: str
    board: SessionBoard
    leads: bool
    may_write: bool


@dataclass(frozen=True)
class SessionPerson:
    """Somebody who takes part."""

    key: int
    name: str
    guest: bool
    leads: bool


@dataclass(frozen=True)
class SessionPage:
    """Everything templates/sessions/page.html may use: a session with its board, and what it is about."""

    id: str
    address: str
    title: str
    day_label: str
    team: str
    purpose: str
    vision: str
    questions: Sequence[str]
    agenda: Sequence[AgendaLine]
    state: str
    guests: bool
    code: str  # as it is read aloud; empty unless it is open
    by: str
    stories: Sequence[SessionStory]
    board: SessionBoard
    me: str  # the name of whoever looks, where she takes part
    leads: bool = False
    works: bool = False  # whoever looks has an account here
    may_lead: bool = False  # and may make herself a facilitator
    may_write: bool = False
    votes_left: int = 0
    people: Sequence[SessionPerson] = ()  # for facilitators
    watch: SessionWatch | None = None  # what changed underneath since it was closed, for who works here
    joining: JoinCode | None = None  # while it is open, for facilitators
    pack_address: str = ""  # where what lies on the table is put on paper, for who works here
    mark: str = ""  # of what this page shows, so that what is new since can be asked for
    sent: str = ""  # a new key, under which a form is sent
    said: str = ""
    problem: str = ""
    typed: str = ""  # what could not be taken
    field: str = ""  # the form that it stands in


@dataclass(frozen=True)
class SessionCellPage:
    """Everything templates/sessions/cell.html may use: one cell, to be changed."""

    title: str
    session_address: str
    idea: str
    detail: str  # the persona's tagline
    column: SessionColumn
    cell: SessionCell
    verdicts: Sequence[Choice]
    offered: Sequence[PinView]  # quotes behind the persona, to be pinned
    works: bool
    leads: bool
    may_write: bool
    sent: str = ""
    verdict: str = ""  # as it was typed
    note: str = ""
    pasted: str = ""
    problem: str = ""


@dataclass(frozen=True)
class SessionIdeaPage:
    """Everything templates/sessions/idea.html may use: one idea with what the table thinks of it."""

    title: str
    session_address: str
    address: str
    idea: SessionIdea
    cells: Sequence[SessionCell]  # for personas, then beside values
    groups: Sequence[str]
    leads: bool
    may_write: bool
    may_change: bool  # she brought it, or is a facilitator
    text: str = ""  # as it was typed
    problem: str = ""


@dataclass(frozen=True)
class RoleComing:
    """Whether people of a role are to come."""

    name: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class PreparePage:
    """Everything templates/sessions/prepare.html may use."""

    id: str
    address: str
    title: str
    state: str
    form: SessionForm
    personas: Sequence[SessionColumn]
    stories: Sequence[SessionStory]
    to_add: Sequence[Choice]  # personas that are not on the table
    stories_to_add: Sequence[Choice]  # of the personas on the table first
    coming: Sequence[RoleComing]
    may_remove: bool = False
    problem: str = ""
    wrong: str = ""  # the form that it is about
    pasted: str = ""
    why: str = ""


@dataclass(frozen=True)
class JoinPage:
    """Everything templates/sessions/join.html may use."""

    code: str = ""
    name: str = ""
    problem: str = ""
    wrong: str = ""  # code or name
    again: bool = False  # she took part before, and is not known any more


@dataclass(frozen=True)
class SessionEndedPage:
    """Everything templates/sessions/ended.html may use: for who took part in a session that is over."""

    title: str
    reason: str
