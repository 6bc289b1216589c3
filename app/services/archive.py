"""The archive as one thing: its folders, its database, its index and its clock."""

import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from threading import Event

from sqlalchemy import Connection, Engine

from app.config import Settings
from app.database.engine import migrate, open_engine
from app.database.state import Generation
from app.records.fresh import sweep_copies
from app.records.holding import Hold, refuse_unfinished
from app.records.model import RecordKind, Use
from app.records.store import RecordStore
from app.search.model import SearchIndex
from app.services.provider import Provider, provider_of
from app.services.readings import Readings
from app.services.throttle import Throttle, Unwritten

PAGES = 48  # kept at a time
TEXTS = 16  # a long interview takes a megabyte
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


@dataclass
class Archive:
    """What every service works on. Opened once for each process, and safe to share between threads."""

    settings: Settings
    engine: Engine
    stores: dict[RecordKind, RecordStore]
    index: SearchIndex
    clock: Clock = utc_now
    generation: Generation = field(default_factory=Generation)
    pages: Generation = field(default_factory=lambda: Generation(PAGES))  # whole ones, each of many rows
    texts: Generation = field(default_factory=lambda: Generation(TEXTS))  # of stories, as they are shown
    throttle: Throttle = field(default_factory=Throttle)
    hold: Hold | None = None
    unwritten: Unwritten = field(default_factory=Unwritten)
    work: Event = field(default_factory=Event)  # set when a job over many files was begun
    readings: Readings = field(init=False)

    def __post_init__(self) -> None:
        self.readings = Readings(self.engine, self.now)

    @property
    def unstated(self) -> frozenset[Use]:
        """The uses assumed for a record that has no consent key at all."""
        return frozenset(Use(use) for use in self.settings.unstated_uses)

    @cached_property
    def key(self) -> bytes:
        """The archive's key: chains, keyed digests and kept secrets rest on it."""
        return read_key(self.settings)

    @cached_property
    def provider(self) -> Provider | None:
        """The single sign-on, where the settings name one."""
        return provider_of(self.settings)

    def keyed(self, purpose: str, text: str) -> str:
        """A digest of text that nobody without the key can check a guess against; one for each purpose."""
        return keyed_digest(self.key, purpose, text)

    def now(self) -> datetime:
        return self.clock()

    def writing(self) -> Connection:
        """A connection whose transaction takes the writer's place at once (SQLite would refuse later)."""
        return self.engine.connect().execution_options(begin="BEGIN IMMEDIATE")

    def close(self) -> None:
        self.index.close()
        self.engine.dispose()
        if self.hold:
            self.hold.release()


def read_key(settings: Settings) -> bytes:
    """The archive's key. Raises FileNotFoundError where there is none yet."""
    return sha256(settings.secret_key_file.read_bytes().strip()).digest()


def keyed_digest(key: bytes, purpose: str, text: str) -> str:
    """A digest of text under a key; one for each purpose."""
    return hmac.new(key, f"{purpose}\n{text}".encode("utf-8", "surrogatepass"), sha256).hexdigest()


def make_secret_key(path: Path) -> None:
    """Write the archive's key, 0600, unless there is one; several processes may try at once."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))


def open_archive(settings: Settings, index: SearchIndex, clock: Clock = utc_now) -> Archive:
    """Open what the settings name; makes the state folder (0700) and brings the tables up to date.

    Raises ArchiveInUse while a backup is restored, RestoreUnfinished after one that did not end.
    """
    settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    hold = Hold(settings.state)
    refuse_unfinished(settings.state)
    sweep_copies(settings.state)
    return open_held(settings, index, clock, hold)


def open_held(settings: Settings, index: SearchIndex, clock: Clock, hold: Hold) -> Archive:
    """Open an archive that somebody holds already; closing it lets go."""
    make_secret_key(settings.secret_key_file)
    engine = open_engine(settings.database_url)
    migrate(engine)
    locks = settings.state / "locks"
    stores = {
        RecordKind.STORY: RecordStore(settings.stories, RecordKind.STORY, locks),
        RecordKind.PERSONA: RecordStore(settings.personas, RecordKind.PERSONA, locks),
    }
    return Archive(settings, engine, stores, index, clock, hold=hold)
