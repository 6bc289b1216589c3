"""Closing, rewording and adding change what was asked for, and nothing else of a story's text."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.services.gathering.rewriting import (
    closed_body,
    extended_body,
    passages_in,
    reworded_body,
)

BODY = """First one here.

> Quote one
> more of one
>
> Quote two

- item a
- item *b*[^1]
  more b

  second para of b
- item c

| a | b |
|---|---|
| 1 | 2 |

::: closed
secret words
:::

    code block

Note here.[^1]

[^1]: The note words.

Last.
"""
OPEN = [one.text for one in passages_in(BODY) if not one.closed]
PARTS = [
    "One.",
    "> said *so*",
    "- a\n- b",
    "1. x\n\n   y",
    "# Head",
    "::: closed\nc\n:::",
    "```\nk\n```",
    "One.",
]


def anchor(body, text):
    return next(one.anchor for one in passages_in(body) if one.text == text)


def texts(body, *, closed):
    return [one.text for one in passages_in(body) if one.closed == closed]


@pytest.mark.parametrize("text", OPEN)
def test_a_passage_that_is_closed_is_open_nowhere_and_no_word_is_lost(text):
    after = closed_body(BODY, anchor(BODY, text))
    assert after is not None and text not in texts(after, closed=False)
    assert set(texts(BODY, closed=False) + texts(BODY, closed=True)) <= set(
        texts(after, closed=False) + texts(after, closed=True)
    )
    kept = [line for line in after.split("\n") if ":::" not in line]
    words = [line for line in BODY.split("\n") if ":::" not in line]
    assert "".join(kept).replace(" ", "").replace("-", "") == "".join(words).replace(" ", "").replace("-", "")


@pytest.mark.parametrize("text", ["First one here.", "Quote two", "item c", "a b 1 2", "Last."])
def test_a_passage_by_itself_closes_alone(text):
    after = closed_body(BODY, anchor(BODY, text))
    assert set(OPEN) - set(texts(after, closed=False)) == {text}


def test_what_is_closed_or_not_there_can_not_be_closed():
    assert closed_body(BODY, anchor(BODY, "secret words")) is None
    assert closed_body(BODY, "p-000000") is None


def test_a_text_too_tangled_to_be_read_in_parts_closes_as_a_whole():
    tangled = "Mine.\n\n" + "> " * 14 + "deep\n\nOther.\n"
    after = closed_body(tangled, anchor(tangled, "Mine."))
    assert texts(after, closed=False) == [] and "Other." in after


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=7), st.data())
def test_whatever_a_story_is_made_of_its_passages_can_be_closed(parts, data):
    body = "\n\n".join(parts) + "\n"
    found = [one for one in passages_in(body) if not one.closed]
    if found:
        one = data.draw(st.sampled_from(found))
        after = closed_body(body, one.anchor)
        assert texts(after, closed=False).count(one.text) < texts(body, closed=False).count(one.text)


@pytest.mark.parametrize(
    "words",
    [
        "Simply other words.",
        "# no heading",
        "::: closed",
        "*stars* and [a](b) <b>",
        "1. one",
        "a\n\nb",
        "`x` \\ &amp;",
    ],
)
@pytest.mark.parametrize("text", ["First one here.", "Quote one more of one", "item a", "second para of b"])
def test_her_words_stand_there_as_she_typed_them(text, words):
    after = reworded_body(BODY, anchor(BODY, text), text, words)
    expected = [part for one in OPEN for part in (words.split("\n\n") if one == text else [one])]
    assert texts(after, closed=False) == expected
    assert texts(after, closed=True) == ["secret words"]


def test_emphasis_and_notes_stay_where_her_words_change_beside_them():
    after = reworded_body(BODY, anchor(BODY, "item b more b"), "item b more b", "item b much more b")
    assert "- item *b*[^1] much more b\n" in after


def test_words_that_changed_meanwhile_are_not_written_over():
    assert reworded_body(BODY, anchor(BODY, "Last."), "Other.", "New.") is None
    assert reworded_body(BODY, "p-000000", "Last.", "New.") is None
    assert reworded_body(BODY, anchor(BODY, "Last."), "Last.", " \n\n ") is None


def test_what_came_later_stands_at_the_end():
    after = extended_body(BODY, "# It is better.\n\nMuch.")
    assert after == BODY + "\n\\# It is better\\.\n\nMuch\\.\n"


def test_nothing_is_added_into_a_passage_that_nobody_ended():
    assert extended_body("Open.\n\n::: closed\nnever ended", "Later.") is None
