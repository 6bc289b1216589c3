"""Tables that are only ever added to: each row's hash covers the row before it, under the archive's key.

Whoever can write to the database but has no key can neither change a row, nor take one out, nor add one
unnoticed; rows cut off the end are missed by the head.
"""

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from app.database.ledgers import CHAIN_HEAD
from app.database.state import upsert

FIRST = "0" * 64  # before the first link


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
    last, before = _head(connection, table)
    rows: list[dict[str, Any]] = []
    for number, values in enumerate(many, last + 1):
        row = {"number": number, **values}
        before = row["hash"] = link(before, row, key)
        rows.append(row)
    number = rows[-1]["number"]
    connection.execute(insert(table), rows)
    made = upsert(connection, CHAIN_HEAD).values(name=table.name, number=number, hash=before)
    now = {"number": number, "hash": before}
    connection.execute(made.on_conflict_do_update(index_elements=["name"], set_=now))
    return [row["number"] for row in rows]


def link(before: str, row: Mapping[str, Any], key: bytes) -> str:
    """The hash of a row that follows the one with the hash `before`."""
    told = {name: value for name, value in row.items() if name != "hash"}
    text = json.dumps([before, told], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), sha256).hexdigest()


def broken_links(connection: Connection, table: Table, key: bytes) -> Iterator[int]:
    """The numbers of rows that are not as they were written, or not there; nothing for a whole chain."""
    before, number = FIRST, 0
    for row in connection.execute(select(table).order_by(table.c.number)).mappings():
        while number + 1 < row["number"]:
            number += 1
            yield number
        number = row["number"]
        if not hmac.compare_digest(row["hash"], link(before, {**row}, key)):
            yield number
        before = row["hash"]
    last, at_its_end = _head(connection, table)
    if (number, before) != (last, at_its_end):
        yield max(number, last)


def _head(connection: Connection, table: Table) -> tuple[int, str]:
    row = connection.execute(
        select(CHAIN_HEAD).where(CHAIN_HEAD.c.name == table.name).with_for_update()
    ).first()
    return (row.number, row.hash) if row else (0, FIRST)
