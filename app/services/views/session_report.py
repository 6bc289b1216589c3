"""A design session's report and wall, as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.exports.reported import Report


@dataclass(frozen=True)
class SessionChange:
    """Something underneath a session that is another since."""

    name: str
    address: str
    why: str


@dataclass(frozen=True)
class SessionWatch:
    """What changed underneath a session since a day."""

    since: str  # in words
    changes: Sequence[SessionChange]
    taken_back: str = ""  # a sentence; empty where nothing was


@dataclass(frozen=True)
class SessionOff:
    """An idea, a decision or a next step that was taken off and can be put back."""

    number: int
    words: str


@dataclass(frozen=True)
class SessionReportPage:
    """Everything templates/sessions/report.html may use."""

    report: Report
    address: str  # of the session
    works: bool
    may_write: bool  # decisions and next steps
    may_follow: bool  # and what came of these
    left_out: Sequence[str]  # of a file: sentences
    back: bool  # a file says that it is to be returned
    watch: SessionWatch | None = None
    off: Sequence[SessionOff] = ()  # what was taken off, for who may put it back
    pdf: bool = True
    sent: str = ""  # a new key, under which a form is sent
    said: str = ""
    problem: str = ""
    typed: str = ""  # what could not be taken
    reason: str = ""  # and what was typed beside it
    field: str = ""  # the form that it stands in


@dataclass(frozen=True)
class SessionReportPaper:
    """Everything templates/sessions/report_paper.html may use: the report as a file has it."""

    report: Report


@dataclass(frozen=True)
class WallSlide:
    """One thing that a wall shows: a quote, a story's first line, a cell, or how people join."""

    name: str  # of its element: the same as long as it shows the same
    kind: str  # quote, story, cell, join
    words: str
    size: int  # of its type: 1 for few words, 4 for many
    above: str = ""  # an idea, above what the table thought of it; where people join
    label: str = ""  # Helps
    verdict: str = ""  # helps, partly, not
    below: str = ""  # who said it
    weave: str = ""  # of whom
    language: str = ""


@dataclass(frozen=True)
class JoinCode:
    """How people in the room join: an address to type or to open with a telephone, and the code."""

    address: str  # whole, without the code
    code: str  # as it is read aloud
    qr_html: str  # leads to the address with the code in it
    here_alone: bool = False  # the address opens on this machine and on no telephone


@dataclass(frozen=True)
class WallPage:
    """Everything templates/sessions/wall.html may use."""

    title: str
    address: str  # of the session
    slides: Sequence[WallSlide]
    mark: str  # what it shows depends on this alone
    public: bool  # it shows what everybody may read
    live: str = ""  # where it is told at once of what is new, for whoever takes part
    here: str = ""  # the address of this very page
    joining: JoinCode | None = None  # where a facilitator wants the code to be seen
    code_address: str = ""  # for facilitators: with the code, or where it is shown without it
