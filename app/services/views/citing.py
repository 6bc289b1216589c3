"""How a story, a passage, a quote or chosen words are cited."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.marking import TakeFormat
from app.services.views.parts import Choice


@dataclass(frozen=True)
class CitedForm:
    """The same words as they are shown, as plain text and as Markdown."""

    html: str
    plain: str
    markdown: str


@dataclass(frozen=True)
class CitedStyle:
    """A reference in one style: in the list, in the text, in a footnote."""

    name: str
    label: str
    reference: CitedForm
    in_text: CitedForm
    footnote: CitedForm
    notes: bool  # the style puts its citations in footnotes
    numbered: bool  # the style numbers its list


@dataclass(frozen=True)
class NearPassage:
    """What is nearest to words or a passage that do not stand in the story, and where it is cited."""

    address: str
    paragraph: int
    last: int  # paragraph, where the words go over several; else 0
    words: str
    folded: bool


@dataclass(frozen=True)
class CitePage:
    """Everything templates/citing/cite.html may use."""

    id: str  # of the story
    heading: str
    title: str
    place: str  # 'story s-7k3fq2mx, version 3, paragraph 4'
    place_address: str  # where it stands
    permanent: str  # the whole address to cite
    address: str  # of this page, as a path
    whole_address: str  # of this page for the whole story; empty where it is that
    language: str
    words: Sequence[str]  # of each passage; none for a whole story
    folded: bool
    content_notes: Sequence[str]
    uses_label: str
    public: bool
    styles: Sequence[CitedStyle]
    quotation: CitedForm | None
    ways: Sequence[Choice]  # the styles in which the quotation may be had
    files: Sequence[TakeFormat]
    problem: str = ""
    near: NearPassage | None = None  # where something else was asked for
    sought: str = ""  # words of which nothing is near: perhaps they are another story's
    refused: str = ""  # why it may not be taken out at all
    specified_at: Sequence[Choice] = ()  # where each passage's words are cited in a specification


@dataclass(frozen=True)
class SoughtPassage:
    """A passage that stood in this version and stands no longer, and what is nearest to it now."""

    anchor: str
    near_address: str  # empty where the story has no passage any more
    near_words: str


@dataclass(frozen=True)
class CitedHead:
    """What a page tells programs of the story that it shows."""

    tags: Sequence[tuple[str, str]]  # name and content
    properties: Sequence[tuple[str, str]]  # Open Graph; none where publication was not agreed to
    files: Sequence[tuple[str, str, str]]  # label, path and media type
    jsonld_html: str
