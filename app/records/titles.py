"""What a record is called when its front matter does not say."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from app.records.model import Slug

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TWO_COLONS = re.compile(r"[:\u2236\ua789\u02f8]\W*[:\u2236\ua789\u02f8]")
_OPEN_CONTAINERS: tuple[list[str], ...] = ([], ["pull"], ["note"])
_CODE_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ATX = re.compile(r" {0,3}#{1,6}[ \t]+")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_TRAILING_ATTRIBUTES = re.compile(r"[ \t]*\{[^{}]*\}[ \t]*$")
_LONGEST = 1_000  # characters of a heading that are looked at, as many as a title may have
_MARKS = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)|<[^>]*>|\\(?=[^\w\s])")


def first_heading(body: str) -> str | None:
    """The words of the Markdown's first heading, if it stands before any closed passage.

    Comments are not looked into. What follows a closed passage is left alone: it may be part of it.
    """
    for line in _headings(_open_lines(_COMMENT.sub("", body).split("\n"))):
        words = _plain(line[:_LONGEST])
        if words:
            return words
    return None


def file_name(slug: Slug) -> str:
    """The last part of the slug."""
    return slug.rpartition("/")[2]


def _open_lines(lines: Iterable[str]) -> Iterator[str]:
    fence = ""
    for line in lines:
        if _may_close(line):
            return
        mark = _CODE_FENCE.match(line)
        if fence:
            fence = "" if mark and mark.group(1).startswith(fence) else fence
        elif mark:
            fence = mark.group(1)
        else:
            yield line


def _may_close(line: str) -> bool:
    """Rendering knows exactly what closes; here it is enough that nothing that does is overlooked."""
    folded = unicodedata.normalize("NFKC", line)
    return bool(_TWO_COLONS.search(folded)) and re.findall(r"\w+", folded) not in _OPEN_CONTAINERS


def _headings(lines: Iterable[str]) -> Iterator[str]:
    above = ""
    for line in lines:
        atx = _ATX.match(line)
        if atx:
            yield _without_closing(line[atx.end() :])
        elif _UNDERLINE.fullmatch(line) and _may_be_underlined(above):
            yield above
        above = line


def _without_closing(heading: str) -> str:
    """A heading without the number signs that may stand at its end as well."""
    bare = heading.rstrip(" \t")
    words = bare.rstrip("#")
    return words.rstrip(" \t") if words[-1:] in ("", " ", "\t") else bare


def _may_be_underlined(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(("    ", "\t", ">", "- ", "* ", "|", "#", ":::"))


def _plain(heading: str) -> str:
    words = _LINK.sub(r"\1", _TRAILING_ATTRIBUTES.sub("", heading))
    return " ".join(_MARKS.sub("", words).split())
