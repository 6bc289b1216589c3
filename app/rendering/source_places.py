"""Where a passage stands in the Markdown that it was made from."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from app.rendering.closed import source_lines
from app.rendering.parser import TooTangled
from app.rendering.parts import Part, read_part
from app.rendering.survey import Survey, survey

_LEAVES = ("inline", "fence", "code_block", "table_open")
_EMPTY = re.compile(r"[ \t]*")


@dataclass(frozen=True)
class Place:
    """Lines of a text, counted from 0, the last not among them: the passage's own, and the whole block's."""

    start: int
    end: int
    block_start: int
    block_end: int


def place_of(markdown: str, anchor: str) -> Place | None:
    """Where an open passage stands; None where there is none, or the text is too tangled to say."""
    try:
        part = read_part(source_lines(markdown))
    except TooTangled:
        return None
    survey(part, Survey())
    for block, token in _leaves(part.parsed.tokens):
        if token.meta.get("anchor") == anchor and token.map and block.map:
            return _place(part, token, block)
    return None


def line_offsets(markdown: str) -> list[int]:
    """Where each line begins, in characters; the last is the text's end. Every separator is one character."""
    offsets, at = [], 0
    for line in source_lines(markdown):
        offsets.append(at)
        at += len(line) + 1
    return [*offsets, len(markdown)]


def _leaves(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    """Each token of a passage, with that of the block on the text's own level that holds it."""
    block: Token | None = None
    for token in tokens:
        if token.level == 0 and token.nesting >= 0 and token.map:
            block = token
        if token.type in _LEAVES and block is not None:
            yield (block if _within(token, block) else token), token


def _within(token: Token, block: Token) -> bool:
    """A note's words are read at the text's end, but stand where they were written."""
    inner, outer = token.map or [0, 0], block.map or [0, 0]
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _place(part: Part, token: Token, block: Token) -> Place:
    (start, end), (first, last) = token.map or (0, 0), block.map or (0, 0)
    return Place(
        part.starts[start],
        _last(part, start, end),
        part.starts[first],
        _last(part, first, last),
    )


def _last(part: Part, start: int, end: int) -> int:
    """The line after the last that has anything in it: a list's lines go on to the next block."""
    while end > start + 1 and _EMPTY.fullmatch(part.lines[end - 1]):
        end -= 1
    return part.starts[min(end, len(part.starts) - 1)]
