"""Cuts a file into front matter and text, on whole lines, without changing a character of either."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass

from app.records.model import Problem
from app.records.problems import SetAside, unreadable

LARGEST_FRONT_MATTER = 64 * 1024  # bytes

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_LINE_END = re.compile(r"\r\n?")
_FENCE = re.compile(r"---[ \t]*")
_CLOSING = re.compile(r"(?:---|\.\.\.)[ \t]*")
_LABELLED_FENCE = re.compile(r"---[ \t]*([A-Za-z]+)[ \t]*")
_NEARLY_A_FENCE = re.compile(r"\s*[-–—−]+\s*")
_KEY_LINE = re.compile(r"\s*[\w-]+[ \t]*:(?:\s|$)")
_FOREIGN = {"+++": "TOML", ";;;": "JSON", "{": "JSON", "js": "JavaScript", "toml": "TOML", "json": "JSON"}


@dataclass(frozen=True)
class Parts:
    """A file's characters and where its parts are in them.

    `text` is everything after a byte order mark. The front matter is `text[head_start:head_end]` without
    its fences and begins on line `head_line`; the body is `text[body_start:]`. A file that has no front
    matter has `fenced` False and an empty head.
    """

    text: str
    marked: bool
    fenced: bool = False
    head_start: int = 0
    head_end: int = 0
    head_line: int = 1
    body_start: int = 0

    @property
    def head(self) -> str:
        return self.text[self.head_start : self.head_end]

    @property
    def body(self) -> str:
        """The Markdown with LF line ends."""
        return _LINE_END.sub("\n", self.text[self.body_start :])


def split(content: bytes, file: str) -> Parts:
    """Find the parts of a file. Raises SetAside when it is not UTF-8 or its front matter is never closed."""
    text = _decoded(content, file)
    marked = content.startswith(BOM_UTF8)
    start, line, first, second = _opening(text)
    if not _opens(first, second, line, file):
        return Parts(text, marked)
    return _closed(text, marked, start + len(first), line + 1, file)


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(_LINE_END.sub("\n", content[: error.start].decode("utf-8")).split("\n"))
        utf16 = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
        reason = "The file is UTF-16, not UTF-8." if utf16 else "The file is not UTF-8 text."
        raise SetAside(
            [unreadable(file, line, reason, "Save it again as UTF-8; most editors ask under ‘Save as’.")]
        ) from None


def _opening(text: str) -> tuple[int, int, str, str]:
    """Where the first line with words is (offset, number), that line, and the next."""
    start, number = 0, 1
    lines = _lines(text)
    for line in lines:
        if line.strip():
            return start, number, line, next(lines, "")
        start, number = start + len(line), number + 1
    return start, number, "", ""


def _lines(text: str, start: int = 0) -> Iterator[str]:
    return (match.group() for match in _LINE.finditer(text, start))


def _opens(first: str, second: str, line: int, file: str) -> bool:
    """Whether the front matter begins here. Raises SetAside when something else begins that may hold keys.

    Taking such a file for one without front matter would lose what it says about consent.
    """
    written = first.rstrip("\r\n")
    if _FENCE.fullmatch(written) and (line == 1 or _KEY_LINE.match(second)):
        return True
    problem = _foreign(written, second, line, file)
    if problem:
        raise SetAside([problem])
    return False


def _foreign(first: str, second: str, line: int, file: str) -> Problem | None:
    remedy = "Write the keys as YAML between two lines of three hyphens (---)."
    labelled = _LABELLED_FENCE.fullmatch(first)
    name = _FOREIGN.get(labelled.group(1).lower() if labelled else first.strip())
    if name:
        return unreadable(file, line, f"The front matter is {name}, which is not read here.", remedy)
    if labelled and _KEY_LINE.match(second):
        return unreadable(file, line, "The front matter's first line has more than three hyphens.", remedy)
    if _NEARLY_A_FENCE.fullmatch(first) and _KEY_LINE.match(second):
        return unreadable(file, line, "The first line is nearly, but not, three hyphens.", remedy)
    if first.startswith("<<<<<<< "):
        return merge_conflict(file, line)
    return None


def merge_conflict(file: str, line: int) -> Problem:
    """A file in which two versions stand side by side."""
    remedy = "Choose between the two versions and delete the lines of <<<<<<<, ======= and >>>>>>>."
    return unreadable(file, line, "Two versions of the file were merged and not yet reconciled.", remedy)


def _closed(text: str, marked: bool, start: int, first_line: int, file: str) -> Parts:
    end = start
    for line in _lines(text, start):
        if _CLOSING.fullmatch(line.rstrip("\r\n")):
            _refuse_large(text[start:end], first_line, file)
            return Parts(text, marked, True, start, end, first_line, end + len(line))
        end += len(line)
    remedy = "Put a line of three hyphens (---) after the last key; a rule at the top can be written ***."
    raise SetAside([unreadable(file, first_line - 1, "The front matter is never closed.", remedy)])


def _refuse_large(head: str, line: int, file: str) -> None:
    if len(head) > LARGEST_FRONT_MATTER or len(head.encode()) > LARGEST_FRONT_MATTER:
        remedy = "Move long text below the second line of hyphens."
        raise SetAside([unreadable(file, line, "The front matter is larger than 64 KB.", remedy)])
