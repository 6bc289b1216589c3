"""Opening the database: SQLite that survives power loss, or PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url

BUSY_MILLISECONDS = 20_000  # a long reconcile may hold the writer's place
BRIEF_MILLISECONDS = 50
MIGRATIONS = Path(__file__).parent / "migrations"


def open_engine(url: str) -> Engine:
    """An engine for `url`. SQLite gets WAL, synchronous=FULL, foreign keys and secure deletion."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    waiting = {"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000}
    engine = create_engine(url, connect_args=waiting, hide_parameters=True)  # an error quotes no story
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would leave DDL outside transactions
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "cache_size=-8000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Any) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


@contextmanager
def writing_if_free(engine: Engine) -> Iterator[Connection]:
    """A connection that writes at once; its first statement raises OperationalError where others write.

    For what a reader should not wait for. PostgreSQL has no writer's place, and locks rows alone.
    """
    with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection:
        _be_patient(connection, BRIEF_MILLISECONDS)
        try:
            yield connection
        finally:
            _be_patient(connection, BUSY_MILLISECONDS)


def _be_patient(connection: Connection, milliseconds: int) -> None:
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute(f"PRAGMA busy_timeout={milliseconds}")


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest migration; does nothing when they are."""
    if _is_newest(engine):
        return
    # Here and not above: eleven megabytes, of which a server needs none once its tables are made.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def known_migrations() -> set[str]:
    """The numbers of the migrations that this version knows: a migration's file begins with its own."""
    return {path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def _is_newest(engine: Engine) -> bool:
    """Known without Alembic."""
    newest = max(known_migrations())
    if not inspect(engine).has_table("alembic_version"):
        return False
    with engine.connect() as connection:
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == newest
