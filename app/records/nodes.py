"""Front matter as it was written, with the place of every value."""

import re
from bisect import bisect_right
from dataclasses import dataclass

_LINE_START = re.compile(r"\r\n|\r|\n")


@dataclass
class Node:
    """A value as written: a text, nothing, a list or a mapping.

    `line` counts in the whole file and is the key's, where the value has one. `start` and `end` are
    offsets in the front matter, `name` those of the key. `style` is a text's quote or block mark, or
    'flow' for a list or mapping in brackets.
    """

    line: int
    start: int
    end: int
    style: str = ""
    text: str | None = None
    items: list["Node"] | None = None
    entries: dict[str, "Node"] | None = None
    name: tuple[int, int] = (0, 0)

    @property
    def empty(self) -> bool:
        return self.text is None and self.items is None and self.entries is None

    @property
    def value(self) -> object:
        """The same as plain Python: str, None, list, dict."""
        if self.items is not None:
            return [item.value for item in self.items]
        if self.entries is not None:
            return {key: node.value for key, node in self.entries.items()}
        return self.text


class Lines:
    """Line numbers in the whole file for offsets in the front matter."""

    def __init__(self, head: str, first: int) -> None:
        self._starts = [0, *(match.end() for match in _LINE_START.finditer(head))]
        self._first = first

    def at(self, offset: int) -> int:
        return self._first + bisect_right(self._starts, offset) - 1
