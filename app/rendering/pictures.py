"""The pictures of the archive in a rendered text: which they are, and what stands in their place."""

import re
from collections.abc import Callable
from html import unescape

_IMAGE = re.compile(r'<img(?: [a-z-]+="[^"]*")*>')
_SOURCE = re.compile(r' src="/media/([0-9a-f]{64})(?:\.[a-z0-9]{1,5})?"')
_ALT = re.compile(r' alt="([^"]*)"')

_ANCHOR = re.compile(r' id="(p-[0-9a-z]{6}(?:-\d+)?)"')
_PIECE = re.compile(rf'{_IMAGE.pattern}| id="(?P<anchor>p-[0-9a-z]{{6}}(?:-\d+)?)"')


def pictures_in(html: str) -> set[str]:
    """The digests of the pictures that a rendered text shows."""
    if "/media/" not in html:
        return set()
    found = (_SOURCE.search(image) for image in _IMAGE.findall(html))
    return {one[1] for one in found if one}


def pictures_by_passage(html: str) -> dict[str, list[tuple[str, str]]]:
    """The pictures of a text, digest and words, by the anchor of the passage that they stand in or after.

    Those before the first passage stand with it; a text of pictures alone has them under an empty anchor.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    anchor = first.group(1) if (first := _ANCHOR.search(html)) else ""
    for piece in _PIECE.finditer(html):
        if piece["anchor"]:
            anchor = piece["anchor"]
        elif source := _SOURCE.search(piece[0]):
            words = _ALT.search(piece[0])
            found.setdefault(anchor, []).append((source[1], unescape(words[1]) if words else ""))
    return found


def undescribed(html: str) -> int:
    """How many pictures say nothing to somebody who can not see them."""
    shown = [image for image in _IMAGE.findall(html) if _SOURCE.search(image)]
    return sum(1 for image in shown if not (found := _ALT.search(image)) or not found[1].strip())


def with_pictures(html: str, address_of: Callable[[str], str | None]) -> str:
    """The text with each picture at the address that its digest has; where it has none, its words alone."""

    def turned(found: re.Match[str]) -> str:
        image, source = found[0], _SOURCE.search(found[0])
        if source is None:
            return image
        address = address_of(source[1])
        if address is None:
            words = _ALT.search(image)
            return words[1] if words else ""
        return f'{image[: source.start()]} src="{address}"{image[source.end() :]}'

    return _IMAGE.sub(turned, html) if "/media/" in html else html
