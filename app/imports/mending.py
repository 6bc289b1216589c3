"""What Pandoc passes over is put where it reads it: text boxes of Word, comments of OpenDocument.

All of it works on the characters of the XML: no tree of a hostile document is ever built here.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.imports.commented import without_comments

_BOX, _BOX_ENDS = b"<w:txbxContent>", b"</w:txbxContent>"
_PARAGRAPH_ENDS = b"</w:p>"
_SAME_AGAIN = re.compile(rb"<mc:Fallback\b(?:(?!<mc:Fallback).)*?</mc:Fallback>", re.DOTALL)
_MOST_BOXES = 200
_LARGEST_MENDED = 8 * 1024 * 1024  # bytes; a larger one is left as it is, and what is missing is counted
_NOTE = re.compile(
    rb"<office:annotation(?=[ >])[^<>]*>((?:(?!<office:annotation[ >]).)*?)</office:annotation>", re.DOTALL
)
_NOTE_DATE = re.compile(rb"<(?:dc:date|meta:date-string)\b[^>]*>[^<]*</[^>]*>")
_NOTE_AUTHOR = re.compile(rb"<dc:creator\b[^>]*>([^<]*)</dc:creator>")
_PICTURE = re.compile(rb"<draw:image\b[^<>]*\bxlink:href=[\"']([^\"'<>]*)")
_SAYS = re.compile(rb"<svg:(title|desc)\b[^<>]*>([^<]*)<")
_TAG = re.compile(rb"<[^<>]*>")
_RUNS = re.compile(rb"<w:t(?: [^<>]*)?>([^<]*)</w:t>|<w:(?:p|tab|br|cr)[ />]")
_MOVED, _MOVED_ENDS = re.compile(rb"<w:moveFrom[ >]"), b"</w:moveFrom>"
_WORD = re.compile(r"\w+")
_OPENS, _ENDS = "\ue000", "\ue001"  # of no meaning in Unicode; the Pandoc filter knows them too
_MARK = re.compile(f"{_OPENS}([0-9]{{1,9}}){_ENDS}")


def with_boxes_in_the_text(document: bytes) -> bytes:
    """Word's XML with the paragraphs of each text box after the paragraph that it hangs on."""
    if _BOX not in document or len(document) > _LARGEST_MENDED or document.count(_BOX) > _MOST_BOXES:
        return document
    document = _SAME_AGAIN.sub(b"", document)
    while (start := document.rfind(_BOX)) >= 0:  # the last one that opens has none inside
        end = document.find(_BOX_ENDS, start)
        after = document.find(_PARAGRAPH_ENDS, end)
        if end < 0 or after < 0:
            break
        inside, after = document[start + len(_BOX) : end], after + len(_PARAGRAPH_ENDS)
        rest = document[end + len(_BOX_ENDS) : after]
        document = document[:start] + rest + inside + document[after:]
    return document


@dataclass(frozen=True)
class Marked:
    """OpenDocument's XML with a mark where each comment stood, and the comments, in their order."""

    content: bytes
    comments: tuple[str, ...] = ()

    def commented(self, markdown: str) -> tuple[str, int]:
        """Markdown with the comments in place of their marks; and how many these are."""
        return _MARK.subn(lambda found: self._of(int(found[1])), markdown) if self.comments else (markdown, 0)

    def _of(self, number: int) -> str:
        return f"<!-- {self.comments[number]} -->" if number < len(self.comments) else ""


def with_marks_for_comments(content: bytes) -> Marked:
    """OpenDocument's XML so that its comments, which Pandoc passes over, can be put back in their places."""
    if _OPENS.encode() in content or _ENDS.encode() in content:
        return Marked(content)
    comments: list[str] = []

    def marked(note: re.Match[bytes]) -> bytes:
        comments.append(_words_of(note[1]))
        return f"{_OPENS}{len(comments) - 1}{_ENDS}".encode()

    return Marked(_NOTE.sub(marked, content), tuple(comments))


def _words_of(note: bytes) -> str:
    inside = _NOTE_AUTHOR.sub(rb"\1: ", _NOTE_DATE.sub(b" ", note))
    return _harmless(html.unescape(_TAG.sub(b" ", inside).decode("utf-8", "replace")))


def descriptions(content: bytes) -> dict[str, str]:
    """What OpenDocument's XML says of its pictures, by what it calls them."""
    found: dict[str, str] = {}
    for frame in content.split(b"<draw:frame")[1:]:
        inside = frame.partition(b"</draw:frame>")[0]
        source, said = _PICTURE.search(inside), [words for _, words in _SAYS.findall(inside)]
        if source and said:
            words = html.unescape(b" ".join(dict.fromkeys(said)).decode("utf-8", "replace"))
            found.setdefault(html.unescape(source[1].decode("utf-8", "replace")), " ".join(words.split()))
    return found


def _harmless(words: str) -> str:
    """Words that neither end a comment nor begin another."""
    return " ".join(re.sub(r"[<>\\]|-(?=-)", " ", words).split())


def missing(parts: Mapping[str, bytes], names: Iterable[str], markdown: str) -> int:
    """How many words of Word's XML did not come over, such as those of a chart."""
    there = Counter(_words(without_comments(markdown).replace("\\", "")))
    said = Counter[str]()
    for name in names:
        said.update(_words(_text(parts.get(name, b""))))
    return (said - there).total()


def _words(text: str) -> list[str]:
    """Words, also one of which only a part is bold: the asterisks of that part no words."""
    return _WORD.findall(text.replace("*", ""))


def _text(part: bytes) -> str:
    """A part's words; what a tracked change took elsewhere is there, and not here."""
    stays = b"".join(_MOVED.split(stretch, 1)[0] for stretch in part.split(_MOVED_ENDS))
    runs = (found[1] if found[1] is not None else b" " for found in _RUNS.finditer(stays))
    return html.unescape(b"".join(runs).decode("utf-8", "replace"))
