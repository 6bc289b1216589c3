"""The list of withdrawals outside the database, so that no older backup can undo one.

One JSON object on each line, in the order in which it happened, each on the disk before anything else is
done. It names nobody: ids, days, bits of uses and keyed digests.
"""

import fcntl
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from app.records.replace import sync_folder

LIFTED = "lifted"  # the kind of a line that undoes the ones before it of the same story


@dataclass(frozen=True)
class Line:
    """What was taken back of a story, as `app.database.ledgers.Denial` keeps it; or that it was lifted.

    `at` is ISO 8601 in UTC. `denied` are keyed digests of passages and files that may not come back.
    """

    story_id: str
    kind: str
    at: str
    uses: int = 0
    until: str | None = None
    understood: bool = True
    not_for: tuple[str, ...] = ()
    slug_digest: str = ""
    replacement: str = ""
    denied: tuple[tuple[str, str], ...] = ()  # (kind of text, digest)


def append_line(path: Path, *lines: Line) -> None:
    """Add lines that outlast a power cut. Raises OSError, and then nothing may be said to be withdrawn.

    Where the disk refuses, none of them is there. A line that a crash cut off is left behind and ended, so
    that the next one stands by itself.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = not path.exists()
    texts = [json.dumps(asdict(line), ensure_ascii=True, separators=(",", ":")) for line in lines]
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # no other process writes between the size and the lines
        start = [] if _ends_whole(descriptor) else [""]
        _write_all(descriptor, "\n".join([*start, *texts, ""]).encode())
    finally:
        os.close(descriptor)
    if new:
        sync_folder(path.parent)


def _write_all(descriptor: int, content: bytes) -> None:
    before, rest = os.fstat(descriptor).st_size, memoryview(content)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, before)
        raise


def _ends_whole(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"


def read_lines(path: Path) -> list[Line]:
    """The lines in their order; what a crash cut off, and what is none of ours, is passed over."""
    with suppress(FileNotFoundError):
        return [line for text in path.read_text("utf-8", "replace").splitlines() if (line := _line(text))]
    return []


def _line(text: str) -> Line | None:
    known = {field.name for field in fields(Line)}
    try:
        told = json.loads(text)
        told = {name: value for name, value in told.items() if name in known}
        told["not_for"] = tuple(told.get("not_for", ()))
        told["denied"] = tuple((kind, digest) for kind, digest in told.get("denied", ()))
        return Line(**told)
    except (ValueError, TypeError, AttributeError):
        return None


def in_force(lines: Iterable[Line]) -> list[Line]:
    """The lines that no later one lifts."""
    kept: list[Line] = []
    for line in lines:
        if line.kind == LIFTED:
            kept = [one for one in kept if one.story_id != line.story_id]
        else:
            kept.append(line)
    return kept
