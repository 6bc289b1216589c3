"""Work that is done apart, each piece in a forked process of its own: what it changes is gone with it."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

About = TypeVar("About")
UNDONE = "?"  # how the answer of work that came to no end begins


@dataclass(frozen=True)
class Job(Generic[About]):
    """What the work is about; what is done, given an empty folder; and the seconds that it may take."""

    about: About
    work: Callable[[Path], str]
    seconds: int


def done_apart(jobs: Iterable[Job[About]], *, at_once: int = 1) -> Iterator[tuple[About, str]]:
    """What each piece of work answers, as they end. One that raises or is late answers UNDONE and why."""
    base = Path(tempfile.mkdtemp())
    running: dict[int, Job[About]] = {}
    try:
        for job in jobs:
            if len(running) >= at_once:
                yield _ended(base, running)
            running[_begun(base, job)] = job
        while running:
            yield _ended(base, running)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _begun(base: Path, job: Job[About]) -> int:
    """The process in which the job is done; it leads a group of its own."""
    child = os.fork()
    if child:
        return child
    folder = base / str(os.getpid())
    try:
        os.setsid()
        signal.alarm(job.seconds)
        (folder / "work").mkdir(parents=True)
        answer = job.work(folder / "work")
    except BaseException as error:
        answer = f"{UNDONE} {error!r}"[:300]
    with suppress(OSError):
        (folder / "answer").write_text(answer)
    os._exit(0)


def _ended(base: Path, running: dict[int, Job[About]]) -> tuple[About, str]:
    child, state = os.wait()
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # servers that its tests left
    job, folder = running.pop(child), base / str(child)
    late = f"{UNDONE} {job.seconds} seconds were not enough"
    lost = late if os.waitstatus_to_exitcode(state) == -signal.SIGALRM else f"{UNDONE} it ended with {state}"
    answer = folder / "answer"
    said = answer.read_text() if answer.exists() else lost
    shutil.rmtree(folder, ignore_errors=True)
    return job.about, said
