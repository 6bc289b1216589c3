"""The tables that the migrations make are those that the archive works with."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel

from app.database import coverage, gathering, harvesting, insight, ledgers, marking, people, sessions, tables  # noqa: F401  the models register themselves
from app.database.engine import MIGRATIONS, migrate, open_engine


@pytest.fixture
def engine(tmp_path):
    opened = open_engine(f"sqlite:///{tmp_path / 'a.db'}")
    yield opened
    opened.dispose()


def differences(engine):
    """Tables and columns; Alembic can not compare an index in descending order."""
    with engine.connect() as connection:
        how = {"include_object": lambda one, name, kind, reflected, other: kind != "index"}
        return compare_metadata(MigrationContext.configure(connection, opts=how), SQLModel.metadata)


def indexes(engine):
    """Every index as SQLite writes it down."""
    with engine.connect() as connection:
        found = connection.execute(text("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql > ''"))
        return sorted(" ".join(sql.replace('"', "").split()) for (sql,) in found)


def move(engine, step, number):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        step(config, number)
        connection.commit()


def test_the_migrations_make_the_tables_of_the_models(engine):
    migrate(engine)
    assert differences(engine) == []


def test_the_migrations_make_the_indexes_of_the_models(engine, tmp_path):
    migrate(engine)
    at_once = open_engine(f"sqlite:///{tmp_path / 'b.db'}")
    SQLModel.metadata.create_all(at_once)
    assert indexes(engine) == indexes(at_once) != []
    at_once.dispose()


def test_a_table_that_no_migration_makes_would_be_noticed(engine):
    move(engine, command.upgrade, "0003")
    assert {change[0] for change in differences(engine)} == {"add_table", "add_column"}


def test_every_migration_can_be_taken_back_and_made_again(engine):
    migrate(engine)
    move(engine, command.downgrade, "base")
    migrate(engine)
    assert differences(engine) == []


def test_people_and_their_sessions_outlast_the_second_factor_s_migration(engine):
    move(engine, command.upgrade, "0005")
    day = "'2026-03-04 12:00:00'"
    with engine.connect() as connection:
        columns = "key, email, name, organisation, gathers_as, password, roles, created"
        connection.execute(
            text(f"INSERT INTO account ({columns}) VALUES (1, 'a@b', 'A', '', '', 'x', '[]', {day})")
        )
        columns = "key, digest, account, created, seen, rotated"
        connection.execute(text(f"INSERT INTO sign_in ({columns}) VALUES (1, 'd', 1, {day}, {day}, {day})"))
        connection.commit()
    migrate(engine)
    with engine.connect() as connection:
        asked = "SELECT email, second_factor, awaiting FROM account JOIN sign_in ON account = account.key"
        assert connection.execute(text(asked)).all() == [("a@b", "", 0)]
    move(engine, command.downgrade, "0005")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sign_in")).scalar() == 1
