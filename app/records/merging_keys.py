"""Two people's front matter brought together, key by key, with the comments of both."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.records.blocks import as_lf
from app.records.edit import next_line, value_end
from app.records.frontmatter import Parts
from app.records.items import line_start
from app.records.nodes import Node
from app.records.three_way import Clash, picked, rightly_counted

_COMMENT = re.compile(r"(?:^|[ \t])#[^\n]*", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """A key as its file writes it: the comments and blank lines above, its own lines, what they mean."""

    above: str
    raw: str
    value: object

    @property
    def comments(self) -> list[str]:
        return sorted(_COMMENT.findall(self.raw))


@dataclass(frozen=True)
class Head:
    """Front matter cut into its keys; `below` is what stands under the last one."""

    entries: dict[str, Entry]
    below: str

    @property
    def loose(self) -> list[str]:
        """The lines that belong to no key."""
        texts = (*(entry.above for entry in self.entries.values()), self.below)
        return [line for text in texts for line in text.split("\n") if line.strip()]


NO_ENTRY = Entry("", "", None)


@dataclass(frozen=True)
class Touching:
    """A key that both changed; the texts as they are written, empty where the key is not there."""

    key: str
    base: str
    mine: str
    theirs: str


class KeysTouch(Exception):
    """Some keys were changed by both, or the comments between them (an empty `key`)."""

    def __init__(self, found: Iterable[Touching]) -> None:
        super().__init__()
        self.found = tuple(found)


def head_of(parts: Parts, mapping: Node) -> Head:
    """Front matter with a line for each key, LF line ends."""
    head, at, entries = parts.head, 0, dict[str, Entry]()
    for key, node in sorted((mapping.entries or {}).items(), key=lambda item: item[1].name[0]):
        start, end = line_start(head, node.name[0]), next_line(head, value_end(head, node))
        entries[key] = Entry(as_lf(head[at:start]), _closed(as_lf(head[start:end])), node.value)
        at = end
    return Head(entries, as_lf(head[at:]))


def _closed(lines: str) -> str:
    return lines if lines.endswith("\n") else lines + "\n"


def merged_head(base: Head, mine: Head, theirs: Head) -> str:
    """The front matter that says what both say. Raises KeysTouch with all that clash."""
    touching: list[Touching] = []
    lines: list[str] = []
    for key in _in_order(mine, theirs):
        three = [head.entries.get(key, NO_ENTRY) for head in (base, mine, theirs)]
        try:
            lines.append(_entry(*three))
        except Clash:
            touching.append(Touching(key, *(entry.above + entry.raw for entry in three)))
    if touching:
        raise KeysTouch(touching)
    return "".join(lines) + _below(base, mine, theirs, lines)


def _in_order(mine: Head, theirs: Head) -> list[str]:
    """Their order; what only mine has follows the key that it follows there."""
    order, before = list(theirs.entries), ""
    for key in mine.entries:
        if key not in theirs.entries:
            order.insert(order.index(before) + 1 if before else 0, key)
        before = key
    return order


def _entry(base: Entry, mine: Entry, theirs: Entry) -> str:
    """The lines of one key, none where one side took it out. Raises Clash."""
    above = picked(base.above, mine.above, theirs.above)
    try:
        return above + picked(base.raw, mine.raw, theirs.raw)
    except Clash:
        return above + _as_meant(base, mine, theirs)


def _as_meant(base: Entry, mine: Entry, theirs: Entry) -> str:
    """Quotation marks and spaces are no change of what a key says."""
    if mine.comments == theirs.comments and mine.value == theirs.value:
        return theirs.raw
    for one, other in ((mine, theirs), (theirs, mine)):
        if one.raw and one.comments == base.comments and one.value == base.value:
            return other.raw
    raise Clash


def _below(base: Head, mine: Head, theirs: Head, lines: list[str]) -> str:
    """What stands under the keys, if no comment is lost on the way or there twice."""
    try:
        below = picked(base.below, mine.below, theirs.below)
    except Clash:
        raise KeysTouch([_loose(base, mine, theirs)]) from None
    merged = Head({"": Entry("".join(lines), "", None)}, below)
    if rightly_counted(_notes(base), _notes(mine), _notes(theirs), _remarks(merged.loose)):
        raise KeysTouch([_loose(base, mine, theirs)])
    return below


def _notes(head: Head) -> list[str]:
    raws = (line for entry in head.entries.values() for line in entry.raw.split("\n"))
    return _remarks([*head.loose, *raws])


def _remarks(lines: Iterable[str]) -> list[str]:
    return [found.strip() for line in lines for found in _COMMENT.findall(line)]


def _loose(base: Head, mine: Head, theirs: Head) -> Touching:
    return Touching("", *("\n".join(_remarks(head.loose)) for head in (base, mine, theirs)))
