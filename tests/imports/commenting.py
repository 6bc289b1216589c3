"""Conversations in documents, commented and changed at places that nobody would choose."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from html import escape
from io import BytesIO
from itertools import pairwise
from zipfile import ZipFile

import docx
from docx.oxml.ns import qn
from docx.text.run import Run

from tests.imports.documents import open_document, saved, with_part

SAYS = "Lindqvist{}: ask {} again --> soon"
BOLD_STYLE = (
    '<office:automatic-styles xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0">'
    '<style:style style:name="T1" style:family="text">'
    '<style:text-properties fo:font-weight="bold"/></style:style></office:automatic-styles>'
)


@dataclass(frozen=True)
class Piece:
    """Words in one form, and where in the whole document they begin."""

    text: str
    bold: bool
    begins: int

    @property
    def ends(self) -> int:
        return self.begins + len(self.text)

    def cut(self, places: Sequence[int]) -> list["Piece"]:
        inside = sorted({place for place in places if self.begins < place < self.ends})
        edges = [self.begins, *inside, self.ends]
        return [
            Piece(self.text[one - self.begins : next_ - self.begins], self.bold, one)
            for one, next_ in pairwise(edges)
        ]


def pieces(lines: Sequence[str], bold: bool) -> list[list[Piece]]:
    """Paragraphs, their labels bold or not, in one count of characters from the first to the last."""
    found, at = [], 0
    for line in lines:
        size = line.find(":") + 1 if bold else 0
        parts = [Piece(line[:size], True, at), Piece(line[size:], False, at + size)]
        found.append([part for part in parts if part.text])
        at += len(line)
    return found


def commented_word(lines: Sequence[str], bold: bool, anchors: Sequence[tuple[int, int]] = ()) -> bytes:
    """A Word file with a comment from each of these characters to another."""
    document, runs = docx.Document(), []
    places = [place for anchor in anchors for place in anchor]
    for parts in pieces(lines, bold):
        paragraph = document.add_paragraph()
        for piece in (cut for part in parts for cut in part.cut(places)):
            run = paragraph.add_run(piece.text)
            run.bold = piece.bold or None
            runs.append((piece, run))
    for number, (begins, ends) in enumerate(anchors):
        within = [run for piece, run in runs if piece.ends > begins and piece.begins < max(ends, begins + 1)]
        document.add_comment(within, SAYS.format(number, f"<{number}>"), author="Jo", initials="J")
    return saved(document)


def changed_word(lines: Sequence[str], bold: bool, changes: Sequence[tuple[int, int]]) -> bytes:
    """A Word file in which what is between these characters was put in, in place of what is struck out."""
    document = docx.Document()
    places = [place for change in changes for place in change]
    for parts in pieces(lines, bold):
        paragraph = document.add_paragraph()
        for piece in (cut for part in parts for cut in part.cut(places)):
            run = paragraph.add_run(piece.text)
            run.bold = piece.bold or None
            if any(begins <= piece.begins < ends for begins, ends in changes):
                _put_in(run)
    return saved(document)


def _put_in(run: Run) -> None:
    told = {qn("w:id"): "7", qn("w:author"): "Jo", qn("w:date"): "2026-01-01T00:00:00Z"}
    new, old, struck = (run._r.makeelement(qn(f"w:{tag}"), told) for tag in ("ins", "del", "delText"))
    gone = deepcopy(run._r)
    struck.text = "Struck: out"
    gone.replace(gone.find(qn("w:t")), struck)
    old.append(gone)
    run._r.addprevious(old)
    run._r.addprevious(new)
    new.append(run._r)


def commented_text(lines: Sequence[str], bold: bool, anchors: Sequence[tuple[int, int]] = ()) -> bytes:
    """An OpenDocument text with a comment from each of these characters to another."""
    places = [place for anchor in anchors for place in anchor]
    xml = ""
    for parts in pieces(lines, bold):
        xml += "<text:p>"
        for piece in (cut for part in parts for cut in part.cut(places)):
            xml += "".join(_annotation(n) for n, (begins, _) in enumerate(anchors) if begins == piece.begins)
            words = escape(piece.text)
            xml += f'<text:span text:style-name="T1">{words}</text:span>' if piece.bold else words
            ended = [n for n, (begins, ends) in enumerate(anchors) if max(ends, begins + 1) == piece.ends]
            xml += "".join(f'<office:annotation-end office:name="c{n}"/>' for n in ended)
        xml += "</text:p>"
    whole = open_document(xml)
    content = _content(whole).replace("<office:automatic-styles/>", BOLD_STYLE)
    return with_part(whole, "content.xml", content.encode())


def _annotation(number: int) -> str:
    words = escape(SAYS.format(number, f"<{number}>"))
    return (
        f'<office:annotation office:name="c{number}"><dc:creator>Jo</dc:creator>'
        f"<dc:date>2026-03-01T10:00:00</dc:date><text:p>{words}</text:p></office:annotation>"
    )


def _content(document: bytes) -> str:
    return ZipFile(BytesIO(document)).read("content.xml").decode()
