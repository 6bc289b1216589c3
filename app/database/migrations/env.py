"""How Alembic reaches the archive's tables. Run by app.database.engine.migrate, or by its own command."""

import os

from alembic import context
from sqlmodel import SQLModel

from app.database import coverage, gathering, insight, ledgers, marking, people, sessions, tables  # noqa: F401  the models register themselves
from app.database import specifications as _specifications  # noqa: F401
from app.database.engine import open_engine


def run(connection: object) -> None:
    context.configure(
        connection=connection,  # type: ignore[arg-type]
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with open_engine(os.environ["STORYHOLD_DATABASE_URL"]).connect() as opened:
        run(opened)
        opened.commit()
