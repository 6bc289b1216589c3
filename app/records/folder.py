"""Looks through a folder of records: which files are there, and which address each has."""

import os
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from app.records.model import Problem, Slug
from app.records.problems import not_read, unreadable
from app.records.slugs import ENDINGS, is_other_text, slug_of


class FileStat(NamedTuple):
    """A file of the record as a look at the folder shows it, without reading it.

    `file` is how problems name it; the other three tell an unchanged file from a changed one.
    """

    slug: Slug
    file: str
    size: int
    mtime_ns: int
    inode: int

    @property
    def path(self) -> Path:
        return Path(self.file)


@dataclass(frozen=True)
class Survey:
    """All files of a folder, sorted by path, and what is wrong with their names and places.

    `passed_over` are texts in a form that the archive does not read.
    """

    files: tuple[FileStat, ...]
    problems: tuple[Problem, ...] = ()
    passed_over: tuple[Problem, ...] = ()


def survey(folder: Path, reserved: Collection[str] = ()) -> Survey:
    """Look through a folder and its sub-folders. An absent folder holds nothing.

    `reserved` are slugs that no file gets.

    Names that begin with a dot, symbolic links and what is no regular file are passed over in silence,
    as are pictures and data. A folder that can not be opened and a name that is no text are problems.
    """
    look = _Look(folder.as_posix())
    look.into(look.folder)
    look.found.sort(key=lambda entry: entry[0])
    slugs, problems = assign_slugs((path for path, _ in look.found), reserved)
    files = tuple(look.file(path, status, slugs[path]) for path, status in look.found)
    named = (replace(problem, file=f"{look.folder}/{problem.file}") for problem in problems)
    return Survey(files, (*look.problems, *named), tuple(sorted(look.passed_over, key=_place)))


def assign_slugs(
    paths: Iterable[str], reserved: Collection[str] = ()
) -> tuple[dict[str, Slug], tuple[Problem, ...]]:
    """One slug for each path below the folder, so that every file has one address.

    Of several that differ only by case, ending or Unicode form, the first by path keeps the slug; the
    later ones get `-2`, `-3`… and a problem. So does one whose slug is `reserved`.
    """
    slugs: dict[str, Slug] = {}
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(paths):
        slugs[path] = slug_of(path)
        wanted[folded(slugs[path])].append(path)
    taken, problems = set(wanted), []
    for first, *later in wanted.values():
        if slugs[first] in reserved:
            slugs[first] = _free(slugs[first], taken)
            problems.append(reserved_address(first, slugs[first]))
        for path in later:
            slugs[path] = _free(slugs[path], taken)
            problems.append(_same_address(path, first, slugs[path]))
    return slugs, tuple(problems)


def folded(slug: Slug) -> str:
    """What two slugs have in common that differ only by case."""
    return unicodedata.normalize("NFC", slug.casefold())


def _free(slug: Slug, taken: set[str]) -> Slug:
    number = 2
    while folded(Slug(f"{slug}-{number}")) in taken:
        number += 1
    taken.add(folded(Slug(f"{slug}-{number}")))
    return Slug(f"{slug}-{number}")


def _same_address(path: str, first: str, slug: Slug) -> Problem:
    return Problem(
        file=path,
        line=None,
        key=None,
        reason=f"Its name differs from that of {first} only by case or ending; "
        f"its address ends in ‘{slug.rpartition('/')[2]}’.",
        remedy="Rename one of the two files.",
    )


def reserved_address(path: str, slug: Slug | None = None) -> Problem:
    """That the archive itself has a page where a file's name would put it; `slug` is what it has instead."""
    instead = f"its address ends in ‘{slug.rpartition('/')[2]}’" if slug else "it has another address"
    reason = f"The archive has a page of its own at the address that this name gives; {instead}."
    return Problem(file=path, line=None, key=None, reason=reason, remedy="Give the file another name.")


@dataclass
class _Look:
    """One look through a folder, in texts: with ten thousand files, paths as objects take half a second."""

    folder: str
    found: list[tuple[str, os.stat_result]] = field(default_factory=list)  # paths below the folder
    problems: list[Problem] = field(default_factory=list)
    passed_over: list[Problem] = field(default_factory=list)

    def into(self, folder: str) -> None:
        for entry in self._entries(folder):
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                self.into(entry.path)
            elif entry.name.lower().endswith(ENDINGS) and entry.is_file(follow_symlinks=False):
                self._take(entry)
            elif is_other_text(entry.name) and entry.is_file(follow_symlinks=False):
                self.passed_over.append(not_read(_readable(entry.path)))

    def file(self, path: str, status: os.stat_result, slug: Slug) -> FileStat:
        return FileStat(slug, f"{self.folder}/{path}", status.st_size, status.st_mtime_ns, status.st_ino)

    def _entries(self, folder: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                yield from list(entries)
        except FileNotFoundError:
            return
        except OSError as error:
            remedy = "Give the archive the right to open it."
            reason = f"The folder can not be opened ({error.strerror})."
            self.problems.append(unreadable(_readable(folder), None, reason, remedy))

    def _take(self, entry: os.DirEntry[str]) -> None:
        try:
            entry.path.encode()
            status = entry.stat(follow_symlinks=False)
        except UnicodeEncodeError:
            reason = "The file's name is not UTF-8 text, so it can have no address."
            self.problems.append(unreadable(_readable(entry.path), None, reason, "Rename the file."))
        except FileNotFoundError:
            return
        else:
            if stat.S_ISREG(status.st_mode):
                self.found.append((entry.path[len(self.folder) + 1 :], status))


def _place(problem: Problem) -> str:
    return problem.file


def _readable(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "replace")
