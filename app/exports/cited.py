"""What a reference names: one model of a story, a passage, a quote or chosen words, for every format."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.exports.pandoc_tree import NO_XML

BETWEEN = "\n\n"  # the words of one passage and those of the next
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

    `words` are empty where the whole story is named; `paragraph` counts from 1, and is 0 there. Of words in
    several passages, `words` has those of each by itself, `paragraph` and `anchor` are the first one's, and
    `last` and `last_anchor` the last one's.
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
    last: int = 0
    last_anchor: str = ""

    @property
    def passages(self) -> Sequence[str]:
        """The words of each passage."""
        return self.words.split(BETWEEN) if self.words else ()

    @property
    def locator(self) -> str:
        """'4' or '4–6'; empty for a whole story."""
        return f"{self.paragraph}–{self.last}" if self.last else str(self.paragraph or "")

    @property
    def located(self) -> str:
        """'paragraph 4' or 'paragraphs 4–6'."""
        return f"{'paragraphs' if self.last else 'paragraph'} {self.locator}" if self.paragraph else ""

    @property
    def place(self) -> str:
        """Where in the archive it stands: 'story s-7k3fq2mx, version 3, paragraph 4'."""
        parts = (f"story {self.story_id}", f"version {self.version}", self.located)
        return ", ".join(part for part in parts if part)

    @property
    def identifier(self) -> str:
        """The key of the reference: that of passages names them."""
        named = (self.anchor, self.last_anchor) if self.id == self.story_id else ()
        return "-".join([self.id, *(anchor for anchor in named if anchor)])

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
