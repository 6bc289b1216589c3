"""Words: how text is cut, folded and stemmed, the same for stories, queries and highlights."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from whoosh.lang import NoStemmer, NoStopWords, stemmer_for_language, stopwords_for_language, two_letter_code

from app.search.irregular import IRREGULAR

LONGEST_WORD = 64  # characters
_LONGEST_RAW = 4 * LONGEST_WORD  # folding shortens and lengthens words; beyond this nothing is read
_CACHED_WORDS = 32_768  # about 5 MB for each use

# Letters that have no decomposition, and yet people type them without their stroke or join.
_UNSTROKED = str.maketrans(
    {
        "ł": "l",
        "đ": "d",
        "ø": "o",
        "ħ": "h",
        "ı": "i",
        "ŧ": "t",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
        "ß": "ss",
    }
)
_APOSTROPHES = "'\u2018\u2019\u02bc\uff07"
_INVISIBLE = "\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # Japanese and Chinese: each character is a word
_PICTURES = "\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_PUNCTUATION = '.,;:!?()[]"\u201c\u201d\u2026'
_CONTRACTED = re.compile("'(?:s|ll|d|ve|re|m)$")  # I'll is not ill

_QUESTION_WORDS = (
    "anybody anyone anything around can't could couldn't did didn't does doesn't don't get gets "
    "getting got happen happened happens hadn't hasn't have haven't how isn't let may me might much "
    "must my of one ones our said say says shall should shouldn't somebody someone something such "
    "tell that their them there they this those thing things us was wasn't we were weren't what when "
    "where which who whom whose why will with won't would wouldn't yet you your"
)


def _marks() -> str:
    """Every combining mark of the basic plane, as the inside of a character class."""
    found = [code for code in range(0x300, 0xFFFF) if unicodedata.category(chr(code)) in ("Mn", "Mc")]
    return "".join(map(chr, found))


def _word_pattern(joiners: str) -> re.Pattern[str]:
    """One word, emoji or unspaced character; everything is possessive, so that no text takes long."""
    inner = f"[{_marks()}{_INVISIBLE}]"
    run = f"[^\\W_{_UNSPACED}]++(?:{inner}++[^\\W_{_UNSPACED}]*+)*+"
    joined = f"(?:[{joiners}]{run})*+" if joiners else ""
    return re.compile(f"{run}{joined}|[{_UNSPACED}]{inner}*+|[{_PICTURES}]")


_WITH_APOSTROPHES = _word_pattern(_APOSTROPHES)
_WITHOUT_APOSTROPHES = _word_pattern("")
_NO_WORD = re.compile(f"[^\\w{_marks()}{_PICTURES}']|_")


class Token(NamedTuple):
    """A folded word and where it stands in the text that was given."""

    text: str
    start: int
    end: int


def _is_accent(character: str) -> bool:
    """Accents and vowel points go; the vowel signs of Indic scripts and the marks of Japanese stay."""
    order = unicodedata.combining(character)
    return 10 <= order <= 36 or order >= 200


def _fold_once(word: str) -> str:
    loose = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    bare = "".join(character for character in loose if not _is_accent(character))
    straight = re.sub(f"[{_APOSTROPHES}]", "'", bare.translate(_UNSTROKED))
    return unicodedata.normalize("NFC", _NO_WORD.sub("", straight)).strip("'")


@lru_cache(_CACHED_WORDS)
def fold(word: str) -> str:
    """A word without case, accents, curly quotes or invisible characters, cut at 64; may be empty."""
    if word.isascii():
        return word[:LONGEST_WORD].lower().strip("'")
    return _fold_once(_fold_once(word[:_LONGEST_RAW]))[:LONGEST_WORD].strip("'")


def words_of(text: str) -> list[str]:
    """The folded words of a text, apostrophes kept inside them."""
    raw = _WITH_APOSTROPHES.findall(text)
    return [piece for word in raw for piece in _pieces(fold(word), _WITH_APOSTROPHES)]


def spans_of(text: str) -> Iterator[Token]:
    """The words of a text where they stand, folded and without apostrophes, to compare texts word by word."""
    for match in _WITH_APOSTROPHES.finditer(text):
        for piece in _pieces(fold(match.group()), _WITH_APOSTROPHES):
            yield Token(piece.replace("'", ""), match.start(), match.end())


def _pieces(word: str, pattern: re.Pattern[str]) -> Sequence[str]:
    """The words that a folded word is: some characters unfold into several."""
    if word.isascii():
        return (word,) if word else ()
    found: list[str] = pattern.findall(word)
    return found


class Chunks(dict[str, tuple[str, ...]]):
    """What stands between two spaces -> what was made of it. Keeps the first it sees: the common ones."""

    def __init__(self, cut: Callable[[str], tuple[str, ...]]) -> None:
        super().__init__()
        self._cut = cut

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        cut = self._cut(chunk)
        if len(self) < _CACHED_WORDS and len(chunk) <= LONGEST_WORD:
            self[chunk] = cut
        return cut


class Analyser:
    """Cuts, folds and stems for one language (a code such as `en`); an unknown language has no stemmer."""

    def __init__(self, language: str) -> None:
        self.language = two_letter_code(language) or language.casefold()[:2]
        english = self.language == "en"
        self._pattern = _WITH_APOSTROPHES if english else _WITHOUT_APOSTROPHES
        self.fold: Callable[[str], str] = _fold_english if english else fold
        self.stem: Callable[[str], str] = lru_cache(_CACHED_WORDS)(_stemmer(self.language))
        self._words, self._stems = Chunks(self._cut), Chunks(self._cut_and_stem)
        self._stop_words = frozenset(self.fold(word) for word in _stop_words(self.language))

    def tokens(self, text: str) -> Iterator[Token]:
        """The words of a text in order."""
        for match in self._pattern.finditer(text):
            for word in _pieces(self.fold(match.group()), self._pattern):
                yield Token(word, match.start(), match.end())

    def words(self, text: str) -> list[str]:
        """The folded words of a text in order."""
        words = self._words
        return [word for chunk in text.split() for word in words[chunk]]

    def stems(self, text: str) -> list[str]:
        """The stems of a text's words in order."""
        stems = self._stems
        return [stem for chunk in text.split() for stem in stems[chunk]]

    def is_stop_word(self, word: str) -> bool:
        """True for a folded word that is too common to ask for."""
        return word in self._stop_words

    def _cut(self, chunk: str) -> tuple[str, ...]:
        plain = chunk.strip(_PUNCTUATION)
        if plain.isascii() and plain.isalnum():  # one word, as most are: the same as below, much faster
            return (plain[:LONGEST_WORD].lower(),)
        return tuple(token.text for token in self.tokens(chunk))

    def _cut_and_stem(self, chunk: str) -> tuple[str, ...]:
        return tuple(map(self.stem, self._cut(chunk)))


def _fold_english(word: str) -> str:
    return _CONTRACTED.sub("", fold(word)).replace("'", "")


def _stemmer(language: str) -> Callable[[str], str]:
    try:
        stem: Callable[[str], str] = stemmer_for_language(language)
    except NoStemmer:
        return str
    if language == "en":
        return lambda word: stem(IRREGULAR.get(word, word)) or word
    return lambda word: stem(word) or word


def _stop_words(language: str) -> set[str]:
    try:
        known = set(stopwords_for_language(language))
    except NoStopWords:
        known = set()
    return known | set(_QUESTION_WORDS.split()) if language == "en" else known
