"""Finds the turns of a conversation in a text whose paragraphs begin with names."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.imports.commented import apart, without_comments
from app.imports.model import Turn
from app.imports.speakers import named
from app.imports.times import TIME, time_of
from app.imports.turns import BLOCK

_BETWEEN = re.compile(r"\n[ \t]*\n")
_BOLD = re.compile(r"(\*{1,2})(?P<name>[^*\n:]{1,60})(?:\1\s?:|:\s?\1)(?=\s|$)\s*")
_TIMED = re.compile(rf"(?P<name>[^\n:*]{{1,60}}?)\s+\(?{TIME}\)?")
_TIME_FIRST = re.compile(rf"\\?[\[(]?{TIME}\\?[\])]?\s+(?=\S)")
_ABOVE = re.compile(r"\{at=(?P<at>[0-9:]{4,9})\}\n")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BETWEEN_TURNS = re.compile(r"#{1,6} |\|")  # a heading, a table: nobody says it
_OTHER = re.compile(r"```|~~~|:::")
_FEWEST, _SPEAKERS = 4, 2  # turns, and how many people take them


def turns_in(markdown: str) -> tuple[Turn, ...]:
    """The turns, where at least two people take four or more, and half of the text's paragraphs; else none.

    What `body_of` wrote is read back as the turns it was made of, as long as there are so many. What
    stands above the first turn is one without a speaker, and so are a heading or a table among the turns
    with what goes on from them. A text with a closed passage or code is no plain conversation.
    Wherever comments stand, the turns are those that they would be without them.
    """
    blocks = [block for block in _BETWEEN.split(markdown.strip("\n")) if block.strip()]
    found = [_turn(block) for block in blocks]
    counted = Counter(turn.speaker for turn in found if turn)
    speaking = sum(1 for times in counted.values() if times > 1)
    paragraphs = sum(map(_is_paragraph, blocks))
    if speaking < _SPEAKERS or counted.total() < max(_FEWEST, paragraphs // 2):
        return ()
    first = next(at for at, turn in enumerate(found) if turn)
    if any(map(_OTHER.match, blocks[first:])):
        return ()
    at, text = _at("\n\n".join(blocks[:first]))
    return tuple(_with_words([Turn("", text, at), *_joined(blocks[first:], found[first:])]))


def _is_paragraph(block: str) -> bool:
    bare = without_comments(block)
    return bool(bare.strip()) and not (_BETWEEN_TURNS.match(bare) or _ABOVE.match(bare))


def _at(block: str) -> tuple[str, str]:
    """The time that stands above a paragraph, and the paragraph without it."""
    found = _ABOVE.match(block)
    return (found["at"], block[found.end() :]) if found else ("", block)


def _joined(blocks: list[str], found: list[Turn | None]) -> list[Turn]:
    """Each turn with the paragraphs that go on from it."""
    turns: list[Turn] = []
    for block, turn in zip(blocks, found, strict=True):
        at, words = _at(block)
        if turn:
            turns.append(turn)
        elif _BETWEEN_TURNS.match(block) and turns[-1].speaker:
            turns.append(Turn("", block.strip("\n")))
        elif at:
            turns.append(Turn(turns[-1].speaker, words, at))
        else:
            turns[-1] = replace(turns[-1], text=_gone_on(turns[-1].text, block))
    return turns


def _gone_on(text: str, block: str) -> str:
    """A turn's text and the next paragraph; what is commented and not yet begun begins with that."""
    begun = without_comments(text).strip() or BLOCK.match(block)
    return f"{text}\n\n{block}".strip("\n") if begun else f"{text}{block}"


def _with_words(turns: Iterable[Turn]) -> list[Turn]:
    """Those in which something is said, with the comments of the others."""
    said: list[Turn] = []
    held = ""
    for turn in turns:
        words = apart(turn.text)
        if words.text.strip():
            said.append(replace(turn, text=_gone_on(held, turn.text)))
            held = ""
        else:
            held += words.together
    if said and held:
        said[-1] = replace(said[-1], text=f"{said[-1].text}\n\n{held}")
    return said


@dataclass(frozen=True)
class _Label:
    """Who speaks, and since when; and where in the paragraph her words begin."""

    name: str
    end: int
    at: str = ""


def _turn(block: str) -> Turn | None:
    """The turn that begins with this paragraph: `Name:`, a time before it, or a line of both."""
    at, block = _at(block)
    words = apart(block)
    label = _spoken(words.text) if at else _timed(words.text)
    return Turn(label.name, words.after(label.end), at or label.at) if label else None


def _timed(block: str) -> _Label | None:
    head, newline, _ = block.partition("\n")
    timed = _TIMED.fullmatch(head.replace("*", "").rstrip("\\ "))
    who = named(f"{_plain(timed['name'])}:") if timed else None
    if timed and who:
        return _Label(who[0], len(head) + len(newline), time_of(timed["time"]))
    time = _TIME_FIRST.match(block)
    spoken = _spoken(block, time.end() if time else 0)
    return replace(spoken, at=time_of(time["time"])) if spoken and time else spoken


def _spoken(block: str, begins: int = 0) -> _Label | None:
    """The name that a paragraph begins with, bold or plain."""
    bold = _BOLD.match(block, begins)
    prefix, colon, rest = block[begins:].partition(":")
    name, end = (bold["name"], bold.end()) if bold else (prefix, begins + len(prefix) + 1)
    if not colon or (not bold and rest[:1].strip()):
        return None
    who = named(f"{_plain(name)}:")
    return _Label(who[0], end) if who and not who[1] else None


def _plain(words: str) -> str:
    return _ESCAPED.sub(r"\1", words).strip()
