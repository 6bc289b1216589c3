"""A story's text in parts: what is open, and each closed region as a text of its own.

A closed region never meets the open text: its headings, footnotes and definitions are read apart, so
what readers get is made of open lines alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from app.rendering.closed import Region, Sifted, closes, sift
from app.rendering.parser import Parsed, TooTangled, parse

_TRIES = 8  # how often a line may turn out to be no code after all, before nothing counts as code
_DEEPEST = 4  # closed regions inside closed regions


@dataclass
class Part:
    """One parsed text. `closed` are the regions in it, by the line that stands for each."""

    parsed: Parsed
    closed: dict[int, Region]
    lines: Sequence[str] = ()
    name: str = ""  # empty for the open part
    quotation: bool = False
    starts: Sequence[int] = ()  # where each of its lines stands in the text that it was read from


def read_part(lines: Sequence[str]) -> Part:
    """Parse a text without its closed regions.

    Raises TooTangled.
    """
    sifted, parsed = _agreed(lines, None)
    return _part(sifted, parsed)


def read_closed(region: Region, around: Part, name: str) -> Part:
    """Parse a closed region with what the text around it defines, for those who may read it."""
    lines = [*region.lines, *_definitions(region.lines, around)]
    try:
        if name.count(".") > _DEEPEST:
            raise TooTangled
        sifted, parsed = _agreed(lines, around.parsed.env.get("references"))
    except TooTangled:
        return Part(_one_paragraph(lines), {}, name=name, quotation=region.quotation)
    return replace(_part(sifted, parsed), name=name, quotation=region.quotation or around.quotation)


def _part(sifted: Sifted, parsed: Parsed) -> Part:
    closed = {line: sifted.regions[n] for line, n in sifted.places.items()}
    return Part(parsed, closed, sifted.lines, starts=sifted.starts)


def _definitions(lines: Sequence[str], around: Part) -> list[str]:
    """The footnotes of the text around that a closed region refers to."""
    text = "\n".join(lines)
    notes = around.parsed.env.get("notes", {}).items()
    wanted = [span for label, span in notes if f"[^{label}]" in text and f"[^{label}]:" not in text]
    return [line for start, end in wanted for line in ("", *around.lines[start:end])]


def _one_paragraph(lines: Sequence[str]) -> Parsed:
    words = Token("inline", "", 0, children=[Token("text", "", 0, content="\n".join(lines))])
    return Parsed([Token("paragraph_open", "p", 1), words, Token("paragraph_close", "p", -1)])


def _agreed(lines: Sequence[str], references: object) -> tuple[Sifted, Parsed]:
    """Lines and tokens that agree on what is code: where they do not, a line that may close does."""
    not_code: set[int] = set()
    for _ in range(_TRIES):
        sifted = sift(lines, not_fenced=not_code)
        parsed = parse(sifted.lines, references)
        stray = _first_stray(sifted, parsed)
        if stray is None:
            return sifted, parsed
        not_code.add(stray)
    sifted = sift(lines, not_fenced=range(len(lines)))
    return sifted, parse(sifted.lines, references)


def _first_stray(sifted: Sifted, parsed: Parsed) -> int | None:
    """The first line that looks like `::: closed` and is neither code nor one of ours."""
    code = {line for start, end in parsed.fenced for line in range(start + 1, end)}
    lines = enumerate(sifted.lines)
    return next((i for i, line in lines if i not in sifted.places and i not in code and closes(line)), None)
