"""Where an index lies: `search_index/{version}-{serial}/{class}/`, and which of the folders is current."""

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from app.search.model import ConsentClass

FORMAT = 2  # of what lies in the folders; another number, and they are built afresh
_CLASS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


class IndexFolders:
    """The folders of one archive's index. Only its owner may look inside: Whoosh reads pickles."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        root.chmod(0o700)
        self.lock_file = root / "writer.lock"

    def current(self) -> Path | None:
        """The folder that is searched; None when there is none of this format."""
        try:
            name = (self._root / "CURRENT").read_text("ascii", "replace").strip()
        except FileNotFoundError:
            return None
        return self._root / name if re.fullmatch(rf"{FORMAT}-[0-9]+", name) else None

    def fresh(self) -> Path:
        """A new folder, not yet current."""
        serials = (re.fullmatch(r"[0-9]+-([0-9]+)", each.name) for each in self._root.iterdir())
        latest = max((int(found[1]) for found in serials if found), default=0)
        folder = self._root / f"{FORMAT}-{latest + 1}"
        folder.mkdir(mode=0o700)
        return folder

    def swap(self, folder: Path) -> None:
        """Make a folder current at once, and take the others away."""
        for path in folder.rglob("*"):
            _sync(path)
        _replace(self._root / "CURRENT", folder.name)
        self.drop(
            each for each in self._root.iterdir() if re.match(r"[0-9]+-[0-9]+", each.name) and each != folder
        )

    def drop(self, folders: Iterable[Path]) -> None:
        """Take folders away; a process that still reads in them keeps its open files."""
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)

    def is_corrupt(self) -> bool:
        """True when a process found that the current folder can not be read."""
        folder = self.current()
        return folder is not None and (folder / "CORRUPT").exists()

    def mark_corrupt(self, folder: Path) -> None:
        """Say so to every process; a rebuild makes a new folder."""
        if folder.is_dir():
            (folder / "CORRUPT").touch(0o600)

    def switch(self, consent_class: ConsentClass, *, off: bool) -> None:
        """Refuse to search a class, in every process and through rebuilds, or search it again."""
        marker = self._root / "off" / checked(consent_class)
        if off:
            marker.parent.mkdir(mode=0o700, exist_ok=True)
            marker.touch(0o600)
        else:
            marker.unlink(missing_ok=True)

    def switched_off(self) -> set[str]:
        """The classes that are not to be searched."""
        try:
            return set(os.listdir(self._root / "off"))  # noqa: PTH208 (asked for at every search)
        except FileNotFoundError:
            return set()


def classes_in(folder: Path) -> list[ConsentClass]:
    """The classes that an index folder has, by its own list: a folder that was lost is missed."""
    try:
        return [ConsentClass(name) for name in (folder / "CLASSES").read_text("ascii").split()]
    except FileNotFoundError:
        return []


def list_class(folder: Path, consent_class: ConsentClass) -> None:
    """Add a class to the folder's list."""
    _replace(folder / "CLASSES", "\n".join(sorted({*classes_in(folder), consent_class})))


def checked(consent_class: ConsentClass) -> ConsentClass:
    """The class, if it can name a folder; ValueError else."""
    if not _CLASS.fullmatch(consent_class):
        raise ValueError(f"{consent_class!r} can not name a folder")
    return consent_class


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, "ascii")
    _sync(beside)
    beside.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
