"""A design session on its way out in any format: what was said in it, what came of it, what is left out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

HELPING = ("helps", "partly")
TAKEN_BACK = "Words that were pinned here were taken back since."
RETURN = "Please return or destroy this copy after use: not all of it is for publication."
LOWER = {"Helps": "helps", "Partly": "helps in part", "Would not help": "would not help"}


@dataclass(frozen=True)
class ReportQuote:
    """Words that were pinned to a cell, and where they stand. Addresses are whole, for a file."""

    id: str
    address: str
    words: str
    said_by: str  # who said it, where and when, in one line
    story_id: str
    anchor: str
    revision: int
    cited: str  # story, version, passage and quote, in one line
    language: str = ""
    folded: bool = False
    content_notes: Sequence[str] = ()
    changed: bool = False  # its words were changed after it was marked, and nobody has looked at it since


@dataclass(frozen=True)
class ReportText:
    """What the table thought, and why. Several in one cell: nobody has chosen among them."""

    verdict: str
    label: str
    note: str


@dataclass(frozen=True)
class ReportCell:
    """Where an idea meets a persona, or something that the programme values."""

    key: str
    name: str
    address: str  # of the persona; empty for a value
    label: str  # the verdict in words
    texts: Sequence[ReportText]
    quotes: Sequence[ReportQuote]
    taken_back: bool = False  # words that this reader could read once
    said: bool = False  # something was said here

    @property
    def helps(self) -> bool:
        """Whether the table thought that this idea would have helped, in part at least."""
        return any(one.verdict in HELPING for one in self.texts)

    @property
    def notes(self) -> str:
        """All that was noted here."""
        return "\n".join(one.note for one in self.texts if one.note)


@dataclass(frozen=True)
class ReportIdea:
    """An idea, with a cell for each persona and for each value, in the order of the report's own."""

    number: int
    text: str
    group: str
    votes: int
    cells: Sequence[ReportCell]
    worths: Sequence[ReportCell]
    said: bool = False  # something was said in one of them
    unsaid: str = ""  # names of the others

    @property
    def every_cell(self) -> Sequence[ReportCell]:
        return [*self.cells, *self.worths]


@dataclass(frozen=True)
class ReportPersona:
    """A persona on the table."""

    id: str
    name: str
    tagline: str
    address: str


@dataclass(frozen=True)
class ReportStory:
    """A story that was read beforehand."""

    id: str
    name: str
    detail: str
    address: str
    why: str


@dataclass(frozen=True)
class ReportDecision:
    """What was decided, with its reason; `idea` is the text of the idea that it is about, if any."""

    number: int
    words: str
    reason: str
    idea: str


@dataclass(frozen=True)
class ReportStep:
    """What somebody said they would do, and what came of it."""

    number: int
    what: str
    who: str
    day: str
    day_label: str
    came: str
    came_label: str
    done: bool
    state: str  # how far it is, in a few words
    late: bool = False  # its day is over, and nobody said that it is done


@dataclass(frozen=True)
class Finding:
    """An idea or a persona, and what is to be said of it."""

    name: str
    detail: str
    address: str = ""


@dataclass(frozen=True)
class Report:
    """A session as one reader may read it today, or take it out of the archive."""

    id: str
    title: str
    archive: str
    address: str
    consent_address: str
    state: str
    day: str  # ISO
    day_label: str
    team: str
    people: int
    purpose: str
    vision: str
    questions: Sequence[str]
    personas: Sequence[ReportPersona]
    worths: Sequence[str]
    stories: Sequence[ReportStory]
    ideas: Sequence[ReportIdea]
    decisions: Sequence[ReportDecision]
    steps: Sequence[ReportStep]
    made: str  # ISO; the day of the report
    made_label: str
    unseen: bool = False  # something on the table is not for this reader
    taken_back: bool = False
    uses: str = ""  # what is agreed to of everything in it; empty where it holds nobody's words
    back: bool = False  # not all of it is for publication
    left_out: Sequence[str] = ()  # sentences
    helping_nobody: Sequence[Finding] = ()  # ideas that help nobody on the table, with what was said of them
    helped_by_nothing: Sequence[Finding] = ()  # personas that no idea helps
    undiscussed: Sequence[Finding] = ()  # ideas, with those for whom nobody said anything
    against_values: Sequence[Finding] = ()  # what the programme values, with how many ideas keep to it

    @property
    def quotes(self) -> Sequence[ReportQuote]:
        """All quotes in it, each once, in the order in which they stand."""
        every = [quote for idea in self.ideas for cell in idea.every_cell for quote in cell.quotes]
        return list({quote.id: quote for quote in every}.values())

    @property
    def records(self) -> Sequence[str]:
        """The ids of the stories and personas of which something stands in it."""
        stories = [*(one.id for one in self.stories), *(one.story_id for one in self.quotes)]
        return list(dict.fromkeys([*(one.id for one in self.personas), *stories]))


def weighed(report: Report) -> Report:
    """The report, with what stands out in it."""
    report = replace(report, ideas=[_weighed(one) for one in report.ideas])
    return replace(
        report,
        helping_nobody=_helping_nobody(report.ideas),
        helped_by_nothing=_helped_by_nothing(report),
        undiscussed=_undiscussed(report.ideas),
        against_values=_against_values(report),
    )


def _weighed(idea: ReportIdea) -> ReportIdea:
    cells, worths = ([_spoken(one) for one in some] for some in (idea.cells, idea.worths))
    silent = ", ".join(one.name for one in (*cells, *worths) if not one.said)
    said = any(one.said for one in (*cells, *worths))
    return replace(idea, cells=cells, worths=worths, said=said, unsaid=silent)


def _spoken(cell: ReportCell) -> ReportCell:
    return replace(cell, said=bool(cell.texts or cell.quotes or cell.taken_back))


def _helping_nobody(ideas: Sequence[ReportIdea]) -> list[Finding]:
    found = [one for one in ideas if one.cells and not any(cell.helps for cell in one.cells)]
    return [Finding(one.text, _told(one.cells), f"#idea-{one.number}") for one in found]


def _helped_by_nothing(report: Report) -> list[Finding]:
    columns = [[idea.cells[place] for idea in report.ideas] for place in range(len(report.personas))]
    return [
        Finding(persona.name, _thought(cells), persona.address)
        for persona, cells in zip(report.personas, columns, strict=True)
        if not any(cell.helps for cell in cells)
    ]


def _undiscussed(ideas: Sequence[ReportIdea]) -> list[Finding]:
    return [Finding(idea.text, idea.unsaid, f"#idea-{idea.number}") for idea in ideas if idea.unsaid]


def _against_values(report: Report) -> list[Finding]:
    found = []
    for place, name in enumerate(report.worths):
        counted = Counter(idea.worths[place].label for idea in report.ideas)
        told = [f"{number} {label[0].lower()}{label[1:]}" for label, number in counted.items()]
        found.append(Finding(name, ", ".join(told)))
    return found


def _told(cells: Sequence[ReportCell]) -> str:
    """'Elena: would not help; not yet discussed: Kath, Abdi'."""
    said = [f"{one.name}: {_lower(one.label)}" for one in cells if one.texts]
    silent = ", ".join(one.name for one in cells if not one.texts)
    return "; ".join([*said, *([f"not yet discussed: {silent}"] if silent else [])])


def _lower(label: str) -> str:
    return LOWER.get(label, f"{label[0].lower()}{label[1:]}")


def _thought(cells: Sequence[ReportCell]) -> str:
    """How many ideas were held against her and found of no help, and of how many nobody said."""
    if not cells:
        return "no idea was brought"
    said = sum(bool(cell.texts) for cell in cells)
    told = [f"{_ideas(said)} would not help" if said else ""]
    told += [f"{_ideas(len(cells) - said)} not yet discussed for this persona" if said < len(cells) else ""]
    return ", ".join(part for part in told if part)


def _ideas(number: int) -> str:
    return "1 idea" if number == 1 else f"{number} ideas"
