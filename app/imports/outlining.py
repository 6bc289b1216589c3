"""Finds the requirements in a Word or Markdown document: its headings and numbered paragraphs. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from app.errors import ImportRefused
from app.imports.convert import convert
from app.imports.list_levels import SIGN, level_of, with_levels
from app.imports.names import kind_of
from app.imports.renumbering import numbers_anew, with_text_below
from app.rendering.parser import TooTangled, parse

DEEPEST, MOST = 6, 2_000  # requirements inside each other, and of one document
LONGEST_TEXT, LONGEST_RATIONALE, LONGEST_ABOUT = 4_000, 8_000, 8_000  # characters
NUMBERED = re.compile(r"(?:(?P<number>\d{1,3}(?:\.\d{1,3}){0,5})[.)]?|\([a-z0-9]{1,4}\)|[a-z]\))\s+(?=\S)")
TABLES = "{} in it became lines of text, a line for each row: look through them."
PARAGRAPHS = "It has no headings and no numbered paragraphs, so each paragraph became a requirement."
CUT = "{} were longer than there is room for, and end with … where they were cut."
PICTURES = "Pictures did not come along."
DASH = "– "  # before what stood in a list without numbers


@dataclass
class Item:
    """A requirement or heading that was found. `depth` counts from 0; no step in it is left out."""

    text: str
    depth: int
    heading: bool = False
    more: list[str] = field(default_factory=list)  # paragraphs beneath it
    typed: str = ""  # the number that stands before it in the document: '2.1.1'

    @property
    def rationale(self) -> str:
        return "\n\n".join(self.more)


@dataclass(frozen=True)
class Outline:
    """A document as a specification would have it. `reports` are sentences about what is otherwise now."""

    title: str
    about: str
    items: Sequence[Item]
    reports: Sequence[str]


def outline(name: str, content: bytes) -> Outline:
    """The requirements of a file. Raises ImportRefused, with a reason and a remedy.

    Of tracked changes what was put in stays and what was struck out goes; comments go as well.
    """
    converted = convert(name, with_levels(content) if kind_of(name) == "docx" else content)
    try:
        tokens = parse(converted.body.split("\n")).tokens
    except TooTangled:
        raise ImportRefused(
            "The document is nested deeper than can be read.", "Save its text alone, and bring that in."
        ) from None
    found = _Outliner()
    found.read(tokens)
    reports = [
        f"{one.place + ': ' if one.place else ''}{one.reason} {one.remedy}" for one in converted.reports
    ]
    return found.finished(converted.title, reports)


class _Outliner:
    """Reads a document's blocks one after the other."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.about: list[str] = []
        self.levels: list[int] = []  # of the headings that stand open
        self.numbers: list[str] = []  # of the numbered paragraphs that stand open under the last heading
        self.tables = 0

    def read(self, tokens: Sequence[Token]) -> None:
        at = 0
        while at < len(tokens):
            end = _closing(tokens, at)
            self._block(tokens[at : end + 1])
            at = end + 1

    def _block(self, block: Sequence[Token]) -> None:
        kind = block[0].type
        if kind == "heading_open":
            self._heading(int(block[0].tag[1:]), _words(block))
        elif kind == "ordered_list_open":
            self._listed(block, len(self.levels) + len(self.numbers))
        elif kind == "paragraph_open" and _level(block):
            self._add(_words(block), self._depth(block, 0))
        elif kind == "paragraph_open":
            self._paragraph(_words(block))
        elif kind == "table_open":
            self.tables += 1
            self._beneath("\n".join(_rows(block)))
        else:
            self._beneath(_words(block))

    def _heading(self, level: int, text: str) -> None:
        if not text:
            return
        while self.levels and self.levels[-1] >= level:
            self.levels.pop()
        self.numbers = []
        numbered = NUMBERED.match(text)
        self._add(text[numbered.end() :] if numbered else text, len(self.levels), heading=True)
        self.items[-1].typed = (numbered["number"] or "") if numbered else ""
        self.levels.append(level)

    def _paragraph(self, text: str) -> None:
        found = NUMBERED.match(text)
        if not found:
            self._beneath(text)
            return
        number = found["number"] or ""
        while self.numbers and not (number and number.startswith(f"{self.numbers[-1]}.")):
            self.numbers.pop()
        self._add(text[found.end() :], len(self.levels) + len(self.numbers))
        self.items[-1].typed = number
        if number:
            self.numbers.append(number)

    def _listed(self, block: Sequence[Token], depth: int) -> None:
        """Each entry of a numbered list is a requirement; numbered lists in it stand in that."""
        at = 1
        while at < len(block) - 1:
            end = _closing(block, at)
            self._entry(block[at + 1 : end], depth)
            at = end + 1

    def _entry(self, inside: Sequence[Token], depth: int) -> None:
        at, first = 0, True
        while at < len(inside):
            end = _closing(inside, at)
            part = inside[at : end + 1]
            if part[0].type == "ordered_list_open":
                self._listed(part, depth + (not first))
            elif first and part[0].type == "paragraph_open":
                self._add(_words(part), self._depth(part, depth))
                first = False
            else:
                self._beneath(_words(part))
            at = end + 1

    def _depth(self, block: Sequence[Token], depth: int) -> int:
        """How deep it stands: by the name of its style, which tells more than the list in which it came."""
        level = _level(block)
        return len(self.levels) + len(self.numbers) + level - 1 if level else depth

    def _add(self, text: str, depth: int, *, heading: bool = False) -> None:
        deepest = self.items[-1].depth + 1 if self.items else 0
        self.items.append(Item(text, min(depth, deepest, DEEPEST - 1), heading))

    def _beneath(self, text: str) -> None:
        if text:
            (self.items[-1].more if self.items else self.about).append(text)

    def finished(self, title: str, reports: list[str]) -> Outline:
        items, about = self.items, self.about
        if not items:
            items, about = [Item(text, 0) for text in about], []
            reports.append(PARAGRAPHS)
        if not items:
            raise ImportRefused("There are no words in this file.", "Look whether it is the right one.")
        if len(items) > MOST:
            raise ImportRefused(
                f"These are {len(items):,} requirements, and {MOST:,} is the most.",
                "Bring it in part by part.",
            )
        items, about = _without_title(items, about, title)
        reports += filter(
            None, [numbers_anew((one.typed, one.depth) for one in items), with_text_below(_settle(items))]
        )
        if self.tables:
            reports.append(TABLES.format("A table" if self.tables == 1 else f"{self.tables} tables"))
        return _cut(Outline(title, "\n\n".join(about), items, reports))


def _closing(tokens: Sequence[Token], at: int) -> int:
    """Where the block that begins here ends."""
    level = 0
    for place in range(at, len(tokens)):
        level += tokens[place].nesting
        if level <= 0:
            return place
    return len(tokens) - 1


def _words(block: Sequence[Token]) -> str:
    """The words of a block, a line for each paragraph in it; entries of a list behind a dash."""
    lines = list(_lines(block))
    return "\n".join(line for line in lines if line.strip())


def _lines(block: Sequence[Token]) -> Iterator[str]:
    listed = 0
    for token in block:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            listed += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            listed -= 1
        elif token.type == "inline":
            yield f"{DASH if listed else ''}{_inline(token)}"
        elif token.type in ("fence", "code_block"):
            yield token.content.strip()


def _level(block: Sequence[Token]) -> int:
    """The level that the name of its style says, from 1; 0 where it says none."""
    return max((level_of(one.content) for one in block if one.type == "inline"), default=0)


def _inline(token: Token) -> str:
    parts = []
    for one in token.children or ():
        if one.type in ("text", "code_inline"):
            parts.append(one.content)
        elif one.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return " ".join(SIGN.sub("", "".join(parts)).split())


def _rows(block: Sequence[Token]) -> Iterator[str]:
    cells: list[str] = []
    for token in block:
        if token.type == "tr_open":
            cells = []
        elif token.type == "inline":
            cells.append(_inline(token))
        elif token.type == "tr_close":
            yield " · ".join(one for one in cells if one)


def _without_title(items: list[Item], about: list[str], title: str) -> tuple[list[Item], list[str]]:
    """Without the one heading above all others that only says what the document is called."""
    first, *others = items
    if not first.heading or not others or first.text != title or any(one.depth == 0 for one in others):
        return items, about
    return [replace(one, depth=one.depth - 1) for one in others], [*about, *first.more]


def _settle(items: list[Item]) -> list[str]:
    """A heading in which nothing stands is a requirement itself: its words are all that is asked there.

    The words of such headings with text below.
    """
    asks: list[Item] = []
    for number, one in enumerate(items):
        after = items[number + 1] if number + 1 < len(items) else None
        orders = after is not None and after.depth > one.depth
        asks += [one] if one.heading and not orders else []
        one.heading = one.heading and orders
    return [one.text for one in asks if one.more]


def _cut(found: Outline) -> Outline:
    cut = 0
    for one in found.items:
        whole = (one.text, one.rationale)
        one.text, one.more = _within(one.text, LONGEST_TEXT), [_within(one.rationale, LONGEST_RATIONALE)]
        cut += (one.text, one.rationale) != whole
    reports = [*found.reports, *([CUT.format(f"{cut} of its texts")] if cut else [])]
    return replace(found, about=_within(found.about, LONGEST_ABOUT), reports=reports)


def _within(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
