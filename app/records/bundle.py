"""What a backup file holds: the names in it, and the manifest by which each byte is checked.

A backup is a gzipped tar, written so that `tar` opens it too. Its last two members are the manifest and
the manifest's digest, so one that was cut off is known by their absence.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from app.errors import BackupDamaged, BackupRefused
from app.records.model import Digest

FORMAT = 1  # raised when an older version could not restore what this one writes
ABOUT, MANIFEST, MANIFEST_DIGEST = "about.json", "manifest.json", "manifest.sha256"
DATABASE, KEY, WITHDRAWALS = "storyhold.db", "secret.key", "withdrawals.jsonl"
STORIES, PERSONAS, MEDIA, ORIGINALS = "stories", "personas", "media", "originals"
SINGLE = (ABOUT, DATABASE, KEY, WITHDRAWALS, MANIFEST, MANIFEST_DIGEST)
FOLDERS = (STORIES, PERSONAS, MEDIA, ORIGINALS)
TRAILER_SIZE = 58  # bytes
SEALED_KEY, SEALED = "1-key.age", "2-backup.tar.gz.age"  # members of a backup that is encrypted


def trailer(digest: bytes) -> bytes:
    """An empty gzip member, which tools pass over, with the SHA-256 of all that stands before it.

    A flipped bit in what gzip packed can unpack to the same bytes; with this it is noticed all the same.
    """
    extra = b"SH" + len(digest).to_bytes(2, "little") + digest
    head = b"\x1f\x8b\x08\x04" + bytes(5) + b"\x03"
    return head + len(extra).to_bytes(2, "little") + extra + b"\x03\x00" + bytes(8)


@dataclass(frozen=True)
class About:
    """What is known of a backup before it is read: its format, when it was begun, by which version.

    `at` is ISO 8601 in UTC; `revision` is the database's migration.
    """

    format: int
    archive: str
    at: str
    revision: str


@dataclass(frozen=True)
class Member:
    """A file in a backup: its name there, its size in bytes, its SHA-256, its permissions."""

    path: str
    size: int
    sha256: Digest
    mode: int = 0o600


@dataclass
class Manifest:
    """Everything that is in a backup."""

    about: About
    files: list[Member] = field(default_factory=list)

    def number_in(self, folder: str) -> int:
        """How many files lie in one of its folders."""
        return sum(one.path.startswith(f"{folder}/") for one in self.files)

    def as_bytes(self) -> bytes:
        counts = {folder: self.number_in(folder) for folder in FOLDERS}
        told = {**asdict(self.about), **counts, "files": [asdict(one) for one in self.files]}
        return json.dumps(told, ensure_ascii=True, indent=1).encode()


def about_from(content: bytes) -> About:
    """What a backup says of itself. Raises BackupDamaged, or BackupRefused for a newer format."""
    told = _mapping(content)
    try:
        about = About(*(told[name] for name in ("format", "archive", "at", "revision")))
    except KeyError:
        raise BackupDamaged from None
    if about.format != FORMAT:
        raise BackupRefused(
            f"This backup was made by Storyhold {about.archive}, in a newer form than this version reads. "
            "Nothing was changed; install that version."
        )
    return about


def manifest_from(content: bytes) -> Manifest:
    """The manifest in a backup. Raises BackupDamaged."""
    try:
        files = [Member(**one) for one in _mapping(content)["files"]]
    except (KeyError, TypeError):
        raise BackupDamaged from None
    return Manifest(about_from(content), files)


def _mapping(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content)
    except ValueError:
        raise BackupDamaged from None
    if not isinstance(told, dict):
        raise BackupDamaged
    return told


def is_fit_name(name: str) -> bool:
    """Whether a backup of ours can hold a file of this name: a plain path below one of its folders."""
    first, *rest = name.split("/")
    if not rest:
        return name in SINGLE
    plain = all(part and not part.startswith(".") and "\0" not in part for part in rest)
    return first in FOLDERS and plain and len(name) <= 4_000
