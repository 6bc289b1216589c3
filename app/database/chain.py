"""Tables that are only ever added to: each row's hash covers the row before it, under the archive's key.

Whoever can write to the database but has no key can neither change a row, nor take one out, nor add one
unnoticed; rows cut off the end are missed by the head. A whole chain that is gone with its head looks like
one that never began: who verifies has to know that it did.
"""

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from app.database.ledgers import CHAIN_HEAD
from app.database.state import upsert

FIRST = "0" * 64  # before the first link
AT_ONCE = 1_000  # rows in memory while a chain is verified


def append(connection: Connection, table: Table, values: Mapping[str, Any], key: bytes) -> int:
    """Add a row; its number, from 1. Belongs in the transaction that does what the row tells of.

    Two writers wait for each other: SQLite has one writer, elsewhere the head's row is locked.
    """
    return append_many(connection, table, [values], key)[0]


def append_many(
    connection: Connection, table: Table, many: Sequence[Mapping[str, Any]], key: bytes
) -> list[int]:
    """Add rows in their order, in as many statements as one row takes; their numbers."""
    if not many:
        return []
    last, before = _end(connection, table)
    rows: list[dict[str, Any]] = []
    for number, values in enumerate(many, last + 1):
        row = {"number": number, **values}
        before = row["hash"] = link(before, row, key)
        rows.append(row)
    number = rows[-1]["number"]
    connection.execute(insert(table), rows)
    now = {"number": number, "hash": _seal(number, before, key)}
    made = upsert(connection, CHAIN_HEAD).values(name=table.name, **now)
    connection.execute(made.on_conflict_do_update(index_elements=["name"], set_=now))
    return [row["number"] for row in rows]


def link(before: str, row: Mapping[str, Any], key: bytes) -> str:
    """The hash of a row that follows the one with the hash `before`."""
    told = {name: value for name, value in row.items() if name != "hash"}
    text = json.dumps([before, told], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), sha256).hexdigest()


def broken_links(connection: Connection, table: Table, key: bytes) -> Iterator[int]:
    """The numbers of rows that are not as they were written, or not there; nothing for a whole chain.

    One pass that keeps a thousand rows in memory. Where rows are added meanwhile, they belong to it.
    """
    last, seal = _head(connection, table)
    before, number, told = FIRST, 0, 0
    as_sealed = last == 0
    rows = select(table).order_by(table.c.number).execution_options(yield_per=AT_ONCE)
    for row in connection.execute(rows).mappings():
        while number + 1 < row["number"]:
            told = number = number + 1
            yield number
        number = row["number"]
        if not hmac.compare_digest(row["hash"], link(before, {**row}, key)):
            told = number
            yield number
        before = row["hash"]
        as_sealed = as_sealed or (number == last and hmac.compare_digest(seal, _seal(number, before, key)))
    end = _head(connection, table)[0]
    if not (as_sealed and last <= number <= end) and told < max(number, last):
        yield max(number, last)


def verify(connection: Connection, table: Table, key: bytes) -> tuple[int, int | None]:
    """How many rows there are, and the first that is not as it was written; None for a whole chain."""
    broken = next(broken_links(connection, table, key), None)
    return int(connection.execute(select(func.count()).select_from(table)).scalar() or 0), broken


def _head(connection: Connection, table: Table, *, lock: bool = False) -> tuple[int, str]:
    """The last row's number, and the seal on it."""
    head = select(CHAIN_HEAD).where(CHAIN_HEAD.c.name == table.name)
    row = connection.execute(head.with_for_update() if lock else head).first()
    return (row.number, row.hash) if row else (0, FIRST)


def _end(connection: Connection, table: Table) -> tuple[int, str]:
    """The last row's number and hash, kept from others who would add a row now."""
    number, _ = _head(connection, table, lock=True)
    found = connection.execute(select(table.c.hash).where(table.c.number == number)).scalar()
    return number, FIRST if found is None else str(found)


def _seal(number: int, last: str, key: bytes) -> str:
    """What only the archive can say of the last row: or rows could be cut off the end with their head."""
    return hmac.new(key, f"the end\n{number}\n{last}".encode(), sha256).hexdigest()
