"""Changes a list that has a line for each item, and keeps the lines of the items that stay."""

from itertools import pairwise

from app.records.emit import Written, inline
from app.records.nodes import Node


def line_start(head: str, offset: int) -> int:
    """Where the line of an offset begins."""
    return max(head.rfind("\n", 0, offset), head.rfind("\r", 0, offset)) + 1


def is_list_of_lines(head: str, node: Node) -> bool:
    """Whether a value is a list whose items begin with hyphens below its key."""
    if not node.items or node.style == "flow":
        return False
    before = head[line_start(head, node.start) : node.start]
    return not before.strip() and line_start(head, node.start) > node.name[1]


def with_items(head: str, node: Node, items: list[Written], line_end: str, end: int) -> str:
    """The front matter with another list in the place of this one; `end` is where its last item ends."""
    first, after = line_start(head, node.start), _line_after(head, end)
    kept = _kept(head, node, after)
    indent = head[first : node.start]
    lines = (kept.get(item) if isinstance(item, str) else None for item in items)
    new = (line or f"{indent}- {inline(item)}{line_end}" for line, item in zip(lines, items, strict=True))
    return head[:first] + "".join(new) + head[after:]


def _kept(head: str, node: Node, after: int) -> dict[str, str]:
    """Each text of the list with its lines, comments and empty lines below it included."""
    old = node.items or []
    starts = [line_start(head, item.start) for item in old] + [after]
    chunks = (head[start:stop] for start, stop in pairwise(starts))
    return {item.text: chunk for item, chunk in zip(old, chunks, strict=True) if item.text is not None}


def _line_after(head: str, offset: int) -> int:
    breaks = [at for at in (head.find("\n", offset), head.find("\r", offset)) if at >= 0]
    if not breaks:
        return len(head)
    return min(breaks) + (2 if head.startswith("\r\n", min(breaks)) else 1)
