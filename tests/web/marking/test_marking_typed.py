"""Somebody marks words without script: she types them, or copies them from the passage."""

import pytest

from app.database.marking import QUOTE
from tests.archives import rows
from tests.web.marking.doing import AT, BODY, edited, marking, one, send


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("“move the chair”", "move the chair"),
        ("WANTS TO SEE", "wants to see"),
        ("ants to se", "wants to see"),
        ("The", "The"),
    ],
)
def test_words_are_marked_whole_as_they_stand_in_the_passage(web, ann, typed, marked):
    one(web, ann, typed)
    assert rows(web.archive, QUOTE)[0]["exact"] == marked


@pytest.mark.parametrize(("typed", "times"), [("the", 2), ("h", 6)])
def test_words_that_stand_there_several_times_are_not_marked_at_the_first_place(web, ann, typed, times):
    refused = marking(web, ann, anchor=AT, exact=typed, note="Why.")
    assert refused.status == 422 and f"in this passage {times} times" in refused.text
    assert "Take some more" in refused.text and "Why." in refused.text and rows(web.archive, QUOTE) == []


def test_a_mark_is_put_on_words_that_were_copied_with_quotation_marks_around_them(web, ann):
    quote = one(web, ann, "wants to see")
    edited(web, BODY.replace("wants to see the door", "laughs"))
    words = {"quote": quote, "do": "elsewhere", "words": "“THE CHAIR”"}
    assert send(web, "/desk/quotes", words, ann).status == 303
    assert rows(web.archive, QUOTE)[0]["exact"] == "the chair"
    edited(web, "Nothing of it.\n")
    several = {"quote": quote, "do": "elsewhere", "words": "“”"}
    assert "There are no words in this" in send(web, "/desk/quotes", several, ann).text
