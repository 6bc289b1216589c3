"""Who has the archive open: many at once, or one alone that replaces everything in it."""

import fcntl
import json
import os
from contextlib import suppress
from pathlib import Path

from app.errors import ArchiveInUse, RestoreUnfinished
from app.records.replace import replace_file, sync_folder

LOCK, MARKER = "open.lock", "restore-unfinished.json"


class Hold:
    """Keeps the archive open, or to oneself, until it is released or the process ends."""

    def __init__(self, state: Path, *, alone: bool = False) -> None:
        """Raises ArchiveInUse at once where others have it open, or one has it to itself."""
        self._descriptor = os.open(state / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            raise ArchiveInUse(
                "The archive is open: a server or another command is using it. End that first."
                if alone
                else "The archive is being restored from a backup. Try again when that is done."
            ) from None

    def release(self) -> None:
        """Let go; letting go twice is no error."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __del__(self) -> None:
        with suppress(AttributeError):  # the lock could not even be opened
            self.release()


def refuse_unfinished(state: Path) -> None:
    """Raises RestoreUnfinished where a restore was begun and did not end: part is old and part is new."""
    if (state / MARKER).exists():
        raise RestoreUnfinished(
            "Restoring a backup was begun here and not finished. Run the same storyhold restore again."
        )


def mark_unfinished(state: Path, told: dict[str, object]) -> None:
    """From here on nobody opens the archive until `mark_finished`, whatever happens to this process."""
    replace_file(state / MARKER, json.dumps(told).encode())


def unfinished(state: Path) -> dict[str, object]:
    """What was noted of a restore that did not end; nothing where there is none."""
    with suppress(FileNotFoundError):
        told = json.loads((state / MARKER).read_bytes())
        return told if isinstance(told, dict) else {}
    return {}


def mark_finished(state: Path) -> None:
    """The archive can be opened again."""
    (state / MARKER).unlink(missing_ok=True)
    sync_folder(state)
