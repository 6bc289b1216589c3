"""Words that somebody typed or copied, found in passages whatever their case, or the quotes around them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from app.rendering.locating import Place
from app.rendering.passages import normalised_text

_QUOTING = "\"'“”„‟«»‹›‘’‚‛"
_ALIKE = str.maketrans(dict.fromkeys("‘’‚‛`´ʼ", "'") | dict.fromkeys("“”„‟«»", '"'))
_UNSPACED = re.compile(  # Thai, Lao, Burmese, Khmer, Japanese and Chinese: no space tells where a word ends
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)


def places_typed(texts: Mapping[str, str], typed: str) -> list[Place]:
    """Where these words stand in passages, by anchor; a word of which they are a part is taken whole.

    As they were typed before in another case, and whole words before parts of words.
    """
    wanted = list(dict.fromkeys(one for one in _wanted(typed) if one))
    for whole in (True, False):
        for fold in (False, True):
            for words in wanted:
                found = [
                    Place(anchor, start, text[start:end])
                    for anchor, text in texts.items()
                    for start, end in _found(text, words, fold=fold, whole=whole)
                ]
                if found:
                    return found
    return []


def _wanted(typed: str) -> tuple[str, str]:
    """The words as they were typed, and without quotation marks around them."""
    words = normalised_text(typed)
    return words, words.strip(f"{_QUOTING} ")


def _found(text: str, words: str, *, fold: bool, whole: bool) -> Iterator[tuple[int, int]]:
    """Each place once; two parts of one word are one place."""
    seen = set[tuple[int, int]]()
    for start, end in _folded(text, words) if fold else _same(text, words):
        place = _whole_words(text, start, end)
        if place not in seen and (not whole or place == (start, end)):
            seen.add(place)
            yield place


def _same(text: str, words: str) -> Iterator[tuple[int, int]]:
    at = text.find(words)
    while at >= 0:
        yield at, at + len(words)
        at = text.find(words, at + 1)


def _folded(text: str, words: str) -> Iterator[tuple[int, int]]:
    """The same whatever the case, and whichever kind of quotation marks and apostrophes."""
    parts = [(folded, at) for at, character in enumerate(text) for folded in _plain(character)]
    for start, end in _same("".join(folded for folded, _ in parts), _plain(words)):
        yield parts[start][1], parts[end - 1][1] + 1


def _plain(text: str) -> str:
    return text.casefold().translate(_ALIKE)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The place with the rest of a word that begins before it, or goes on after it."""
    while 0 < start < len(text) and _inside(text[start]) and _inside(text[start - 1]):
        start -= 1
    while 0 < end < len(text) and _inside(text[end - 1]) and _inside(text[end]):
        end += 1
    return start, end


def _inside(character: str) -> bool:
    """Whether a word goes on with this character."""
    part = character.isalnum() or unicodedata.category(character).startswith("M")
    return part and not _UNSPACED.match(character)
