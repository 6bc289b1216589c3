"""Who speaks in a conversation that was brought in: under which name each is shown, and whose turns stay."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.imports.commented import without_comments
from app.imports.model import Turn
from app.imports.turns import body_of
from app.services.gathering.replacing import with_pseudonyms

WORD = re.compile(r"\w+")
ASKING = re.compile(r"\?[\s.…*”’\"')]*$")
LABELLED = re.compile(r"(?i)(?:interviewer|researcher|facilitator|moderator|int|iv|q)\b[\s\d.]*")


class Part(StrEnum):
    """What somebody is in the conversation."""

    TELLER = "teller"
    ASKER = "asker"
    OTHER = "other"


@dataclass(frozen=True)
class Speaker:
    """Somebody who speaks: the name that came with the file, and what is to be done with her."""

    name: str
    turns: int
    words: int
    part: Part
    shown: str  # the name that stands in the story
    kept: bool = True  # whether her turns are


def speakers_of(turns: Sequence[Turn]) -> list[Speaker]:
    """Everybody who speaks, in order; whoever says most tells, whoever asks most or is called so asks."""
    of_each: dict[str, list[Turn]] = {}
    for turn in turns:
        of_each.setdefault(turn.speaker, []).append(turn)
    found = [_speaker(name, said) for name, said in of_each.items()]
    named = [one for one in found if one.name and not LABELLED.fullmatch(one.name)] or found
    teller = max(named, key=lambda one: one.words, default=None)
    return [replace(one, part=Part.TELLER) if one is teller else one for one in found]


def _speaker(name: str, turns: Sequence[Turn]) -> Speaker:
    said = [without_comments(turn.text) for turn in turns]
    words = sum(len(WORD.findall(text)) for text in said)
    asked = sum(1 for text in said if ASKING.search(text))
    asks = asked * 2 > len(turns) or LABELLED.fullmatch(name)
    part = Part.ASKER if asks else Part.OTHER
    return Speaker(name, len(turns), words, part, name)


def told_by(turns: Sequence[Turn], speakers: Sequence[Speaker]) -> str:
    """The conversation as it will stand: whoever is alone in it is not named above her words."""
    by_name = {one.name: one for one in speakers}
    kept = [turn for turn in turns if by_name[turn.speaker].kept]
    alone = len({turn.speaker for turn in kept if turn.speaker}) == 1
    shown = [replace(turn, speaker="" if alone else by_name[turn.speaker].shown) for turn in kept]
    return with_pseudonyms(body_of(shown), pseudonyms_of(speakers), own=own_names(speakers)).text


def pseudonyms_of(speakers: Sequence[Speaker]) -> Mapping[str, str]:
    """Name and pseudonym of everybody who is shown under another name."""
    return {one.name: one.shown for one in speakers if one.name and one.shown and one.name != one.shown}


def own_names(speakers: Sequence[Speaker]) -> list[str]:
    """The names that stay, because whoever has them chose that."""
    return [one.name for one in speakers if one.name and one.name == one.shown]
