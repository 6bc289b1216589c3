"""Bringing a database up to date: once after an update, and nothing at all when it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.database.engine import MIGRATIONS, migrate, open_engine

SCRIPTS = ScriptDirectory(str(MIGRATIONS))


def database(tmp_path: Path):
    return open_engine(f"sqlite:///{tmp_path}/storyhold.db")


def version(engine) -> str:
    with engine.connect() as connection:
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def upgrade(engine, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        connection.commit()


def test_the_newest_migration_can_be_told_from_the_names_of_their_files():
    for script in SCRIPTS.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")
    assert SCRIPTS.get_current_head() == max(script.revision for script in SCRIPTS.walk_revisions())


def test_a_steward_who_updates_the_archive_gets_the_tables_of_the_new_version(tmp_path):
    engine = database(tmp_path)
    upgrade(engine, "0001")
    migrate(engine)
    assert version(engine) == SCRIPTS.get_current_head()


def test_an_archive_that_is_up_to_date_is_opened_without_migrating(tmp_path, monkeypatch):
    migrate(database(tmp_path))
    monkeypatch.setattr(command, "upgrade", lambda *_: (_ for _ in ()).throw(AssertionError("migrated")))
    migrate(database(tmp_path))
