"""Plain text: transcripts as Otter and Zoom write them, else paragraphs."""

import re
from dataclasses import dataclass, field

from app.imports.decoding import decode
from app.imports.escaping import escape_line
from app.imports.model import Converted, Report, Turn
from app.imports.turns import body_of, clock

_TIME = r"(?P<time>(?:\d{1,3}:)?\d{1,2}:\d{2})(?:[.,]\d{1,3})?"
_NAME = r"(?P<name>[^\W\d_][^:<>\[\]\t]{0,58}[^\s:<>\[\]]|[^\W\d_])"
_OTTER = re.compile(rf"{_NAME}(?:[ \t]{{2,}}|\t){_TIME}[ \t]*")
_ZOOM = re.compile(rf"\[?{_TIME}\]?(?:[ \t]+From)?[ \t]+{_NAME}[ \t]*:(?P<words>(?:[ \t].*)?)")
_ZOOM_NAMED = re.compile(rf"\[{_NAME}\][ \t]+{_TIME}[ \t]*(?P<words>)")
_SHAPES = (_OTTER, _ZOOM, _ZOOM_NAMED)
_FEWEST = 2  # lines of one shape that make a text a transcript
_LONG = 120  # characters; a text with longer lines has one to each paragraph


def from_text(content: bytes) -> Converted:
    """A transcript's turns where the text has that shape, else its paragraphs; not a word is lost."""
    decoded = decode(content)
    lines = decoded.text.split("\n")
    shape = max(_SHAPES, key=lambda one: _lines_of(one, lines))
    if _lines_of(shape, lines) < _FEWEST:
        return Converted("txt", body=paragraphs(decoded.text), reports=decoded.reports)
    sayings = _sayings(lines, shape)
    turns = tuple(turn for turn in (saying.turn() for saying in sayings) if turn.text)
    silent = (saying for saying in sayings[1:] if not saying.turn().text)
    reports = (*decoded.reports, *(_nothing_said(saying.line) for saying in silent))
    return Converted("txt", body=body_of(turns), turns=turns, reports=reports)


def _nothing_said(line: int) -> Report:
    return Report(f"line {line}", "A speaker is named here, and no words follow.", "Look at the source.")


def _lines_of(shape: re.Pattern[str], lines: list[str]) -> int:
    return sum(1 for line in lines if shape.fullmatch(line.strip()))


def paragraphs(text: str) -> str:
    """Plain text as Markdown: empty lines part paragraphs; where lines are long, each is one."""
    lines = [escape_line(line) for line in text.split("\n")]
    between = "\n\n" if any(len(line) > _LONG for line in lines) else "\n"
    joined = re.sub(r"\n{3,}", "\n\n", between.join(lines)).strip("\n")
    return f"{joined}\n" if joined else ""


@dataclass
class _Saying:
    """A turn while its lines are read; `line` is where it is named."""

    line: int = 0
    speaker: str = ""
    at: str = ""
    lines: list[str] = field(default_factory=list)

    def turn(self) -> Turn:
        return Turn(self.speaker, paragraphs("\n".join(self.lines)).rstrip("\n"), self.at)


def _sayings(lines: list[str], shape: re.Pattern[str]) -> list[_Saying]:
    sayings = [_Saying()]
    for number, line in enumerate(lines, 1):
        found = shape.fullmatch(line.strip())
        if found:
            speaker, words = " ".join(found["name"].split()), found.groupdict().get("words") or ""
            sayings.append(_Saying(number, speaker, time_of(found["time"]), [words]))
        else:
            sayings[-1].lines.append(line)
    return sayings


def time_of(written: str) -> str:
    """'0:03' or '1:02:03' as '00:00:03' or '01:02:03'."""
    seconds = 0
    for part in written.split(":"):
        seconds = seconds * 60 + int(part)
    return clock(seconds)
