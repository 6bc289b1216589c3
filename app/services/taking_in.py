"""Taking files into the catalogue, a batch at a time: read, given their ids, written with their words."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack

from sqlalchemy import Connection, bindparam, delete, select, update

from app.database.state import upsert
from app.database.tables import FILE, PROBLEM, AnyRow
from app.errors import RecordLocked
from app.records.model import RecordKey, RecordKind
from app.records.problems import SetAside
from app.services.archive import Archive
from app.services.changing import changing, remove_rows
from app.services.denying import Denials
from app.services.identity import derived_elsewhere, holders_of, identify, others_with
from app.services.intents import FOLDER, Came, Intents, fulfil, open_intents
from app.services.observing import Found
from app.services.reading_files import Examined, examine, unread
from app.services.settling import Settled, holders_of_slug, settle
from app.services.sighting import note_sighted

BATCH = 50  # files in one transaction: a save by a person waits no longer than this takes
_AT = FILE.c.path == bindparam("at")
_ROW = select(FILE).where(_AT)
_NAMED = update(FILE).where(_AT).values(record_id=bindparam("record"))
_ASIDE = update(FILE).where(_AT).values(set_aside=bindparam("aside"))
Progress = Callable[[int, int], None]


class Work:
    """One reconcile's queue: taking in a file can put others back into it, such as two with one id.

    Those that were not found are in `beyond`: gone, or never looked for.
    """

    def __init__(
        self,
        archive: Archive,
        found: Mapping[str, Found],
        known: dict[str, AnyRow],
        again: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self.archive, self.found, self.known, self.again = archive, found, known, again
        self.progress, self.changed = progress, set[str]()
        self.waiting: deque[str] = deque()
        self.locked: set[str] = set()
        self.put_back: set[str] = set()
        self.beyond: set[str] = set()

    def forget(self, paths: Iterable[str]) -> None:
        """Take files that are gone out of the catalogue; their revisions stay."""
        gone = list(paths)
        if not gone:
            return
        with self.archive.writing() as connection:
            with changing(self.archive, connection, (self.known[path].record_id for path in gone)):
                for path in gone:
                    self._forget(connection, path)
            connection.commit()

    def _forget(self, connection: Connection, path: str) -> None:
        row = self.known[path]
        connection.execute(delete(FILE).where(FILE.c.path == path))
        connection.execute(delete(PROBLEM).where(PROBLEM.c.path == path))
        self._leave(connection, path)
        if row.stated_id:
            self._again(connection, others_with(connection, row.stated_id, path))

    def _leave(self, connection: Connection, path: str) -> None:
        """Take away the record that this file was, unless another file is it by now."""
        row = self.known[path]
        if not holders_of(connection, row.record_id, path):
            remove_rows(connection, RecordKind(row.kind), row.record_id)

    def _again(self, connection: Connection, paths: Iterable[str]) -> None:
        """Put files back into the queue; without a marker they are read again even after a crash."""
        for path in paths:
            connection.execute(update(FILE).where(FILE.c.path == path).values(marker=""))
            if path not in self.found:
                self.beyond.add(path)
            elif path not in self.put_back:
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
            held = {path for path in sorted(batch) if self._locked(locks, path)}
            read = [examined for path in batch if path in held and (examined := self._read(path))]
            with self.archive.writing() as connection:
                self._take_in(connection, read)
                connection.commit()

    def take_content(self, connection: Connection, examined: Examined) -> None:
        """Take in what is about to be written into a file, under its lock, in the caller's transaction."""
        self._take_in(connection, [examined])

    def _locked(self, locks: ExitStack, path: str) -> bool:
        """Take a record's lock; a record that somebody keeps for long waits for the next reconcile."""
        file = self.found[path]
        try:
            locks.enter_context(self.archive.stores[file.kind].lock(RecordKey(file.kind, file.slug)))
        except RecordLocked:
            self.locked.add(path)
            return False
        return True

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
        self._write_files(connection, news)
        intents = open_intents(connection)
        settled = [self._settled(connection, examined, intents) for examined in news]
        before = {self.known[e.path].record_id for e in news if e.path in self.known}
        replaced = {one_id for one in settled for one_id in holders_of_slug(connection, one)}
        with changing(self.archive, connection, before | replaced | {one.record_id for one in settled}):
            fulfil(self.archive, connection, [_came(one) for one in settled if one.intent is not FOLDER])
            read_now = [one for one in settled if not self._replace(connection, one)]
            note_sighted(self.archive, connection, read_now)
        self.changed.update(one.examined.path for one in settled)

    def _is_news(self, connection: Connection, examined: Examined) -> bool:
        known = self.known.get(examined.path)
        same = known is not None and known.digest == examined.digest and known.slug == examined.slug
        file = update(FILE).where(FILE.c.path == examined.path)
        untouched = file.where(FILE.c.marker != "").values(marker=self.found[examined.path].marker)
        return self.again or not same or connection.execute(untouched).rowcount == 0

    def _write_files(self, connection: Connection, news: list[Examined]) -> None:
        made = upsert(connection, FILE)
        anew = {name: made.excluded[name] for name in ("kind", "slug", "marker", "digest", "stated_id")}
        made = made.on_conflict_do_update(index_elements=["path"], set_=anew)
        if news:
            connection.execute(made, [self._row(examined) for examined in news])

    def _row(self, examined: Examined) -> dict[str, object]:
        file = self.found[examined.path]
        return {
            "path": examined.path,
            "kind": file.kind.value,
            "slug": file.slug,
            "marker": file.marker,
            "digest": examined.digest,
            "stated_id": examined.stated_id,
            "record_id": "",
            "set_aside": False,
        }

    def _settled(self, connection: Connection, examined: Examined, intents: Intents) -> Settled:
        """Which record this file is, and whether another file claims to be it too."""
        known = self.known.get(examined.path)
        if known and known.stated_id and known.stated_id != examined.stated_id:
            self._again(connection, others_with(connection, known.stated_id, examined.path))
        rivals: list[str] = []
        if examined.stated_id:
            rivals = others_with(connection, examined.stated_id, examined.path)
            self._again(connection, self._not_yet_set_aside(connection, rivals))
            self._again(connection, derived_elsewhere(connection, examined.stated_id, examined.path))
        record_id = identify(connection, examined, self._kept_id(connection, examined))
        connection.execute(_NAMED, {"at": examined.path, "record": record_id})
        intent = intents.get((record_id, examined.digest), FOLDER)
        return Settled(examined, record_id, tuple(sorted(rivals)), intent)

    def _kept_id(self, connection: Connection, examined: Examined) -> str:
        """The id that a file without one had before, stated until it broke, or of what was denied here."""
        if examined.stated_id:
            return ""
        known = self.known.get(examined.path)
        if known is not None and (not known.stated_id or examined.record is None):
            return str(known.record_id)
        return Denials(connection, self.archive.keyed).id_at(examined.slug)

    def _not_yet_set_aside(self, connection: Connection, paths: list[str]) -> list[str]:
        if not paths:
            return []
        rows = connection.execute(
            select(FILE.c.path).where(FILE.c.path.in_(paths), FILE.c.set_aside.is_(False))
        )
        return list(rows.scalars())

    def _replace(self, connection: Connection, one: Settled) -> bool:
        """Settle a file; whether it is set aside."""
        known = self.known.get(one.examined.path)
        if known and known.record_id and known.record_id != one.record_id:
            self._leave(connection, one.examined.path)
        set_aside = settle(self.archive, connection, one)
        connection.execute(_ASIDE, {"at": one.examined.path, "aside": set_aside})
        row = connection.execute(_ROW, {"at": one.examined.path}).one()
        self.known[one.examined.path] = row
        return set_aside


def _came(one: Settled) -> Came:
    """What was announced with this very content."""
    return Came(one.record_id, one.examined.record, one.examined.digest, one.intent)
