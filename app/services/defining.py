"""Definitions of themes: what people say belongs under them. Read and checked here."""

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import Connection, select

from app.database.marking import CODEBOOK
from app.errors import InvalidText
from app.services.documents import chunks

MOST = 2_000  # characters of a definition
DAMAGE = "\ufffd"  # stands where something could not be read, and for what can not be seen
LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
UNSEEN = re.compile("[\u200b\ufeff]")  # left behind by other programs; they divide or begin nothing here
REFUSED = re.compile(  # control characters, turned direction, halves and no characters at all
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff]"
)


def definitions_of(connection: Connection, slugs: Iterable[str]) -> dict[str, str]:
    """The definitions of those of these themes that have one."""
    found: dict[str, str] = {}
    for part in chunks(list(slugs)):
        written = select(CODEBOOK.c.slug, CODEBOOK.c.definition).where(
            CODEBOOK.c.slug.in_(part), CODEBOOK.c.definition != ""
        )
        found.update((row.slug, row.definition) for row in connection.execute(written))
    return found


def tidied(text: str, most: int = MOST) -> str:
    """Plain text in NFC: single spaces, no space at a line's ends, one empty line between paragraphs.

    Raises InvalidText for a character that can not be seen, and for more than `most` characters.
    """
    lines = UNSEEN.sub("", LINE_ENDS.sub("\n", text)).split("\n")
    for number, line in enumerate(lines, 1):
        _refuse_controls(line, number)
    spaced = "\n".join(" ".join(line.split()) for line in lines)
    whole = unicodedata.normalize("NFC", re.sub(r"\n{3,}", "\n\n", spaced).strip())
    if len(whole) > most:
        raise InvalidText(f"This is {len(whole):,} characters long, and {most:,} is the most.")
    return whole if any(char.isprintable() and not char.isspace() for char in whole) else ""


def _refuse_controls(line: str, number: int) -> None:
    found = REFUSED.search(line)
    if found:
        named = f"(U+{ord(found[0]):04X}, shown as {DAMAGE})"
        raise InvalidText(f"Line {number} holds a character that can not be read {named}. Take it out.")


def legible(text: str) -> str:
    """The text with a visible mark for each character that `tidied` refuses."""
    return REFUSED.sub(DAMAGE, LINE_ENDS.sub("\n", text))
