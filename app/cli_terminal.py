"""What all commands share: the archive while they run, sentences for people, a bar for what takes long."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from app.config import Settings, load_settings
from app.errors import InvalidText
from app.records.replace import replace_file
from app.search.engines import choose_engine
from app.services.archive import Archive, open_archive
from app.services.gathering.jobs import run, stop
from app.services.gathering.journal import Job, read_job
from app.services.gathering.showing import job_address

SERVED_AT = "http://127.0.0.1:8000"  # as make serve answers, where it was never served
SERVED_LAST = "served-at"  # in the state folder: the address of the server that was started last
said = Console(stderr=True, highlight=False, soft_wrap=True)  # a path in a pipe stays in one piece
Report = Callable[[int, int], None]  # done, of all


def fail(sentence: str) -> NoReturn:
    """End with one sentence and exit code 1."""
    said.print(sentence, markup=False)
    sys.exit(1)


def note_address(settings: Settings, address: str) -> None:
    """Keep where a server of this archive answers, for the links that other commands print."""
    replace_file(settings.state / SERVED_LAST, address.encode())


def address_of(settings: Settings) -> str:
    """The archive's whole address: as it is set, else that of the server that was started last."""
    kept = settings.state / SERVED_LAST
    return settings.base_url or (kept.read_text("utf-8") if kept.is_file() else SERVED_AT)


@contextmanager
def progress(label: str) -> Iterator[Report]:
    """A bar on a terminal, nothing in a pipe."""
    if not said.is_terminal:
        yield lambda *_: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=said, transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def run_job(archive: Archive, key: int, label: str) -> Job:
    """Work on a job over many files under a bar, or watch a server that does; the job as it stands then.

    Ctrl+C stops it after the file that it is at: nothing goes on behind somebody’s back.
    """
    try:
        with progress(label) as report:
            return run(archive, key, report)
    except KeyboardInterrupt:
        with suppress(InvalidText):  # it was done at that moment
            stop(archive, key)
        said.print(f"Stopped. What is done stays done; go on or undo it at {job_address(key)}", markup=False)
        return read_job(archive, key)


@contextmanager
def opened_archive(settings: Settings | None = None) -> Iterator[Archive]:
    """The archive of the environment's settings, closed at the end."""
    settings = settings or load_settings()
    archive = open_archive(settings, choose_engine(settings))
    try:
        yield archive
    finally:
        archive.close()
