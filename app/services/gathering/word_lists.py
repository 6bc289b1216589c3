"""Words that tell a person's name from other words with a capital letter."""

from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "words"


@cache
def word_list(name: str) -> frozenset[str]:
    """The words of one of the lists beside this module, folded."""
    lines = (WORDS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


GIVEN, ALSO_WORDS, PLACES = word_list("given_names"), word_list("also_words"), word_list("places")
TITLES, RELATIONS, SAYING = word_list("titles"), word_list("relations"), word_list("saying")
BODIES, NOBODY = word_list("bodies"), word_list("nobody")
_NOT_ALONE = ALSO_WORDS | PLACES


def is_given(word: str) -> bool:
    """Whether a folded word is a first name and hardly anything else."""
    return word in GIVEN and word not in _NOT_ALONE


def is_ordinary(word: str) -> bool:
    """Whether a folded word with a capital letter is no name of a person by itself."""
    return word in NOBODY or word in BODIES or word in TITLES or word in PLACES


def bare(word: str) -> str:
    """A word folded, without the ’s of what belongs to somebody."""
    if len(word) > 2 and word[-2] in "’'ʼ" and word[-1] in "sS":
        return word[:-2].casefold()
    return word.rstrip("’'ʼ").casefold()
