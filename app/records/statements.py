"""The statements of a persona's file, read with the lines on which they stand, so that those that stay keep
their bytes; see statements_edit.py for how they are changed and written.
"""

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from app.records.edit import next_line, value_end
from app.records.emit import Written
from app.records.frontmatter import split
from app.records.items import is_list_of_lines, line_start
from app.records.nodes import Node
from app.records.yaml_guard import read_mapping

KEY = "statements"
_NAME = "persona"
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Item:
    """One entry of a list of statements. `text` holds its lines; empty where it is to be written anew.

    `tail` are comments and empty lines below it. `node` is its value in the front matter, `start` the place
    of `text` there.
    """

    value: Written
    text: str = ""
    tail: str = ""
    node: Node | None = field(default=None, compare=False)
    start: int = 0

    @property
    def words(self) -> str:
        """The statement; empty where it has no words, or is none."""
        said = self.value.get("statement") if isinstance(self.value, dict) else self.value
        return said.strip() if isinstance(said, str) else ""

    def references(self, key: str) -> tuple[str, ...]:
        """What is written under `evidence` or `against`, one by one, also what is no reference."""
        named = self.value.get(key) if isinstance(self.value, dict) else None
        listed = named if isinstance(named, list) else [named]
        texts = (text for one in listed if isinstance(one, str) for text in one.split(","))
        return tuple(text.strip() for text in texts if text.strip())


@dataclass(frozen=True)
class Group:
    """A heading with what stands under it. `opening` are its own lines; empty where they are to be written.

    `whole` are all lines of one that is written in some other way, such as in brackets: with the first
    change they are written anew. One that is not `readable` holds no list.
    """

    heading: str
    items: tuple[Item, ...] = ()
    opening: str = ""
    name: tuple[int, int] = (0, 0)  # of the heading in its opening
    whole: str = ""
    value: Written = None  # of the whole
    readable: bool = True


@dataclass(frozen=True)
class Statements:
    """All of them, with the `head` (front matter) in which they stand from `start` to `end`.

    `start` is None where they can not be changed line by line. `listed` are statements without headings,
    where the key holds a list or a text; then there are no groups.
    """

    groups: tuple[Group, ...] = ()
    listed: tuple[Item, ...] = ()
    opening: str = ""
    start: int | None = None
    end: int = 0
    head: str = ""
    line: int | None = None  # of the key, in the whole file


def read_statements(content: bytes) -> Statements:
    """The statements of a persona's file. Raises SetAside where it can not be read."""
    parts = split(content, _NAME)
    root = read_mapping(parts, _NAME)
    node = (root.entries or {}).get(KEY)
    by_lines = parts.fenced and root.style != "flow"
    if node is None:
        return Statements(head=parts.head, start=len(parts.head) if by_lines else None, end=len(parts.head))
    found = _statements(parts.head, node, by_lines=by_lines)
    return replace(found, line=node.line)


def _statements(head: str, node: Node, *, by_lines: bool) -> Statements:
    start, end = line_start(head, node.name[0]), next_line(head, value_end(head, node))
    own = head[start : next_line(head, node.name[1])]
    place = Statements(head=head, start=start if by_lines else None, end=end)
    if node.entries is None:
        items = node.items if node.items is not None else ([] if node.empty else [node])
        return replace(place, listed=tuple(Item(_raw(one)) for one in items), opening=_bare(own))
    if node.style == "flow" or not by_lines:
        groups = tuple(_alone(heading, one) for heading, one in node.entries.items())
        return replace(place, groups=groups, opening=_bare(own))
    starts = [line_start(head, one.name[0]) for one in node.entries.values()]
    spans = pairwise([*starts, end])
    groups = tuple(_group(head, *told) for told in zip(node.entries.items(), spans, strict=True))
    return replace(place, groups=groups, opening=head[start : min(starts)])


def _bare(line: str) -> str:
    """The key's own line without a value that was written on it; its comment stays."""
    name, _, rest = line.partition(":")
    comment = re.search(r"[ \t]+#[^\r\n]*", rest) if not set(rest) & set("[{\"'") else None
    end = _LINE_END.search(line)
    return f"{name}:{comment.group() if comment else ''}{end.group() if end else ''}"


def _alone(heading: str, node: Node) -> Group:
    """A heading of which no line is kept."""
    items = [node] if node.text is not None else node.items or []
    value = _raw(node)
    return Group(heading, tuple(Item(_raw(one)) for one in items), value=value, readable=_is_list(node))


def _is_list(node: Node) -> bool:
    return node.entries is None


def _group(head: str, told: tuple[str, Node], span: tuple[int, int]) -> Group:
    heading, node = told
    start, end = span
    name = (node.name[0] - start, node.name[1] - start)
    items = node.items or []
    if node.empty:
        return Group(heading, opening=head[start:end], name=name)
    if not items or not is_list_of_lines(head, node) or not all(_behind_hyphen(head, one) for one in items):
        opening = _bare(head[start : next_line(head, node.name[1])])
        return replace(_alone(heading, node), whole=head[start:end], opening=opening, name=name)
    starts = [line_start(head, one.start) for one in items]
    kept = (_item(head, one, *of) for one, of in zip(items, pairwise([*starts, end]), strict=True))
    return Group(heading, tuple(kept), opening=head[start : starts[0]], name=name)


def _behind_hyphen(head: str, node: Node) -> bool:
    return head[line_start(head, node.start) : node.start].strip() == "-"


def _item(head: str, node: Node, start: int, end: int) -> Item:
    last = node.start + len(head[node.start : node.end].rstrip())
    after = min(next_line(head, last), end)
    return Item(_raw(node), head[start:after], head[after:end], node, start)


def _raw(node: Node) -> Written:
    """A value as it is read: texts, lists and mappings."""
    if node.items is not None:
        return [_raw(one) for one in node.items]
    if node.entries is not None:
        return {key: _raw(one) for key, one in node.entries.items()}
    return node.text
