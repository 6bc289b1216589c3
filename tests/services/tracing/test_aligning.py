"""Quotations beside texts, word by word: nothing breaks, nothing is lost, and the difference is true."""

import random

import pytest

from app.services.tracing.aligning import BLOCK, Source, align
from app.services.tracing.quotation import Kind, quotation_of, spoken_in
from app.services.tracing.showing import difference_of, pieces_of

TEXT = "The first thing Marisa does is move the chair. She wants to see the door."


def difference(quoted, *passages):
    source, quotation = Source(passages), quotation_of(quoted)
    return difference_of(pieces_of(quotation, source, align(quotation, source)[0]))


@pytest.mark.parametrize(
    ("quoted", "shown"),
    [
        ("The first thing Marisa does", ""),
        ("the FIRST thing — Marisa, does", ""),
        ("The first thing she does", "The first thing [-Marisa-] {+she+} does"),
        ("The first thing [she] does", "The first thing [-Marisa-] {+[she]+} does"),
        ("The first thing Marisa [always] does", "The first thing Marisa {+[always]+} does"),
        ("[T]he first thing Marisa does", ""),
        ("The frist thing Marisa does", "The [-first-] {+frist+} thing Marisa does"),
        ("The first Marisa does is", "The first [-thing-] Marisa does is"),
        ("The first … does is move", "The first … does is move"),
        ("The first thing [...] to see", "The first thing … to see"),
        ("move the chair. She wants", ""),
        ("… She wants to see …", ""),
    ],
)
def test_the_difference_is_told_in_one_line(quoted, shown):
    assert difference(quoted, TEXT) == shown


def test_words_of_another_script_and_other_apostrophes_are_the_same():
    assert difference("L'été n’etait plus là", "L’été n'était plus là, dit-elle.") == ""
    assert difference("Она ждала у двери", "Потом она ждала у двери.") == ""


@pytest.mark.parametrize(
    "quoted", ["a", "[x]", "… … …", "a … b", "a [b c d e f g h i j k l m n] o", "zz yy xx ww"]
)
@pytest.mark.parametrize("text", ["a", "b a", "a b c", TEXT])
def test_a_text_of_any_length_is_compared(quoted, text):
    quotation, source = quotation_of(quoted), Source([text])
    for one in align(quotation, source):
        pieces_of(quotation, source, one)


def test_a_quotation_is_found_wherever_it_stands_in_a_long_text():
    chance = random.Random(3)
    words = [f"{a}{b}" for a in "bdfglmnprst" for b in ("a", "e", "i", "o", "u", "an", "ot")]
    said = "the kettle was always on and nobody asked"
    for place in (0, BLOCK - 3, BLOCK * 2 + 5, 9_000):
        long = chance.choices(words, k=9_000)
        source = Source([" ".join([*long[:place], said, *long[place:]])])
        best = align(quotation_of(said), source)
        assert best[0].cost == 0 and best[0].words == list(range(place, place + 8))


def test_what_was_cut_at_random_is_found_where_it_was_cut():
    chance = random.Random(11)
    words = [f"{a}{b}" for a in "bdfglm" for b in ("ane", "ersi", "otul", "ick")]
    for _ in range(200):
        text = chance.choices(words, k=chance.randint(5, 60))
        first = chance.randrange(len(text) - 4)
        cut = text[first : first + chance.randint(4, 20)]
        quotation, source = quotation_of(" ".join(cut)), Source([" ".join(text)])
        best = align(quotation, source)
        assert best[0].cost == 0 and [source.words[at].word for at in best[0].words] == cut


def test_what_was_quoted_can_be_read_off_the_pieces():
    """What is the same and what was added are the quotation."""
    quoted = "The frist thing [she] does is the chair … see a door"
    source, quotation = Source([TEXT]), quotation_of(quoted)
    pieces = pieces_of(quotation, source, align(quotation, source)[0])
    kept = " ".join(one.text for one in pieces if one.what != "removed")
    assert kept == "The frist thing [she] does is the chair … see a door"


def test_brackets_ellipses_and_words_are_told_apart():
    kinds = [part.kind for part in quotation_of("a [b] c … d [...] e (…) f . . . g h[i]j").parts]
    gap, word = Kind.GAP, Kind.WORD
    assert kinds == [word, Kind.BRACKET, word, gap, word, gap, word, gap, word, gap, word, word]


def test_only_what_is_more_than_a_term_is_taken_for_speech():
    assert spoken_in("The words “full time” and “part time” are used.") == ""
    assert spoken_in("“I had told it,” she said, “so often by then.”") == "I had told it, … so often by then."
