"""Changes single keys of a file, and leaves every other line's bytes as they are."""

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import replace

from app.errors import InvalidRecord
from app.records.emit import Habits, Written, entry, written
from app.records.frontmatter import Parts, split
from app.records.items import is_list_of_lines, line_start, with_items
from app.records.nodes import Node
from app.records.problems import SetAside
from app.records.yaml_guard import read_mapping

_LINE_END = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"[ \t]+#[^\r\n]*")
_COLON = re.compile(r"[ \t]*:")
_NAME = "front matter"


def change_keys(content: bytes, changes: Mapping[str, object | None], *, body: str | None = None) -> bytes:
    """The file with some of its keys changed: None removes a key, a new one is added (`id` at the top).

    Byte-identical where nothing changes; else only the lines of the changed keys differ. `body`, when
    given, replaces the text. Raises SetAside when the file can not be read, InvalidRecord when it could
    not be read back as asked.
    """
    if not changes and body is None:
        return content
    parts = split(content, _NAME)
    mapping = read_mapping(parts, _NAME)
    news = {key: written(value) for key, value in changes.items() if _differs(mapping, key, value)}
    text = _LINE_END.sub("\n", body) if body is not None else parts.body
    if not news and text == parts.body:
        return content
    expected = _expected(mapping, news)
    try:
        return _verified(_rewritten(parts, mapping, news, text), expected, text)
    except InvalidRecord:  # a mapping whose lines can not be changed one by one is written anew
        return _verified(_rewritten(parts, mapping, news, text, line_by_line=False), expected, text)


def _differs(mapping: Node, key: str, value: object) -> bool:
    node = (mapping.entries or {}).get(key)
    return node is not None if value is None else node is None or node.value != written(value)


def _expected(mapping: Node, news: Mapping[str, Written]) -> dict[str, object]:
    merged = {key: node.value for key, node in (mapping.entries or {}).items()} | dict(news)
    return {key: value for key, value in merged.items() if value is not None or key not in news}


def _rewritten(
    parts: Parts, mapping: Node, news: Mapping[str, Written], body: str, *, line_by_line: bool = True
) -> bytes:
    habits = replace(_habits(parts, mapping), line_by_line=line_by_line)
    head = _new_head(parts.head, mapping, news, habits)
    tail = parts.text[parts.body_start :]
    if body != parts.body:
        tail = body.replace("\n", habits.line_end)
    text = _fenced(parts, head, tail, habits.line_end) if parts.fenced or news else tail
    if not parts.fenced and not news and _opens_like_front_matter(text):
        text = _fenced(parts, "", tail, habits.line_end)
    return (BOM_UTF8 if parts.marked else b"") + _encoded(text)


def _fenced(parts: Parts, head: str, tail: str, line_end: str) -> str:
    if not parts.fenced:
        return f"---{line_end}{head}---{line_end}{tail}"
    opening, closing = parts.text[: parts.head_start], parts.text[parts.head_end : parts.body_start]
    if tail and not closing.endswith(("\r", "\n")):
        closing += line_end
    return opening + head + closing + tail


def _opens_like_front_matter(text: str) -> bool:
    try:
        content = _encoded(text)
        return content.startswith(BOM_UTF8) or split(content, _NAME).fenced
    except SetAside:
        return True


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise InvalidRecord("The text holds a character that is none (half of a pair).") from None


def _verified(content: bytes, expected: dict[str, object], body: str) -> bytes:
    """Nothing is handed out that would be read as anything else than what was asked for."""
    parts = split(content, _NAME)
    if read_mapping(parts, _NAME).value != expected or parts.body != body:
        raise InvalidRecord("The change can not be written so that it is read back the same.")
    return content


def _habits(parts: Parts, mapping: Node) -> Habits:
    first = _LINE_END.search(parts.text)
    nodes = list((mapping.entries or {}).values())
    lists = [node for node in nodes if node.items and node.style != "flow"]
    inner = [node for node in nodes if node.entries and node.style != "flow"]
    return Habits(
        line_end=first.group() if first else "\n",
        in_blocks=bool(lists),
        list_indent=_column(parts.head, lists[0].start) if lists else "",
        mapping_indent=_column(parts.head, inner[0].start) if inner else "  ",
    )


def _column(head: str, offset: int, otherwise: str = "  ") -> str:
    """The white space in front of a list's first hyphen or a mapping's first key."""
    before = head[line_start(head, offset) : offset]
    return otherwise if before.strip() else before


def value_end(head: str, node: Node) -> int:
    """Where the last character of a value is, without the blank lines that the parser counts to it."""
    if node.empty:
        colon = _COLON.match(head, node.name[1])
        return colon.end() if colon else node.name[1]
    return node.start + len(head[node.start : node.end].rstrip())


def _new_head(head: str, mapping: Node, news: Mapping[str, Written], habits: Habits) -> str:
    entries = mapping.entries or {}
    if mapping.style == "flow":
        return _as_block(mapping, news, habits)
    added = {key: value for key, value in news.items() if key not in entries}
    changed = sorted((entries[key].name[0], key) for key in news if key in entries)
    for _, key in reversed(changed):
        head = _with_changed(head, entries[key], key, news[key], habits)
    return _with_added(head, _indent(head, mapping), added, habits)


def _as_block(mapping: Node, news: Mapping[str, Written], habits: Habits) -> str:
    """Front matter in one pair of braces has no lines of single keys; it gets them."""
    values = {key: written(value) for key, value in _expected(mapping, news).items()}
    return "".join(entry(key, value, habits) + habits.line_end for key, value in values.items())


def _indent(head: str, mapping: Node) -> str:
    first = next(iter((mapping.entries or {}).values()), None)
    return _column(head, first.name[0], "") if first else ""


def _with_added(head: str, indent: str, added: Mapping[str, Written], habits: Habits) -> str:
    if added and head and not head.endswith(("\r", "\n")):
        head += habits.line_end
    for key, value in added.items():
        lines = _indented(entry(key, value, habits), indent, habits) + habits.line_end
        head = lines + head if key == "id" else head + lines
    return head


def _indented(lines: str, indent: str, habits: Habits) -> str:
    return habits.line_end.join(indent + line for line in lines.split(habits.line_end))


def _with_changed(head: str, node: Node, key: str, value: Written, habits: Habits) -> str:
    start = line_start(head, node.name[0])
    end = value_end(head, node)
    if value is None:
        return head[:start] + head[next_line(head, end) :]
    if isinstance(value, list) and value and is_list_of_lines(head, node):
        return with_items(head, node, value, habits.line_end, end)
    if habits.line_by_line and isinstance(value, dict) and value and node.entries and node.style != "flow":
        return _with_inner(head, node, value, habits)
    indent = _column(head, node.name[0], "")
    lines = entry(key, value, habits, style=node.style, comment=_comment(head, node, end))
    rest = _COMMENT.match(head, end)
    return head[:start] + _indented(lines, indent, habits) + head[rest.end() if rest else end :]


def _with_inner(head: str, node: Node, value: dict[str, Written], habits: Habits) -> str:
    """A mapping of several lines with only the lines of those of its keys changed that differ."""
    entries = node.entries or {}
    indent = _column(head, next(iter(entries.values())).name[0])
    added = {key: item for key, item in value.items() if key not in entries}
    after = next_line(head, value_end(head, node))
    head = _with_added(head[:after], indent, added, habits) + head[after:]
    changed = [(one.name[0], key) for key, one in entries.items() if one.value != value.get(key, one)]
    for _, key in sorted(changed, reverse=True):
        head = _with_changed(head, entries[key], key, value.get(key), habits)
    return head


def _comment(head: str, node: Node, end: int) -> str:
    """What is noted behind the key or behind a value on one line."""
    found = _COMMENT.search(head, node.name[1], max(node.name[1], node.start)) or _COMMENT.match(head, end)
    return found.group() if found else ""


def next_line(head: str, offset: int) -> int:
    found = _LINE_END.search(head, offset)
    return found.end() if found else len(head)
