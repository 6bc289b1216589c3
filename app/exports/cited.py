"""What a reference names: one model of a story, a passage, a quote or chosen words, for every format."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.exports.pandoc_tree import NO_XML

KIND = "interview"  # in CSL, Dublin Core and Zotero


@dataclass(frozen=True)
class Referenced:
    """What every reference of a story says. The address is whole, dates are ISO."""

    id: str  # of the story, or of the quote
    address: str  # permanent; of a passage with its anchor
    title: str
    teller: str  # the name that the storyteller chose; may be empty
    archive: str
    gathered: str  # a day, a month or a year
    language: str  # BCP 47; may be empty
    version: int
    accessed: str  # a day


@dataclass(frozen=True)
class Cited(Referenced):
    """A story or some of its words, as far as they may be taken. Addresses are whole.

    `words` are empty where the whole story is named; `paragraph` counts from 1, and is 0 there.
    """

    story_id: str
    story_address: str
    archive_address: str
    uses: Sequence[str]
    uses_label: str  # 'May be used for design sessions and commissioning, until 4 March 2029.'
    consent_address: str  # where uses are explained
    public: bool  # publication is agreed to and in force
    summary: str = ""  # not of a story that is folded
    mentions: str = ""  # what is said in its place: 'Mentions self-harm.'
    site: str = ""
    themes: Sequence[str] = ()  # labels
    paragraph: int = 0
    anchor: str = ""
    words: str = ""

    @property
    def place(self) -> str:
        """Where in the archive it stands: 'story s-7k3fq2mx, version 3, paragraph 4'."""
        parts = [f"story {self.story_id}", f"version {self.version}"]
        return ", ".join([*parts, *([f"paragraph {self.paragraph}"] if self.paragraph else [])])

    @property
    def identifier(self) -> str:
        """The key of the reference: that of a passage names it."""
        return f"{self.id}-{self.anchor}" if self.anchor and self.id == self.story_id else self.id

    @property
    def year(self) -> str:
        return self.gathered[:4]

    @property
    def date_parts(self) -> list[int]:
        """[2026, 3, 4], as far as it is known."""
        return [int(part) for part in self.gathered.split("-")] if self.gathered else []


def one_line(text: str) -> str:
    """Words on one line, without what no file of a reference may hold."""
    return " ".join(NO_XML.sub("", text).split())


def one_name(name: str) -> str:
    """A name that no program takes for two, or for surname and first name: without comma and semicolon."""
    return one_line(name.translate(dict.fromkeys(map(ord, ",;，；،؛、"), " ")))
