"""The storyteller's own door, and what her gatherer reads of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.services.views.consent import Box
from app.services.views.history import Part
from app.services.views.parts import NavigationItem
from app.services.views.stories import MomentView


@dataclass(frozen=True)
class Language:
    """A language that the door speaks, by its own name."""

    code: str
    name: str
    current: bool


@dataclass(frozen=True)
class WhoHears:
    """Who reads what she says, in sentences of her language."""

    nobody: bool
    only: str  # can read what is closed to everybody else
    read_by: str  # will read what she writes
    waits: str  # until when what is new waits
    into: str  # puts her words into the story
    contact: NavigationItem | None = None


@dataclass(frozen=True)
class SaidByHer:
    """Something that she said. `label` is what it is, `state` one of entries.State."""

    key: int
    kind: str
    label: str
    when_label: str
    anchor: str  # of the passage that it is about, else empty
    passage: str
    text: str
    state: str
    state_label: str
    reply: str
    may_take_off: bool


@dataclass(frozen=True)
class Went:
    """A place where her words have gone. `address` is empty where not everybody may read it."""

    label: str
    address: str = ""
    detail: str = ""


@dataclass(frozen=True)
class WentGroup:
    """Places of one kind."""

    heading: str
    items: Sequence[Went]


@dataclass(frozen=True)
class Came:
    """A note of what has come of a story. `kind` is promised or happened."""

    key: int
    kind: str
    label: str
    when_label: str
    text: str


@dataclass(frozen=True)
class DoorPart:
    """The story up to the end of a passage, and what she said of it that waits still."""

    body_html: str
    said: Sequence[SaidByHer] = ()
    here: bool = False  # where she was: what came of it is said below this passage


@dataclass(frozen=True)
class DoorTable:
    """A design session on whose table her story lies."""

    key: int
    day: str  # empty where none is set yet


@dataclass(frozen=True)
class DoorPromise:
    """What a storyteller reads at her own door of what was said would be done with her words."""

    where: str
    words: str
    day_label: str
    happened: str
    done: bool


@dataclass(frozen=True)
class DoorPage:
    """Everything templates/door/home.html may use."""

    heading: str
    title: str
    language: str  # of the story, BCP 47
    summary: str
    role: str
    content_notes: Sequence[str]
    moments: Sequence[MomentView]
    strengths: Sequence[str]
    hopes: Sequence[str]
    body: Sequence[DoorPart]
    standing: str  # who may read it now
    uses: Sequence[str]  # what it may be used for now, in plain words
    waits: bool  # something that she wants waits to be confirmed
    said: Sequence[SaidByHer]  # but for what stands below its passage
    languages: Sequence[Language]
    revision: int
    who: WhoHears
    replaced: bool = False  # brackets in the text stand for names or numbers
    placed: bool = False  # the message stands below a passage
    message: str = ""
    problem: str = ""
    typed: str = ""  # what could not be taken, to be copied
    tables: Sequence[DoorTable] = ()


@dataclass(frozen=True)
class DoorPassagePage:
    """Everything templates/door/passage.html may use."""

    anchor: str
    text: str
    language: str
    closed: bool
    revision: int
    said: Sequence[SaidByHer]
    who: WhoHears
    typed: Mapping[str, str] = field(default_factory=dict)  # by what it was typed for
    problem: str = ""
    wrong: str = ""  # the form that the problem is about: comment or words


@dataclass(frozen=True)
class DoorUsesPage:
    """Everything templates/door/uses.html may use."""

    answers: Sequence[Box]
    uses: Sequence[Box]
    until: str
    not_for: str
    revision: int
    who: WhoHears
    waits: str = ""  # what she asked for that is not confirmed yet
    asks: str = ""  # which she means: she said no, and uses are ticked
    closes: Sequence[str] = ()  # who could see it no more, before she has said that she wants it so
    left: str = ""  # who still could
    problems: Mapping[str, str] = field(default_factory=dict)  # by field; '' is about the whole


@dataclass(frozen=True)
class DoorSincePage:
    """Everything templates/door/since.html may use."""

    went: Sequence[WentGroup]
    came: Sequence[Came]
    said: Sequence[SaidByHer]
    revision: int
    who: WhoHears
    typed: str = ""
    problem: str = ""
    promises: Sequence[DoorPromise] = ()


@dataclass(frozen=True)
class DoorWritePage:
    """Everything templates/door/later.html may use."""

    revision: int
    said: Sequence[SaidByHer]
    who: WhoHears
    typed: str = ""
    problem: str = ""


@dataclass(frozen=True)
class DoorBackPage:
    """Everything templates/door/back.html may use. The contact’s address may be empty."""

    who: WhoHears
    contact: NavigationItem | None = None


@dataclass(frozen=True)
class DoorGonePage:
    """Everything templates/door/gone.html may use: the story was taken back."""

    since_label: str
    asked: bool  # she asked for it to be erased
    languages: Sequence[Language]
    who: WhoHears
    contact: NavigationItem | None = None
    problem: str = ""
    typed: str = ""  # what she wrote when it was taken back elsewhere, to be copied


@dataclass(frozen=True)
class EndedIn:
    """What is said of a link that opens nothing, in one language."""

    code: str
    heading: str
    sentences: Sequence[str]
    typed: str  # above what she typed
    ask: str  # before the contact


@dataclass(frozen=True)
class DoorEndedPage:
    """Everything templates/door/ended.html may use: the same for every link that opens nothing."""

    typed: Sequence[str]
    said: Sequence[EndedIn]
    contact: NavigationItem | None = None


@dataclass(frozen=True)
class DoorEntryView:
    """What she said, as her gatherer reads it."""

    key: int
    kind: str
    label: str
    when_label: str
    way_label: str
    revision: int
    passage: str
    passage_address: str  # where the passage stands still, else empty
    changed: bool  # the passage has other words by now
    text: str
    wants: Sequence[str]  # of a consent, line by line
    state: str
    state_label: str
    reply: str
    usable: bool  # its words can be put into the story with one press
    parts: Sequence[Part] = ()  # of other words for a passage: what comes and what goes
    for_stewards: bool = False  # only a steward may record this consent


@dataclass(frozen=True)
class DoorDeskPage:
    """Everything templates/door/desk.html may use."""

    id: str
    address: str
    heading: str
    story_address: str
    consent_address: str
    key: int  # of the living link, 0 for none
    made_label: str
    opened_label: str
    languages: Sequence[Language]
    entries: Sequence[DoorEntryView]
    came: Sequence[Came]
    digest: str
    uses: Sequence[Box]
    answers: Sequence[Box]
    most: int
    taken_back: bool = False
    closes: Sequence[str] = ()  # who could see it no more, before it was said that she wants it so
    without_organisation: bool = (
        False  # of whoever looks: an organisation that she names closes it to her too
    )
    link: str = ""  # shown this once
    here_alone: bool = False  # the link opens on this machine alone
    qr_html: str = ""
    saved: str = ""
    problem: str = ""
    wrong: str = ""  # which form the problem is about
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LetterPicture:
    """A picture beside a passage; without an address its words stand for it."""

    address: str
    words: str


@dataclass(frozen=True)
class LetterPassage:
    """A passage with its number, for somebody who answers on paper; `above` are the headings before it."""

    number: int
    anchor: str
    text: str
    closed: bool
    above: Sequence[str] = ()
    pictures: Sequence[LetterPicture] = ()


@dataclass(frozen=True)
class LetterPage:
    """Everything templates/door/letter.html may use."""

    id: str
    heading: str
    title: str
    language: str
    day_label: str
    revision: int
    passages: Sequence[LetterPassage]
    uses: Sequence[Box]
    languages: Sequence[Language]
    replaced: bool  # brackets in the text stand for names or numbers
    contact: NavigationItem | None = None


@dataclass(frozen=True)
class TablePage:
    """Everything templates/door/table.html may use: one file that needs nothing else."""

    id: str
    heading: str
    title: str
    language: str
    spoken: str
    revision: int
    digest: str
    passages: Sequence[LetterPassage]
    uses: Sequence[Box]
    answers: Sequence[Box]
    who: WhoHears
    replaced: bool  # brackets in the text stand for names or numbers
    policy: str = ""
    style_html: str = ""
    script_html: str = ""
