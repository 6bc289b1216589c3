"""Subtitles, WebVTT and SubRip, as a conversation: consecutive cues of one speaker become a paragraph."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import srt  # type: ignore[import-untyped]
import webvtt

from app.errors import ImportRefused
from app.imports.cues import Cue, Cut, Times, cut
from app.imports.decoding import decode
from app.imports.escaping import escape_line
from app.imports.model import Converted, Report, Turn
from app.imports.speakers import named, names_among
from app.imports.turns import body_of, clock

_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,100})?\s{1,9}([^<>]{0,100})>|</v>")
_TAGS = re.compile(
    r"</?(?:[cbiu]|v|lang|ruby|rt|font)(?:[.\s][^<>]*)?>|<\d[\d:.]*>|\{\\[^{}]*\}", re.IGNORECASE
)
_TIMED_WORD = re.compile(r"<\d{1,3}:\d[\d:.]*>")
_REFERENCE = re.compile(r"&(?:amp|lt|gt|nbsp|lrm|rlm|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"[.!?…][”’\"')\]]*$")
_LONG, _LONGEST = 150, 400  # words: after so many a paragraph ends with a sentence, or with any cue


def from_vtt(content: bytes) -> Converted:
    """WebVTT: the names of `<v Name>`, else of `Name:`; the time of each turn's first cue."""
    decoded = decode(content)
    found = cut(decoded.text, _vtt_times, numbered=False)
    repeated = _without_repeats(found.cues)
    reports = [*decoded.reports, *found.reports, *([_scrolled(repeated)] if repeated else [])]
    if not decoded.text.lstrip().startswith("WEBVTT"):
        reason = "The file does not begin with the word WEBVTT, as it should."
        reports.append(Report("line 1", reason, "Look whether its beginning is missing."))
    if found.notes:
        reason = f"{found.notes} notes or styles of the program that made it were left out."
        reports.append(Report("", reason, "Nothing needs to be done."))
    return _conversation("vtt", found, tuple(reports), lambda line: _REFERENCE.sub(_character, line))


def _without_repeats(cues: list[Cue]) -> int:
    """Take out the lines that captions show again while they scroll, which those do that time each word;
    how many these were."""
    if not any(_TIMED_WORD.search(line) for cue in cues for line in cue.lines):
        return 0
    last, repeated = "", 0
    for cue in cues:
        kept = []
        for line in cue.lines:
            words = _plain(line, str)
            repeated += words == last
            kept += [line] if words != last else []
            last = words or last
        cue.lines = kept
    return repeated


def _scrolled(lines: int) -> Report:
    reason = f"{lines} lines that these captions show again while they scroll were taken once."
    return Report("", reason, "Look whether anything that was said twice is missing.")


def from_srt(content: bytes) -> Converted:
    """SubRip: the names of `Name:`; the time of each turn's first cue."""
    decoded = decode(content)
    found = cut(decoded.text, _srt_times, numbered=True)
    return _conversation("srt", found, (*decoded.reports, *found.reports), lambda line: line)


def _character(reference: re.Match[str]) -> str:
    return html.unescape(reference.group())


def _vtt_times(line: str) -> Times | None:
    try:
        captions = webvtt.WebVTT.from_string(f"WEBVTT\n\n{line.strip()}\nwords\n").captions
        return (captions[0].start_in_seconds, captions[0].end_in_seconds) if captions else None
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError, ValueError, OverflowError):
        return None


def _srt_times(line: str) -> Times | None:
    try:
        cues = list(srt.parse(f"1\n{line.strip()}\nwords\n"))
        return (cues[0].start.total_seconds(), cues[0].end.total_seconds()) if cues else None
    except (srt.SRTParseError, srt.TimestampParseError, ValueError, OverflowError):
        return None


@dataclass
class _Said:
    """A turn while cues are added to it."""

    speaker: str
    at: str
    words: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, words: str) -> None:
        self.words.append(words)
        self.count += len(words.split())

    def is_full(self) -> bool:
        ends = self.count >= _LONG and _SENTENCE_ENDS.search(self.words[-1])
        return self.count >= _LONGEST or bool(ends)

    def turn(self) -> Turn:
        return Turn(self.speaker, escape_line(" ".join(self.words)), self.at)


def _conversation(
    kind: str, found: Cut, reports: tuple[Report, ...], read: Callable[[str], str]
) -> Converted:
    if not any(cue.times for cue in found.cues):
        raise ImportRefused(
            "No cue was found in this file: no line has times that can be read.",
            f"Look whether it is a .{kind} file; if it is a plain transcript, let its name end in .txt.",
        )
    turns = tuple(said.turn() for said in _joined(list(_pieces(found.cues, read))))
    return Converted(kind, body=body_of(turns), turns=turns, reports=reports)


@dataclass(frozen=True)
class _Piece:
    speaker: str | None  # None where the cue does not say
    words: str
    at: str


def _pieces(cues: list[Cue], read: Callable[[str], str]) -> Iterator[_Piece]:
    """What is said in each cue, speaker by speaker."""
    voiced = any(_VOICE.search(line) for cue in cues for line in cue.lines)
    names = frozenset[str]() if voiced else names_among(_plain(" ".join(cue.lines), read) for cue in cues)
    for cue in cues:
        at = clock(cue.times[0]) if cue.times else ""
        for speaker, words in _voices(cue, read) if voiced else _named_lines(cue, read, names):
            if words:
                yield _Piece(speaker, words, at)


def _voices(cue: Cue, read: Callable[[str], str]) -> Iterator[tuple[str | None, str]]:
    speaker, at, text = "", 0, " ".join(cue.lines)
    for voice in _VOICE.finditer(text):
        yield speaker, _plain(text[at : voice.start()], read)
        speaker, at = _plain(voice[1] or "", read), voice.end()
    yield speaker, _plain(text[at:], read)


def _named_lines(
    cue: Cue, read: Callable[[str], str], names: frozenset[str]
) -> Iterator[tuple[str | None, str]]:
    for line in cue.lines:
        words = _plain(line, read)
        yield named(words, names) or (None, words)


def _plain(text: str, read: Callable[[str], str]) -> str:
    """Words without the marks of subtitles. What only looks like one, such as `<laughs>`, is words."""
    return " ".join(read(_TAGS.sub("", text)).split())


def _joined(pieces: list[_Piece]) -> Iterator[_Said]:
    said: _Said | None = None
    for piece in pieces:
        before = said.speaker if said else ""
        speaker = before if piece.speaker is None else piece.speaker
        if said is None or speaker != before or said.is_full():
            yield from [said] if said else []
            said = _Said(speaker, piece.at)
        said.add(piece.words)
    yield from [said] if said else []
