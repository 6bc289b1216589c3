"""Field words such as `theme:telling it twice`, which take as many words as make a value that is known."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from app.search.model import FACETS

MOST_WORDS = 16  # of one value

Piece = tuple[str, str, str, str]  # hyphens before it, field word, what stands in quotation marks, bare word
Slug = Callable[[str], str]
KnownValues = Callable[[str], Mapping[str, str]]  # of one facet: the slug that one may write -> the value


class Taken(NamedTuple):
    """A value that was found, and how many pieces of the query it is made of."""

    facet: str
    value: str
    pieces: int


def nothing_known(_facet: str) -> Mapping[str, str]:
    return {}


def known_value(pieces: Sequence[Piece], slug: Slug, known: KnownValues) -> Taken | None:
    """The longest known value that a field word here at the beginning may mean.

    What is known must be the reader's own, or what is found would tell her what else there is.
    """
    minus, name, _, bare = pieces[0]
    facet = (name or bare.removesuffix(":") * bare.endswith(":")).casefold()
    if minus or facet not in FACETS:
        return None
    values, words = known(facet), _words_of_value(pieces)
    for length in range(len(words), 0, -1):
        text = " ".join(words[:length])
        if text.strip() and (value := values.get(slug(text))):
            return Taken(facet, value, length)
    return None


def _words_of_value(pieces: Sequence[Piece]) -> list[str]:
    """The words that may belong to a value; quotation marks, another field or a hyphen end it."""
    _, name, quoted, bare = pieces[0]
    words = [(quoted or bare) if name else ""]
    for minus, other, phrase, word in () if quoted else pieces[1:MOST_WORDS]:
        if minus or other or (phrase and any(words)):
            break
        words.append(phrase or word)
        if phrase:
            break
    return words
