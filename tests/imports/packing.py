"""Zip files as nobody should make them."""

import io
import struct
import warnings
from collections.abc import Sequence
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


def packed(*files: tuple[str | ZipInfo, bytes]) -> bytes:
    """A zip of these files, two of one name among them if asked."""
    target = io.BytesIO()
    with warnings.catch_warnings(), ZipFile(target, "w", ZIP_DEFLATED) as made:
        warnings.simplefilter("ignore")  # that a name is there twice is what is tried
        for name, content in files:
            made.writestr(name, content, ZIP_DEFLATED)
    return target.getvalue()


def link_to(target: str, name: str = "link.md") -> tuple[ZipInfo, bytes]:
    info = ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info, target.encode()


def renamed(content: bytes, old: str, new: bytes) -> bytes:
    """The zip with a name replaced by another of the same length, which `zipfile` itself would not write."""
    assert len(new) == len(old.encode())
    return content.replace(old.encode(), new)


def with_flag(content: bytes, flag: int) -> bytes:
    """The zip with a flag set on each file, such as the one that says a password is needed."""
    changed = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = changed.find(mark)
        while start >= 0:
            flags = struct.unpack_from("<H", changed, start + at)[0]
            struct.pack_into("<H", changed, start + at, flags | flag)
            start = changed.find(mark, start + 4)
    return bytes(changed)


def said_to_be(content: bytes, size: int) -> bytes:
    """The zip with its files' unpacked sizes given as `size` bytes, which they are not."""
    changed = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = changed.find(mark)
        while start >= 0:
            struct.pack_into("<I", changed, start + at, size)
            start = changed.find(mark, start + 4)
    return bytes(changed)


def flat_bomb(copies: int, size: int, counted: int | None = None) -> bytes:
    """Many names for one compressed block of zeros: their sum is huge, the file is small.

    The last record counts `counted` files.
    """
    one, counted = packed(("00.md", bytes(size))), copies if counted is None else counted
    at = one.index(b"PK\x01\x02")
    line, end = one[at : one.index(b"PK\x05\x06")], bytearray(one[one.index(b"PK\x05\x06") :])
    lines: Sequence[bytes] = [line.replace(b"00.md", f"{i:05}".encode()) for i in range(copies)]
    struct.pack_into("<HHI", end, 8, counted, counted, len(line) * copies)
    return one[:at] + b"".join(lines) + bytes(end)
