"""Closed passages are taken out of the source before anything else reads it, so that no later step can
show them. Where it is in doubt whether a line closes, it closes."""

import difflib
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.rendering.passages import ZERO_WIDTH

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_INDENT = re.compile(r"(?:[ \t]|>|(?:[-+*]|\d{1,9}[.)])(?=[ \t])|\[\^[^\]\s]+\]:)*")
_MARKS = re.compile(r"[\s>|#*_+~\-]*(?:\d{1,9}[.)]\s*)?[\s>|#*_+~\-]*(?:\[\^[^\]\s]+\]:)?[\s>|#*_+~\-]*")
_COLON = re.compile(r"[:\uff1a\ufe55\ufe13\u2236\ua789\u02f8]")
_COLONS = re.compile(r"[:\u2236\ua789\u02f8]{2,}")
_PAIR = re.compile(r"[:\uff1a\ufe55\ufe13\u2236\ua789\u02f8][^\w\s]*[:\uff1a\ufe55\ufe13\u2236\ua789\u02f8]")
_MOST_REGIONS = 500  # the next one reaches to the story's end
_FENCE = re.compile(r"(`{3,}(?=[^`]*$)|~{3,})")
_WORD = re.compile(r"\w+")
KNOWN = ("note", "pull", "closed")
_OFTEN_WRITTEN = ("private", "hidden", "secret", "confidential", "restricted", "steward")
_KEPT_BACK = re.compile(
    "private|hidden|hide|secret|confidential|restricted|internal|personal|sensitive|only|stewards?|gatherers?|"
    "redact(?:ed)?|with(?:held|hold)|unpublished|embargoed|draft|comment|omit"
)
_REFUSALS = frozenset({"not", "never", "do", "don", "dont", "off"})  # 'not for publication', 'off the record'
_INVISIBLE = {**ZERO_WIDTH, 0xAD: None}


@dataclass(frozen=True)
class Opening:
    """A line, counted from 1, that opens a container of this name, and whether it closes a passage."""

    line: int
    name: str
    closes: bool


@dataclass(frozen=True)
class Region:
    """A closed region: its own lines, without the quotation or list marks it stands in."""

    lines: tuple[str, ...]
    quotation: bool = False


@dataclass(frozen=True)
class Sifted:
    """The open lines, with one `::: closed` line in place of each region; `places` are their numbers.

    `starts` says where each of them begins in the text, by the number of its line there.
    """

    lines: tuple[str, ...]
    places: dict[int, int]
    regions: tuple[Region, ...]
    starts: tuple[int, ...] = ()


def source_lines(markdown: str) -> list[str]:
    """The lines of a text, also where it uses separators that only some programs take for a line's end."""
    return _BREAKS.sub("\n", markdown).split("\n")


def closes(line: str) -> bool:
    """Whether a line is `::: closed`, looks like it, or clearly means it (`::: private`)."""
    info = _info(line)
    if info is None:
        return False
    words = _WORD.findall(info.replace("_", " "))
    if not words:
        return False
    first = words[0]
    return first.startswith("clos") or "closed" in words or _nearly(first) or _keeps_back(words)


def _nearly(word: str) -> bool:
    return bool(difflib.get_close_matches(word[:20], ("closed", "close"), 1, 0.75))


def _keeps_back(words: Sequence[str]) -> bool:
    """Whether whoever wrote these words thought that they keep a passage from readers."""
    if words[0] in _REFUSALS or any(map(_KEPT_BACK.fullmatch, words[:3])):
        return True
    return bool(difflib.get_close_matches(words[0][:20], _OFTEN_WRITTEN, 1, 0.85))


def strange_openings(markdown: str) -> list[Opening]:
    """The lines that open a container by a name that is none of ours, or that go on after its name.

    Only the first of each name."""
    if not _PAIR.search(markdown):
        return []
    fence, found = Fence(), dict[str, Opening]()
    for number, line in enumerate(markdown.split("\n"), 1):
        opened = _opened(line) if not fence.passes(line) else ""
        words = _WORD.findall(opened.partition("{")[0])
        if words and (words[0] not in KNOWN or (len(words) > 1 and not closes(line))):
            found.setdefault(words[0], Opening(number, " ".join(words[:4]), closes(line)))
    return list(found.values())


def _opened(line: str) -> str:
    """What names the container that a line opens or, where it closes, nearly opens."""
    info = _info(line) or ""
    return info if closes(line) or _bare(line).startswith(":::") else ""


def _info(line: str) -> str | None:
    """What follows the colons that begin a line, folded; None when none do."""
    if not _COLON.search(line):
        return None
    folded = line if line.isascii() else unicodedata.normalize("NFKC", line).translate(_INVISIBLE)
    bare = folded.casefold()
    rest = bare[_end(_MARKS, bare) :]
    colons = _COLONS.match(rest)
    return rest[colons.end() :] if colons else None


def _end(pattern: re.Pattern[str], line: str) -> int:
    found = pattern.match(line)
    return found.end() if found else 0


def marks_before(line: str) -> str:
    """What stands before a line's words: indentation, marks of quotations and lists, a note's label."""
    return line[: _end(_INDENT, line)]


def _bare(line: str) -> str:
    return line[_end(_INDENT, line) :].strip()


@dataclass
class Fence:
    """Whether we stand in a fenced code block, as far as one line after the other can tell."""

    mark: str = ""

    def passes(self, line: str) -> bool:
        """True when the line belongs to a fenced block or is one of its fences."""
        bare = _bare(line)
        if self.mark:
            if bare.startswith(self.mark) and not bare.strip(self.mark[0]):
                self.mark = ""
            return True
        found = _FENCE.match(bare)
        self.mark = found.group() if found else ""
        return bool(found)


def sift(lines: Sequence[str], *, not_fenced: Collection[int] = ()) -> Sifted:
    """Take the closed regions out. `not_fenced` are places among the open lines that look like code
    to this reading of the text but are none to the parser."""
    if not any(_PAIR.search(line) for line in lines):
        return Sifted(tuple(lines), {}, (), tuple(range(len(lines) + 1)))
    fence, at = Fence(), 0
    kept: list[str] = []
    starts: list[int] = []
    places: dict[int, int] = {}
    regions: list[Region] = []
    while at < len(lines):
        forced = len(kept) in not_fenced
        starts.append(at)
        if (forced or not fence.passes(lines[at])) and closes(lines[at]):
            end = end_of_region(lines, at) if len(regions) < _MOST_REGIONS else len(lines)
            prefix = lines[at][: _end(_INDENT, lines[at])]
            places[len(kept)] = len(regions)
            kept.append(f"{prefix}::: closed")
            regions.append(_region(prefix, lines[at:end]))
            at, fence = end, Fence()
        else:
            kept.append(lines[at])
            at += 1
    return Sifted(tuple(kept), places, tuple(regions), (*starts, len(lines)))


def unended(markdown: str) -> int:
    """The line, counted from 1, that closes a passage which no line ends; 0 where there is none."""
    lines, fence, at = markdown.split("\n"), Fence(), 0
    while at < len(lines) and _PAIR.search(markdown):
        if fence.passes(lines[at]) or not closes(lines[at]):
            at += 1
            continue
        end = _ending(lines, at)
        if end is None:
            return at + 1
        at, fence = end + 1, Fence()
    return 0


def end_of_region(lines: Sequence[str], start: int) -> int:
    """The line after the region's end."""
    end = _ending(lines, start)
    return len(lines) if end is None else end + 1


def _ending(lines: Sequence[str], start: int) -> int | None:
    """The line that ends a region; containers, code and comments inside it do not end it."""
    depths, fence, comments = [_colons(lines[start])], Fence(), _Comments(lines)
    at = start + 1
    while at < len(lines):
        if not fence.passes(lines[at]):
            at = comments.after(at)
            _nest(depths, lines[at])
            if not depths:
                return at
        at += 1
    return None


def _nest(depths: list[int], line: str) -> None:
    """Note in `depths`, the colons of all that is open, what a line opens or ends."""
    colons = _colons(line)
    if colons < 3:
        return
    if _bare(line).strip(": \t"):
        depths.append(colons)
    elif colons >= depths[-1]:
        depths.pop()


def _colons(line: str) -> int:
    bare = unicodedata.normalize("NFKC", _bare(line))
    return len(bare) - len(bare.lstrip(":"))


class _Comments:
    """Where comments end, for lines that are asked about in their order; each line is looked at once."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines, self._next = lines, 0

    def after(self, at: int) -> int:
        """The line on which a comment that begins here ends; this one when none does, or it never ends."""
        _, opening, rest = self._lines[at].rpartition("<!--")
        if not opening or "-->" in rest:
            return at
        if self._next <= at:
            below = range(at + 1, len(self._lines))
            self._next = next((i for i in below if "-->" in self._lines[i]), len(self._lines))
        return self._next if self._next < len(self._lines) else at


def _region(prefix: str, lines: Sequence[str]) -> Region:
    info = lines[0][len(prefix) :].lstrip(": \t")
    _, _, rest = info.partition(" ")
    quotes = prefix.count(">")
    width = len(prefix.rpartition(">")[2].lstrip(" ") if quotes else prefix)
    strip = re.compile(r"(?:[ \t]*>){0,%d} {0,%d}" % (quotes, max(width, 1 if quotes else 0)))  # noqa: UP031
    inner = [line[_end(strip, line) :] for line in lines[1:]]
    if inner and not inner[-1].strip(": \t>"):
        inner.pop()
    return Region((rest, "", *inner), quotes > 0)
