"""Backups on their way in: read once, and believed only where every byte is as the manifest says.

Nothing in a backup is trusted before: names are held to the few that a backup of ours can have, and
links, devices, doubled names, and more bytes than there is room for, end the reading.
"""

import io
import os
import shutil
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, BinaryIO

import pyrage  # type: ignore[import-untyped]

from app.errors import BackupDamaged, BackupRefused
from app.records.bundle import (
    ABOUT,
    MANIFEST,
    MANIFEST_DIGEST,
    SEALED,
    SEALED_KEY,
    TRAILER_SIZE,
    Manifest,
    Member,
    about_from,
    is_fit_name,
    manifest_from,
    trailer,
)
from app.records.model import Digest

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 256 * 1024  # bytes
GZIP = 31  # zlib's sign for a gzip header and trailer
GZIP_HEADER = bytes.fromhex("1f8b0800000000000003")  # as zlib writes it, to the byte
LARGEST_TOLD = 512 * 1024 * 1024  # bytes of a manifest: some millions of files
LARGEST_KEY = 64 * 1024
ROOM = 16 * 1024 * 1024  # bytes that stay free on the disk
WRONG = "The passphrase is not this backup's, or the file is damaged. Nothing was changed."
SLOW = (
    "This machine is too slow, or too busy, to open a passphrase that was set on a faster one. Nothing was "
    "changed. Try again when less is running, or on another machine."
)
TIMES, PAUSE = 4, 2.0  # how often it is tried, and seconds between
Read = Callable[[int], None]  # is told how many bytes of content went by


class Members:
    """The members of a backup as they come, each one's name, size and digest noted."""

    def __init__(self, into: Path | None, read: Read) -> None:
        self.into, self.read = into, read
        self.seen: dict[str, Member] = {}
        self.folders: set[str] = set()
        self.told: dict[str, bytes] = {}

    def take(self, info: tarfile.TarInfo, content: IO[bytes]) -> None:
        self._refuse_unfit(info)
        chunks = _chunks(content, info.size)
        if info.name in (ABOUT, MANIFEST, MANIFEST_DIGEST):
            chunks = iter([self._tell(info, chunks)])
        digest = self._write(info.name, chunks)
        self.seen[info.name] = Member(info.name, info.size, digest, info.mode & 0o777)

    def _refuse_unfit(self, info: tarfile.TarInfo) -> None:
        above = {info.name[:at] for at, letter in enumerate(info.name) if letter == "/"}
        clash = info.name in self.seen or info.name in self.folders or above & self.seen.keys()
        if MANIFEST_DIGEST in self.seen or clash or not info.isreg() or not is_fit_name(info.name):
            raise BackupDamaged
        if bool(self.seen) == (info.name == ABOUT):
            raise BackupDamaged
        self.folders |= above

    def _tell(self, info: tarfile.TarInfo, chunks: Iterator[bytes]) -> bytes:
        if info.size > LARGEST_TOLD:
            raise BackupDamaged
        content = b"".join(chunks)
        if info.name == ABOUT:
            about_from(content)  # a newer form is refused before anything else is read
        self.told[info.name] = content
        return content

    def _write(self, name: str, chunks: Iterator[bytes]) -> Digest:
        digest, out = sha256(), self._opened(name)
        try:
            for chunk in chunks:
                digest.update(chunk)
                self.read(len(chunk))
                if out:
                    self._refuse_too_much(len(chunk))
                    out.write(chunk)
        finally:
            if out:
                out.close()
        return Digest(digest.hexdigest())

    def _opened(self, name: str) -> BinaryIO | None:
        if self.into is None or name in (ABOUT, MANIFEST, MANIFEST_DIGEST):
            return None
        path = self.into / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb")

    def _refuse_too_much(self, size: int) -> None:
        if self.into and shutil.disk_usage(self.into).free < size + ROOM:
            raise BackupRefused(
                f"There is not enough room on the disk of {self.into.parent} to restore this."
            )

    def manifest(self) -> Manifest:
        """The manifest, where everything is as it says. Raises BackupDamaged."""
        if not {MANIFEST, MANIFEST_DIGEST} <= self.told.keys():
            raise BackupDamaged
        whole = self.told[MANIFEST]
        if sha256(whole).hexdigest().encode() != self.told[MANIFEST_DIGEST]:
            raise BackupDamaged
        manifest = manifest_from(whole)
        found = [one for name, one in self.seen.items() if name not in (MANIFEST, MANIFEST_DIGEST)]
        if found != manifest.files:
            raise BackupDamaged
        return manifest


def read_bundle(path: Path, passphrase: str | None, into: Path | None, read: Read) -> Manifest:
    """Read a whole backup; its files are written below `into`, where that is given.

    Raises BackupDamaged where one byte is not as it was written, BackupRefused for a newer form, a
    missing passphrase and a full disk. What stands below `into` then is not to be used.
    """
    members = Members(into, read)
    try:
        with path.open("rb") as file, _unsealed(file, passphrase, into) as packed:
            tar: BinaryIO = io.BufferedReader(Unpacked(packed), CHUNK)
            with tarfile.open(
                fileobj=tar, mode="r|", encoding="utf-8", errors="surrogateescape"
            ) as members_in:
                for info in members_in:
                    members.take(info, members_in.extractfile(info) or io.BytesIO())
            _refuse_more(tar)
    except (tarfile.TarError, zlib.error, EOFError, UnicodeError) as error:
        raise BackupDamaged from error
    return members.manifest()


def is_sealed(path: Path) -> bool:
    """Whether a passphrase is needed."""
    with path.open("rb") as file:
        return file.read(len(SEALED_KEY)) == SEALED_KEY.encode()


def _chunks(content: IO[bytes], size: int) -> Iterator[bytes]:
    while size:
        chunk = content.read(min(size, CHUNK))
        if not chunk:
            raise EOFError
        size -= len(chunk)
        yield chunk


def _refuse_more(tar: BinaryIO) -> None:
    while rest := tar.read(CHUNK):
        if any(rest):
            raise BackupDamaged


def _unsealed(file: BinaryIO, passphrase: str | None, into: Path | None) -> BinaryIO:
    """The gzipped tar in a backup; one that is encrypted is decrypted into a file without a name."""
    if file.read(len(SEALED_KEY)) != SEALED_KEY.encode():
        file.seek(0)
        return file
    file.seek(0)
    if passphrase is None:
        raise BackupRefused(
            "This backup is encrypted. Give its passphrase with --passphrase-file, or --encrypted."
        )
    key = file.read(_size_of(file, SEALED_KEY, LARGEST_KEY))
    _refuse_odd(file.read(-len(key) % tarfile.BLOCKSIZE))
    size = _size_of(file, SEALED, None)
    opened = TemporaryFile(dir=into)  # noqa: SIM115 the caller closes it
    try:
        pyrage.decrypt_io(Span(file, size), opened, [_identity(key, passphrase)])
        _refuse_odd(file.read())
        opened.seek(0)
        return opened
    except (pyrage.DecryptError, OSError) as error:
        opened.close()
        raise BackupDamaged(WRONG) from error
    except BaseException:
        opened.close()
        raise


def _identity(key: bytes, passphrase: str) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(_key_of(key, passphrase).decode())
    except (pyrage.DecryptError, pyrage.IdentityError, UnicodeDecodeError) as error:
        raise BackupDamaged(WRONG) from error


def _key_of(key: bytes, passphrase: str) -> bytes:
    """What the passphrase opens. Raises DecryptError, and BackupRefused where that would take too long.

    age measures how fast the machine is at this moment, and refuses what would take it half a minute: on a
    busy machine the next moment is another.
    """
    for number in range(TIMES):
        try:
            return bytes(pyrage.passphrase.decrypt(key, passphrase))
        except pyrage.DecryptError as error:
            if "Excessive work" not in str(error):
                raise
        time.sleep(PAUSE if number < TIMES - 1 else 0)
    raise BackupRefused(SLOW)


def _size_of(file: BinaryIO, name: str, largest: int | None) -> int:
    head = file.read(tarfile.BLOCKSIZE)
    info = tarfile.TarInfo.frombuf(head, "utf-8", "strict")
    plain = tarfile.TarInfo(name)
    plain.size, plain.mode = info.size, 0o600
    if plain.tobuf(tarfile.GNU_FORMAT, "utf-8") != head or (largest and info.size > largest):
        raise BackupDamaged
    return info.size


def _refuse_odd(padding: bytes) -> None:
    if any(padding):
        raise BackupDamaged


class Span(io.RawIOBase):
    """The next `size` bytes of a file."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._left = file, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        space = memoryview(buffer)
        content = self._file.read(min(len(space), self._left))
        space[: len(content)] = content
        self._left -= len(content)
        return len(content)


class Unpacked(io.RawIOBase):
    """What is in a gzip stream of one member and its trailer; never more than is asked for."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed, self._unpack, self._digest = packed, zlib.decompressobj(GZIP), sha256()
        self._rest = self._last = packed.read(CHUNK)
        self._ended = False
        if not self._rest.startswith(GZIP_HEADER):
            raise BackupDamaged

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        space = memoryview(buffer)
        while not self._unpack.eof:
            content = self._unpack.decompress(self._rest, len(space))
            self._rest = self._unpack.unconsumed_tail
            if content:
                space[: len(content)] = content
                return len(content)
            if not self._unpack.eof and not self._rest:
                self._more()
        self._refuse_other_end()
        return 0

    def _refuse_other_end(self) -> None:
        if self._ended:
            return
        after = self._unpack.unused_data
        self._digest.update(self._last[: len(self._last) - len(after)])
        if after + self._packed.read(TRAILER_SIZE + 1) != trailer(self._digest.digest()):
            raise BackupDamaged
        self._ended = True

    def _more(self) -> None:
        self._digest.update(self._last)
        self._rest = self._last = self._packed.read(CHUNK)
        if not self._rest:
            raise EOFError
