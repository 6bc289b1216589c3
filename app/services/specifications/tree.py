"""The requirements of a specification in their order, each under its number."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.database.specifications import REQUIREMENT
from app.database.tables import AnyRow
from app.errors import NotFound

PRIORITIES = {"must": "Must", "should": "Should", "could": "Could", "": "Not said yet"}
DEEPEST = 6  # headings and requirements inside each other


@dataclass(frozen=True)
class Node:
    """A row of REQUIREMENT and where it stands. `number` is as '2.1.3'."""

    row: AnyRow
    number: str
    depth: int  # 0 for those that stand in nothing
    before: int | None  # the key of the one above it among its own
    after: int | None
    inside: int  # how many stand in it


def nodes_of(connection: Connection, specification: int) -> list[Node]:
    """All that are there, in the order in which they are read. `specification` is the row's key.

    What stands in one that was taken away is not there either.
    """
    here = (REQUIREMENT.c.specification == specification, REQUIREMENT.c.removed.is_(None))
    ordered = select(REQUIREMENT).where(*here).order_by(REQUIREMENT.c.place, REQUIREMENT.c.key)
    inside: dict[int | None, list[AnyRow]] = defaultdict(list)
    for row in connection.execute(ordered):
        inside[row.parent].append(row)
    return list(_walk(inside, None, "", 0))


def _walk(
    inside: Mapping[int | None, Sequence[AnyRow]], parent: int | None, number: str, depth: int
) -> Iterator[Node]:
    rows = inside.get(parent, ())
    for place, row in enumerate(rows):
        own = f"{number}{place + 1}"
        before = rows[place - 1].key if place else None
        after = rows[place + 1].key if place + 1 < len(rows) else None
        yield Node(row, own, depth, before, after, len(inside.get(row.key, ())))
        yield from _walk(inside, row.key, f"{own}.", depth + 1)


def node_named(nodes: Sequence[Node], requirement_id: str) -> Node:
    """The one with this id. Raises NotFound."""
    found = next((one for one in nodes if one.row.id == requirement_id), None)
    if found is None:
        raise NotFound
    return found


def inside_of(nodes: Sequence[Node], node: Node) -> list[Node]:
    """A requirement and all that stands in it, in order."""
    found = {node.row.key: node}
    for one in nodes:  # whatever stands in something comes behind it
        if one.row.parent in found:
            found[one.row.key] = one
    return [*found.values()]
