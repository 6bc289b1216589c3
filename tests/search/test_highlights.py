"""What a hit shows of its story."""

import re
import unicodedata
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.analysis import Analyser
from app.search.highlight import SHORT_PASSAGE, Highlighter, Wanted
from app.search.model import IndexedPassage

ENGLISH = Analyser("en")


def highlighter(*stems, prefixes=(), phrases=()):
    return Highlighter(Wanted(dict.fromkeys(stems, 1.0), prefixes, phrases), ENGLISH)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("She waited & waited", "She <mark>waited</mark> &amp; <mark>waited</mark>"),
        ("<b>wait</b>", "&lt;b&gt;<mark>wait</mark>&lt;/b&gt;"),
        ("&amp; wait", "&amp;amp; <mark>wait</mark>"),
        ("**wait**ing", "**<mark>wait</mark>**ing"),
        ("“Wait’s over”", "“<mark>Wait’s</mark> over”"),
        ("wa\u200bit", "<mark>wa\u200bit</mark>"),
        ("WÄIT wàit", "<mark>WÄIT</mark> <mark>wàit</mark>"),
        ("👩‍⚕️wait👩‍⚕️", "👩‍⚕️<mark>wait</mark>👩‍⚕️"),
        ("awaiting", "awaiting"),
    ],
)
def test_words_are_marked_whatever_stands_around_them(text, marked):
    assert highlighter("wait").mark(text) == marked


def test_a_phrase_is_marked_as_one():
    assert highlighter(phrases=(("rang", "back"),)).mark("She rang, back then. Rang.") == (
        "She <mark>rang, back</mark> then. Rang."
    )


def test_a_word_is_marked_by_its_beginning():
    assert highlighter(prefixes=("lamp",)).mark("By lamplight") == "By <mark>lamplight</mark>"


def test_a_long_passage_is_cut_around_its_words_between_words():
    text = "before " * 100 + "the waiting room " + "after " * 100
    excerpt = highlighter("wait").mark(text)
    assert "<mark>waiting</mark>" in excerpt
    assert re.fullmatch(r"…(before )+the <mark>waiting</mark> room( after)*…", excerpt)
    assert 180 <= len(unescape(excerpt)) <= 280


def test_a_passage_without_spaces_is_cut_all_the_same():
    excerpt = highlighter("待").mark("等" * 1_000 + "待" + "等" * 1_000)
    assert "<mark>待</mark>" in excerpt
    assert len(excerpt) < 300


def test_a_passage_of_a_megabyte_is_cut():
    assert len(highlighter("wait").mark("x" * 500_000 + " wait " + "y" * 500_000)) < 300


def test_the_passages_with_the_rarest_words_come_first():
    passages = [
        IndexedPassage("p-1", "common"),
        IndexedPassage("p-2", "rare"),
        IndexedPassage("p-3", "rare common"),
    ]
    found = Highlighter(Wanted({"common": 0.5, "rare": 4.0}), ENGLISH).best(passages)
    assert [each.anchor for each in found] == ["p-3", "p-2", "p-1"]


def test_a_quotation_comes_before_other_words():
    passages = [IndexedPassage("p-1", "wait"), IndexedPassage("p-2", "wait", quotation=True)]
    assert [each.anchor for each in highlighter("wait").best(passages)] == ["p-2", "p-1"]


def test_at_most_three_passages_are_shown():
    assert len(highlighter("wait").best([IndexedPassage(f"p-{at}", "wait") for at in range(9)])) == 3


@given(st.text(max_size=SHORT_PASSAGE))
def test_marking_changes_no_text(text):
    words = ENGLISH.words(text)
    marked = highlighter(
        *(ENGLISH.stem(word) for word in words), phrases=(tuple(words[:2]),) if words else ()
    ).mark(text)
    assert unescape(re.sub("</?mark>", "", marked)) == unescape(text.replace("&", "&amp;"))


ACCENTED = st.text(st.sampled_from("ae\u0301\u0308 n\u0303"), max_size=60).map(lambda some: "a" + some * 6)


@given(ACCENTED, ACCENTED)
def test_no_cut_or_mark_parts_an_accent_from_its_letter(before, after):
    excerpt = highlighter("wait").mark(f"{before} wait {after}")
    assert "<mark>wait</mark>" in excerpt
    for part in re.split(r"</?mark>|…", excerpt):
        assert not unicodedata.combining(part[:1] or " ")


def test_what_people_see_as_one_character_stays_whole():
    for whole in ("👩🏽‍🦱", "👍🏿", "🇭🇺", "☂️"):
        shown = highlighter("wait").mark(f"{whole * 400}wait{whole * 400}")
        assert shown.startswith("…" + whole) and shown.endswith(whole + "…")
        assert shown.replace(whole, "") == "…<mark>wait</mark>…"


@given(st.text(), st.text())
def test_an_excerpt_is_well_formed(before, after):
    excerpt = highlighter("wait").mark(before * 20 + " wait " + after * 20)
    assert re.sub("<mark>[^<>]*</mark>", "", excerpt).count("<") == 0


@given(st.text())
def test_words_and_tokens_are_cut_alike(text):
    for analyser in (ENGLISH, Analyser("fr"), Analyser("xx")):
        assert analyser.words(text) == [token.text for token in analyser.tokens(text)]


@given(st.text())
def test_a_word_that_was_folded_is_folded_to_itself(text):
    assert all(ENGLISH.words(word) == [word] for word in ENGLISH.words(text))


@pytest.mark.parametrize(
    ("language", "word", "stem"),
    [
        ("en", "waiting", "wait"),
        ("en-GB", "waiting", "wait"),
        ("french", "attendre", "attendr"),
        ("xx", "waiting", "waiting"),
    ],
)
def test_words_are_stemmed_in_their_language_if_it_is_known(language, word, stem):
    assert Analyser(language).stem(word) == stem


def test_contractions_are_no_other_words():
    assert ENGLISH.words("I’ll she’d we're Marisa's don’t") == ["i", "she", "we", "marisa", "dont"]
    assert Analyser("fr").words("l’école d'été") == ["l", "ecole", "d", "ete"]
