"""From what a person types to a Query; nothing that she can type is an error."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.search.analysis import words_of
from app.search.field_words import MOST_WORDS, KnownValues, Piece, Slug, known_value, nothing_known
from app.search.model import FACETS, Query, Sort

LONGEST_QUERY = 1_000  # characters
MOST_VALUES = 50  # of one facet
LONGEST_VALUE = 200  # characters
SHORTEST_PREFIX = 2  # characters; `a*` would be most of the archive

_QUOTES = str.maketrans(
    dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02", '"') | {"\u2212": "-"}
)
_BIDI_AND_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_PIECE = re.compile(r'(-*)(?:(\w+):)?(?:"([^"]*)"|([^\s"]+))')


@dataclass(frozen=True)
class ParsedText:
    """What was typed, sorted by what it asks for. Words are folded, facet values are slugs."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    excluded_phrases: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def facet_slug(value: str) -> str:
    """The slug of a facet's value: case folded, a hyphen for all that is no letter and no digit."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    return re.sub(r"[\W_]+", "-", folded).strip("-")[:LONGEST_VALUE]


def clean(text: str) -> str:
    """The text without NUL, surrogates, bidi and invisible characters, at most 1,000 characters."""
    visible = _BIDI_AND_INVISIBLE.sub("", text[: 4 * LONGEST_QUERY])
    kept = (" " if unicodedata.category(each) in ("Cc", "Cs") else each for each in visible)
    return "".join(kept).translate(_QUOTES)[:LONGEST_QUERY]


def parse_query(q: str, *, slug: Slug = facet_slug, known: KnownValues = nothing_known) -> ParsedText:
    """Read a query. `slug` turns a field word's value into a facet value.

    A field word takes as many words as make a `known` value, else one.
    """
    found: dict[str, list[str]] = {name: [] for name in (*_KINDS, *FACETS)}
    for kind, value in _asked_for(_PIECE.findall(clean(q)), slug, known):
        found[kind].append(value)
    facets = {name: _distinct(found[name]) for name in FACETS if found[name]}
    return ParsedText(**{name: _distinct(found[name]) for name in _KINDS}, facets=facets)


_KINDS = ("words", "phrases", "prefixes", "excluded", "excluded_phrases")


def _asked_for(pieces: Sequence[Piece], slug: Slug, known: KnownValues) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(pieces):
        taken = known_value(pieces[at : at + MOST_WORDS], slug, known)
        if taken:
            yield taken.facet, taken.value
            at += taken.pieces
        else:
            yield from _piece(pieces[at], slug)
            at += 1


def _piece(piece: Piece, slug: Slug) -> Iterator[tuple[str, str]]:
    minus, name, quoted, bare = piece
    facet = _facet(name, quoted or bare, slug)
    if facet and not minus:
        yield facet
    elif quoted:
        yield from _phrase(name if not facet else "", quoted, minus)
    else:
        yield from _words(bare if facet or not name else f"{name} {bare}", minus)


def _facet(name: str, value: str, slug: Slug) -> tuple[str, str] | None:
    known = name.casefold()
    chosen = slug(value) if known in FACETS else ""
    if known == "year" and not re.fullmatch(r"[0-9]{4}", chosen):
        return None
    return (known, chosen) if chosen else None


def _phrase(name: str, quoted: str, minus: str) -> Iterator[tuple[str, str]]:
    phrase = " ".join(words_of(quoted))
    yield from _words(name, minus)
    if phrase:
        yield "excluded_phrases" if minus else "phrases", phrase


def _words(bare: str, minus: str) -> Iterator[tuple[str, str]]:
    words = words_of(bare)
    prefix = bare.endswith("*") and not bare.endswith("**") and words and len(words[-1]) >= SHORTEST_PREFIX
    if prefix and not minus:
        yield "prefixes", words.pop()
    elif minus and len(words) > 1:
        yield "excluded_phrases", " ".join(words)
        return
    for word in words:
        yield "excluded" if minus else "words", word


def build_query(
    q: str,
    facets: Mapping[str, Iterable[str]] | None = None,
    sort: Sort | str = Sort.MATCH,
    *,
    slug: Slug = facet_slug,
    known: KnownValues = nothing_known,
) -> Query:
    """The query of a search page: what was typed, with the facets that were chosen beside it.

    Unknown facet names are left out, an unknown sort is `match`; of one facet at most 50 values count.
    """
    parsed = parse_query(q, slug=slug, known=known)
    chosen = {name: _values(parsed.facets.get(name, ()), (facets or {}).get(name, ())) for name in FACETS}
    return Query(
        words=parsed.words,
        phrases=parsed.phrases,
        prefixes=parsed.prefixes,
        excluded=parsed.excluded,
        excluded_phrases=parsed.excluded_phrases,
        facets={name: values for name, values in chosen.items() if values},
        sort=Sort(sort) if sort in set(Sort) else Sort.MATCH,
    )


def _values(typed: Sequence[str], chosen: Iterable[str]) -> tuple[str, ...]:
    return _distinct(value[:LONGEST_VALUE] for value in (*typed, *chosen) if value)[:MOST_VALUES]


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
