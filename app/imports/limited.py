"""Runs another program on what somebody sent, so that it can not take the archive with it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, NamedTuple

from app.errors import ImportRefused

SECONDS = 6  # of the processor: a book of 150,000 words takes 4
PATIENCE = 3  # times as long by the clock, since others may work too
MEMORY = 1024 * 1024 * 1024  # bytes of address space
OUTPUT = 16 * 1024 * 1024  # bytes
_AT_ONCE = BoundedSemaphore(2)  # programs, so that many imports do not take all memory together
_QUEUE = 30  # seconds to wait for one's turn
_LOOK = 0.2  # seconds between two looks at what a program has said
Watch = Callable[[str], None]
_LAUNCHER = Path(__file__).with_name("launcher.py")
STOPPED = ImportRefused(
    "The file takes more time or memory to read than any story needs, so reading it was stopped.",
    "Split it, or save its text alone as .txt.",
)


class Turns(NamedTuple):
    """How many programs run at once for one kind of work, and for how many seconds one waits to be next."""

    at_once: BoundedSemaphore
    wait: float


@dataclass(frozen=True)
class Outcome:
    """`code` is 0 when all went well, negative when a limit ended the program."""

    code: int
    output: bytes
    told: str  # what it wrote on standard error


def run(
    command: Sequence[str],
    content: bytes,
    *,
    seconds: int = SECONDS,
    watch: Watch | None = None,
    turns: Turns | None = None,
) -> Outcome:
    """Run a program on some bytes, without a network of its own making, a home, or the archive's settings.

    `watch` is told now and then what it has written on standard error so far; `turns` are those of other
    work than reading files, so that neither keeps the other waiting.
    Raises ImportRefused when it needs more than `seconds` of the processor, MEMORY or OUTPUT.
    """
    turns = turns or Turns(_AT_ONCE, _QUEUE)
    if not turns.at_once.acquire(timeout=turns.wait):
        raise ImportRefused("Too many files are being read at this moment.", "Try again in a minute.")
    limits = (str(MEMORY), str(seconds), str(OUTPUT))
    try:
        launched = [sys.executable, "-I", "-S", str(_LAUNCHER), *limits, *command]
        return _run(launched, content, seconds * PATIENCE, watch)
    finally:
        turns.at_once.release()


def _run(command: Sequence[str], content: bytes, patience: int, watch: Watch | None) -> Outcome:
    with ExitStack() as held:
        source, output, told = (held.enter_context(_scratch()) for _ in range(3))
        source.write(content)
        source.seek(0)
        program = subprocess.Popen(
            command,
            stdin=source,
            stdout=output,
            stderr=told,
            cwd="/",
            env={"LANG": "C.UTF-8", "HOME": "/nonexistent"},
        )
        try:
            code = _ended(program, patience, told, watch)
        except BaseException:
            program.kill()
            program.wait()
            raise
        if code < 0:
            raise STOPPED
        return Outcome(code, _all(output), _all(told).decode("utf-8", "replace"))


def _ended(program: "subprocess.Popen[bytes]", patience: int, told: IO[bytes], watch: Watch | None) -> int:
    """The program's code once it ended; raises STOPPED where that takes longer than its patience."""
    until = time.monotonic() + patience
    while (left := until - time.monotonic()) > 0:
        try:
            return program.wait(min(left, _LOOK) if watch else left)
        except subprocess.TimeoutExpired:
            if watch:
                watch(os.pread(told.fileno(), OUTPUT, 0).decode("utf-8", "replace"))
    raise STOPPED


def _scratch() -> IO[bytes]:
    """A file without a name, in memory where the system has such: nobody's words are left on a disk."""
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("storyhold", os.MFD_CLOEXEC), "w+b")
    return TemporaryFile()


def _all(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(OUTPUT)
