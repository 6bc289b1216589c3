"""Only words that someone said are set as speech, and they are set as they were said."""

import pytest

from app.services.quoting import bare, is_speech


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("“I said no.”", "I said no."),
        ("“I said,” she says. “No.”", "I said,” she says. “No."),
        ("I said, ‘Well, you want to get that seen to.’", "I said, ‘Well, you want to get that seen to.’"),
        ("“She said, ‘Come in.’”", "She said, ‘Come in.’"),
        ("“It takes a lot”.", "It takes a lot."),
        ("She said “no.”", "She said “no.”"),
        ("“never closed", "“never closed"),
        ("“", "“"),
        ("", ""),
    ],
)
def test_the_marks_around_the_whole_go_and_those_inside_stay(written, words):
    assert bare(written) == words


def test_a_gatherers_sentence_is_no_speech():
    assert not is_speech("People arrive at her, she says, having told it already.")
    assert is_speech("“I tell it again.”")
