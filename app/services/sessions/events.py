"""What a session's log comes to: events in their order, and the board that they make. No SQL, no HTTP.

The board is computed from the log alone, so that it is the same on every screen and after every start.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

One = TypeVar("One")


class Kind(StrEnum):
    """What somebody did."""

    JOINED = "joined"
    LEFT = "left"
    IDEA = "idea"  # text
    REWORDED = "reworded"  # idea, text
    DROPPED = "dropped"  # number: of an idea, a decision or a next step, which goes from the board
    RETURNED = "returned"  # number: of what went from the board and is put back
    CELL = "cell"  # idea, column, verdict, note, base: number of the last text that she saw there
    CHOSEN = "chosen"  # idea, column, text: number of the one of several texts that stays
    PINNED = "pinned"  # idea, column; the quote stands in the row
    UNPINNED = "unpinned"
    VOTED = "voted"  # idea
    UNVOTED = "unvoted"
    GROUPED = "grouped"  # idea, name
    HIDDEN = "hidden"  # idea
    SHOWN = "shown"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    CLOCK = "clock"  # what, ends: ISO moment; both empty to stop it
    DECIDED = "decided"  # words, reason, idea or 0
    STEP = "step"  # what, who, day
    FOLLOWED = "followed"  # step, came: what came of it, done
    LEADS = "leads"  # who, on
    PREPARED = "prepared"  # something that was prepared is another now
    OPENED = "opened"
    CLOSED = "closed"


class Verdict(StrEnum):
    """What the table thinks of an idea for one persona, or beside one of the programme's values."""

    HELPS = "helps"
    PARTLY = "partly"
    NOT = "not"


@dataclass(frozen=True)
class Event:
    """One row of the log."""

    number: int
    kind: str
    participant: int | None
    data: Mapping[str, Any]
    at: datetime
    quote: int | None = None


@dataclass(frozen=True)
class Text:
    """What somebody wrote in a cell. An empty verdict is 'not yet discussed'."""

    number: int
    verdict: str
    note: str
    participant: int | None


@dataclass(frozen=True)
class Cell:
    """Where an idea meets a persona. Several texts: people wrote at the same time, and nobody has chosen."""

    texts: tuple[Text, ...] = ()
    written: int = 0  # number of the last event that changed its texts
    pins: tuple[int, ...] = ()  # keys of quotes

    @property
    def text(self) -> Text | None:
        return self.texts[0] if self.texts else None


@dataclass(frozen=True)
class Idea:
    """An idea; its number is that of the event which brought it."""

    number: int
    text: str
    participant: int | None
    group: str = ""
    hidden: bool = False
    votes: tuple[int, ...] = ()  # participants
    cells: Mapping[str, Cell] = field(default_factory=dict)  # by persona id, or `value-` and a value's key

    def cell(self, column: str) -> Cell:
        return self.cells.get(column, Cell())


@dataclass(frozen=True)
class Decision:
    """What was decided and why."""

    number: int
    words: str
    reason: str
    idea: int  # 0 for none in particular
    participant: int | None


@dataclass(frozen=True)
class NextStep:
    """What somebody said they would do, and what came of it."""

    number: int
    what: str
    who: str
    day: str  # ISO date; empty where none was named
    participant: int | None
    came: str = ""
    done: bool = False
    followed: datetime | None = None


@dataclass(frozen=True)
class State:
    """The board after `number` events."""

    number: int = 0
    ideas: Mapping[int, Idea] = field(default_factory=dict)  # in the order in which they came
    decisions: Mapping[int, Decision] = field(default_factory=dict)
    steps: Mapping[int, NextStep] = field(default_factory=dict)
    off: "Mapping[int, Idea | Decision | NextStep]" = field(default_factory=dict)  # taken off
    locked: bool = False
    clock_ends: str = ""  # ISO moment
    clock_what: str = ""

    def votes_of(self, participant: int) -> int:
        """How many votes somebody has given."""
        return sum(participant in idea.votes for idea in self.ideas.values())


def fold(events: Iterable[Event], state: State | None = None) -> State:
    """The board after these events, which follow those that `state` knows."""
    board = state or State()
    for event in events:
        change = _CHANGES.get(event.kind)
        board = replace(change(board, event) if change else board, number=event.number)
    return board


def _with_idea(state: State, number: int, change: Callable[[Idea], Idea]) -> State:
    idea = state.ideas.get(number)
    return replace(state, ideas={**state.ideas, number: change(idea)}) if idea else state


def _with_cell(state: State, event: Event, change: Callable[[Cell], Cell]) -> State:
    column = event.data["column"]

    def changed(idea: Idea) -> Idea:
        return replace(idea, cells={**idea.cells, column: change(idea.cell(column))})

    return _with_idea(state, event.data["idea"], changed)


def _idea(state: State, event: Event) -> State:
    idea = Idea(event.number, event.data["text"], event.participant)
    return replace(state, ideas={**state.ideas, idea.number: idea})


def _reworded(state: State, event: Event) -> State:
    return _with_idea(state, event.data["idea"], lambda idea: replace(idea, text=event.data["text"]))


def _dropped(state: State, event: Event) -> State:
    gone = event.data["number"]
    found = state.ideas.get(gone) or state.decisions.get(gone) or state.steps.get(gone)
    return replace(
        state,
        ideas=_without(state.ideas, gone),
        decisions=_without(state.decisions, gone),
        steps=_without(state.steps, gone),
        off={**state.off, gone: found} if found else state.off,
    )


def _without(each: Mapping[int, One], number: int) -> dict[int, One]:
    return {key: one for key, one in each.items() if key != number}


def _returned(state: State, event: Event) -> State:
    """It stands where it stood, with all that was said of it."""
    number = event.data["number"]
    found, state = state.off.get(number), replace(state, off=_without(state.off, number))
    if isinstance(found, Idea):
        return replace(state, ideas=_with(state.ideas, number, found))
    if isinstance(found, Decision):
        return replace(state, decisions=_with(state.decisions, number, found))
    return replace(state, steps=_with(state.steps, number, found)) if found else state


def _with(each: Mapping[int, One], number: int, one: One) -> dict[int, One]:
    return dict(sorted([*each.items(), (number, one)]))


def _cell(state: State, event: Event) -> State:
    told = event.data
    text = Text(event.number, told["verdict"], told["note"], event.participant)
    return _with_cell(state, event, lambda cell: _written(cell, text, told["base"]))


def _written(cell: Cell, text: Text, base: int) -> Cell:
    """Both texts stay where somebody else wrote another one that this writer had not seen."""
    others = tuple(one for one in cell.texts if one.participant != text.participant)
    unseen = any(one.number > base and _differs(one, text) for one in others)
    open_still = len(cell.texts) > 1  # until a facilitator chooses
    kept = others if unseen or open_still else ()
    return replace(cell, texts=(*kept, text), written=text.number)


def _differs(one: Text, other: Text) -> bool:
    return (one.verdict, one.note) != (other.verdict, other.note)


def _chosen(state: State, event: Event) -> State:
    def chosen(cell: Cell) -> Cell:
        kept = tuple(one for one in cell.texts if one.number == event.data["text"])
        return replace(cell, texts=kept or cell.texts, written=event.number)

    return _with_cell(state, event, chosen)


def _pinned(state: State, event: Event) -> State:
    def pinned(cell: Cell) -> Cell:
        others = tuple(pin for pin in cell.pins if pin != event.quote)
        new = (event.quote,) if event.kind == Kind.PINNED and event.quote is not None else ()
        return replace(cell, pins=(*others, *new))

    return _with_cell(state, event, pinned)


def _voted(state: State, event: Event) -> State:
    def voted(idea: Idea) -> Idea:
        others = tuple(one for one in idea.votes if one != event.participant)
        new = (event.participant,) if event.kind == Kind.VOTED and event.participant is not None else ()
        return replace(idea, votes=(*others, *new))

    return _with_idea(state, event.data["idea"], voted)


def _grouped(state: State, event: Event) -> State:
    return _with_idea(state, event.data["idea"], lambda idea: replace(idea, group=event.data["name"]))


def _hidden(state: State, event: Event) -> State:
    hidden = event.kind == Kind.HIDDEN
    return _with_idea(state, event.data["idea"], lambda idea: replace(idea, hidden=hidden))


def _locked(state: State, event: Event) -> State:
    return replace(state, locked=event.kind == Kind.LOCKED)


def _clock(state: State, event: Event) -> State:
    return replace(state, clock_ends=event.data["ends"], clock_what=event.data["what"])


def _decided(state: State, event: Event) -> State:
    told = event.data
    decision = Decision(event.number, told["words"], told["reason"], told["idea"], event.participant)
    return replace(state, decisions={**state.decisions, event.number: decision})


def _step(state: State, event: Event) -> State:
    told = event.data
    step = NextStep(event.number, told["what"], told["who"], told["day"], event.participant)
    return replace(state, steps={**state.steps, event.number: step})


def _followed(state: State, event: Event) -> State:
    step = state.steps.get(event.data["step"])
    if step is None:
        return state
    now = replace(step, came=event.data["came"], done=event.data["done"], followed=event.at)
    return replace(state, steps={**state.steps, step.number: now})


_CHANGES: Mapping[str, Callable[[State, Event], State]] = {
    Kind.IDEA: _idea,
    Kind.REWORDED: _reworded,
    Kind.DROPPED: _dropped,
    Kind.RETURNED: _returned,
    Kind.CELL: _cell,
    Kind.CHOSEN: _chosen,
    Kind.PINNED: _pinned,
    Kind.UNPINNED: _pinned,
    Kind.VOTED: _voted,
    Kind.UNVOTED: _voted,
    Kind.GROUPED: _grouped,
    Kind.HIDDEN: _hidden,
    Kind.SHOWN: _hidden,
    Kind.LOCKED: _locked,
    Kind.UNLOCKED: _locked,
    Kind.CLOCK: _clock,
    Kind.DECIDED: _decided,
    Kind.STEP: _step,
    Kind.FOLLOWED: _followed,
}
