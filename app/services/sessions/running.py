"""What participants do on the board: ideas, cells, pins and votes."""

from sqlalchemy import select

from app.database.marking import QUOTE
from app.database.visibility import on_the_table, quotes_of
from app.errors import InvalidText, NotFound
from app.services.archive import Archive
from app.services.defining import tidied
from app.services.insight.placing import quote_ids
from app.services.marking.lines import IN_STORIES
from app.services.sessions.boards import personas_on, worths_of
from app.services.sessions.changing import Change, Here, Sent, add, refuse_unless_open, writing_in
from app.services.sessions.events import Kind, Verdict
from app.services.sessions.leading import MOST_IDEAS, TOO_MANY
from app.services.sessions.passages import NAMED, marked_to_pin
from app.services.sessions.room import actors_in
from app.services.sessions.telling import left_on_table
from app.services.views import SessionColumn

LONGEST_IDEA, LONGEST_NOTE = 500, 1_000  # characters
MOST_PINS = 12
NO_WORDS = "There are no words in this yet. Write the idea first."
TOO_LONG = "This is {:,} characters long, and an idea can have {:,}. Say the heart of it; a note takes more."
NO_VOTES = "You have given all {} of your votes. Take one back first."
NO_QUOTE = (
    "No quote was found by this that everybody in the room may read. Below the words of each quote stands "
    "its id, such as q-4hd8n0qe: paste that, or the quote’s address."
)
MANY_PINS = "A cell has room for {} quotes."
NOT_HERS = "Only who brought an idea, and facilitators, may reword it or take it off."


def add_idea(archive: Archive, sent: Sent, text: str) -> int:
    """Bring an idea; its number. Raises InvalidText."""
    words = idea_words(text)

    def make(here: Here) -> Change:
        if len(here.state.ideas) >= MOST_IDEAS:
            raise InvalidText(TOO_MANY.format(MOST_IDEAS))
        return Change({"text": words})

    return add(archive, sent, Kind.IDEA, make)


def idea_words(text: str) -> str:
    """An idea's words, tidied. Raises InvalidText."""
    words = tidied(text, max(len(text), 1))
    if not words:
        raise InvalidText(NO_WORDS)
    if len(words) > LONGEST_IDEA:
        raise InvalidText(TOO_LONG.format(len(words), LONGEST_IDEA))
    return words


def reword_idea(archive: Archive, sent: Sent, idea: int, text: str) -> int:
    """Say an idea otherwise: who brought it may, and facilitators. Raises InvalidText, NotFound."""
    words = idea_words(text)

    def make(here: Here) -> Change:
        _refuse_others(here, idea)
        return Change({"idea": idea, "text": words})

    return add(archive, sent, Kind.REWORDED, make)


def drop_idea(archive: Archive, sent: Sent, idea: int) -> int:
    """Take an idea off the board; it stays in the log. Raises InvalidText, NotFound."""

    def make(here: Here) -> Change:
        _refuse_others(here, idea)
        return Change({"number": idea})

    return add(archive, sent, Kind.DROPPED, make)


def _refuse_others(here: Here, idea: int) -> None:
    if here.idea(idea).participant != here.seen.key and not here.seen.leads:
        raise InvalidText(NOT_HERS)


def write_cell(
    archive: Archive, sent: Sent, idea: int, column: str, verdict: str, note: str, base: int
) -> int:
    """Say how an idea would have helped; `base` is the number of what she saw there.

    Where somebody else wrote otherwise since, both texts stay until a facilitator chooses. Raises
    InvalidText, NotFound.
    """
    if verdict not in ("", *Verdict):
        raise InvalidText("Choose one of the answers.")
    words = tidied(note, LONGEST_NOTE)

    def make(here: Here) -> Change:
        here.idea(idea)
        column_of(here, column)
        told = {"verdict": verdict, "note": words, "base": base}
        return Change({"idea": idea, "column": column, **told})

    return add(archive, sent, Kind.CELL, make)


def column_of(here: Here, column: str) -> SessionColumn:
    """A persona that the room sees, or a value. Raises NotFound."""
    actors = actors_in(here.archive, here.connection, here.session, here.seen.actor)
    shown = personas_on(here.archive, here.connection, here.session, actors)
    for one in (*shown, *worths_of(here.session)):
        if one.key == column:
            return one
    raise NotFound


def pin_quote(archive: Archive, sent: Sent, idea: int, column: str, pasted: str) -> int:
    """Pin a quote to a cell: one that everybody in the room may read. Raises InvalidText, NotFound.

    Who works here may name a passage as well, which is marked by it.
    """
    pasted = _marked(archive, sent, pasted) or pasted

    def make(here: Here) -> Change:
        pins = here.idea(idea).cell(column).pins
        column_of(here, column)
        if len(pins) >= MOST_PINS:
            raise InvalidText(MANY_PINS.format(MOST_PINS))
        return Change({"idea": idea, "column": column}, quote=_quote(here, pasted))

    return add(archive, sent, Kind.PINNED, make)


def _marked(archive: Archive, sent: Sent, pasted: str) -> str:
    """The id of the quote that a passage becomes, where somebody who may write here now names one."""
    if quote_ids(pasted) or not NAMED.search(pasted):
        return ""
    with writing_in(archive, sent.seen, sent.session_id) as here:
        refuse_unless_open(here, leads=False)
        actors = actors_in(archive, here.connection, here.session, sent.seen.actor)
    return marked_to_pin(archive, sent.seen, actors, here.session.key, pasted)


def unpin_quote(archive: Archive, sent: Sent, idea: int, column: str, quote_id: str) -> int:
    """Take a quote off a cell again. Raises InvalidText, NotFound."""

    def make(here: Here) -> Change:
        here.idea(idea)
        return Change({"idea": idea, "column": column}, quote=_quote(here, quote_id))

    return add(archive, sent, Kind.UNPINNED, make)


def _quote(here: Here, pasted: str) -> int:
    ids = quote_ids(pasted)
    if ids:
        actors = actors_in(here.archive, here.connection, here.session, here.seen.actor)
        seen = quotes_of(on_the_table(actors, here.archive.now()))
        here_still = left_on_table(here.session.key)
        this = select(QUOTE.c.key).select_from(IN_STORIES).where(QUOTE.c.id == ids[0], seen, here_still)
        key = here.connection.execute(this).scalar()
        if key is not None:
            return int(key)
    raise InvalidText(NO_QUOTE)


def vote(archive: Archive, sent: Sent, idea: int) -> int:
    """Give an idea one of one's votes. Raises InvalidText, NotFound."""

    def make(here: Here) -> Change:
        voted = here.seen.key in here.idea(idea).votes
        if not voted and here.state.votes_of(here.seen.key or 0) >= here.session.votes:
            raise InvalidText(NO_VOTES.format(here.session.votes))
        return Change({"idea": idea})

    return add(archive, sent, Kind.VOTED, make)


def take_vote_back(archive: Archive, sent: Sent, idea: int) -> int:
    """Take one's vote for an idea back. Raises InvalidText, NotFound."""

    def make(here: Here) -> Change:
        here.idea(idea)
        return Change({"idea": idea})

    return add(archive, sent, Kind.UNVOTED, make)
