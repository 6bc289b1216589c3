"""Finds the turns of a conversation in a text whose paragraphs begin with names."""

import re
from collections import Counter
from dataclasses import replace

from app.imports.model import Turn
from app.imports.speakers import named
from app.imports.times import TIME, time_of

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
    """
    blocks = [block for block in _BETWEEN.split(markdown.strip("\n")) if block.strip()]
    found = [_turn(block) for block in blocks]
    counted = Counter(turn.speaker for turn in found if turn)
    speaking = sum(1 for times in counted.values() if times > 1)
    paragraphs = sum(1 for block in blocks if not (_BETWEEN_TURNS.match(block) or _ABOVE.match(block)))
    if speaking < _SPEAKERS or counted.total() < max(_FEWEST, paragraphs // 2):
        return ()
    first = next(at for at, turn in enumerate(found) if turn)
    if any(map(_OTHER.match, blocks[first:])):
        return ()
    before = [Turn("", text, at) for at, text in [_at("\n\n".join(blocks[:first]))] if text]
    return (*before, *_joined(blocks[first:], found[first:]))


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
            turns[-1] = replace(turns[-1], text=f"{turns[-1].text}\n\n{block}".strip("\n"))
    return [turn for turn in turns if turn.text]


def _turn(block: str) -> Turn | None:
    """The turn that begins with this paragraph: `Name:`, a time before it, or a line of both."""
    at, block = _at(block)
    if at:
        spoken = _spoken(block)
        return Turn(*spoken, at) if spoken else None
    head, _, rest = block.partition("\n")
    timed = _TIMED.fullmatch(head.replace("*", "").rstrip("\\ "))
    who = named(f"{_plain(timed['name'])}:") if timed else None
    if timed and who:
        return Turn(who[0], rest.strip(), time_of(timed["time"]))
    time = _TIME_FIRST.match(block)
    spoken = _spoken(block[time.end() :] if time else block)
    return Turn(*spoken, time_of(time["time"]) if time else "") if spoken else None


def _spoken(block: str) -> tuple[str, str] | None:
    """The name that a paragraph begins with, bold or plain, and the rest."""
    bold = _BOLD.match(block)
    prefix, colon, rest = block.partition(":")
    name, text = (bold["name"], block[bold.end() :]) if bold else (prefix, rest)
    if not colon or (not bold and rest[:1].strip()):
        return None
    who = named(f"{_plain(name)}:")
    return (who[0], text.strip()) if who and not who[1] else None


def _plain(words: str) -> str:
    return _ESCAPED.sub(r"\1", words).strip()
