"""Zip files from elsewhere: what they say of themselves is looked at before anything is unpacked."""

import io
import struct
import zlib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from app.errors import ImportRefused

_END = b"PK\x05\x06"
_END_SIZE = 22  # bytes of the record that ends a zip, without its comment
_LONGEST_COMMENT = 0xFFFF
_ENCRYPTED = 0x1
_LINK = 0o120000
_KIND = 0o170000
_DAMAGED = ImportRefused(
    "The file is damaged or was cut off: it can not be unpacked.",
    "Save or send it again, and look that the whole of it has arrived.",
)
_UNOPENED = ImportRefused("The file can not be opened.", "Look whether it is there, and who may read it.")
_CHUNK = 256 * 1024  # bytes


def opened(source: Path | bytes, most: int) -> ZipFile:
    """A zip whose list of files has at most `most` lines; nothing is unpacked yet.

    Raises ImportRefused for more, and for what is no zip.
    """
    if _said_to_hold(source) > most:
        raise too_many(most)
    try:
        packed = ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
    except (BadZipFile, ValueError, NotImplementedError, OverflowError, OSError):
        raise _DAMAGED from None
    if len(packed.infolist()) > most:
        raise too_many(most)
    return packed


def too_many(most: int) -> ImportRefused:
    return ImportRefused(f"There are more than {most:,} files in it.", "Bring them in part by part.")


def too_much(most: int) -> ImportRefused:
    """`most` in bytes."""
    size = f"{most // 1024 // 1024} MB"
    return ImportRefused(
        f"Unpacked, this is more than {size}.", "Take pictures out, or bring it in part by part."
    )


def read_member(packed: ZipFile, info: ZipInfo, largest: int) -> bytes:
    """One file of a zip. Raises ImportRefused for more than `largest` bytes, whatever the zip says of it,
    and where it can not be unpacked."""
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise ImportRefused("It is packed in a way that is not read here.", "Pack it again as a plain .zip.")
    kept = io.BytesIO()
    try:
        with packed.open(info) as member:
            while chunk := member.read(_CHUNK):
                kept.write(chunk)
                if kept.tell() > largest:
                    raise too_much(largest)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise _DAMAGED from None
    return kept.getvalue()


def is_locked(info: ZipInfo) -> bool:
    """Whether a password is needed."""
    return bool(info.flag_bits & _ENCRYPTED)


def is_link(info: ZipInfo) -> bool:
    return info.external_attr >> 16 & _KIND == _LINK


def _said_to_hold(source: Path | bytes) -> int:
    """How many files the zip's last record counts: read before the list itself, which may be long."""
    tail = _tail(source)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise _DAMAGED
    return int(struct.unpack_from("<H", tail, at + 10)[0])


def _tail(source: Path | bytes) -> bytes:
    length = _END_SIZE + _LONGEST_COMMENT
    if isinstance(source, bytes):
        return source[-length:]
    try:
        with source.open("rb") as file:
            file.seek(max(source.stat().st_size - length, 0))
            return file.read()
    except OSError:
        raise _UNOPENED from None
