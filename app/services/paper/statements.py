"""A persona's statements on paper: as many as there is room for, of each heading some."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.services.paper.fitting import LEADING, lines_of
from app.services.paper.stories import shortened
from app.services.views import PaperGroup, PaperStatement, StatementGroupView, StatementView

NOBODY = "nobody has told us this yet"
LONGEST = 280  # characters of a statement
_SAID, _GAP, _HEADING, _MORE = 0.8, 0.5, 2.4, 1.3  # in sizes of the type of statements


@dataclass(frozen=True)
class Room:
    """The place of all statements: millimetres of a column, columns, the size of type, and headings."""

    width: float
    height: float
    columns: int
    size: float
    headings: int


def groups_that_fit(groups: Sequence[StatementGroupView], room: Room) -> list[PaperGroup]:
    """The first statements of each heading that there is room for, and how many more there are."""
    shown = groups[: room.headings]
    if room.columns == 1:
        kept = _in_turn(shown, room.height, room)
    else:
        height = room.height / (math.ceil(len(shown) / room.columns) or 1)
        kept = [_in_turn([group], height, room)[0] for group in shown]
    return [
        PaperGroup(
            heading=shortened(group.heading, 70),
            statements=[_statement(one) for one in group.statements[:many]],
            more=len(group.statements) - many,
        )
        for group, many in zip(shown, kept, strict=True)
        if many
    ]


def height_of_groups(groups: Sequence[PaperGroup], room: Room) -> float:
    """How high the statements stand that there was room for, in millimetres."""
    heights = [_heading(group.more) * room.size + _all(group, room) for group in groups]
    rows = [heights[start : start + room.columns] for start in range(0, len(heights), room.columns)]
    return sum(map(max, rows))


def _all(group: PaperGroup, room: Room) -> float:
    return sum(_height(one.text, room) for one in group.statements)


def _heading(more: int) -> float:
    return _HEADING + (_MORE if more else 0)


def _in_turn(groups: Sequence[StatementGroupView], height: float, room: Room) -> list[int]:
    """How many of each fit, where the first of each is taken before the second of any."""
    kept, used = [0] * len(groups), 0.0
    waiting = list(range(len(groups)))
    while waiting:
        at = waiting.pop(0)
        if kept[at] == len(groups[at].statements):
            continue
        begun = 0 if kept[at] else _heading(1) * room.size
        used_with = used + begun + _height(groups[at].statements[kept[at]].text, room)
        if used_with <= height:
            used, kept[at] = used_with, kept[at] + 1
            waiting.append(at)
    return kept


def _height(text: str, room: Room) -> float:
    lines = lines_of(shortened(text, LONGEST), room.size, room.width * 0.93)
    return room.size * (LEADING * (lines + _SAID) + _GAP)


def _statement(statement: StatementView) -> PaperStatement:
    told = bool(statement.stories)
    return PaperStatement(shortened(statement.text, LONGEST), _rests_on(statement) if told else NOBODY, told)


def _rests_on(statement: StatementView) -> str:
    """'6 quotes, 5 stories', 'a single story'."""
    quotes = f"{statement.quotes:,} {'quote' if statement.quotes == 1 else 'quotes'}"
    stories = "a single story" if statement.alone else f"{statement.stories:,} stories"
    return f"{quotes}, {stories}" if statement.quotes else stories
