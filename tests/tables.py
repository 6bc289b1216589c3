"""The tables of new archives: the migrations make them once, and each test begins with a copy."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.database.engine import migrate, open_engine
from app.services import archive


@contextmanager
def made_once(folder: Path) -> Iterator[None]:
    """Within it, a database that is not there yet begins as a copy; one that is there is migrated as ever."""
    template = folder / "storyhold.db"
    engine = open_engine(f"sqlite:///{template}")
    migrate(engine)
    engine.dispose()

    def copied_or_migrated(engine: Engine) -> None:
        place = Path(engine.url.database or "")
        if engine.url.get_backend_name() == "sqlite" and place.name and not place.exists():
            shutil.copyfile(template, place)
        else:
            migrate(engine)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "migrate", copied_or_migrated)
        yield
