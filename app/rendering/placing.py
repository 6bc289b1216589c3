"""Where a passage stands in the source, so that it can be closed, and where a closed one can be opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.token import Token

from app.rendering.closed import Region, end_of_region, source_lines
from app.rendering.parser import TooTangled
from app.rendering.parts import Part, read_part
from app.rendering.survey import Survey, survey

OPENS, ENDS = "::: closed", ":::"


@dataclass(frozen=True)
class Lines:
    """Lines of a source, counted from 0, `end` excluded; `prefix` stands before them in a quotation."""

    start: int
    end: int
    prefix: str = ""


def closed_around(markdown: str, anchor: str) -> list[str]:
    """The text with this open passage closed: first with it alone, then with the whole block it stands in.

    Which of them is right, rendering tells. Empty where there is no such passage.
    """
    lines = lines_of(markdown)
    try:
        part = read_part(lines)
    except TooTangled:
        return []
    survey(part, Survey())
    numbers = _numbers(part, lines)
    ways = [_moved(one, numbers) for one in _around(part.parsed.tokens, anchor)]
    return [_wrapped(lines, _in_quotation(lines, one)) for one in ways]


def lines_of(markdown: str) -> list[str]:
    """The lines that the renderer sees, with their own bytes where those are lines for everybody."""
    plain, seen = markdown.split("\n"), source_lines(markdown)
    return plain if len(plain) == len(seen) else seen


def closed_regions(markdown: str) -> list[tuple[Lines, Region]]:
    """Every closed region of the open text, with where it stands."""
    lines = lines_of(markdown)
    try:
        part = read_part(lines)
    except TooTangled:
        return []
    numbers = _numbers(part, lines)
    return [(Lines(numbers[at], numbers[at + 1]), region) for at, region in part.closed.items()]


def opened(markdown: str, region: Lines) -> str:
    """The text without the two lines that close this region."""
    lines = lines_of(markdown)
    inner = lines[region.start + 1 : region.end]
    if inner and not inner[-1].strip(": \t>"):
        inner.pop()
    return "\n".join([*lines[: region.start], *inner, *lines[region.end :]])


def _numbers(part: Part, lines: Sequence[str]) -> list[int]:
    """For each line that was parsed, its number in the source, and that of the source's end."""
    numbers, at = [], 0
    for number in range(len(part.lines)):
        numbers.append(at)
        at = end_of_region(lines, at) if number in part.closed else at + 1
    return [*numbers, len(lines)]


def _moved(found: Lines, numbers: Sequence[int]) -> Lines:
    return Lines(numbers[found.start], numbers[found.end], found.prefix)


def _around(tokens: Sequence[Token], anchor: str) -> list[Lines]:
    """The passage's own lines where only quotations are around it, and those of the block at the top."""
    open_: list[Token] = []
    for token, following in pairwise([*tokens, Token("end", "", 0)]):
        here = token.meta.get("anchor") == anchor or following.meta.get("anchor") == anchor
        if here and token.map and token.type != "heading_open":
            own = Lines(token.map[0], token.map[1])
            top = next((one.map for one in open_ if one.map), token.map)
            quoted = all(one.type == "blockquote_open" for one in open_)
            return [*([own] if quoted else []), Lines(top[0], top[1])]
        if token.nesting == 1:
            open_.append(token)
        elif token.nesting == -1:
            open_.pop()
    return []


def _in_quotation(lines: Sequence[str], found: Lines) -> Lines:
    """Without the empty lines at its end, and with the marks of the quotation it stands in."""
    end = found.end
    while end > found.start + 1 and not lines[end - 1].strip(" \t>"):
        end -= 1
    first = lines[found.start]
    marks = first[: len(first) - len(first.lstrip(" \t>"))]
    inside = found.start and lines[found.start - 1].lstrip().startswith(">")
    more = end < len(lines) and lines[end].lstrip().startswith(">")
    return Lines(found.start, end, marks if ">" in marks and (inside or more) else "")


def _wrapped(lines: Sequence[str], found: Lines) -> str:
    start, end, prefix = found.start, found.end, found.prefix
    return "\n".join(
        [*lines[:start], prefix + OPENS, *lines[start:end], (prefix + ENDS).rstrip(), *lines[end:]]
    )
