"""What changed in a story, version by version, and going back."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.citing import SoughtPassage
from app.services.views.parts import Pager
from app.services.views.stories import HelpLink


@dataclass(frozen=True)
class Piece:
    """Words that are 'same', 'added' or 'removed'. Plain text: a page escapes it."""

    what: str
    text: str


@dataclass(frozen=True)
class Part:
    """A paragraph with its pieces; or, with none, `folded` paragraphs that did not change."""

    pieces: Sequence[Piece] = ()
    folded: int = 0


@dataclass(frozen=True)
class Counts:
    """How many words came and how many went; a word that moved did neither."""

    added: int = 0
    removed: int = 0


@dataclass(frozen=True)
class Field:
    """A key that came, went or changed; empty where it is not there. `key` may be 'consent, until'."""

    key: str
    before: str
    after: str


@dataclass(frozen=True)
class VersionLine:
    """One version in a list. `address` shows it; the two others compare it, where there is something to."""

    number: int
    when_label: str
    who: str
    source: str  # 'from the folder', 'in the editor', 'brought in', 'restored'
    note: str
    current: bool
    address: str
    counts: Counts = Counts()
    keys: Sequence[str] = ()  # of the front matter, that changed
    before_address: str = ""
    now_address: str = ""


@dataclass(frozen=True)
class HistoryPage:
    """Everything templates/stories/history.html may use."""

    id: str
    heading: str
    story_address: str
    address: str
    total: int
    versions: Sequence[VersionLine]
    pager: Pager
    restored: int = 0  # the version that was brought back just now


@dataclass(frozen=True)
class ComparedPage:
    """Everything templates/stories/compared.html may use."""

    id: str
    heading: str
    story_address: str
    history_address: str
    older: VersionLine
    newer: VersionLine
    parts: Sequence[Part]
    fields: Sequence[Field]
    counts: Counts
    beside: bool  # the files differ, but in comments and spacing alone


@dataclass(frozen=True)
class Return:
    """What bringing a version back would do, for who may. `warnings` have to be agreed to."""

    address: str
    digest: str  # of the file as it is, keyed
    version: int
    warnings: Sequence[str] = ()
    problem: str = ""
    conflict: bool = False


@dataclass(frozen=True)
class VersionTeam:
    """What a version's page says to its story's team alone."""

    line: VersionLine
    history_address: str
    going_back: Return | None = None


@dataclass(frozen=True)
class VersionPage:
    """Everything templates/stories/version.html may use. Heading and title are the current ones."""

    id: str
    heading: str
    title: str
    number: int
    current: int  # the number of the version that holds now
    when_label: str
    story_address: str
    permanent: str  # /s/{id}/v/{n}
    language: str
    body_html: str
    content_notes: Sequence[str]
    folded: bool
    support: Sequence[HelpLink] = ()
    exit_address: str = ""
    team: VersionTeam | None = None
    sought: SoughtPassage | None = None  # that she came for, and that stands in the story no longer
