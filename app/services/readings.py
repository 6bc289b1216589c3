"""Who read what: kept in memory for less than a second, then written with all that came meanwhile.

A page waits for none of it and never fails because of it. Kept for twelve months; never counted by person.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from app.database.engine import writing_if_free
from app.database.ledgers import READ
from app.database.people import ACCOUNT

log = structlog.get_logger()
EVERY_SECONDS = 0.8  # with the time that writing takes, what a crash loses is less than a second of reading
MOST = 20_000  # readings that wait while the database can not be written to
LAST_TRIES, BETWEEN_SECONDS = 5, 0.1  # at the end: the server has promised to be gone soon
KEPT = timedelta(days=365)
FORGOTTEN_AT_ONCE = 5_000  # rows; others may write in between
Reading = tuple[int, str]  # an account and a record's id


class Readings:
    """The readings of one process that are not written yet. Safe to share between threads."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now
        self._waiting: dict[Reading, datetime] = {}
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._news, self._stop = threading.Event(), threading.Event()
        self._dropped = 0
        self._thread: threading.Thread | None = None

    def add(self, account: int, record_id: str) -> None:
        """Somebody read a record just now; the same again before it is written is one reading."""
        with self._lock:
            if len(self._waiting) >= MOST:
                self._dropped += 1
                return
            self._waiting.setdefault((account, record_id), self._now())
        self._news.set()

    def start(self) -> None:
        """Write from now on, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="readings", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what is left; gives up within a second where the database can not be written to."""
        self._stop.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join(timeout=BETWEEN_SECONDS)
        for _ in range(LAST_TRIES):
            if self.flush():
                return
            time.sleep(BETWEEN_SECONDS)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._news.wait()
            self._stop.wait(EVERY_SECONDS)
            if not self._stop.is_set():
                self.flush()

    def flush(self) -> bool:
        """Write what waits, in one transaction; whether nothing is left. What fails is tried again."""
        with self._writing:
            taken = self._take()
            try:
                if taken:
                    self._write(taken)
            except (SQLAlchemyError, OSError) as error:
                self._put_back(taken)
                log.warning("readings wait to be written", readings=len(taken), why=type(error).__name__)
                return False
        return True

    def _take(self) -> dict[Reading, datetime]:
        with self._lock:
            taken, dropped = self._waiting, self._dropped
            self._waiting, self._dropped = {}, 0
            self._news.clear()
        if dropped:
            log.error("readings were lost: the database could not be written to", readings=dropped)
        return taken

    def _put_back(self, taken: dict[Reading, datetime]) -> None:
        with self._lock:
            self._waiting = {**self._waiting, **taken}
        self._news.set()

    def _write(self, taken: dict[Reading, datetime]) -> None:
        with writing_if_free(self._engine) as connection:
            known = set(connection.execute(select(ACCOUNT.c.key)).scalars())
            rows = [
                {"account": account, "record_id": record_id, "at": at}
                for (account, record_id), at in taken.items()
                if account in known
            ]
            if rows:
                connection.execute(insert(READ), rows)
            connection.commit()


def forget_readings(connection: Connection, now: datetime) -> bool:
    """Delete some of those that are older than twelve months; whether all of them are gone."""
    old = select(READ.c.key).where(READ.c.at < now - KEPT).order_by(READ.c.at).limit(FORGOTTEN_AT_ONCE)
    return connection.execute(delete(READ).where(READ.c.key.in_(old))).rowcount < FORGOTTEN_AT_ONCE
