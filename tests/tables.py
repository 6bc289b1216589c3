"""What each test would else do again: make the tables of an archive, and compile its statements."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

from app.database.engine import migrate, open_engine
from app.services import archive

STATEMENTS = 5_000


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


class Compiled:
    """The compiled statements of all SQLite databases of one process.

    Each engine has a dialect of its own, and all of them speak alike: it does not count in the key.
    """

    def __init__(self) -> None:
        self._kept = LRUCache[Any, Any](STATEMENTS)

    def get(self, key: tuple[Any, ...]) -> Any:
        return self._kept.get(key[1:])

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        self._kept[key[1:]] = compiled


@contextmanager
def compiled_once() -> Iterator[None]:
    """Within it, archives share what was compiled: half the time of a short test goes into that."""
    compiled = Compiled()

    def opened(url: str) -> Engine:
        engine = open_engine(url)
        if engine.url.get_backend_name() == "sqlite":
            engine.update_execution_options(compiled_cache=compiled)
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "open_engine", opened)
        yield
