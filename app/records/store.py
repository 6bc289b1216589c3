"""Keeps the files of one kind of record: reads them, and replaces them one checked save at a time."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from app.errors import EditConflict, NotFound, RecordLocked
from app.records.folder import FileStat, Survey, folded, survey
from app.records.model import Digest, RecordKey, RecordKind, Slug
from app.records.nearby import nearby
from app.records.paths import make_folders, read_record, refuse_unsafe, too_large
from app.records.problems import SetAside
from app.records.replace import digest_of, replace_file, sweep_unfinished, sync_folder
from app.records.slugs import RESERVED, slug_of

LARGEST_FILE = 8 * 1024 * 1024  # bytes; a book has one
LOCK_SECONDS = 10.0
_NUMBER = re.compile(r"-\d+$")


@dataclass(frozen=True)
class StoredFile:
    """A file as a save left it."""

    key: RecordKey
    path: Path
    digest: Digest
    size: int
    mtime_ns: int
    inode: int


class RecordStore:
    """The folder of one kind of record. `locks` is where its lock files lie, never among the records."""

    def __init__(self, folder: Path, kind: RecordKind, locks: Path) -> None:
        self.folder, self.kind, self.locks = folder, kind, locks
        self._reserved = RESERVED[kind]

    def survey(self) -> Survey:
        """All files and what is wrong with their names and places."""
        return survey(self.folder, self._reserved)

    def scan(self) -> Iterator[FileStat]:
        """The files, sorted by path."""
        return iter(self.survey().files)

    def read(self, path: Path) -> bytes:
        """A file's bytes. Raises SetAside when it is larger than LARGEST_FILE, a link, or can not be opened.

        Raises FileNotFoundError when it has gone.
        """
        return read_record(path, LARGEST_FILE)

    def path_of(self, slug: Slug) -> Path | None:
        """Where the record with this slug lies; None when there is none."""
        refuse_unsafe(slug)
        if slug in self._reserved:
            return None
        near = nearby(self.folder, slug)
        if len(near) == 1:
            return self.folder / near[0] if slug_of(near[0]) == slug else None
        if not near and not self._parts_several(slug):
            return None
        return next((file.path for file in self.scan() if file.slug == slug), None)

    def digest(self, key: RecordKey) -> Digest | None:
        """The digest of a record's file as it is now; None when there is none."""
        path = self.path_of(key.slug)
        return digest_of(self.read(path)) if path else None

    @contextmanager
    def lock(self, key: RecordKey, *, seconds: float = LOCK_SECONDS) -> Iterator[None]:
        """Keep every other process and thread from saving this record; the same thread may enter again.

        Raises RecordLocked when another has kept it for `seconds`.
        """
        self.locks.mkdir(parents=True, exist_ok=True)
        name = sha256(f"{key.kind}\n{folded(key.slug)}".encode("utf-8", "surrogatepass")).hexdigest()
        lock = FileLock(self.locks / f"{name[:32]}.lock", is_singleton=True)  # so that a thread may re-enter
        try:
            lock.acquire(timeout=seconds, poll_interval=0.02)
        except Timeout:
            raise RecordLocked(key.slug) from None
        try:
            yield
        finally:
            lock.release()

    def save(self, key: RecordKey, content: bytes, *, expected: Digest | None) -> StoredFile:
        """Replace a record's file, or write a new one where `expected` is None.

        Raises EditConflict when the file is not the one expected, RecordLocked, InvalidRecord when the
        slug can be no path, SetAside when the content is too large, OSError when the disk refuses; in
        each case the old file is as it was.
        """
        if len(content) > LARGEST_FILE:
            raise SetAside([too_large(key.slug)])
        with self.lock(key):
            path = self._expected(key, expected) or self._new_path(key.slug)
            make_folders(path.parent, self.folder)
            replace_file(path, content, still=lambda: self._refuse_changed(key, path, expected))
            return _stored(key, path, content)

    def _refuse_changed(self, key: RecordKey, path: Path, expected: Digest | None) -> None:
        """Whoever edits the file by hand takes no lock, and may have done so since it was looked at."""
        found = digest_of(self.read(path)) if path.exists() else None
        if found != expected:
            raise EditConflict(key.slug)

    def create(self, key: RecordKey, content: bytes) -> StoredFile:
        """Write a new record at a slug of which the caller knows that it is free, also in other cases.

        For many at once: looking through a folder of thousands for each would take longer than writing it.
        Raises EditConflict where a file lies there by now, and what save raises.
        """
        if len(content) > LARGEST_FILE:
            raise SetAside([too_large(key.slug)])
        refuse_unsafe(key.slug)
        path = self.folder / f"{key.slug}.md"
        with self.lock(key):
            if path.exists() or path.is_symlink():
                raise EditConflict(key.slug)
            make_folders(path.parent, self.folder)
            replace_file(path, content, still=lambda: self._refuse_changed(key, path, None))
            return _stored(key, path, content)

    def delete(self, key: RecordKey, *, expected: Digest) -> None:
        """Delete a record's file. Raises EditConflict, RecordLocked, NotFound or OSError."""
        with self.lock(key):
            path = self._expected(key, expected)
            if path is None:
                raise NotFound(key.slug)
            path.unlink()
            sync_folder(path.parent)

    def move(self, key: RecordKey, slug: Slug, *, expected: Digest) -> tuple[Path, Path]:
        """Give a record's file another address, in one step; its paths before and after.

        The caller keeps the locks of both. Raises EditConflict where the file is not the one expected or the
        address is taken, NotFound, InvalidRecord where the address can be no path, or OSError.
        """
        refuse_unsafe(slug)
        path = self._expected(key, expected)
        if path is None:
            raise NotFound(key.slug)
        if self.is_taken(slug):
            raise EditConflict(slug)
        new = self.folder / f"{slug}.md"
        make_folders(new.parent, self.folder)
        path.rename(new)
        for folder in {new.parent, path.parent}:
            sync_folder(folder)
        return path, new

    def sweep_orphans(self) -> int:
        """Delete what interrupted saves left behind; how many files."""
        return sweep_unfinished(self.folder)

    def _expected(self, key: RecordKey, expected: Digest | None) -> Path | None:
        path = self.path_of(key.slug)
        found = digest_of(self.read(path)) if path else None
        if found != expected:
            raise EditConflict(key.slug)
        return path

    def is_taken(self, slug: Slug) -> bool:
        """Whether a new record can not be put here: another file is in its place, or in a folder's."""
        path = self.folder / f"{slug}.md"
        above = [one for one in path.parents if one.is_relative_to(self.folder) and one != self.folder]
        blocked = any(one.is_symlink() or (one.exists() and not one.is_dir()) for one in above)
        return blocked or self._has_near(slug) or path.is_symlink()

    def _has_near(self, slug: Slug) -> bool:
        """Whether a file has this slug or one that differs by case, or none may have it."""
        if slug in self._reserved or nearby(self.folder, slug):
            return True
        wanted = folded(slug)
        return self._parts_several(slug) and any(folded(file.slug) == wanted for file in self.scan())

    def _parts_several(self, slug: Slug) -> bool:
        """Whether its number may have been added to part files that else had one address, or none."""
        without = _NUMBER.sub("", slug)
        several = 0 if without in self._reserved else 1
        return without != slug and len(nearby(self.folder, Slug(without))) > several

    def _new_path(self, slug: Slug) -> Path:
        path = self.folder / f"{slug}.md"
        if self._has_near(slug) or path.is_symlink():
            raise EditConflict(slug)
        return path


def _stored(key: RecordKey, path: Path, content: bytes) -> StoredFile:
    status = path.stat()
    return StoredFile(key, path, digest_of(content), status.st_size, status.st_mtime_ns, status.st_ino)
