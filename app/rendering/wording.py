"""Whether a quotation says what was said. In it [ ] marks what is not the speaker's, and … what is left out.

Pure: texts come in, and an answer goes out.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

MOST_REPLACED = 80  # characters that stand behind one bracket: a name, a few words, no sentence
MOST_MARKS = 40  # in one quotation
_DOTS = r"(?:…|\.\s?\.\s?\.)"
_MARK = re.compile(rf"\s*(?P<gap>\[\s*{_DOTS}\s*\]|{_DOTS})\s*|(?P<bracket>\[[^\[\]]*\])")
_QUOTES = re.compile('["‘’‚‛′`´“”„‟″«»]')
_DASH = re.compile(r"\s*(?:[–—―−]|--+)\s*|\s+-\s+")
_OUTER = "'"
_ENDS = ".,;:"


def digest_of_words(words: str) -> str:
    """By which it is known whether words are still the same."""
    return sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class _Stretch:
    """Words that have to stand there, behind what is left out, what is replaced, or neither."""

    words: str
    gap: bool
    bracket: bool


def stands_in(wording: str, source: str) -> bool:
    """Whether the source says this, but for what is openly left out or put in.

    Kinds of quotation mark and of dash, white space, marks around the whole, and the stop at its end are
    set as the writer's house sets them; every other letter counts.
    """
    said, told = _folded(source), _bare(_folded(wording))
    if told and _at(told, said, loose=False):
        return True
    stretches = list(_stretches(told))
    if not 0 < len(stretches) <= MOST_MARKS or not _says_enough(stretches, said):
        return False
    return _follow(stretches, said)


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFC", text).replace("\u00ad", "")
    text = _DASH.sub(" - ", _QUOTES.sub("'", text))
    return " ".join(text.split())


def _bare(text: str) -> str:
    if len(text) > 1 and text[0] in _OUTER and text.rstrip(_ENDS).endswith(text[0]):
        text = text.strip(_ENDS).strip(text[0])
    return text.rstrip(_ENDS).strip() if not text.endswith("...") else text


def _stretches(text: str) -> Iterator[_Stretch]:
    """What has to stand there; a mark at the very beginning or end asks for nothing."""
    end, gap, bracket = 0, False, False
    for found in _MARK.finditer(text):
        words = text[end : found.start()]
        if words.strip():
            yield _Stretch(words, gap, bracket)
            gap = bracket = False
        gap, bracket = gap or bool(found["gap"]), bracket or bool(found["bracket"])
        end = found.end()
    if text[end:].strip():
        yield _Stretch(text[end:], gap, bracket)


def _says_enough(stretches: Sequence[_Stretch], source: str) -> bool:
    words = sum(len(re.findall(r"\w+", one.words)) for one in stretches)
    return words >= min(2, len(source.split()))


def _follow(stretches: Sequence[_Stretch], source: str) -> bool:
    """Whether they stand there one behind the other, each behind any of the places of the one before."""
    ends: list[int] = []
    for number, one in enumerate(stretches):
        after = stretches[number + 1] if number + 1 < len(stretches) else None
        loose_end = after is not None and after.bracket
        bare = one.words.strip() if one.gap or one.bracket or not number else one.words.rstrip()
        places = _at(bare, source, loose=one.bracket, loose_end=loose_end)
        if number and not one.gap:
            places = [(a, b) for a, b in places if any(0 <= a - end <= MOST_REPLACED for end in ends)]
        elif number:
            places = [(a, b) for a, b in places if a >= ends[0]]
        ends = sorted({end for _, end in places})
        if not ends:
            return False
    return True


def _at(words: str, source: str, *, loose: bool, loose_end: bool = False) -> list[tuple[int, int]]:
    """Where these words stand, begin and end. Whole ones, but beside a bracket: `[S]he`."""
    found, at = [], source.find(words)
    while at >= 0:
        end = at + len(words)
        if (loose or _parts(source, at)) and (loose_end or _parts(source, end)):
            found.append((at, end))
        at = source.find(words, at + 1)
    return found


def _parts(text: str, at: int) -> bool:
    """Whether no word goes on over this place."""
    return not (0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum())
