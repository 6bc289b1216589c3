"""What is in the folders now: every file of the record, without reading any."""

from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from app.records.model import Problem, RecordKind, Slug
from app.services.archive import Archive
from app.services.references import FOLDERS


@dataclass(frozen=True)
class Found:
    """A file in a folder. `marker` changes when its bytes may have."""

    kind: RecordKind
    slug: Slug
    path: Path
    marker: str


def observe(archive: Archive) -> tuple[dict[str, Found], list[Problem]]:
    """Every file by its path ('stories/…', 'personas/…'), and the slugs that clash."""
    found: dict[str, Found] = {}
    clashes: list[Problem] = []
    for kind, store in archive.stores.items():
        survey = store.survey()
        clashes.extend(replace(p, file=_named(kind, store.folder, p.file)) for p in survey.problems)
        for file in survey.files:
            marker = f"{file.size}-{file.mtime_ns}-{file.inode}"
            found[_named(kind, store.folder, file.file)] = Found(kind, file.slug, file.path, marker)
    return found, clashes


def _named(kind: RecordKind, folder: Path, file: str) -> str:
    """A file by its place in the record, wherever its folder lies."""
    return str(PurePosixPath(FOLDERS[kind]) / PurePosixPath(file).relative_to(folder.as_posix()))
