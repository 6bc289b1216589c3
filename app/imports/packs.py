"""Many files at once: a folder, or a zip of one."""

import os
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from zipfile import ZipInfo

from app.errors import ImportRefused
from app.imports.convert import LARGEST
from app.imports.model import Report
from app.imports.names import ending_of, kind_of
from app.imports.zips import is_link, is_locked, opened, read_member, too_many, too_much
from app.records.paths import read_settled
from app.records.problems import SetAside

MOST = 2_000  # files
MOST_BYTES = 500 * 1024 * 1024  # unpacked
_MOST_LISTED = 10_000  # lines in a zip's list: folders and a Mac's own files stand there too
_LONGEST_NAME = 300  # characters shown
_OUTSIDE = re.compile(r"/|[A-Za-z]:|(?:.*/)?\.\.(?:/|$)")
_JUNK = {"__macosx", "thumbs.db", "desktop.ini", "icon\r"}
_PACKS = ("zip", "gz", "tar", "7z", "rar", "tgz", "bz2", "xz")


@dataclass(frozen=True)
class Entry:
    """One file. `name` is its path below the folder, as it is shown; it is never used to write anything.

    `refusal` says why it can not be brought in; `read` then raises ImportRefused with the same words.
    """

    name: str
    size: int  # bytes, as the folder or zip says
    load: Callable[[], bytes]
    refusal: Report | None = None

    def read(self) -> bytes:
        """Its bytes. Raises ImportRefused where they can not be had."""
        if self.refusal:
            raise ImportRefused(self.refusal.reason, self.refusal.remedy)
        return self.load()


def entries(source: Path | bytes) -> Iterator[Entry]:
    """The files of a folder or a zip, in the order of their names; what can not be brought in comes with
    its refusal. Hidden files and those that a computer lays there for itself are passed over.

    Raises ImportRefused, before the first, for more than MOST files or MOST_BYTES, and for no zip.
    """
    folder = isinstance(source, Path) and source.is_dir()
    found = list(_in_folder(source) if isinstance(source, Path) and folder else _in_zip(source))
    if len(found) > MOST:
        raise too_many(MOST)
    if sum(entry.size for entry in found) > MOST_BYTES:
        raise too_much(MOST_BYTES)
    names = Counter(map(_told, found))
    ordered = sorted(found, key=lambda entry: entry.name)
    return (_judged(entry, names[_told(entry)]) for entry in ordered)


def _told(entry: Entry) -> str:
    """The name by which a file is shown, and found again."""
    return entry.name[-_LONGEST_NAME:]


def _judged(entry: Entry, of_this_name: int) -> Entry:
    refusal = entry.refusal or _unfit(entry, of_this_name)
    return replace(entry, name=_told(entry), refusal=refusal)


def _unfit(entry: Entry, of_this_name: int) -> Report | None:
    """What is wrong with an entry that a look at its name and size tells."""
    if of_this_name > 1:
        return _report("Several files have this name, so none of them was read.", "Give each its own name.")
    if ending_of(entry.name) in _PACKS:
        return _report("A pack inside a pack is not opened.", "Unpack it, and bring in what is in it.")
    if not kind_of(entry.name):
        return _report("This kind of file is not brought in.", "Nothing needs to be done if it is no story.")
    if entry.size > LARGEST:
        return _report("The file is too large for a story.", "Split it, or take pictures out of it.")
    return None


def _report(reason: str, remedy: str) -> Report:
    return Report("", reason, remedy)


NAMELESS = "a file without a name"
_LEAVES = _report("The file's name leads out of the folder.", "Pack the folder again.")
_NO_NAME = _report("This file in the zip has no name.", "Pack the folder again.")
_LINK = _report("This is a link to another file, and links are not followed.", "Put the file itself there.")
_LOCKED = _report("A password is needed to open it.", "Pack it again without a password.")
_SHUT = _report("This folder can not be read.", "Look who may read it.")
_NOT_PLAIN = _report("This is no plain file.", "Move it out of the folder.")


def _in_zip(source: Path | bytes) -> Iterator[Entry]:
    packed = opened(source, _MOST_LISTED)
    for info in packed.infolist():
        name = _shown(info.orig_filename)
        if info.filename.endswith("/") or _is_junk(name):  # `is_dir` fails on one without a name
            continue
        refusal = _refusal_in_zip(info, name)
        yield Entry(name or NAMELESS, info.file_size, partial(read_member, packed, info, LARGEST), refusal)


def _refusal_in_zip(info: ZipInfo, name: str) -> Report | None:
    if not name:
        return _NO_NAME
    if _OUTSIDE.match(name):
        return _LEAVES
    if is_link(info):
        return _LINK
    return _LOCKED if is_locked(info) else None


def _shown(name: str) -> str:
    """A name without what no one can see, its parts joined by '/'."""
    plain = "".join(c for c in name.replace("\\", "/") if unicodedata.category(c)[0] != "C")
    return unicodedata.normalize("NFC", plain)


def _is_junk(name: str) -> bool:
    parts = [part for part in name.split("/") if part not in (".", "..")]
    return any(part.startswith((".", "~$")) or part.casefold() in _JUNK for part in parts)


def _in_folder(root: Path) -> Iterator[Entry]:
    folders, seen = [root], 0
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as listed:
                below = [Path(one.path) for one in listed if not _is_junk(one.name)]
        except OSError:
            yield Entry(_name(folder, root), 0, partial(_read, folder), _SHUT)
            continue
        for path in below:
            if path.is_dir() and not path.is_symlink():
                folders.append(path)
                continue
            seen += 1
            if seen > MOST:
                raise too_many(MOST)
            yield _file(path, root)


def _file(path: Path, root: Path) -> Entry:
    try:
        status = path.lstat()
    except OSError:
        return Entry(_name(path, root), 0, partial(_read, path))  # gone meanwhile, as reading it will say
    plain = stat.S_ISREG(status.st_mode)
    refusal = None if plain else _LINK if stat.S_ISLNK(status.st_mode) else _NOT_PLAIN
    return Entry(_name(path, root), status.st_size if plain else 0, partial(_read, path), refusal)


def _name(path: Path, root: Path) -> str:
    return _shown(path.relative_to(root).as_posix().encode("utf-8", "replace").decode())


def _read(path: Path) -> bytes:
    try:
        return read_settled(path, LARGEST)
    except SetAside as error:
        problem = error.problems[0]
        raise ImportRefused(problem.reason, problem.remedy) from None
    except FileNotFoundError:
        raise ImportRefused("The file has gone since the folder was read.", "Bring it in again.") from None
