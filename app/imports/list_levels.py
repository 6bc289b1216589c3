"""Word's styles List Number 2 to 5: to programs lists of their own, to who writes them levels of one.

The level is kept as a sign before a paragraph's words, which no reader is shown.
"""

import re
from collections.abc import Mapping
from functools import partial

from app.imports.office import packed, xml_of

_DOCUMENT, _STYLES = "word/document.xml", "word/styles.xml"
_STYLE = re.compile(rb"<w:style\b[^>]*\bw:styleId=\"([^\"]{1,200})\"[^>]*>\s*<w:name w:val=\"([^\"]{1,99})\"")
_NAMED = re.compile(rb"list number(?: ([2-9]))?", re.IGNORECASE)
# What it was before a tracked change.
_CHANGED = rb"(?:<w:pPrChange\b(?:(?!</w:pPrChange>).){0,5000}</w:pPrChange>\s*)?"
_PARAGRAPH = re.compile(
    rb"(<w:p(?: [^>]*)?>\s*<w:pPr>\s*<w:pStyle w:val=\"([^\"]{1,200})\"\s*/>"
    rb"(?:(?!</w:pPr>|<w:pPrChange\b).){0,5000}" + _CHANGED + rb"</w:pPr>)",
    re.DOTALL,
)
_FIRST = 0xF0F00  # of a range in which no character has a meaning
SIGN = re.compile(f"[{chr(_FIRST + 1)}-{chr(_FIRST + 9)}]")


def with_levels(content: bytes) -> bytes:
    """A Word file with a sign before each paragraph of such a style; as it is where there is none.

    Raises ImportRefused for what is no Word file.
    """
    parts = xml_of(content, _DOCUMENT, "docx")
    levels = _levels(parts.get(_STYLES, b""))
    if not set(levels.values()) - {1}:
        return content
    bare = SIGN.sub("", parts[_DOCUMENT].decode("utf-8", "surrogateescape"))
    document = bare.encode("utf-8", "surrogateescape")
    signed = _PARAGRAPH.sub(partial(_signed, levels), document)
    return packed({**parts, _DOCUMENT: signed}) if signed != document else content


def _levels(styles: bytes) -> dict[bytes, int]:
    """By the id of a style its level."""
    named = ((found[1], _NAMED.fullmatch(found[2])) for found in _STYLE.finditer(styles))
    return {style: int(name[1] or b"1") for style, name in named if name}


def _signed(levels: Mapping[bytes, int], found: re.Match[bytes]) -> bytes:
    level = levels.get(found[2])
    if level is None:
        return found[1]
    return b"%s<w:r><w:t>%s</w:t></w:r>" % (found[1], chr(_FIRST + level).encode())


def level_of(text: str) -> int:
    """The level that a text is signed with; 0 where it is with none."""
    found = SIGN.search(text)
    return ord(found[0]) - _FIRST if found else 0
