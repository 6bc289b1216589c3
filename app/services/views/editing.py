"""The page on which a story is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.services.views.history import Piece


@dataclass(frozen=True)
class MomentRow:
    """A moment as it is filled in; `number` names its fields."""

    number: int
    when: str
    what: str
    kind: str


@dataclass(frozen=True)
class ListField:
    """A field of several lines, each of one entry."""

    name: str
    label: str
    hint: str
    rows: Sequence[str]  # some are empty, to be filled
    known: Sequence[str]  # what the archive has already


@dataclass(frozen=True)
class LineField:
    """A field of one line."""

    name: str
    label: str
    hint: str
    value: str
    known: Sequence[str]


@dataclass(frozen=True)
class OtherVersion:
    """The story as somebody else saved it meanwhile, where both can not stand."""

    who: str
    when_label: str
    text: Sequence[Piece]  # the whole file; what hers has not is marked
    mine: Sequence[Piece]  # the whole file as it would have become
    merged: bool  # the form holds both already
    clashes: Sequence[str]  # what both changed, in words


@dataclass(frozen=True)
class StoryForm:
    """Everything templates/gathering/_form.html may use: a story's text and front matter, to be filled in."""

    preview_address: str
    pictures_address: str  # where a picture is added
    picture_words: str  # that describe one that was not taken
    body: str
    preview_html: str
    lines: Sequence[LineField]
    lists: Sequence[ListField]
    moments: Sequence[MomentRow]
    moment_kinds: Sequence[str]
    summary: str
    strengths: str
    hopes: str
    context: str
    own_name: bool
    status: str
    settable: bool  # whether draft or ready can be chosen
    notices: Sequence[str]  # what can not be seen in the text
    words: int
    problems: Mapping[str, str]  # by field, '' for the whole


@dataclass(frozen=True)
class OriginalLink:
    """A file that the story was made from. `address` is empty where its bytes are not kept."""

    name: str
    address: str
    size_label: str


@dataclass(frozen=True)
class EditPage:
    """Everything templates/gathering/edit.html may use. One of `form` and `whole` is there."""

    id: str
    heading: str
    address: str
    story_address: str
    history_address: str
    consent_label: str
    consent_address: str
    digest: str
    form: StoryForm | None
    whole: str | None  # the whole file as text
    other_address: (
        str  # of the form while the file is edited, and the reverse; empty where there is no choice
    )
    note: str = ""
    refused: bool = False  # nothing was saved
    problem: str = ""  # why, as far as no field says it
    names: bool = False  # because names wait to be decided
    unreadable: str = ""  # why the file can only be edited as a whole
    saved: bool = False
    said: str = ""
    revision: int = 0
    other: OtherVersion | None = None
    originals: Sequence[OriginalLink] = ()
