"""Backups on their way out: one file, written as it is read, so that memory stays small.

Encryption is age's, by pyrage. A passphrase works in memory only there, so it locks a key that is made
for this one file, and the key locks the rest: `age -d -i 1-key.age 2-backup.tar.gz.age` asks for it.
"""

import io
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO

import pyrage  # type: ignore[import-untyped]

from app.errors import BackupFailed
from app.records.bundle import ABOUT, MANIFEST, MANIFEST_DIGEST, SEALED, SEALED_KEY, Manifest, Member, trailer
from app.records.model import Digest

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 256 * 1024  # bytes
LEVEL = 6
GZIP = 31  # zlib's sign for a gzip header and trailer
Written = Callable[[int], None]  # is told how many bytes of content went by


@dataclass(frozen=True)
class Entry:
    """A file on its way into a backup. `chunks` together have `size` bytes."""

    path: str
    size: int
    chunks: Iterable[bytes]
    mode: int = 0o600


def entry(path: str, content: bytes, mode: int = 0o600) -> Entry:
    """A file whose bytes are at hand."""
    return Entry(path, len(content), [content], mode)


def write_bundle(
    out: BinaryIO, manifest: Manifest, entries: Iterable[Entry], passphrase: str | None, written: Written
) -> None:
    """Write a backup of these entries; the manifest is filled meanwhile.

    Raises BackupFailed where a file has not the size that it said, OSError where the disk refuses.
    """
    packed = _packed(manifest, entries, written)
    if passphrase is None:
        for chunk in packed:
            out.write(chunk)
        return
    _write_sealed(out, packed, passphrase)


def _packed(manifest: Manifest, entries: Iterable[Entry], written: Written) -> Iterator[bytes]:
    digest = sha256()
    for chunk in _squeezed(_tar(manifest, entries, written)):
        digest.update(chunk)
        yield chunk
    yield trailer(digest.digest())


def _squeezed(chunks: Iterator[bytes]) -> Iterator[bytes]:
    squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    for chunk in chunks:
        yield squeeze.compress(chunk)
    yield squeeze.flush()


def _tar(manifest: Manifest, entries: Iterable[Entry], written: Written) -> Iterator[bytes]:
    yield from _member(entry(ABOUT, Manifest(manifest.about).as_bytes()), manifest, written)
    for one in entries:
        yield from _member(one, manifest, written)
    whole = manifest.as_bytes()
    closing = Manifest(manifest.about)  # these two stand in no manifest
    yield from _member(entry(MANIFEST, whole), closing, written)
    yield from _member(entry(MANIFEST_DIGEST, sha256(whole).hexdigest().encode()), closing, written)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _member(one: Entry, manifest: Manifest, written: Written) -> Iterator[bytes]:
    yield header(one.path, one.size, one.mode)
    digest, size = sha256(), 0
    for chunk in one.chunks:
        digest.update(chunk)
        size += len(chunk)
        written(len(chunk))
        yield chunk
    if size != one.size:
        raise BackupFailed(f"{one.path} changed while it was copied. No backup was made; try again.")
    yield bytes(-size % tarfile.BLOCKSIZE)
    manifest.files.append(Member(one.path, size, Digest(digest.hexdigest()), one.mode))


def header(path: str, size: int, mode: int = 0o600) -> bytes:
    """A tar header that says nothing of this machine and its people."""
    info = tarfile.TarInfo(path)
    info.size, info.mode = size, mode
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


def sealed_header(path: str, size: int) -> bytes:
    """A header of the same length whatever the size, which is not known before all is written."""
    info = tarfile.TarInfo(path)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8")


def _write_sealed(out: BinaryIO, packed: Iterator[bytes], passphrase: str) -> None:
    identity = pyrage.x25519.Identity.generate()
    key = pyrage.passphrase.encrypt(str(identity).encode(), passphrase)
    out.write(sealed_header(SEALED_KEY, len(key)) + key + bytes(-len(key) % tarfile.BLOCKSIZE))
    at = out.tell()
    out.write(sealed_header(SEALED, 0))
    reader = Pulled(packed)
    try:
        pyrage.encrypt_io(io.BufferedReader(reader, CHUNK), out, [identity.to_public()])
    except pyrage.EncryptError as error:
        raise reader.failure or BackupFailed(f"The backup could not be written ({error}).") from None
    size = out.tell() - at - tarfile.BLOCKSIZE
    out.write(bytes(-size % tarfile.BLOCKSIZE) + bytes(2 * tarfile.BLOCKSIZE))
    end = out.tell()
    out.seek(at)
    out.write(sealed_header(SEALED, size))
    out.seek(end)


class Pulled(io.RawIOBase):
    """A stream of the bytes that an iterator yields. What it raises is kept in `failure`."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, memoryview(b"")
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        try:
            while not self._rest:
                self._rest = memoryview(next(self._chunks))
        except StopIteration:
            return 0
        except Exception as error:
            self.failure = error
            raise
        space = memoryview(buffer)
        taken = min(len(space), len(self._rest))
        space[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken
