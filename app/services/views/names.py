"""Names left behind in a story: what may tell who somebody is, what was decided of it, and the key."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.views.jobs import StoryLine
from app.services.views.parts import Pager


@dataclass(frozen=True)
class FoundPlace:
    """One place of a finding with the words beside it. `number` counts from 0 in its group."""

    number: int
    where: str  # 'line 3', or the field of the front matter
    before: str
    text: str
    after: str
    apart: bool = False  # in the address, or the storyteller's name: no place in which words are replaced


@dataclass(frozen=True)
class FoundGroup:
    """Everything that is the same finding. `digest` names it in the form."""

    anchor: str
    digest: str
    kind: str  # in words: 'name', 'telephone number'
    text: str
    also: Sequence[str]  # other ways in which it is written
    total: int
    places: Sequence[FoundPlace]  # the first of them
    more: int
    instead: str  # what to put in its place, as proposed
    is_name: bool
    in_address: bool = False  # and nowhere else: it needs another address
    reason: str = ""  # why it is to be kept, as it was typed
    shared: bool = False  # what is to stand in its place stands for somebody already: is it the same person?


@dataclass(frozen=True)
class TextPiece:
    """Words of the text; where they are a finding, with the address of what is to be decided of it."""

    text: str
    address: str = ""
    decided: bool = False


@dataclass(frozen=True)
class TextBlock:
    """A paragraph of the source, or a field of the front matter."""

    where: str
    pieces: Sequence[TextPiece]


@dataclass(frozen=True)
class NameDecided:
    """A decision, which can be taken back."""

    number: int
    text: str
    kind: str
    said: str  # 'replaced in 3 places', 'kept: …', 'ignored everywhere'
    who: str
    when_label: str


@dataclass(frozen=True)
class KeyEntry:
    """A name of the key and what stands for it."""

    name: str
    pseudonym: str


@dataclass(frozen=True)
class OthersPassage:
    """A passage that is someone else's story."""

    digest: str
    text: str  # empty where it is no longer in the story
    closed: bool
    settled: str  # in words; empty while nothing is
    reason: str


@dataclass(frozen=True)
class OpenPassage:
    """A passage that can be closed as someone else's story."""

    anchor: str
    label: str


@dataclass(frozen=True)
class NamesPage:
    """Everything templates/gathering/names.html may use."""

    id: str
    address: str
    heading: str
    story_address: str
    state: str
    draft: bool
    digest: str  # of the file that the forms were made from
    unreadable: str  # why there is nothing to be done here
    undecided: int  # groups
    pager: Pager
    shortened: bool  # only paragraphs in which something was found
    may_record: bool  # why a passage may be told without asking: stewards
    counts: Sequence[tuple[str, int]] = ()  # things of each kind that are undecided
    groups: Sequence[FoundGroup] = ()
    blocks: Sequence[TextBlock] = ()
    decided: Sequence[NameDecided] = ()
    key: Sequence[KeyEntry] = ()
    others: Sequence[OthersPassage] = ()
    passages: Sequence[OpenPassage] = ()
    saved: str = ""
    problem: str = ""
    conflict: bool = False
    slug: str = ""  # of the story
    named_by: Sequence[StoryLine] = ()  # personas whose files name it by its address
    typed_name: str = ""  # for the key, as it was typed
    typed_instead: str = ""
    shared: bool = False  # as that of FoundGroup, of what was typed for the key
