"""What is in the folders now: every file of the record, without reading any."""

from dataclasses import dataclass
from pathlib import Path

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
        clashes.extend(survey.problems)
        for file in survey.files:
            path = f"{FOLDERS[kind]}/{file.path.relative_to(store.folder).as_posix()}"
            found[path] = Found(kind, file.slug, file.path, f"{file.size}-{file.mtime_ns}-{file.inode}")
    return found, clashes
