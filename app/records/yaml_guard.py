"""Reads front matter as what was written: texts, lists and mappings, nothing that can surprise.

Everything plain stays text (`2024`, `no`, `0123`). Anchors, aliases, tags and duplicate keys are refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from app.records.frontmatter import Parts, merge_conflict
from app.records.model import Problem
from app.records.nodes import Lines, Node
from app.records.problems import NO_NAME, SetAside, said, unreadable
from app.records.yaml_words import control, no_yaml

_UNMARK = "Delete the mark, or put the value in quotation marks."
DEEPEST = 12  # levels; what the archive knows needs four
MOST_VALUES = 5_000  # each costs the parser some 30 microseconds
SMALL, FEW, MANY = 4_096, 8, 128  # characters of front matter, and how many of what was read last are kept
MOST_PROBLEMS = 50  # of one file; more help nobody

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: |$)", re.MULTILINE)
_LOOSE_TAB = re.compile(r"(?<![ \t]) *+\t[ \t]*+(?=[\r\n#]|\Z)|(?m:(?<=:)\t+(?=\S))")


def read_mapping(parts: Parts, file: str) -> Node:
    """The front matter's mapping; an empty one where there is nothing but comments.

    Raises SetAside with all that stands in the way: it is no YAML or no mapping, has a duplicate key, an
    anchor, an alias, a tag, a control character, marks of a merge conflict, or is nested too deep.
    """
    kept = _small if len(parts.head) <= SMALL else _large
    try:
        return kept(parts.head, parts.head_line)
    except SetAside:
        return _read(parts.head, parts.head_line, file)  # for problems that name this file


def _kept(head: str, first_line: int) -> Node:
    """The same once for many: a save reads its front matter several times, and nobody changes a node."""
    return _read(head, first_line, "")


_small, _large = lru_cache(MANY)(_kept), lru_cache(FEW)(_kept)


def _read(head: str, first_line: int, file: str) -> Node:
    lines = Lines(head, first_line)
    _refuse_marks(head, lines, file)
    first = _Reader(head, lines, file)
    try:
        return first.read()
    except MarkedYAMLError as error:
        if "\\t" not in str(error.problem):
            raise SetAside([*first.problems, no_yaml(error, lines, file)]) from None
    return _with_spaces_for_loose_tabs(head, lines, file)


def _with_spaces_for_loose_tabs(head: str, lines: Lines, file: str) -> Node:
    """Tabs after a value or colon are harmless, though the parser refuses them; those that indent are not."""
    softened = _LOOSE_TAB.sub(lambda tab: " " * len(tab.group()), head)
    reader = _Reader(softened, lines, file)
    try:
        return reader.read()
    except MarkedYAMLError as error:
        raise SetAside([*reader.problems, no_yaml(error, lines, file)]) from None


def _refuse_marks(head: str, lines: Lines, file: str) -> None:
    conflict = _CONFLICT.search(head)
    if conflict:
        raise SetAside([merge_conflict(file, lines.at(conflict.start()))])
    forbidden = _FORBIDDEN.search(head)
    if forbidden:
        raise SetAside([control(file, lines.at(forbidden.start()))])


@dataclass
class _Reader:
    """Builds nodes from YAML's events one by one, so that nothing is built before it has been looked at."""

    head: str
    lines: Lines
    file: str
    problems: list[Problem] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def read(self) -> Node:
        events = self._checked(YAML(typ="base", pure=True).parse(self.head))
        root = Node(line=self.lines.at(0), start=0, end=0, entries={})
        for event in events:
            if isinstance(event, NodeEvent):
                root = self._node(event, events)
        if root.entries is None and not root.empty:
            self._refuse(root.line, "The front matter has no keys.", "Write each line as `key: value`.")
        if self.problems:
            raise SetAside(self.problems)
        return root if root.entries is not None else Node(root.line, 0, 0, entries={})

    def _checked(self, events: Iterator[Any]) -> Iterator[Event]:
        documents = depth = values = 0
        try:
            for event in events:
                documents += isinstance(event, DocumentStartEvent)
                depth += isinstance(event, (MappingStartEvent, SequenceStartEvent))
                depth -= isinstance(event, (MappingEndEvent, SequenceEndEvent))
                values += isinstance(event, NodeEvent)
                self._refuse_excess(event, documents, depth, values)
                self._refuse_marks(event)
                yield event
        except MarkedYAMLError:
            raise
        except YAMLError:
            self._stop(self.lines.at(0), "The front matter is no YAML.", "Check it line by line.")

    def _refuse_excess(self, event: Event, documents: int, depth: int, values: int) -> None:
        line = self.lines.at(event.start_mark.index)
        if documents > 1:
            self._stop(line, "The front matter holds more than one YAML document.", "Keep one.")
        if depth > DEEPEST:
            self._stop(line, "The front matter is nested too deep.", f"Use at most {DEEPEST} levels.")
        if values > MOST_VALUES:
            self._stop(line, "The front matter has too many values.", f"Keep at most {MOST_VALUES}.")

    def _refuse_marks(self, event: Any) -> None:
        line = self.lines.at(event.start_mark.index)
        if isinstance(event, AliasEvent):
            self._refuse(line, "A value is an alias (*name).", "Write it out, or put it in quotation marks.")
        elif getattr(event, "anchor", None) is not None:
            self._refuse(line, "A value has an anchor (&name).", _UNMARK)
        if getattr(event, "ctag", None) is not None:
            self._refuse(line, "A value has a tag (!name).", _UNMARK)
        if isinstance(event, ScalarEvent) and _FORBIDDEN.search(event.value):
            self.problems.append(control(self.file, line, self._key))

    def _node(self, event: Event, events: Iterator[Event]) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        node = Node(line=self.lines.at(start), start=start, end=end)
        if isinstance(event, ScalarEvent):
            node.style = event.style or ""
            node.text = _as_written(event)
        elif isinstance(event, SequenceStartEvent):
            node.style = "flow" if event.flow_style else ""
            self._fill_list(node, events)
        elif isinstance(event, MappingStartEvent):
            node.style = "flow" if event.flow_style else ""
            self._fill_mapping(node, events)
        return node

    def _fill_list(self, node: Node, events: Iterator[Event]) -> None:
        node.items = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                self._finish(node, event, node.items)
                return
            node.items.append(self._node(event, events))

    def _fill_mapping(self, node: Node, events: Iterator[Event]) -> None:
        node.entries = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                self._finish(node, event, list(node.entries.values()))
                return
            name = self._node(event, events)
            key = name.text or ""
            self.keys.append(key)
            entry = self._node(next(events), events)
            self._refuse_key(name, key, node.entries)
            entry.name, entry.line = (name.start, name.end), name.line
            node.entries[key] = entry
            self.keys.pop()

    def _finish(self, node: Node, event: Event, children: list[Node]) -> None:
        """A block ends with its last child: the parser looks past comments that belong to the next key."""
        if node.style == "flow" or not children:
            node.end = event.end_mark.index
        else:
            node.end = max(children[-1].end, children[-1].name[1])

    def _refuse_key(self, name: Node, key: str, entries: dict[str, Node]) -> None:
        if name.items is not None or name.entries is not None:
            self._refuse(name.line, "A key is a list or a mapping.", "Put quotation marks round it.")
        elif key in entries:
            remedy = f"Keep one of the two; the first is on line {self.lines.at(entries[key].name[0])}."
            self._refuse(name.line, f"The key {said(key)} is there twice.", remedy)

    @property
    def _key(self) -> str | None:
        return ".".join(key for key in self.keys if said(key) != NO_NAME) or None

    def _refuse(self, line: int, reason: str, remedy: str) -> None:
        self.problems.append(unreadable(self.file, line, reason, remedy, self._key))
        if len(self.problems) >= MOST_PROBLEMS:
            raise SetAside(self.problems)

    def _stop(self, line: int, reason: str, remedy: str) -> None:
        self._refuse(line, reason, remedy)
        raise SetAside(self.problems)


def _as_written(event: Any) -> str | None:
    if event.style in ("|", ">"):
        return str(event.value).rstrip("\n")
    return str(event.value) if event.value or event.style else None
