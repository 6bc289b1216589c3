"""The catalogue's generation, and answers that stay right while it does."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from app.database.tables import STATE

Value = TypeVar("Value")
GENERATION = "generation"
GENERATION_NOW = f"SELECT value FROM {STATE.name} WHERE name = '{GENERATION}'"
KEPT = 512  # answers; the largest is a list of a few hundred short rows


def upsert(connection: Connection, table: Any) -> Any:
    """An INSERT that can say what to do on conflict, in the dialect of this connection."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def read_state(connection: Connection, name: str, default: str = "") -> str:
    """A small fact about the derived tables."""
    value = connection.execute(select(STATE.c.value).where(STATE.c.name == name)).scalar()
    return default if value is None else str(value)


def write_state(connection: Connection, name: str, value: str) -> None:
    """Set a small fact about the derived tables."""
    insert = upsert(connection, STATE).values(name=name, value=value)
    connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def advance(connection: Connection) -> int:
    """Begin a new generation; belongs in the transaction that changes the catalogue."""
    number = int(read_state(connection, GENERATION, "0")) + 1
    write_state(connection, GENERATION, str(number))
    return number


def _generation_of(connection: Connection) -> int:
    """The generation now; as plain SQL, because a page asks for it many times."""
    row = connection.exec_driver_sql(GENERATION_NOW).first()
    return int(row[0]) if row else 0


class Generation:
    """Keeps answers computed from the catalogue until it changes, in this process or another."""

    def __init__(self, most: int = KEPT) -> None:
        self._lock = threading.Lock()
        self._most = most
        self._number = -1
        self._kept: OrderedDict[Hashable, object] = OrderedDict()

    def keep(self, connection: Connection, name: Hashable, compute: Callable[[], Value]) -> Value:
        """The answer kept under `name`, computed afresh where the generation has changed."""
        number = _generation_of(connection)
        with self._lock:
            if number != self._number:
                self._kept.clear()
                self._number = number
            if name in self._kept:
                self._kept.move_to_end(name)
                return cast(Value, self._kept[name])
        value = compute()
        with self._lock:
            if number == self._number:
                self._kept[name] = value
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return value
