"""Subtitles cut into cues, so that each line is known to be a time, a name, words, or none of these.

The libraries read one cue's times each: what they would drop is so known by its line, and no words
depend on them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from app.imports.model import Report

ARROW = "-->"
_LONGEST_TIMES = 200  # characters
_BESIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")  # parts of WebVTT that are no cues
Times = tuple[float, float]  # seconds


@dataclass
class Cue:
    """`start` and `end` in seconds; None where the times can not be read. `line` is that of the times."""

    line: int
    times: Times | None
    lines: list[str] = field(default_factory=list)


@dataclass
class Cut:
    """The cues in the order of the file, and what the gatherer should know of them."""

    cues: list[Cue] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    notes: int = 0


def cut(text: str, read_times: Callable[[str], Times | None], *, numbered: bool) -> Cut:
    """The cues of a text. `numbered` is SubRip: only a number names a cue, and words may stand after an
    empty line."""
    found = Cut()
    for block in _blocks(text.split("\n"), numbered=numbered):
        if ARROW in block.lines[0]:
            _add_cue(found, block, read_times)
        elif not numbered and _BESIDE.match(block.lines[0]):
            found.notes += 1
        else:
            _add_stray(found, block, numbered=numbered)
    return found


@dataclass
class _Block:
    line: int  # of its first
    lines: list[str]
    name: str = ""


def _blocks(lines: list[str], *, numbered: bool) -> Iterator[_Block]:
    """Lines that stand together; a line of times begins a block, and takes the name above it.

    A line of spaces right below one of times is no empty line: captions that scroll have such.
    """
    block = _Block(0, [])
    for number, line in enumerate(lines, 1):
        if ARROW in line:
            name = block.lines.pop() if _is_name(block, line, numbered=numbered) else ""
            yield from [block] if block.lines else []
            block = _Block(number, [line], name)
        elif line.strip():
            block = block if block.lines else _Block(number, [])
            block.lines.append(line.strip())
        elif not line or len(block.lines) != 1 or ARROW not in block.lines[0]:
            yield from [block] if block.lines else []
            block = _Block(0, [])
    yield from [block] if block.lines else []


def _is_name(block: _Block, _times: str, *, numbered: bool) -> bool:
    """Whether the line right above a line of times is the cue's name."""
    if not block.lines or ARROW in block.lines[-1]:
        return False
    if numbered:
        return block.lines[-1].isdecimal()
    return len(block.lines) == 1 and not _BESIDE.match(block.lines[0])


def _add_cue(found: Cut, block: _Block, read_times: Callable[[str], Times | None]) -> None:
    times = read_times(block.lines[0]) if len(block.lines[0]) <= _LONGEST_TIMES else None
    found.cues.append(Cue(block.line, times, block.lines[1:]))
    place = f"line {block.line}"
    if times is None:
        reason = "The times of this cue can not be read; its words were kept without them."
        found.reports.append(Report(place, reason, "Look whether they stand where they belong."))
        found.cues[-1].lines[:0] = _words_beside(block.lines[0])
    elif times[1] < times[0]:
        reason = "This cue ends before it begins; its words were kept."
        found.reports.append(Report(place, reason, "Look whether they stand where they belong."))
    if " " in block.name:
        reason = "What stands above this cue's times was taken for its name, and left out."
        found.reports.append(Report(place, reason, "If somebody said it, add it."))


def _words_beside(times: str) -> list[str]:
    """What stands in a line that only looked like one of times; a line of figures is no words."""
    return [times] if re.search(r"[^\W\d_]{2}", times) else []


def _add_stray(found: Cut, block: _Block, *, numbered: bool) -> None:
    """Words that belong to no cue stay where they stand: in SubRip they go on from the cue above."""
    if numbered and found.cues:
        found.cues[-1].lines += block.lines
        return
    if not numbered and block.lines[0].startswith("WEBVTT") and not found.cues:
        return
    reason = "These words belong to no cue; they were kept where they stand, without a time."
    found.reports.append(Report(f"line {block.line}", reason, "Look whether somebody said them."))
    found.cues.append(Cue(block.line, None, block.lines))
