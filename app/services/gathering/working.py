"""The worker of a server: goes on with every open job over many files, also after a crash."""

import threading

import structlog
from sqlalchemy import update

from app.database.ledgers import JOB
from app.errors import JobsWait
from app.services.archive import Archive
from app.services.gathering.jobs import run, waiting_jobs

log = structlog.get_logger()
LOOK_SECONDS = 5.0  # for what another process began, and did not end


class Worker:
    """One thread of each process; of all that serve an archive, one works on a job at a time.

    `ready` is set when the archive is in step with its folders.
    """

    def __init__(self, archive: Archive, ready: threading.Event) -> None:
        self.archive, self.ready, self._stop = archive, ready, threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end after the file that it is at."""
        self._stop.set()
        self.archive.work.set()

    def join(self) -> None:
        """Wait for it a little; what is cut off goes on at the next start."""
        if self._thread.is_alive():
            self._thread.join(timeout=1)

    def _run(self) -> None:
        while not self.ready.wait(timeout=0.5) and not self._stop.is_set():
            pass
        while not self._stop.is_set():
            self.archive.work.clear()
            self._work()
            self.archive.work.wait(LOOK_SECONDS)

    def _work(self) -> None:
        try:
            for job in waiting_jobs(self.archive):
                if not self._stop.is_set():
                    self._try(job)
        except Exception:
            log.exception("jobs could not be looked for; trying again")

    def _try(self, job: int) -> None:
        try:
            run(self.archive, job, wait=False, stopping=self._stop)
        except JobsWait:
            return  # until a steward has looked at what was restored
        except Exception as error:
            log.exception("a job could not go on; trying again")
            self._mark(job, type(error).__name__)

    def _mark(self, job: int, failed: str) -> None:
        with self.archive.writing() as connection:
            connection.execute(update(JOB).where(JOB.c.key == job).values(failed=failed))
            connection.commit()
