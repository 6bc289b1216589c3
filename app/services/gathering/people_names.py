"""People's names in a text: those that are known, and those of whom the text speaks as of people."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.services.gathering.word_lists import (
    ALSO_WORDS,
    BODIES,
    GIVEN,
    RELATIONS,
    SAYING,
    TITLES,
    bare,
    is_given,
    is_ordinary,
)

_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_a-z](?:\.(?=\s?[^\W\d_a-z])|[^\W\d_]*(?:[’'ʼ-][^\W\d_]+)*)")
_BEGINS = re.compile(r"(?:^|[.!?…:;|]|[\n>#*_•–—-]|\d[.)])[\s\"'“‘«*_#>(\[…-]*$|[\"“«‘(\[][*_]*$")
_SMALL = re.compile(r"(?<![\w’'])[a-zß-ÿ][^\W\d_]+")
_GAP = re.compile(r"[ \u00a0]+|[ \t]*\n[ \t>]*")
_LABEL = re.compile(r"(?:^|\n)[ \t>*_-]*([^\W\d_a-z][^\n:*_]{1,40}?)[*_]{0,3}:[*_]{0,3}(?=\s)")
_LETTERS = re.compile(r"[^\W\d_]+(?:[’'ʼ-][^\W\d_]+)*")
_MARKED = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+(?:[’'ʼ-](?:[^\W\d_][\u0300-\u036f]*)+)*")
_BEFORE = re.compile(r"([^\W\d_]+)[\s>.,]{1,8}$")
_AFTER = re.compile(r"[’'ʼ]?s?[\s>,]{1,8}([^\W\d_]+)")
_WHO = "my|her|his|their|our|your|whose|a|an|the|this|another|one|[^\\W\\d_]+[’']s"
_PEOPLE = "|".join(sorted(RELATIONS))
_CUE = re.compile(
    rf"(?i)(?<![\w-])(?:(?:{_WHO})\s+(?:[\w-]+\s+){{0,2}}(?:{_PEOPLE}),?"
    rf"|(?:{_PEOPLE}|her|him|them|me|he|she|who|i)(?:\s*(?:is|was|’s|'s|am))?\s+(?:called|named|nicknamed)"
    r"|name\s*(?:is|was|’s|'s))\s+$"
)
_CUE_BACK = 60
_LONGEST_HEADING = 200  # characters
_BACK = 24  # characters before a word that tell whether a sentence begins with it
_PARTICLES = frozenset(
    ("de", "da", "di", "du", "van", "von", "der", "den", "bin", "ibn", "al", "el", "o", "mac", "mc")
)
_MOST_WORDS = 4  # of one name
_TURNS = 3  # lines that begin with the same label, as somebody's turns do


@dataclass(frozen=True)
class Word:
    """A word of a text with a capital letter: without the ’s behind it; folded as `word`."""

    text: str
    start: int
    end: int
    word: str

    @property
    def begins(self) -> bool:
        """Whether a sentence begins with it, so that its capital letter tells nothing."""
        return bool(_BEGINS.search(self.text[max(0, self.start - _BACK) : self.start]))

    @property
    def before(self) -> str:
        """The word before it, folded; empty where more than white space, a stop or a comma is between."""
        found = _BEFORE.search(self.text[max(0, self.start - _BACK) : self.start])
        return found[1].casefold() if found else ""

    @property
    def after(self) -> str:
        """The word behind it, in the same way."""
        found = _AFTER.match(self.text, self.end)
        return found[1].casefold() if found else ""

    @property
    def in_heading(self) -> bool:
        """Whether its line is a heading, in which any word may have a capital letter."""
        line = self.text.rfind("\n", max(0, self.start - _LONGEST_HEADING), self.start) + 1
        return self.text.startswith("#", line)

    @property
    def loud(self) -> bool:
        """Whether it is all in capitals; a letter or two are not."""
        return self.end - self.start > 2 and self.text[self.start : self.end].isupper()


def words_in(text: str) -> list[Word]:
    """Every word with a capital letter."""
    return [
        Word(text, found.start(), found.end() - _possessive(found.group()), folded(found.group()))
        for found in _pattern(text, _WORD).finditer(text)
        if text[found.start()].isupper()
    ]


def _pattern(text: str, composed: re.Pattern[str]) -> re.Pattern[str]:
    """Of a text whose accents are characters of their own, another pattern than of all others."""
    return composed if unicodedata.is_normalized("NFC", text) else _MARKED


def folded(word: str) -> str:
    """A word as it is compared: composed, small, without the ’s of what belongs to somebody."""
    return bare(word if word.isascii() else unicodedata.normalize("NFC", word))


def _possessive(word: str) -> int:
    return 2 if word[-2:-1] in "’'ʼ" and word[-1:] in "sS" and len(word) > 2 else 0


def name_spans(text: str, *, known: Iterable[str] = (), own: Collection[str] = ()) -> list[tuple[int, int]]:
    """Where people's names stand, titles left out; nothing that only tells the names in `own`."""
    words = words_in(text)
    told = _told(text, words)
    names = {part for name in known for part in parts_of(name)}
    kept = {part for name in own for part in parts_of(name)}
    learned = {words[at].word for at in told if _tells(words[at].word)} | names
    is_name = [at in told or word.word in learned for at, word in enumerate(words)]
    spans = _joined(text, words, is_name)
    spans += _written_small(text, names) if names else []
    return sorted(span for span in spans if not set(parts_of(text[slice(*span)])) <= kept)


def parts_of(name: str) -> list[str]:
    """The words of a name by which somebody is known, folded."""
    words = [folded(one) for one in re.split(r"[\s,.()\[\]]+", name)]
    return [word for word in words if len(word) > 1 and word not in _PARTICLES and word not in TITLES]


def _tells(word: str) -> bool:
    return len(word) > 2 and word not in ALSO_WORDS and not is_ordinary(word)


def _told(text: str, words: Sequence[Word]) -> set[int]:
    """The places of words that are names by what stands beside them, or by themselves."""
    small = frozenset(_SMALL.findall(text))
    told = set(_labels(text, words, small))
    at = 0
    while at < len(words):
        run = _run(text, words, at)
        told.update(_names_in(words, run, small))
        at = run[-1] + 1
    return told


def _run(text: str, words: Sequence[Word], at: int) -> list[int]:
    """Words with capital letters one after the other."""
    run = [at]
    while (
        run[-1] + 1 < len(words)
        and len(run) < 2 * _MOST_WORDS
        and _GAP.fullmatch(text, words[run[-1]].end, words[run[-1] + 1].start)
    ):
        run.append(run[-1] + 1)
    return run


def _names_in(words: Sequence[Word], run: Sequence[int], small: Collection[str]) -> Iterator[int]:
    """The words of names in a run; `small` are the words that the text has without a capital letter."""
    first = words[run[0]]
    if words[run[-1]].word in BODIES and len(run) > 1:
        return
    title = next((place for place, at in enumerate(run[:-1]) if words[at].word in TITLES), None)
    if title is not None:
        yield from _taken(words, run[title + 1 :], ())
    elif _is_given(first):
        yield from _taken(words, run[:3], small)
    elif first.before in TITLES and not is_ordinary(first.word):
        yield from _taken(words, run, ())
    elif _may_be_name(first, small) and _spoken_of(first, alone=len(run) == 1):
        yield from _taken(words, run, small)
    else:
        yield from _from_first_name(words, run, small)


def _spoken_of(word: Word, *, alone: bool) -> bool:
    """Whether the words beside it say that it is somebody."""
    if alone and word.after in SAYING and not word.begins:
        return True
    return bool(_CUE.search(word.text[max(0, word.start - _CUE_BACK) : word.start]))


def _from_first_name(words: Sequence[Word], run: Sequence[int], small: Collection[str]) -> Iterator[int]:
    for start, at in enumerate(run):
        if _is_first_name(words, run, start):
            yield from _taken(words, run[start : start + 3], small)
            return
        if words[at].word in BODIES:
            return


def _may_be_name(word: Word, small: Collection[str]) -> bool:
    """Whether a word that stands where a name stands can be one."""
    if _is_given(word):
        return True
    if is_ordinary(word.word) or len(word.word) < 3 or word.word in ALSO_WORDS:
        return False
    return word.word not in small and not word.loud


def _is_given(word: Word) -> bool:
    """Whether it is a first name; three capital letters are more often short for something."""
    return is_given(word.word) and not (word.loud and word.end - word.start == 3)


def _is_first_name(words: Sequence[Word], run: Sequence[int], start: int) -> bool:
    word = words[run[start]]
    if _is_given(word):
        return True
    if word.word not in GIVEN or is_ordinary(word.word) or word.begins or word.loud:
        return False
    followed = start + 1 < len(run) and not is_ordinary(words[run[start + 1]].word)
    return followed or (len(run) == 1 and not word.in_heading)


def _taken(words: Sequence[Word], run: Sequence[int], small: Collection[str]) -> Iterator[int]:
    """A first name and what follows it as far as it can be a surname, written in the same way."""
    yield run[0]
    loud = words[run[0]].loud
    for at in run[1:_MOST_WORDS]:
        if is_ordinary(words[at].word) or words[at].word in small or words[at].loud != loud:
            return
        yield at


def _labels(text: str, words: Sequence[Word], small: Collection[str]) -> Iterator[int]:
    """Names before a colon at the beginning of several lines: who speaks in a transcript."""
    found = [match.span(1) for match in _LABEL.finditer(text)]
    often = Counter(text[start:end].casefold() for start, end in found)
    inside = {
        place
        for start, end in found
        if often[text[start:end].casefold()] >= _TURNS and len(text[start:end].split()) <= _MOST_WORDS
        for place in range(start, end)
    }
    for at, word in enumerate(words):
        if word.start in inside and _may_be_name(word, small):
            yield at


def _joined(text: str, words: Sequence[Word], is_name: Sequence[bool]) -> list[tuple[int, int]]:
    """Names of several words as one."""
    spans: list[tuple[int, int]] = []
    for word, named in zip(words, is_name, strict=True):
        if not named:
            continue
        if spans and _GAP.fullmatch(text, spans[-1][1], word.start):
            spans[-1] = (spans[-1][0], word.end)
        else:
            spans.append((word.start, word.end))
    return spans


def _written_small(text: str, names: Collection[str]) -> list[tuple[int, int]]:
    """Names of the key without their capital letter, unless they are words of the language as well."""
    small = {name for name in names if len(name) > 2 and name not in ALSO_WORDS}
    return [
        (found.start(), found.end() - _possessive(found.group()))
        for found in _pattern(text, _LETTERS).finditer(text)
        if text[found.start()].islower() and folded(found.group()) in small
    ]
