"""Somebody types or pastes words, and they are found in a passage as she means them."""

import pytest

from app.rendering.typed import places_typed

TEXT = "The first thing Marisa’s aunt does, then, is “move” the chair. Don’t, she says. Is the door ẞo wide?"


def found(typed, text=TEXT):
    return [place.exact for place in places_typed({"p-1": text}, typed)]


@pytest.mark.parametrize(
    ("typed", "exact"),
    [
        ("the chair", ["the chair"]),
        ("“the chair”", ["the chair"]),
        ("„the chair.“", ["the chair."]),
        ("THE FIRST", ["The first"]),
        ("“is ‘move’ the”", []),
        ('is "move" the', ["is “move” the"]),
        ("marisa's aunt", ["Marisa’s aunt"]),
        ("“move”", ["“move”"]),
        ("don't", ["Don’t"]),
        ("hair", ["chair"]),
        ("irst thi", ["first thing"]),
        ("sso wide", ["ẞo wide"]),
        ("the", ["the", "the"]),
        ("The", ["The"]),
        ("is", ["is"]),
        ("hing", ["thing"]),
        ("h", ["The", "thing", "then", "the", "chair", "she", "the"]),
        ("she  \u200bsays", ["she says"]),
        ("never said", []),
        ("", []),
        ("“”", []),
    ],
)
def test_words_are_found_as_whoever_typed_them_means_them(typed, exact):
    assert found(typed) == exact


def test_two_halves_of_one_word_are_one_place():
    assert found("a", "Banana, or fig.") == ["Banana"]


def test_words_of_a_language_without_spaces_are_taken_as_they_are():
    assert found("她把椅", "她把椅子移开。") == ["她把椅"]


def test_a_letter_with_marks_above_it_belongs_to_its_word():
    assert found("كِتَ", "قرأت كِتَابًا طويلا") == ["كِتَابًا"]


def test_words_are_looked_for_in_all_passages_before_another_case_is_tried():
    places = places_typed({"p-1": "The door.", "p-2": "Open the door."}, "the")
    assert [(place.anchor, place.start) for place in places] == [("p-2", 5)]
