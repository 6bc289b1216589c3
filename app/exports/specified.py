"""A specification on its way out in any format: what it asks, what that rests on, and what is left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.exports.inlines import Inline

PARTS = ("whole", "annex")
NOTHING, NOTHING_MORE = "Nothing supports this yet.", "Nothing supports this any more."
RETURN = "Please return or destroy this copy after use: not all of it is for publication."
BEFORE_USE = (
    "People may narrow or take back what they agreed to. Before you use these words again, look whether they "
    "still stand: the address above shows it."
)
SIGNED = (
    "Behind each quotation stands a sign in brackets: the quote, the version of its story, and a check of "
    "its words. Years from now {address} reads this file, or what you type from paper with its sign, and "
    "says whether these words stood there, and whether they still do. So does the command “storyhold trace”."
)
HELD_AGAINST = "Held against what the programme values:"
OTHERS = "Personas, ideas and figures"


@dataclass(frozen=True)
class SpecifiedCitation:
    """Something that is cited. Addresses are whole."""

    id: str
    kind: str  # quote, persona, idea, figure
    challenges: bool
    words: str
    said_by: str
    cited: str  # ids in one line: story, version, passage, quote
    digest: str  # SHA-256 of the words as they stand in the story; empty for what is no quote
    reference: Sequence[Inline]  # as it stands in a footnote
    address: str
    note: str = ""
    language: str = ""
    content_notes: Sequence[str] = ()
    story_id: str = ""
    version: int = 0
    anchor: str = ""
    quote_id: str = ""
    persona_id: str = ""
    agreed: str = ""  # 'May be used for publication, until 4 March 2029.'; empty for what is nobody's
    told: bool = False  # by a gatherer: these words are nobody's speech
    sign: str = ""  # '[q-4hd8n0qe v3 8f2a]': what `storyhold trace` checks years later; of quotes alone

    @property
    def found_by(self) -> str:
        """Ids, what it may be used for, and last the citation's own id, by which one finds what to strike; as
        they stand behind the reference.
        """
        agreed = f"{self.agreed[:1].lower()}{self.agreed[1:]}".removesuffix(".")
        return f"({'; '.join(part for part in (self.cited, agreed, self.id) if part)})"

    @property
    def stands_for(self) -> str:
        """What a persona is, in a line below her name; empty for what is none."""
        return self.said_by if self.kind == "persona" else ""

    @property
    def record(self) -> str:
        """The id of the story or persona that it is of; empty for an idea or a figure."""
        return self.story_id or self.persona_id


@dataclass(frozen=True)
class SpecifiedRequirement:
    """A requirement under its number, or a heading."""

    id: str
    number: str
    depth: int
    heading: bool
    text: str
    rationale: str
    priority: str
    held: Sequence[str]  # how it stands to what the programme values, in sentences
    citations: Sequence[SpecifiedCitation]
    lapsed: bool = False  # something supported it that may be used no longer

    @property
    def nothing(self) -> str:
        """What is said where nothing supports it."""
        return NOTHING_MORE if self.lapsed else NOTHING

    @property
    def supports(self) -> Sequence[SpecifiedCitation]:
        return [one for one in self.citations if not one.challenges]

    @property
    def challenges(self) -> Sequence[SpecifiedCitation]:
        return [one for one in self.citations if one.challenges]


@dataclass(frozen=True)
class SpecifiedPromise:
    """What was said would be done, and what happened."""

    words: str
    when: str  # 'by 4 May 2026, done'
    happened: str


@dataclass(frozen=True)
class ListedReference:
    """An entry of the list of references. `number` is '1.' in a style that numbers them, and else empty."""

    number: str
    inlines: Sequence[Inline]


@dataclass(frozen=True)
class Specified:
    """A specification as it leaves with one reader today: all of it, or the annex of its evidence."""

    id: str
    title: str
    archive: str
    address: str
    health_address: str
    consent_address: str
    trace_address: str
    told: str  # version, status, service and commissioner, in one line
    about: str
    worths: Sequence[str]
    requirements: Sequence[SpecifiedRequirement]
    promises: Sequence[SpecifiedPromise]
    made: str  # ISO
    made_label: str
    annex: bool = False
    uses: str = ""  # what is agreed to of everything in it; empty where it holds nobody's words
    back: bool = False  # not all of it is for publication
    left_out: Sequence[str] = ()
    references: Sequence[ListedReference] = ()  # stories, in the order of the style
    others: Sequence[Sequence[Inline]] = ()  # personas, ideas and figures, by the alphabet

    @property
    def heading(self) -> str:
        return f"{self.title}: evidence" if self.annex else self.title

    @property
    def citations(self) -> Iterator[SpecifiedCitation]:
        """All that is cited, in the order in which it stands."""
        return (one for requirement in self.requirements for one in requirement.citations)

    @property
    def signed(self) -> str:
        """How the signs are read; empty where there are none."""
        there = any(one.sign for one in self.citations)
        return SIGNED.format(address=self.trace_address) if there else ""

    @property
    def records(self) -> Sequence[str]:
        """The ids of the stories and personas of which something stands in it."""
        return list(dict.fromkeys(one.record for one in self.citations if one.record))
