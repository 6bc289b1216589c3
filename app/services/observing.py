"""What is in the folders now: every file of the record, without reading any."""

import os
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from app.records.model import Problem, RecordKind, Slug
from app.services.archive import Archive
from app.services.references import FOLDERS


class Found(NamedTuple):
    """A file in a folder. `marker` changes when its bytes may have."""

    kind: RecordKind
    slug: Slug
    file: str
    marker: str

    @property
    def path(self) -> Path:
        return Path(self.file)


def observe(archive: Archive) -> tuple[dict[str, Found], list[Problem]]:
    """Every file by its path ('stories/…', 'personas/…'), and the slugs that clash."""
    found: dict[str, Found] = {}
    clashes: list[Problem] = []
    for kind, store in archive.stores.items():
        survey = store.survey()
        folder = store.folder.as_posix()
        clashes.extend(replace(p, file=_named(kind, folder, p.file)) for p in survey.problems)
        for file in survey.files:
            marker = f"{file.size}-{file.mtime_ns}-{file.inode}"
            found[_named(kind, folder, file.file)] = Found(kind, file.slug, file.file, marker)
    return found, clashes


def marker_of(status: os.stat_result) -> str:
    """What `observe` notes of a file in this state."""
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ino}"


def _named(kind: RecordKind, folder: str, file: str) -> str:
    """A file by its place in the record, wherever its folder lies."""
    return FOLDERS[kind] + file.removeprefix(folder)
