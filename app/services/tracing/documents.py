"""The paragraphs of a file, each of which may be a quotation."""

import re
from collections.abc import Iterable, Iterator
from html import unescape

from app.imports.convert import convert
from app.imports.decoding import decode
from app.imports.model import LARGEST_TEXT, TOO_LARGE
from app.imports.names import ending_of, kind_of
from app.rendering.markdown import render
from app.rendering.model import Passage
from app.rendering.passages import has_words, normalised_text
from app.services.tracing.judging import SHORTEST
from app.services.tracing.printed import SIGN

KINDS = ("txt", "md", "docx", "odt", "rtf", "html", "pdf")
LONG = 120  # characters; a text with a longer line has one line to each paragraph
_CELL, _TAG = re.compile(r"</t[dh]>"), re.compile(r"<[^>]*>")
_NOTE = r"(?:\s?\d{1,4}(?=\s|$))?"  # the number of a footnote behind a sign
_SIGNED = re.compile(rf"(?P<sign>{SIGN.pattern}){_NOTE}", re.IGNORECASE)
_CLOSED = re.compile(r"[”“\"»’]$")
_BLANK = re.compile(r"\n[ \t]*\n")


class _Nowhere:
    """A file's own links lead nowhere here."""

    def address_of(self, target: str) -> str | None:  # noqa: ARG002
        return None


def paragraphs_of(name: str, content: bytes) -> list[str]:
    """The texts of a file's paragraphs; headings are none. Raises ImportRefused where it can not be read."""
    if kind_of(name) == "txt" or not ending_of(name):
        if len(content) > LARGEST_TEXT:
            raise TOO_LARGE
        found = list(_plain(decode(content).text))
    else:
        rendered = render(convert(name, content).body, links=_Nowhere(), show_closed=True)
        found = [text for passage in rendered.passages for text in _of_passage(passage)]
    return [text for text in _signed(map(normalised_text, found)) if has_words(text)]


def _of_passage(passage: Passage) -> list[str]:
    """A passage's text; of a table each cell that may be more than a label."""
    if not passage.html.startswith("<table"):
        return [passage.text]
    cells = [unescape(_TAG.sub("", cell)) for cell in _CELL.split(passage.html)]
    return [cell for cell in cells if len(cell.split()) >= SHORTEST]


def _signed(texts: Iterable[str]) -> Iterator[str]:
    """Paragraphs, each of which ends with its sign: a PDF runs several together, or parts one from it."""
    kept = ""
    kept = ""
    for text in texts:
        alone = _SIGNED.match(text)
        if kept and alone and _CLOSED.search(kept):
            yield f"{kept} {alone['sign']}"
            kept, text = "", text[alone.end() :]
        elif kept:
            yield kept
        *signed, kept = _parts(text)
        yield from signed
    yield kept


def _parts(text: str) -> Iterator[str]:
    """What ends with a sign, and what stands behind the last."""
    at = 0
    for found in _SIGNED.finditer(text):
        if has_words(text[at : found.start()]):
            yield f"{text[at : found.start()]}{found['sign']}".strip()
            at = found.end()
    yield text[at:].strip()


def _plain(text: str) -> Iterator[str]:
    for block in _BLANK.split(text):
        lines = block.split("\n")
        if any(len(line) > LONG for line in lines):
            yield from lines
        else:
            yield block
