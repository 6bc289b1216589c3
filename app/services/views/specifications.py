"""Specifications as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.history import Piece
from app.services.views.insight_boards import Undo
from app.services.views.parts import Choice, Pager


@dataclass(frozen=True)
class SpecificationForm:
    """What a specification is about, as it is typed."""

    title: str = ""
    commissioner: str = ""
    service: str = ""
    version: str = ""
    status: str = "draft"
    about: str = ""
    worths: str = ""  # one a line


@dataclass(frozen=True)
class RequirementForm:
    """A requirement as it is typed; `parent` is the id of the one that it stands in."""

    text: str = ""
    rationale: str = ""
    priority: str = ""
    heading: bool = False
    parent: str = ""
    edition: int = 0


@dataclass(frozen=True)
class WorthForm:
    """How a requirement stands to something that the programme values, as it is typed."""

    worth: str  # its key
    verdict: str
    note: str
    edition: int


@dataclass(frozen=True)
class Brought:
    """What somebody wants to cite and looks for the place: a quote's id, or a passage and words in it."""

    quote: str = ""  # 'q-81hs2k4p' or 's-7k3fq2mx#p-2dca5f'; empty where she brought nothing
    words: str = ""
    query: str = ""  # for addresses: 'quote=q-81hs2k4p'
    of: str = ""  # whose story it is; empty where she may not read it
    said: str = ""  # the words, or how they begin; empty where the story is folded
    language: str = ""


@dataclass(frozen=True)
class CitationForm:
    """Something to cite, as it is typed. `kind` is quote, persona, idea or figure."""

    kind: str = "quote"
    stance: str = "supports"
    quote: str = ""
    wording: str = ""
    persona: str = ""
    idea: str = ""
    figure: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class CitationView:
    """Something that is cited. Words are empty where this person may not read them any more."""

    id: str
    kind: str
    challenges: bool
    words: str
    said_by: str
    cited: str  # story, version, passage and quote, in one line
    address: str  # permanent
    place: str  # where it stands in the story
    state: str  # services.specifications.watching.State
    state_label: str  # the same for people, with a day where there is one
    good: bool  # nothing has to be done about it
    note: str = ""
    by: str = ""
    language: str = ""
    folded: bool = False
    content_notes: Sequence[str] = ()
    before: Sequence[
        Piece
    ] = ()  # the words that were cited beside those that stand there now, where they differ
    after: Sequence[Piece] = ()
    number: str = ""  # of its requirement
    requirement_address: str = ""
    quiet: bool = False  # nobody looks whether it still stands
    version: int = 0  # that was cited, where the words stand otherwise now
    now: str = ""  # the words that stand there now, where these are others
    now_line: str = ""
    now_place: str = ""
    why: Sequence[str] = ()  # what happened to a persona or idea since it was cited
    do: str = ""  # what is to be done about it
    recite: bool = False  # it can be cited as it stands now
    told: bool = False  # by a gatherer: these words are nobody's speech


@dataclass(frozen=True)
class AnswerView:
    """What somebody of a design team answers to a requirement."""

    id: str
    label: str  # what she thinks, in a few words
    words: str
    by: str
    when_label: str
    mine: bool


@dataclass(frozen=True)
class HeldView:
    """How a requirement stands to something that the programme values."""

    key: str
    name: str
    verdict: str
    label: str
    note: str


@dataclass(frozen=True)
class RequirementView:
    """A requirement under its number, with what supports and what challenges it."""

    id: str
    number: str
    depth: int
    heading: bool
    text: str
    rationale: str
    priority: str  # in words; empty where nobody has said
    address: str
    supports: Sequence[CitationView] = ()
    challenges: Sequence[CitationView] = ()
    answers: Sequence[AnswerView] = ()
    held: Sequence[HeldView] = ()
    bare: bool = False  # it is no heading, and nothing that this person may know of supports it
    lapsed: bool = False  # something did


@dataclass(frozen=True)
class PromiseView:
    """What was said would be done, and what happened."""

    id: str
    words: str
    day: str
    day_label: str
    happened: str
    done: bool
    late: bool
    edition: int


@dataclass(frozen=True)
class TakenAwayView:
    """A requirement that was taken away and can be put back."""

    id: str
    text: str
    by: str
    when_label: str
    inside: int  # requirements that stand in it


@dataclass(frozen=True)
class AwayPage:
    """Everything templates/specifications/away.html may use: a requirement that was taken away."""

    id: str
    title: str  # of the specification
    specification_address: str
    text: str
    taken: TakenAwayView  # itself, or what it stood in when that was taken away


@dataclass(frozen=True)
class StateCount:
    """How many citations stand in one state."""

    label: str
    number: int
    good: bool
    quiet: bool = False  # nobody looks whether they still stand


@dataclass(frozen=True)
class SpecificationCard:
    """A specification in a list. What is counted is what this person may know of."""

    title: str
    address: str
    service: str
    commissioner: str
    status: str
    version: str
    when_label: str
    by: str
    requirements: int
    citations: int
    trouble: str  # the worst state, where something has to be done
    closed: bool  # to all but named people
    cite_address: str = ""  # where a quote that was brought along is cited


@dataclass(frozen=True)
class SpecificationsPage:
    """Everything templates/specifications/list.html may use."""

    specifications: Sequence[SpecificationCard]
    pager: Pager
    statuses: Sequence[Choice]
    writes: bool
    brought: Brought = Brought()
    removed: str = ""  # the id of one that was taken away just now
    problem: str = ""
    wrong: str = ""  # which form it is about: begin or import
    form: SpecificationForm = SpecificationForm()


@dataclass(frozen=True)
class SpecificationPage:
    """Everything templates/specifications/page.html may use."""

    id: str
    title: str
    address: str
    about: str
    commissioner: str
    service: str
    version: str
    status: str
    by: str
    when_label: str
    access: str  # who is in it, in a sentence
    requirements: Sequence[RequirementView]
    total: int
    pager: Pager
    promises: Sequence[PromiseView]
    worths: Sequence[str]
    states: Sequence[StateCount]
    citations: int
    writes: bool
    priorities: Sequence[Choice]
    parents: Sequence[Choice]
    brought: Brought = Brought()
    said: str = ""
    undo: Undo | None = None
    reports: Sequence[str] = ()  # what became of a file that was brought in
    problem: str = ""
    wrong: str = ""  # which form it is about: add, promise, follow
    new: RequirementForm = RequirementForm()
    added: str = ""  # number and text of what was added last, where the next is written now
    typed: str = ""
    typed_in: str = ""  # the id of the promise of which something was typed
    taken: Sequence[TakenAwayView] = ()  # requirements that were taken away, the last first
    styles: Sequence[Choice] = ()  # in which references can be written


@dataclass(frozen=True)
class RequirementPage:
    """Everything templates/specifications/requirement.html may use."""

    title: str
    specification_address: str
    address: str
    requirement: RequirementView
    form: RequirementForm
    priorities: Sequence[Choice]
    verdicts: Sequence[Choice]
    personas: Sequence[Choice]
    answer_verdicts: Sequence[Choice]
    writes: bool
    answers_here: bool
    hidden: bool = False  # there is a rationale beside words of which she may read none
    first: bool = False
    last: bool = False
    inside: int = 0  # requirements that stand in it
    goes: int = 0  # citations under it and in it
    top: bool = False
    citation: CitationForm = CitationForm()
    said: str = ""
    undo: Undo | None = None
    problem: str = ""
    wrong: str = ""  # which form it is about: text, cite, answer
    theirs: RequirementForm | None = None  # what somebody else saved meanwhile
    before: Sequence[Piece] = ()  # the words that were said, beside those that were typed
    after: Sequence[Piece] = ()
    traced: bool = False  # what was pasted to be cited is words alone, whose source can be found
    led_to: Choice | None = None  # the story to which it leads, where a passage is to be chosen
    answer: str = ""
    typed_worth: str = ""  # the key of the value of which something was typed that was not kept
    typed_note: str = ""
    older: str = ""  # the address of the requirement above
    newer: str = ""


@dataclass(frozen=True)
class AboutSpecificationPage:
    """Everything templates/specifications/about.html may use."""

    title: str
    address: str
    form: SpecificationForm
    statuses: Sequence[Choice]
    edition: int
    may_remove: bool
    problem: str = ""
    theirs: SpecificationForm | None = None


@dataclass(frozen=True)
class AccessPage:
    """Everything templates/specifications/access.html may use."""

    title: str
    address: str
    ways: Sequence[Choice]
    people: Sequence[Choice]
    badge: bool
    badge_address: str
    badge_whole: str = ""  # the same, to be copied
    said: str = ""
    problem: str = ""


@dataclass(frozen=True)
class MatrixRow:
    """A requirement, and which columns it serves."""

    number: str
    text: str
    address: str
    heading: bool
    cells: Sequence[str]  # supports, challenges, both, or empty
    empty: bool


@dataclass(frozen=True)
class MatrixColumn:
    """A persona or theme. `empty`: nothing here serves it."""

    name: str
    address: str
    kind: str
    empty: bool


@dataclass(frozen=True)
class MatrixPage:
    """Everything templates/specifications/matrix.html may use."""

    title: str
    address: str
    columns: Sequence[MatrixColumn]
    rows: Sequence[MatrixRow]
    pager: Pager
    bare: Sequence[MatrixRow]  # requirements that no evidence supports
    unserved: Sequence[MatrixColumn]  # personas whom nothing serves
    untouched: Sequence[MatrixColumn]  # themes that nothing here takes up


@dataclass(frozen=True)
class HealthPage:
    """Everything templates/specifications/health.html may use."""

    title: str
    address: str
    states: Sequence[StateCount]
    citations: Sequence[CitationView]  # those of which something has to be done first
    total: int
    worst: str
    good: bool
    pager: Pager
    checked_label: str
    writes: bool = False
    at: str = ""  # the citation before which stands what was done; empty: after the last
    said: str = ""
    undo: Undo | None = None
    problem: str = ""
