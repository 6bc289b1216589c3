"""Plain text: transcripts as Otter and Zoom write them, else paragraphs."""

import re
from dataclasses import dataclass, field

from app.imports.conversations import turns_in
from app.imports.decoding import Decoded, decode
from app.imports.escaping import escape_line
from app.imports.model import Converted, Report, Turn
from app.imports.speakers import named, names_among
from app.imports.times import TIME, time_of
from app.imports.turns import body_of

_NAME = r"(?P<name>[^\W\d_][^:<>\[\]\t]{0,58}[^\s:<>\[\]]|[^\W\d_])"
_OTTER = re.compile(rf"{_NAME}(?:[ \t]{{2,}}|\t){TIME}[ \t]*")
_ZOOM = re.compile(rf"\[?{TIME}\]?(?:[ \t]+From)?[ \t]+{_NAME}[ \t]*:(?P<words>(?:[ \t].*)?)")
_ZOOM_NAMED = re.compile(rf"\[{_NAME}\][ \t]+{TIME}[ \t]*(?P<words>)")
_SHAPES = (_OTTER, _ZOOM, _ZOOM_NAMED)
_FEWEST = 2  # lines of one shape that make a text a transcript
_LONG = 120  # characters; a text with longer lines has one to each paragraph


def from_text(content: bytes) -> Converted:
    """A transcript's turns where the text has that shape, else its paragraphs; not a word is lost."""
    decoded = decode(content)
    lines = decoded.text.split("\n")
    shape = max(_SHAPES, key=lambda one: _lines_of(one, lines))
    if _lines_of(shape, lines) < _FEWEST:
        return _named_or_plain(decoded)
    sayings = _sayings(lines, shape)
    turns = tuple(turn for turn in (saying.turn() for saying in sayings) if turn.text)
    silent = (saying for saying in sayings[1:] if not saying.turn().text)
    reports = (*decoded.reports, *(_nothing_said(saying.line) for saying in silent))
    return Converted("txt", body=body_of(turns), turns=turns, reports=reports)


def _named_or_plain(decoded: Decoded) -> Converted:
    """A text without times: a conversation where its lines begin with names."""
    lines = decoded.text.split("\n")
    names = names_among(line for line in lines if line.strip())
    if len(names) > 1:
        lines = [f"\n{line}" if named(line, names) else line for line in lines]
    turns = turns_in(paragraphs("\n".join(lines))) if len(names) > 1 else ()
    body = body_of(turns) if turns else paragraphs(decoded.text)
    return Converted("txt", body=body, turns=turns, reports=decoded.reports)


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
