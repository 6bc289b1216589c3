"""Bringing SQL up to date with the folder: after a start, a hand edit, a `git pull` or a crash."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from filelock import FileLock
from sqlalchemy import Connection, delete, select, update

from app.database.state import upsert
from app.database.tables import FILE, PROBLEM
from app.records.model import Problem, RecordKey, RecordKind, Slug
from app.records.problems import SetAside
from app.services.archive import Archive
from app.services.changing import changing, remove_rows
from app.services.identity import derived_elsewhere, identify, others_with
from app.services.observing import Found, observe
from app.services.reading_files import Examined, examine, unread
from app.services.settling import Settled, settle

BATCH = 50  # files in one transaction: a save by a person waits no longer than this takes
Progress = Callable[[int, int], None]


@dataclass
class Reconciled:
    """What a reconcile found and did, in files."""

    seen: int = 0
    changed: int = 0
    removed: int = 0


def reconcile(archive: Archive, *, again: bool = False, progress: Progress | None = None) -> Reconciled:
    """Compare every file with the catalogue and take in what differs; with `again`, every file.

    Unchanged files are recognised by size, times and inode, without reading them.
    """
    with FileLock(archive.settings.state / "reconcile.lock"):
        found, clashes = observe(archive)
        known = _known(archive)
        work = _Work(archive, found, known, again, progress)
        removed = [path for path in known if path not in found]
        work.forget(removed)
        work.take_all(path for path, file in found.items() if again or _differs(known.get(path), file))
        _note_clashes(archive, clashes)
        return Reconciled(len(found), work.changed, len(removed))


def _differs(known: Mapping[str, object] | None, file: Found) -> bool:
    return known is None or known["marker"] != file.marker or known["slug"] != file.slug


def _known(archive: Archive) -> dict[str, Mapping[str, object]]:
    with archive.engine.connect() as connection:
        return {row["path"]: dict(row) for row in connection.execute(select(FILE)).mappings()}


def _note_clashes(archive: Archive, clashes: Iterable[Problem]) -> None:
    """Problems of slugs are of the folder, not of a file's bytes; they are found at every scan."""
    with archive.writing() as connection:
        connection.execute(delete(PROBLEM).where(PROBLEM.c.key == "slug"))
        for p in clashes:
            row = {"path": p.file, "line": None, "key": "slug", "reason": p.reason, "remedy": p.remedy}
            connection.execute(PROBLEM.insert(), [{**row, "set_aside": False, "hides": False}])
        connection.commit()


class _Work:
    """One reconcile's queue: taking in a file can put others back into it, such as two with one id."""

    def __init__(
        self,
        archive: Archive,
        found: Mapping[str, Found],
        known: dict[str, Mapping[str, object]],
        again: bool,
        progress: Progress | None,
    ) -> None:
        self.archive, self.found, self.known, self.again = archive, found, known, again
        self.progress, self.changed = progress, 0
        self.waiting: deque[str] = deque()
        self.put_back: set[str] = set()

    def forget(self, paths: Iterable[str]) -> None:
        """Take files that are gone out of the catalogue; their revisions stay."""
        gone = list(paths)
        if not gone:
            return
        with self.archive.writing() as connection:
            with changing(connection, (str(self.known[path]["record_id"]) for path in gone)):
                for path in gone:
                    self._forget(connection, path)
            connection.commit()

    def _forget(self, connection: Connection, path: str) -> None:
        row = self.known[path]
        connection.execute(delete(FILE).where(FILE.c.path == path))
        connection.execute(delete(PROBLEM).where(PROBLEM.c.path == path))
        remove_rows(connection, RecordKind(str(row["kind"])), str(row["record_id"]))
        if row["stated_id"]:
            self._again(others_with(connection, str(row["stated_id"]), path))

    def _again(self, paths: Iterable[str]) -> None:
        for path in paths:
            if path in self.found and path not in self.put_back:
                self.put_back.add(path)
                self.waiting.append(path)

    def take_all(self, paths: Iterable[str]) -> None:
        listed = [path for path in paths if path not in self.put_back]
        self.waiting.extendleft(reversed(listed))
        self.put_back.update(listed)
        total = done = 0
        while self.waiting:
            batch = [self.waiting.popleft() for _ in range(min(BATCH, len(self.waiting)))]
            self.put_back.difference_update(batch)
            self._take(batch)
            done += len(batch)
            total = done + len(self.waiting)
            if self.progress:
                self.progress(done, total)

    def _take(self, batch: list[str]) -> None:
        """The order is always record lock, then SQL, and both are kept until the rows are committed."""
        with ExitStack() as locks:
            for path in sorted(batch):
                file = self.found[path]
                locks.enter_context(self.archive.stores[file.kind].lock(RecordKey(file.kind, file.slug)))
            read = [examined for path in batch if (examined := self._read(path))]
            with self.archive.writing() as connection:
                self._take_in(connection, read)
                connection.commit()

    def _read(self, path: str) -> Examined | None:
        file = self.found[path]
        store = self.archive.stores[file.kind]
        try:
            content = store.read(file.path)
        except FileNotFoundError:
            return None  # gone since the scan; the watcher will say so
        except SetAside as refused:
            return unread(path, file.slug, file.kind, refused)
        today = self.archive.now().date()
        return examine(content, path=path, slug=file.slug, kind=file.kind, today=today)

    def _take_in(self, connection: Connection, read: list[Examined]) -> None:
        news = [examined for examined in read if self._is_news(connection, examined)]
        for examined in news:
            self._write_file(connection, examined, set_aside=examined.record is None)
        settled = [self._settled(connection, examined) for examined in news]
        before = {str(self.known[e.path]["record_id"]) for e in news if e.path in self.known}
        with changing(connection, before | {one.record_id for one in settled}):
            for one in settled:
                self._replace(connection, one)
        self.changed += len(settled)

    def _is_news(self, connection: Connection, examined: Examined) -> bool:
        known = self.known.get(examined.path)
        row = connection.execute(
            select(FILE.c.set_aside, FILE.c.record_id).where(FILE.c.path == examined.path)
        ).first()
        same = known is not None and known["digest"] == examined.digest and known["slug"] == examined.slug
        if self.again or not same or row is None or row.set_aside or not row.record_id:
            return True
        contested = others_with(connection, examined.stated_id, examined.path) if examined.stated_id else []
        rival = not examined.stated_id and others_with(connection, row.record_id, examined.path)
        if contested or rival:
            return True
        marker = self.found[examined.path].marker
        connection.execute(update(FILE).where(FILE.c.path == examined.path).values(marker=marker))
        return False

    def _write_file(self, connection: Connection, examined: Examined, *, set_aside: bool) -> None:
        file = self.found[examined.path]
        values = {
            "kind": file.kind.value,
            "slug": file.slug,
            "marker": file.marker,
            "digest": examined.digest,
            "stated_id": examined.stated_id,
            "set_aside": set_aside,
        }
        insert = upsert(connection, FILE).values(path=examined.path, record_id="", **values)
        connection.execute(insert.on_conflict_do_update(index_elements=["path"], set_=values))

    def _settled(self, connection: Connection, examined: Examined) -> Settled:
        """Which record this file is, and whether another file claims to be it too."""
        known = self.known.get(examined.path)
        if known and known["stated_id"] and known["stated_id"] != examined.stated_id:
            self._again(others_with(connection, str(known["stated_id"]), examined.path))
        rivals: list[str] = []
        if examined.stated_id:
            rivals = others_with(connection, examined.stated_id, examined.path)
            self._again(self._not_yet_set_aside(connection, rivals))
            self._again(derived_elsewhere(connection, examined.stated_id, examined.path))
        record_id = identify(connection, examined.kind, Slug(examined.slug), examined.stated_id)
        if examined.record is None and known and known["record_id"]:
            record_id = str(known["record_id"])
        connection.execute(update(FILE).where(FILE.c.path == examined.path).values(record_id=record_id))
        return Settled(examined, record_id, tuple(sorted(rivals)))

    def _not_yet_set_aside(self, connection: Connection, paths: list[str]) -> list[str]:
        rows = connection.execute(
            select(FILE.c.path).where(FILE.c.path.in_(paths), FILE.c.set_aside.is_(False))
        )
        return list(rows.scalars())

    def _replace(self, connection: Connection, one: Settled) -> None:
        known = self.known.get(one.examined.path)
        if known and known["record_id"] and known["record_id"] != one.record_id:
            remove_rows(connection, one.examined.kind, str(known["record_id"]))
        set_aside = settle(self.archive, connection, one)
        connection.execute(update(FILE).where(FILE.c.path == one.examined.path).values(set_aside=set_aside))
        row = connection.execute(select(FILE).where(FILE.c.path == one.examined.path)).mappings().one()
        self.known[one.examined.path] = dict(row)
