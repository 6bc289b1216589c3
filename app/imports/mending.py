"""What Pandoc passes over is put where it reads it: text boxes of Word, comments of OpenDocument.

All of it works on the characters of the XML: no tree of a hostile document is ever built here.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable, Mapping

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
_WORD = re.compile(r"\w+")
_OPENS, _ENDS = "\ue000", "\ue001"  # of no meaning in Unicode: they carry a comment through Pandoc
_CARRIED = re.compile(f"{_OPENS}([^{_OPENS}{_ENDS}]*){_ENDS}")


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


def with_comments_in_the_text(content: bytes) -> bytes:
    """OpenDocument's XML with its comments as words between marks, for `comments_from` to find again."""
    if _OPENS.encode() in content or _ENDS.encode() in content:
        return content
    return _NOTE.sub(_marked, content)


def _marked(note: re.Match[bytes]) -> bytes:
    inside = _NOTE_DATE.sub(b" ", note[1])
    inside = _NOTE_AUTHOR.sub(rb"\1: ", inside)
    words = b" ".join(_TAG.sub(b" ", inside).split())
    return _OPENS.encode() + words + _ENDS.encode()


def comments_from(markdown: str) -> tuple[str, int]:
    """Markdown with what stands between the marks as comments; and how many these are."""
    return _CARRIED.subn(lambda found: f"<!-- {_harmless(found[1])} -->", markdown)


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
    there = Counter(_WORD.findall(markdown.replace("\\", "")))
    said = Counter[str]()
    for name in names:
        said.update(_WORD.findall(_text(parts.get(name, b""))))
    return (said - there).total()


def _text(part: bytes) -> str:
    runs = (found[1] if found[1] is not None else b" " for found in _RUNS.finditer(part))
    return html.unescape(b"".join(runs).decode("utf-8", "replace"))
