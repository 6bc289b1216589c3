"""What a watcher's notice names: files of the record, so that all the others need not be looked at."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, select

from app.database.tables import FILE, PROBLEM, AnyRow
from app.records.folder import folded
from app.records.model import RecordKind
from app.records.slugs import ENDINGS, RESERVED, slug_of
from app.services.archive import Archive
from app.services.changing import CLASH
from app.services.observing import Found, marker_of
from app.services.references import FOLDERS

ENOUGH = 200  # files; with more, a look through the folder is as quick


class WholeFolder(Exception):
    """Only a look through the whole folder can tell what has changed."""


@dataclass
class Noticed:
    """The named files that are there, and what the catalogue knows of all that are named."""

    found: dict[str, Found] = field(default_factory=dict)
    known: dict[str, AnyRow] = field(default_factory=dict)

    @property
    def gone(self) -> list[str]:
        return [path for path in self.known if path not in self.found]

    @property
    def new(self) -> list[str]:
        return [path for path in self.found if path not in self.known]


@dataclass(frozen=True)
class _Named:
    """A file as the record and as the system names it."""

    kind: RecordKind
    path: str
    file: str


def files_named(archive: Archive, notice: Iterable[str]) -> Noticed:
    """The files that a notice of system paths names.

    Raises WholeFolder when a folder came or went, when addresses clash, or when it names very many.
    """
    with archive.engine.connect() as connection:
        named = [one for path in notice for one in _record_file(archive, connection, path)]
        if len(named) > ENOUGH:
            raise WholeFolder
        noticed = Noticed(known=_rows(connection, [one.path for one in named]))
        for one in named:
            _look(one, noticed)
        if noticed.new or noticed.gone:
            _refuse_clashes(connection, noticed)
    return noticed


def _record_file(archive: Archive, connection: Connection, path: str) -> Iterator[_Named]:
    """The file of the record that a path means, if it is one and not passed over."""
    for kind, store in archive.stores.items():
        inside = _plain(path).removeprefix(f"{_plain(store.folder)}/")
        if inside == _plain(path):
            continue
        if any(part.startswith(".") for part in inside.split("/")):
            return
        record_path = f"{FOLDERS[kind]}/{inside}"
        if inside.lower().endswith(ENDINGS):
            yield _Named(kind, record_path, f"{store.folder.as_posix()}/{inside}")
        elif Path(path).is_dir() or _was_folder(connection, record_path):
            raise WholeFolder
        return
    raise WholeFolder  # the folder itself


def _plain(path: str | Path) -> str:
    """An absolute path without detours; links stay what they are."""
    return os.path.normpath(Path(path).absolute())


def _was_folder(connection: Connection, path: str) -> bool:
    below = select(FILE.c.path).where(FILE.c.path.startswith(f"{path}/", autoescape=True)).limit(1)
    return connection.execute(below).first() is not None


def _rows(connection: Connection, paths: list[str]) -> dict[str, AnyRow]:
    rows = connection.execute(select(FILE).where(FILE.c.path.in_(paths)))
    return {row.path: row for row in rows}


def _look(one: _Named, noticed: Noticed) -> None:
    """Note the file as it is now; one that is gone, or is a link by now, is not found."""
    try:
        one.path.encode()
        status = os.lstat(one.file)
    except FileNotFoundError:
        return
    except (OSError, UnicodeEncodeError) as error:
        raise WholeFolder from error
    if stat.S_ISDIR(status.st_mode):
        raise WholeFolder
    if stat.S_ISREG(status.st_mode):
        known = noticed.known.get(one.path)
        slug = known.slug if known else slug_of(one.path.partition("/")[2])
        noticed.found[one.path] = Found(one.kind, slug, one.file, marker_of(status))


def _refuse_clashes(connection: Connection, noticed: Noticed) -> None:
    """A file that comes or goes may change the addresses of others of nearly the same name."""
    if connection.execute(select(PROBLEM.c.path).where(PROBLEM.c.key == CLASH).limit(1)).first():
        raise WholeFolder
    rows = connection.execute(select(FILE.c.path, FILE.c.kind, FILE.c.slug))
    gone = set(noticed.gone)
    taken = {(row.kind, folded(row.slug)) for row in rows if row.path not in gone}
    for path in noticed.new:
        kind, slug = noticed.found[path].kind, noticed.found[path].slug
        address = kind.value, folded(slug)
        if address in taken or slug in RESERVED[kind]:
            raise WholeFolder
        taken.add(address)
