"""Where files for paper are kept for some minutes."""

import time
from contextlib import suppress
from pathlib import Path

from app.services.archive import Archive

KEPT = 10 * 60  # seconds


def folder_of(archive: Archive) -> Path:
    """The folder of all of them, below the state folder; it may not be there yet."""
    return archive.settings.state / "paper"


def files_kept(archive: Archive) -> list[Path]:
    """All of them, and what is known of those that are being made."""
    folder = folder_of(archive)
    return list(folder.iterdir()) if folder.is_dir() else []


def forget_files(archive: Archive) -> None:
    """Nothing is left of them, and none that is being made is kept: its words may have been taken back."""
    for path in files_kept(archive):
        path.unlink(missing_ok=True)


def sweep_files(archive: Archive) -> None:
    """Delete those that are old, whoever made them."""
    for path in files_kept(archive):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > KEPT:
                path.unlink()
