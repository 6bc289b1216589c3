"""Pictures for the tests, made here: some as a camera makes them, some to do harm."""

import io
import struct
import zlib

import docx
from PIL import Image

from tests.imports.documents import saved

SECRET = "zqHOME-51.5007N"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def photograph(width: int = 60, height: int = 40, kind: str = "JPEG", **how) -> bytes:
    """A picture of many colours."""
    picture = Image.new("RGB", (width, height))
    picture.putdata([(x * 4 % 256, y * 6 % 256, (x * y) % 256) for y in range(height) for x in range(width)])
    return _saved(picture, kind, **how)


def drawing(kind: str = "PNG", clear: bool = False) -> bytes:
    """A black line on white, or on nothing."""
    picture = Image.new("RGBA" if clear else "RGB", (40, 30), (255, 255, 255, 0) if clear else "white")
    for x in range(40):
        picture.putpixel((x, 15), (0, 0, 0, 255) if clear else (0, 0, 0))
    return _saved(picture, kind)


def from_a_phone(turned: int = 6) -> bytes:
    """Lying on its side, with the place, the camera and words in it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = turned, f"Camera {SECRET}", f"Comment {SECRET}"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 2.5), 3: "W", 4: (0.0, 7.0, 28.0), 29: SECRET})
    xmp = f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode()
    return photograph(exif=exif, comment=SECRET.encode(), xmp=xmp)


def moving(kind: str = "GIF") -> bytes:
    """Three moments: red, green, blue."""
    moments = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    return _saved(moments[0], kind, save_all=True, append_images=moments[1:])


def said_to_be(width: int, height: int) -> bytes:
    """A PNG whose header says this, with hardly anything in it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + _chunk(b"IEND", b"")
    )


def with_words(picture: bytes, words: str) -> bytes:
    """A PNG with words that nobody sees, as a program may put there."""
    return picture[:33] + _chunk(b"tEXt", b"Comment\0" + words.encode()) + picture[33:]


def in_word(*pictures, words=()):
    """A Word file with a paragraph before each picture."""
    document = docx.Document()
    for number, picture in enumerate(pictures):
        document.add_paragraph(f"Before {number}.")
        document.add_picture(io.BytesIO(picture))
        if number < len(words):
            document.inline_shapes[number]._inline.docPr.set("descr", words[number])
    return saved(document)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _saved(picture: Image.Image, kind: str, **how) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **how)
    return target.getvalue()
