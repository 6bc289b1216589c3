"""Field words: a value of several words needs no quotation marks where the reader's stories have it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.query import ParsedText, parse_query

KNOWN = {
    "theme": {name: name for name in ("waiting", "telling-it-twice", "telling", "family", "family-support")},
    "site": {"harbour": "harbour", "low-scarrow": "low-scarrow"},
    "persona": {"elena": "2026/elena", "kath-at-the-desk": "kath"},
}


def read(q: str) -> ParsedText:
    return parse_query(q, known=lambda facet: KNOWN.get(facet, {}))


@pytest.mark.parametrize(
    ("q", "themes", "words"),
    [
        ("theme:telling it twice", ["telling-it-twice"], []),
        ("theme: telling it twice", ["telling-it-twice"], []),
        ("Theme:Telling it twice, please", ["telling-it-twice"], ["please"]),
        ("letters theme:telling it twice bus", ["telling-it-twice"], ["letters", "bus"]),
        ("theme:telling it once", ["telling"], ["it", "once"]),
        ("theme:family support", ["family-support"], []),
        ("theme:family bus", ["family"], ["bus"]),
        ("theme:waiting theme:family support", ["waiting", "family-support"], []),
        ('theme:"telling it twice" chair', ["telling-it-twice"], ["chair"]),
        ('theme: "telling it twice" chair', ["telling-it-twice"], ["chair"]),
        ('theme:"family" support', ["family"], ["support"]),
        ("theme:nothing of this", ["nothing"], ["of", "this"]),
        ("theme: nothing", [], ["theme", "nothing"]),
        ("theme:telling -it twice", ["telling"], ["twice"]),
        ("theme:", [], ["theme"]),
    ],
)
def test_a_field_word_takes_the_longest_value_that_is_known(q, themes, words):
    parsed = read(q)
    assert (list(parsed.facets.get("theme", ())), list(parsed.words)) == (themes, words)


def test_another_field_word_ends_a_value():
    assert read("site:low scarrow persona:Kath at the desk theme:waiting").facets == {
        "site": ("low-scarrow",),
        "persona": ("kath",),
        "theme": ("waiting",),
    }


@given(st.text(max_size=300), st.text('theme: itelgnw"-', max_size=60))
def test_nothing_that_is_typed_is_an_error(before, after):
    read(before + after)


@given(st.text(max_size=200))
def test_a_query_without_field_words_is_read_as_ever(q):
    if ":" not in q and "\uff1a" not in q:
        assert read(q) == parse_query(q)
