"""Files that take a while: made one at a time in the background, and kept for some minutes.

A file is kept under the digest of the very page that it was made of. Whoever asks for it is first made that
page anew, of what she may read now: so nobody finds a file with words that are no longer hers to take.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog
from filelock import FileLock, Timeout

from app.errors import InvalidText
from app.records.paths import make_folders
from app.records.replace import replace_file
from app.services.archive import Archive
from app.services.paper.keeping import KEPT, files_kept, folder_of, sweep_files
from app.services.paper.printing import Printed, PrintingBusy, PrintingMissing, pdf_of

log = structlog.get_logger()
DIGEST = re.compile("[0-9a-f]{64}")
AT_ONCE = 4  # sheets of a file that is waited for
WAIT = 25  # seconds for one's turn
EVERY = 0.7  # seconds between two notes of how far a file is
STALE = 30  # seconds without news: whoever made it is gone
MOST_WAITING = 6  # files that may be made or wait for that at one time
_WAITING = threading.BoundedSemaphore(4)  # requests: the others answer meanwhile
BUSY = "Others are having files made just now. Try again in a minute, or print the page from your browser."


@dataclass(frozen=True)
class Far:
    """How far a file is; `problem` is why there will be none, `missing` that nothing here can make one."""

    done: int = 0
    total: int = 0
    problem: str = ""
    missing: bool = False
    ready: bool = False


def file_now(archive: Archive, printed: Printed) -> bytes | None:
    """The file of a page, made at once where it is small; None where it is made in the background.

    Raises InvalidText where it can not be made, PrintingMissing where nothing on this machine makes any.
    """
    sweep_files(archive)
    kept = _kept(archive, printed)
    if kept is not None or printed.sheets > AT_ONCE:
        return kept
    if not _WAITING.acquire(blocking=False):
        raise PrintingBusy(BUSY)
    try:
        with _turn(archive, WAIT):
            return _kept(archive, printed) or _made(archive, printed)
    finally:
        _WAITING.release()


def _made(archive: Archive, printed: Printed) -> bytes:
    _tell(archive, printed, Far(0, printed.sheets))
    try:
        content = pdf_of(printed)
        _keep(archive, printed, content)
        return content
    finally:
        _path(archive, printed.digest, "json").unlink(missing_ok=True)


def how_far(archive: Archive, digest: str) -> Far | None:
    """How far the file of the page with this digest is, and no more of it; None where nobody makes it."""
    if not DIGEST.fullmatch(digest):
        return None
    if _path(archive, digest, "pdf").is_file():
        return Far(ready=True)
    path = _path(archive, digest, "json")
    try:
        old = time.time() - path.stat().st_mtime > STALE
        return None if old else Far(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def begin(archive: Archive, printed: Printed) -> Far:
    """How far a file is that takes a while; begun where nobody makes it yet. Raises InvalidText when busy."""
    far = how_far(archive, printed.digest)
    if far is not None:
        return far
    if sum(path.suffix == ".json" for path in files_kept(archive)) >= MOST_WAITING:
        raise PrintingBusy(BUSY)
    far = Far(0, printed.sheets)
    _tell(archive, printed, far)
    threading.Thread(target=_make, args=(archive, printed), name="paper", daemon=True).start()
    return far


def _make(archive: Archive, printed: Printed) -> None:
    told = [time.monotonic()]

    def watch(pages: int) -> None:
        now, wanted = time.monotonic(), _path(archive, printed.digest, "json").is_file()
        if wanted and now - told[0] > EVERY:
            told[0] = now
            _tell(archive, printed, Far(min(pages, printed.sheets), printed.sheets))

    try:
        with _turn(archive, KEPT, lambda: watch(0)):
            _keep(archive, printed, pdf_of(printed, watch))
        _path(archive, printed.digest, "json").unlink(missing_ok=True)
    except InvalidText as refused:
        missing = isinstance(refused, PrintingMissing)
        _tell(archive, printed, Far(0, printed.sheets, str(refused), missing))
    except Exception:
        log.exception("a file for paper could not be made")
        _path(archive, printed.digest, "json").unlink(missing_ok=True)


@contextmanager
def _turn(archive: Archive, seconds: float, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """One file is made at a time, whatever process makes it. Raises InvalidText after so long a wait."""
    locks = archive.settings.state / "locks"
    make_folders(locks, archive.settings.state)
    lock, until = FileLock(locks / "paper.lock"), time.monotonic() + seconds
    while True:
        with suppress(Timeout):
            lock.acquire(timeout=1)
            break
        if time.monotonic() > until:
            raise PrintingBusy(BUSY)
        waiting()
    try:
        yield
    finally:
        lock.release()


def _path(archive: Archive, digest: str, ending: str) -> Path:
    return folder_of(archive) / f"{digest}.{ending}"


def _kept(archive: Archive, printed: Printed) -> bytes | None:
    try:
        return _path(archive, printed.digest, "pdf").read_bytes()
    except FileNotFoundError:
        return None


def _keep(archive: Archive, printed: Printed, content: bytes) -> None:
    """Keep a file for some minutes, unless all of them were forgotten while it was made."""
    if _path(archive, printed.digest, "json").is_file():
        replace_file(_path(archive, printed.digest, "pdf"), content)
        later = threading.Timer(KEPT + 1, sweep_files, [archive])
        later.daemon = True
        later.start()


def _tell(archive: Archive, printed: Printed, far: Far) -> None:
    folder = folder_of(archive)
    make_folders(folder, archive.settings.state)
    folder.chmod(0o700)
    replace_file(_path(archive, printed.digest, "json"), json.dumps(asdict(far)).encode())
