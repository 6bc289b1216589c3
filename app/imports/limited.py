"""Runs another program on what somebody sent, so that it can not take the archive with it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO

from app.errors import ImportRefused

SECONDS = 6  # of the processor: a book of 150,000 words takes 4
PATIENCE = 3  # times as long by the clock, since others may work too
MEMORY = 1024 * 1024 * 1024  # bytes of address space
OUTPUT = 16 * 1024 * 1024  # bytes
_AT_ONCE = BoundedSemaphore(2)  # programs, so that many imports do not take all memory together
_QUEUE = 30  # seconds to wait for one's turn
_LAUNCHER = Path(__file__).with_name("launcher.py")
STOPPED = ImportRefused(
    "The file takes more time or memory to read than any story needs, so reading it was stopped.",
    "Split it, or save its text alone as .txt.",
)


@dataclass(frozen=True)
class Outcome:
    """`code` is 0 when all went well, negative when a limit ended the program."""

    code: int
    output: bytes
    told: str  # what it wrote on standard error


def run(command: Sequence[str], content: bytes, *, seconds: int = SECONDS) -> Outcome:
    """Run a program on some bytes, without a network of its own making, a home, or the archive's settings.

    Raises ImportRefused when it needs more than `seconds` of the processor, MEMORY or OUTPUT.
    """
    if not _AT_ONCE.acquire(timeout=_QUEUE):
        raise ImportRefused("Too many files are being read at this moment.", "Try again in a minute.")
    limits = (str(MEMORY), str(seconds), str(OUTPUT))
    try:
        launched = [sys.executable, "-I", "-S", str(_LAUNCHER), *limits, *command]
        return _run(launched, content, seconds * PATIENCE)
    finally:
        _AT_ONCE.release()


def _run(command: Sequence[str], content: bytes, patience: int) -> Outcome:
    with ExitStack() as held:
        source, output, told = (held.enter_context(_scratch()) for _ in range(3))
        source.write(content)
        source.seek(0)
        try:
            ended = subprocess.run(
                command,
                stdin=source,
                stdout=output,
                stderr=told,
                timeout=patience,
                check=False,
                cwd="/",
                env={"LANG": "C.UTF-8", "HOME": "/nonexistent"},
            )
        except subprocess.TimeoutExpired:
            raise STOPPED from None
        if ended.returncode < 0:
            raise STOPPED
        return Outcome(ended.returncode, _all(output), _all(told).decode("utf-8", "replace"))


def _scratch() -> IO[bytes]:
    """A file without a name, in memory where the system has such: nobody's words are left on a disk."""
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("storyhold", os.MFD_CLOEXEC), "w+b")
    return TemporaryFile()


def _all(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(OUTPUT)
