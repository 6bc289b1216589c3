"""Changes statements of a persona's file and leaves every other line as it is.

Only the values that change are written anew, in their places; what can not be written so is written as
one line, with all the keys that it had.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from app.errors import InvalidRecord
from app.records.edit import change_keys, next_line, value_end
from app.records.emit import Written, inline, scalar
from app.records.frontmatter import split
from app.records.items import is_list_of_lines, line_start
from app.records.nodes import Node
from app.records.problems import SetAside
from app.records.statements import KEY, Group, Item, Statements
from app.records.yaml_guard import read_mapping

_NAME = "persona"
_LINE_END = re.compile(r"\r\n|\r|\n")
UNWRITABLE = "The statements can not be written so that they are read back the same."


def changed_item(statements: Statements, item: Item, changes: Mapping[str, object]) -> Item:
    """A statement with other words (`statement`), `evidence` or `against`; its other keys stay."""
    old = item.value if isinstance(item.value, dict) else {"statement": item.value}
    new: dict[str, Written] = {**old, **{key: _as_written(value) for key, value in changes.items()}}
    value: Written = new if set(new) - {"statement"} else new["statement"]
    if item.node is None or not item.text:
        return replace(item, value=value, text="", node=None)
    text = _with_spans(item, _spans(statements.head, item.node, value))
    return replace(item, value=value, text=text, node=None)  # its places are no longer those of the head


def _as_written(value: object) -> Written:
    return list(value) if isinstance(value, tuple | list) else str(value)


Span = tuple[int, int, str]


def _spans(head: str, node: Node, value: Written) -> Iterator[Span]:
    """What is to stand where in the front matter."""
    if node.entries is None or not isinstance(value, dict):
        flow = isinstance(value, dict)
        text = inline(value) if flow else scalar(str(value), style=node.style if node.style in "'\"" else "")
        yield node.start, node.start + len(head[node.start : node.end].rstrip()), text
        return
    for key, one in value.items():
        old = node.entries.get(key)
        if old is None:
            yield _added(head, node, key, one)
        elif old.value != one:
            yield _replaced(head, old, one, flow=node.style == "flow")


def _added(head: str, node: Node, key: str, value: Written) -> Span:
    if node.style == "flow":
        return node.end - 1, node.end - 1, f", {key}: {inline(value)}"
    entries = list((node.entries or {}).values())
    column = entries[0].name[0] - line_start(head, entries[0].name[0])
    at = next_line(head, value_end(head, entries[-1]))
    return at, at, f"{' ' * column}{key}: {inline(value)}{_end_of(head)}"


def _end_of(text: str) -> str:
    found = _LINE_END.search(text)
    return found.group() if found else "\n"


def _replaced(head: str, node: Node, value: Written, *, flow: bool) -> Span:
    end = value_end(head, node)
    if not flow and isinstance(value, list) and value and is_list_of_lines(head, node):
        return _of_lines(head, node, value)
    if node.empty:
        return end, end, f" {inline(value)}"
    if not flow and node.items and node.style != "flow":
        return node.name[1] + 1, end, f" {inline(value)}"
    text = inline(value) if isinstance(value, list) else scalar(str(value), style=node.style, flow=flow)
    return node.start, end, text


def _of_lines(head: str, node: Node, value: Sequence[Written]) -> Span:
    """A list with a line for each reference: the lines of those that stay are kept."""
    items = node.items or []
    first, after = line_start(head, node.start), next_line(head, value_end(head, node))
    starts = [line_start(head, one.start) for one in items] + [after]
    kept = {one.text: head[starts[n] : starts[n + 1]] for n, one in enumerate(items)}
    before, end = head[first : node.start], _end_of(head)
    lines = (kept.get(one) if isinstance(one, str) else None for one in value)
    new = (line or f"{before}- {inline(one)}{end}" for line, one in zip(lines, value, strict=True))
    return first, after, "".join(new)


def _with_spans(item: Item, spans: Iterator[Span]) -> str:
    text = item.text
    for start, end, new in sorted(spans, reverse=True):
        text = text[: start - item.start] + new + text[end - item.start :]
    return text


def renamed(group: Group, heading: str) -> Group:
    """The same under another heading."""
    first, last = group.name
    opening = group.opening[:first] + scalar(heading) + group.opening[last:] if group.opening else ""
    name = (first, first + len(scalar(heading)))
    return replace(with_items(group, group.items), heading=heading, opening=opening, name=name)


def with_items(group: Group, items: Sequence[Item]) -> Group:
    """The same with these statements."""
    return replace(group, whole="", value=None, items=tuple(items))


def without(group: Group, place: int) -> Group:
    """The same without one of its statements; comments below it stay."""
    items, gone = list(group.items), group.items[place]
    del items[place]
    tail = gone.tail if "#" in gone.tail else ""
    if tail and place:
        items[place - 1] = replace(items[place - 1], tail=items[place - 1].tail + tail)
    opening = group.opening + ("" if place else tail)
    return replace(with_items(group, items), opening=opening)


def written(content: bytes, statements: Statements) -> bytes:
    """The file with these statements. Raises InvalidRecord where it would be read otherwise, SetAside."""
    value = value_of(statements)
    if statements.start is None:
        return _checked(content, change_keys(content, {KEY: value}), statements)
    try:
        return _checked(content, _in_place(content, statements), statements)
    except (InvalidRecord, SetAside):  # a value whose lines can not be changed one by one is written anew
        return _checked(content, _in_place(content, _anew(statements)), statements)


def value_of(statements: Statements) -> dict[str, Written]:
    """The statements as they are read back."""
    return {group.heading: _value(group) for group in statements.groups}


def _value(group: Group) -> Written:
    if group.whole or (group.value is not None and not group.opening):
        return group.value
    return [item.value for item in group.items] or None


def _anew(statements: Statements) -> Statements:
    groups = (
        replace(group, items=tuple(item if item.node else replace(item, text="") for item in group.items))
        for group in statements.groups
    )
    return replace(statements, groups=tuple(groups))


def _in_place(content: bytes, statements: Statements) -> bytes:
    parts = split(content, _NAME)
    head, start = parts.head, statements.start or 0
    end = _end_of(parts.text)
    lines = _block(statements, end)
    if start and not head[:start].endswith(("\r", "\n")):
        lines = end + lines
    text = parts.text[: parts.head_start] + head[:start] + lines + head[statements.end :]
    text += parts.text[parts.head_end :]
    return (b"\xef\xbb\xbf" if parts.marked else b"") + text.encode()


def _block(statements: Statements, end: str) -> str:
    opening = statements.opening or f"{_indent_of(statements.head)}{KEY}:{end}"
    outer = opening[: len(opening) - len(opening.lstrip(" "))]
    first = next((group.opening for group in statements.groups if group.opening), "")
    indent = _leading(first) or f"{outer}  "
    return _ended(opening, end) + "".join(_of_group(group, indent, end) for group in statements.groups)


def _indent_of(head: str) -> str:
    lines = (line for line in head.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    return _leading(next(lines, ""))


def _leading(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" "))]


def _ended(lines: str, end: str) -> str:
    return lines if not lines or lines.endswith(("\r", "\n")) else lines + end


def _of_group(group: Group, indent: str, end: str) -> str:
    if group.whole:
        return _ended(group.whole, end)
    if group.value is not None and not group.opening:
        return f"{indent}{scalar(group.heading)}: {inline(group.value)}{end}"
    opening = group.opening or f"{indent}{scalar(group.heading)}:{end}"
    own = next((_leading(item.text) for item in group.items if item.node), indent + "  ")
    return _ended(opening, end) + "".join(_of_item(item, own, end) for item in group.items)


def _of_item(item: Item, indent: str, end: str) -> str:
    if not item.text:
        return f"{indent}- {inline(item.value)}".rstrip(" ") + end + item.tail
    before = _leading(item.text)
    if before == indent:
        return _ended(item.text, end) + item.tail
    lines = item.text.splitlines(keepends=True)
    return _ended("".join(indent + line.removeprefix(before) for line in lines), end) + item.tail


def _checked(before: bytes, after: bytes, statements: Statements) -> bytes:
    """Nothing is handed out that would be read as anything else than what was asked for."""
    old, new = split(before, _NAME), split(after, _NAME)
    wanted, found = read_mapping(old, _NAME).value, read_mapping(new, _NAME).value
    assert isinstance(wanted, dict) and isinstance(found, dict)
    value = value_of(statements) or None
    got = found.get(KEY)
    same_order = not isinstance(got, dict) or list(got) == list(value or {})
    if {**wanted, KEY: value} != {**found, KEY: got or None} or not same_order or old.body != new.body:
        raise InvalidRecord(UNWRITABLE)
    return after
