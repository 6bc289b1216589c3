"""Word and OpenDocument files are zips of XML: what is in them is looked at before anything reads it.

What is handed on is a fresh zip of their XML alone, so that nothing that was odd about theirs goes along.
"""

import io
import re
from collections.abc import Iterator, Mapping
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from app.errors import ImportRefused
from app.imports.pictures import LARGEST
from app.imports.zips import is_locked, opened, read_member, too_much

MOST_PARTS = 5_000  # files inside a document: one for each picture, and some more
MOST_BYTES = 50 * 1024 * 1024  # unpacked
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARTS = re.compile(r"(?:.*\.(?:xml|rels)|mimetype)", re.IGNORECASE)
_PICTURES = re.compile(r"(?:word/media|Pictures)/[^/]+", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!(?:doctype|entity)", re.IGNORECASE)
_LOCKED = ImportRefused(
    "A password is needed to open this document.", "Save it again without a password, and bring that in."
)
_OLD = ImportRefused(
    "This is an old Word file, or one of another program, and not what its name says.",
    "Open it, save it as .docx, and bring that in.",
)


def wrong_kind(kind: str) -> ImportRefused:
    return ImportRefused(
        f"What is in this file is no .{kind}, whatever its name says.",
        "Give it the ending of its own kind, or save it again where it was made.",
    )


def xml_of(content: bytes, main: str, kind: str) -> dict[str, bytes]:
    """The document's XML files by name, pictures without what is in them; without `main` it is no `kind`.

    Raises ImportRefused for a password, a doctype or entity, more than MOST_BYTES unpacked, two parts of
    one name, and what is no such document or was cut off.
    """
    if content.startswith(_OLE):
        raise _LOCKED if "EncryptedPackage".encode("utf-16-le") in content else _OLD
    if not content.startswith(b"PK"):
        raise wrong_kind(kind)
    source = opened(content, MOST_PARTS)
    infos = source.infolist()
    names = [info.filename for info in infos]
    if main not in names:
        raise wrong_kind(kind)
    if any(map(is_locked, infos)):
        raise _LOCKED
    if sum(info.file_size for info in infos) > MOST_BYTES:
        raise too_much(MOST_BYTES)
    if len(set(names)) < len(names):
        raise ImportRefused("Two parts of this document have one name.", "Save it again where it was made.")
    return dict(_parts(source, infos))


def picture_of(content: bytes, name: str) -> bytes | None:
    """A part of the document that `xml_of` has looked through; None where there is none of this name.

    Raises ImportRefused for one that is too large for a picture, or damaged.
    """
    source = opened(content, MOST_PARTS)
    try:
        info = source.getinfo(name)
    except KeyError:
        return None
    return read_member(source, info, LARGEST)


def _parts(source: ZipFile, infos: list[ZipInfo]) -> Iterator[tuple[str, bytes]]:
    left = MOST_BYTES
    for info in infos:
        if _PARTS.fullmatch(info.filename):
            part = read_member(source, info, left)
            left -= len(part)
            yield info.filename, _without_doctype(info.filename, part)
        elif _PICTURES.fullmatch(info.filename):
            yield info.filename, b""  # so that each is met, and reported


def _without_doctype(name: str, part: bytes) -> bytes:
    """Raises ImportRefused. Zeros are passed over: so UTF-16 hides nothing."""
    if _DOCTYPE.search(part.replace(b"\0", b"")):
        raise ImportRefused(
            "This document has a doctype or an entity in it, which no word processor writes.",
            "Open it in a word processor, save it again, and bring that in.",
        )
    if name == "META-INF/manifest.xml" and b"encryption-data" in part:
        raise _LOCKED
    return part


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A zip of these files and nothing else."""
    fresh = io.BytesIO()
    with ZipFile(fresh, "w", ZIP_STORED) as made:
        for name, part in parts.items():
            made.writestr(ZipInfo(name), part)
    return fresh.getvalue()
