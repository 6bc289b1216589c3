"""Every engine of the contract suite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.search.memory import MemoryIndex
from app.search.model import SearchIndex
from app.search.whoosh_index import WhooshIndex

ENGINES = ("memory", "whoosh")


def new_index(engine: str, folder: Path) -> SearchIndex:
    """An empty index that is ready."""
    index = MemoryIndex() if engine == "memory" else WhooshIndex(folder, language="en")
    index.rebuild([])
    return index


@pytest.fixture(params=ENGINES)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    """An empty index of each engine."""
    index = new_index(request.param, tmp_path / "search_index")
    yield index
    index.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "search_index"


@pytest.fixture
def whoosh(folder: Path) -> Iterator[WhooshIndex]:
    """An empty Whoosh index."""
    index = WhooshIndex(folder, language="en")
    index.rebuild([])
    yield index
    index.close()
