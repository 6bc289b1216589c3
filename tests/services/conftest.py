"""Archives that the tests of services work on."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.services.archive import Archive
from tests.archives import make_archive, take_in

Make = Callable[..., Archive]


@pytest.fixture
def new_archive(tmp_path: Path) -> Iterator[Make]:
    """Makes an archive of some files in tmp_path, and takes them in."""
    opened: list[Archive] = []

    def make(files: dict[str, str] | None = None, **how: Any) -> Archive:
        archive = make_archive(tmp_path, files, **how)
        opened.append(archive)
        take_in(archive)
        return archive

    yield make
    for archive in opened:
        archive.close()
