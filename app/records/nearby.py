"""The files whose address may be a given one, found without a look through all folders."""

import os
from collections.abc import Iterator
from pathlib import Path

from app.records.folder import folded
from app.records.model import Slug
from app.records.slugs import ENDINGS


def nearby(folder: Path, slug: Slug) -> list[str]:
    """Paths below the folder, in order, of the files named as this slug or differing from it by case only.

    Only the folders on the way are opened. Raises OSError where one of them can not be.
    """
    *above, last = folded(slug).split("/")
    ways = [""]
    for part in above:
        ways = [f"{way}{name}/" for way in ways for name in _folders(folder / way, part)]
    return sorted(f"{way}{name}" for way in ways for name in _files(folder / way, last))


def _folders(folder: Path, wanted: str) -> Iterator[str]:
    for entry in _entries(folder):
        if _is(entry.name, wanted) and entry.is_dir(follow_symlinks=False):
            yield entry.name


def _files(folder: Path, wanted: str) -> Iterator[str]:
    for entry in _entries(folder):
        name, ends = entry.name, entry.name.lower().endswith(ENDINGS)
        if ends and _is(name.rpartition(".")[0], wanted) and entry.is_file(follow_symlinks=False):
            yield name


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is(name: str, wanted: str) -> bool:
    """Whether a name is this folded one; among ten thousand most are plain, and told apart fast."""
    return (name.lower() if name.isascii() else folded(Slug(name))) == wanted
