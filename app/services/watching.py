"""The folder watcher: a file dropped, edited, renamed or deleted is in the archive within two seconds."""

import threading
import time
from collections.abc import Collection
from pathlib import Path

import structlog
from filelock import FileLock, Timeout
from watchfiles import watch

from app.errors import SearchUnavailable
from app.services.archive import Archive
from app.services.gathering.pictures import sweep_pictures
from app.services.indexing import update_search
from app.services.merging import merge_withdrawals
from app.services.paper.keeping import sweep_files
from app.services.readings import forget_readings
from app.services.reconcile import Reconciled, read_as_now, reconcile, reconcile_named
from app.services.specifications.digest import send_digests

log = structlog.get_logger()
SETTLE_MILLISECONDS = 150  # an editor writes a file in several steps
RETRY_SECONDS = 1.0
QUIET_SECONDS = 10.0  # without a change, before the index is tidied: a step keeps writers waiting
LOOK_AGAIN_SECONDS = 600.0
DAY_SECONDS = 86_400.0


class Keeper:
    """Keeps one archive in step with its folders, in one process of all that serve it.

    `complete` is set when the first reconcile and the index are done.
    """

    def __init__(self, archive: Archive, *, watching: bool = True) -> None:
        self.archive, self.watching = archive, watching
        self.complete, self._stop = threading.Event(), threading.Event()
        self._looked, self._changed, self._again, self._untidy = 0.0, 0.0, False, True
        self._forgot: float | None = None
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """What was taken back is taken back before anything is served; the rest follows in the background."""
        merge_withdrawals(self.archive)
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end and wait for the transaction that is under way."""
        self._stop.set()
        self._thread.join(timeout=4)  # after the connections’ five: ten seconds are promised

    def _run(self) -> None:
        elected = FileLock(self.archive.settings.state / "keeper.lock")
        while not self._stop.is_set():
            try:
                with elected.acquire(timeout=0.5):
                    self._keep()
            except Timeout:  # another process is elected
                self._see_whether_complete()

    def _see_whether_complete(self) -> None:
        """Another process does the work; when it has, this one can answer too."""
        if read_as_now(self.archive) and self.archive.index.ready():
            self.complete.set()

    def _keep(self) -> None:
        self._sweep()
        self._attempt()
        while not self._stop.is_set():
            self._forget()
            folders = self._folders()
            if not self.watching or not folders:
                self._stop.wait(RETRY_SECONDS)
                continue
            try:
                self._follow(folders)
            except Exception:
                log.exception("the folder could not be watched; trying again")
                self._stop.wait(RETRY_SECONDS)
                self._attempt()

    def _follow(self, folders: list[Path]) -> None:
        """Attempt at each change until a folder comes or goes; without news, now and then all the same.

        What changed after the last attempt and before the watch began is no news: so soon once more.
        """
        self._again = True
        for changes in watch(
            *folders,
            stop_event=self._stop,
            debounce=SETTLE_MILLISECONDS,
            step=50,
            rust_timeout=int(RETRY_SECONDS * 1000),
            yield_on_timeout=True,
            raise_interrupt=False,
        ):
            self._forget()
            if self._due():
                self._attempt()
            elif changes:
                self._attempt([path for _, path in changes])
            elif self._untidy and time.monotonic() - self._changed > QUIET_SECONDS:
                self._tidy()
            if self._folders() != folders:
                self._attempt()
                return

    def _due(self) -> bool:
        """Soon again where that is asked; else rarely, for what a network folder never tells."""
        late = time.monotonic() - self._looked > LOOK_AGAIN_SECONDS
        return self._again or late or not self.archive.index.ready() or not read_as_now(self.archive)

    def _tidy(self) -> None:
        """Rewrite a part of the index that holds removed words; nobody waits for it."""
        try:
            self._untidy = self.archive.index.optimise()
        except SearchUnavailable:
            log.info("search is busy; its index is tidied later")

    def _folders(self) -> list[Path]:
        settings = self.archive.settings
        return [folder for folder in (settings.stories, settings.personas) if folder.is_dir()]

    def _sweep(self) -> None:
        """Delete what saves that a crash interrupted left behind, and old files for paper."""
        sweep_files(self.archive)
        swept = sum(store.sweep_orphans() for store in self.archive.stores.values())
        if swept:
            log.info("unfinished files deleted", files=swept)

    def _forget(self) -> None:
        """Once a day, delete what may be kept for a time only."""
        if self._forgot is not None and time.monotonic() - self._forgot < DAY_SECONDS:
            return
        self._forgot = time.monotonic()
        try:
            gone = False
            while not gone and not self._stop.is_set():
                with self.archive.writing() as connection:
                    gone = forget_readings(connection, self.archive.now())
                    connection.commit()
            if self.complete.is_set():
                sweep_pictures(self.archive)
                send_digests(self.archive)
        except Exception:
            log.exception("what may be kept for a time only could not be deleted; trying again tomorrow")

    def _attempt(self, notice: Collection[str] | None = None) -> None:
        """One reconcile; what fails is logged and tried again, and pages read on meanwhile."""
        self._again, self._untidy = False, True
        try:
            self._again = self._reconcile(notice).waiting > 0
            update_search(self.archive)
            self.complete.set()
        except Exception:
            self._again = True
            log.exception("the folder could not be read; trying again")

    def _reconcile(self, notice: Collection[str] | None) -> Reconciled:
        """All files, or those that a notice names, which say nothing of what no notice told."""
        self._changed = time.monotonic()
        if notice is not None:
            return reconcile_named(self.archive, notice)
        self._looked = self._changed
        return reconcile(self.archive)
