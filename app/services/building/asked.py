"""What somebody asks to change in a persona, and the scene in which it is worked out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from app.database.visibility import Actor, fold_name
from app.errors import EditConflict, InvalidText
from app.records.personas import is_reference
from app.records.statements import Group, Item, Statements
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.building.loading import LoadedPersona, Shown
from app.services.defining import REFUSED
from app.services.evidence import Source, sources

LONGEST_WORDS, LONGEST_QUOTE = 500, 1_000  # characters of a statement, and of her quote
MOST_AT_ONCE = 50  # pieces of evidence in one step
OWN_WORDS = 5  # words of a quote that a statement may not repeat as they are
REFERENCE = re.compile(r"(?<![\w-])(?:s-\w{8,10}#[\w-]{1,80}|q-\w{8,10})(?!\w)", re.IGNORECASE)
NO_STATEMENT = "Choose the statement on the right first."
NO_HEADING = "Choose one of the headings."
NO_QUOTES = "Choose a quote on the left first, or paste the id of one."
NOT_FOUND = "No words that you may read were found by this: {named}."
TOO_MANY = f"Choose up to {MOST_AT_ONCE} quotes at once."
ONE_QUOTE = "Choose one quote: she has one at a time."
OWN = (
    "These are the words of somebody’s story. Say it in your own: what was said stays in the story, and goes "
    "with it when it is taken back."
)


class PersonaStale(EditConflict):
    """Somebody saved meanwhile; `loaded` is the file as it is now."""

    def __init__(self, loaded: LoadedPersona) -> None:
        super().__init__(loaded.row.id)
        self.loaded = loaded


@dataclass(frozen=True)
class Asked:
    """A form: what it does, the digest of the file that it was made from, its fields, the evidence chosen."""

    do: str
    expected: str
    fields: Mapping[str, str] = field(default_factory=dict)
    chosen: Sequence[str] = ()

    def text(self, name: str) -> str:
        return self.fields.get(name, "")


@dataclass(frozen=True)
class Change:
    """What becomes of the file: other statements, other keys, and what the version says of it.

    `then` is the key of the heading or statement to come back to.
    """

    note: str
    statements: Statements | None = None
    keys: Mapping[str, object | None] = field(default_factory=dict)
    then: str = ""


@dataclass(frozen=True)
class Scene:
    """The file as it is, what this person sees of it, and what she asks for."""

    archive: Archive
    connection: Connection
    actor: Actor
    loaded: LoadedPersona
    shown: Shown
    asked: Asked

    @property
    def groups(self) -> tuple[Group, ...]:
        return self.loaded.statements.groups

    def heading(self, name: str = "heading") -> int:
        """The place of the heading that was chosen. Raises InvalidText."""
        place = self.shown.headings.get(self.asked.text(name))
        if place is None:
            raise InvalidText(NO_HEADING)
        return place

    def statement(self) -> tuple[int, int]:
        """The places of the heading and the statement that were chosen. Raises InvalidText."""
        place = self.shown.at(self.asked.text("statement"))
        if place is None:
            raise InvalidText(NO_STATEMENT)
        return place

    def item(self) -> Item:
        number, place = self.statement()
        return self.groups[number].items[place]

    def evidence(self) -> dict[str, Source]:
        """What was chosen, in its order. Raises InvalidText where nothing was, or she may not read some."""
        named = list(dict.fromkeys(self.asked.chosen))
        if not named:
            raise InvalidText(NO_QUOTES)
        if len(named) > MOST_AT_ONCE:
            raise InvalidText(TOO_MANY)
        found = sources(self.archive, self.connection, self.actor, named)
        missing = [one for one in named if one not in found]
        if missing:
            raise InvalidText(NOT_FOUND.format(named=", ".join(missing)))
        return {one: found[one] for one in named}


def chosen_in(fields: Mapping[str, str]) -> tuple[str, ...]:
    """The references that a form names: quotes that were ticked, and what was pasted."""
    ticked = [name.removeprefix("take.") for name in fields if name.startswith("take.")]
    pasted = REFERENCE.findall(fields.get("pasted", "")[:20_000])
    return tuple(one for one in dict.fromkeys([*ticked, *pasted]) if is_reference(one))


def words_of(text: str, what: str, longest: int = LONGEST_WORDS) -> str:
    """One line of words that can be read. Raises InvalidText, which names `what`."""
    line = " ".join(text.split())
    if REFUSED.search(line):
        raise InvalidText(f"{what} holds a character that can not be read.")
    if len(line) > longest:
        raise InvalidText(f"{what} can have {longest} characters.")
    if not fold_name(line):
        raise InvalidText(f"{what} is missing.")
    return line


def own_words(text: str, evidence: Sequence[Source]) -> str:
    """A statement in the team's own words. Raises InvalidText where it is what somebody said."""
    words = words_of(text, "The statement")
    said = f" {_plain(words)} "
    for source in evidence:
        told = _plain(source.view.text or "")
        if told.count(" ") >= OWN_WORDS - 1 and f" {told} " in said:
            raise InvalidText(OWN)
    return words


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def heading_of(text: str) -> str:
    """A heading as it is written. Raises InvalidText."""
    return one_line(text, "The heading", needed=True)
