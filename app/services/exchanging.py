"""One archive's files in the place of another's, so that a crash at any moment leaves a way on.

What was in a place is put aside, the marker notes that, and only then the new comes in. After a crash, what
lies in a place that was noted is part of the new, and goes before it comes again.
"""

import errno
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from app.config import Settings
from app.records.bundle import DATABASE, KEY, MEDIA, ORIGINALS, PERSONAS, STORIES
from app.records.holding import mark_unfinished
from app.records.replace import sync_folder

ASIDE = "before-restore-"  # below the state folder, with the moment of the restore
STAMP = "%Y%m%dT%H%M%SZ"
BESIDE = ("", "-wal", "-shm", "-journal")  # a log left beside another database would destroy it


@dataclass(frozen=True)
class Place:
    """Where something of the archive lies. Folders stay, which may be mounted, and names with a dot."""

    name: str
    path: Path
    is_folder: bool

    def there(self) -> list[Path]:
        """What would be exchanged."""
        if self.is_folder:
            found = self.path.iterdir() if self.path.is_dir() else ()
            return sorted(one for one in found if not one.name.startswith("."))
        named = [self.path.with_name(self.path.name + ending) for ending in BESIDE]
        return [one for one in named if one.exists() or one.is_symlink()]

    def below(self, folder: Path) -> Path:
        """Where it lies in another folder."""
        return folder / self.name if self.is_folder else folder


def places(settings: Settings) -> Iterator[Place]:
    """Everything that a backup holds, but the list of withdrawals, which is never exchanged."""
    yield Place(STORIES, settings.stories, True)
    yield Place(PERSONAS, settings.personas, True)
    yield Place(MEDIA, settings.state / MEDIA, True)
    yield Place(ORIGINALS, settings.state / ORIGINALS, True)
    if settings.database_path:
        yield Place(DATABASE, settings.database_path, False)
    yield Place(KEY, settings.secret_key_file, False)


def exchange(settings: Settings, staged: Path, aside: Path | None, plan: dict[str, object]) -> None:
    """Put what is staged into its places. `plan` is what the marker says; it grows by what is done."""
    if aside:
        aside.mkdir(mode=0o700, exist_ok=True)
    done = [str(name) for name in plan["done"]] if isinstance(plan["done"], list) else []
    for place in places(settings):
        _empty(place, aside if place.name not in done else None)
        done.append(place.name)
        plan["done"] = done
        mark_unfinished(settings.state, plan)
        _fill(place, staged)


def is_kept_aside(folder: Path) -> bool:
    """Whether there was anything to put aside; an empty folder goes."""
    with suppress(OSError):
        folder.rmdir()
    return folder.is_dir()


def new_aside(state: Path, now: datetime) -> Path:
    """A folder that no restore has put anything into."""
    first = state / f"{ASIDE}{now:{STAMP}}"
    later = (first.with_name(f"{first.name}-{number}") for number in count(2))
    return next(path for path in chain([first], later) if not path.exists())


def folders_aside(state: Path) -> list[Path]:
    """What restores have put aside, the oldest first."""
    return sorted(state.glob(f"{ASIDE}*"))


def forget_aside(state: Path, before: datetime) -> None:
    """Delete what restores put aside up to this moment: it holds what was erased then.

    What was put aside later comes from an archive that had erased it already.
    """
    for folder in folders_aside(state):
        moment = folder.name.removeprefix(ASIDE)[: len("20260504T120000Z")]
        if not _is_later(moment, before):
            remove(folder)


def _is_later(moment: str, than: datetime) -> bool:
    try:
        return datetime.strptime(moment, STAMP).replace(tzinfo=UTC) > than
    except ValueError:
        return False


def _empty(place: Place, aside: Path | None) -> None:
    for one in place.there():
        if aside:
            move(one, place.below(aside) / one.name)
        else:
            remove(one)
    if place.path.parent.is_dir():
        sync_folder(place.path.parent)


def _fill(place: Place, staged: Path) -> None:
    if not place.is_folder:
        if (staged / place.name).exists():
            move(staged / place.name, place.path)
        return
    if (staged / place.name).is_dir():
        place.path.mkdir(parents=True, exist_ok=True)
        for one in sorted((staged / place.name).iterdir()):
            move(one, place.path / one.name)


def move(source: Path, target: Path) -> None:
    """Move a file or folder, to another disk too; what a crash left of an earlier move is ended."""
    if target.exists() or target.is_symlink():
        remove(source)
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(source, target)
        remove(source)
    sync_folder(target.parent)


def _copy(source: Path, target: Path) -> None:
    half = target.with_name(f".{target.name}.half")
    remove(half)
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, half, symlinks=True)
    else:
        shutil.copy2(source, half, follow_symlinks=False)
    half.rename(target)


def remove(path: Path) -> None:
    """Delete a file or a folder with all in it; what is not there is no error."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
        return
    with suppress(FileNotFoundError):
        path.unlink()
