"""XML as formats that leave the archive write it: a piece at a time, with nothing in it that XML forbids."""

from collections.abc import Iterable, Iterator, Mapping
from xml.etree import ElementTree as ET

from app.exports.pandoc_tree import NO_XML

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
PIECE = 32_768  # characters
Element = ET.Element


def plain(text: str) -> str:
    """A text without the characters that no XML may hold."""
    return NO_XML.sub("", text)


def element(
    tag: str, text: str = "", children: Iterable[Element] = (), attributes: Mapping[str, str] | None = None
) -> Element:
    """An element. Its tag is written as it is, so that a prefix has to be declared around it."""
    made = ET.Element(tag, {name: plain(value) for name, value in (attributes or {}).items()})
    made.text = plain(text) or None
    made.extend(children)
    return made


def written(part: Element) -> str:
    """An element as it is written, with a line of its own."""
    return str(ET.tostring(part, "unicode")) + "\n"


def opening(tag: str, attributes: Mapping[str, str]) -> str:
    """The beginning of an element whose content is written piece by piece."""
    whole = str(ET.tostring(element(tag, attributes=attributes), "unicode", short_empty_elements=False))
    return whole.removesuffix(f"</{tag}>") + "\n"


def document(tag: str, attributes: Mapping[str, str], parts: Iterable[Element]) -> Iterator[bytes]:
    """A document, one part at a time, so that a long one is never whole in memory."""
    yield f"{DECLARATION}{opening(tag, attributes)}".encode()
    yield from in_pieces(parts)
    yield f"</{tag}>\n".encode()


def in_pieces(parts: Iterable[Element]) -> Iterator[bytes]:
    """Elements as bytes, several at a time: each piece that is sent costs a turn of the server."""
    piece: list[str] = []
    size = 0
    for part in parts:
        piece.append(written(part))
        size += len(piece[-1])
        if size >= PIECE:
            yield "".join(piece).encode()
            piece, size = [], 0
    yield "".join(piece).encode()
