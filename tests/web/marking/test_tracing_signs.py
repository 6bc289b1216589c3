"""The sign of a quote, printed in an annex, leads to its words for as long as they may be read."""

import pytest

from app.services.indexing import update_search
from app.services.tracing.printed import printed
from tests.web.marking.doing import BODY, PLAIN, edited, one
from tests.web.people import send
from tests.web.test_tracing import asked

WORDS = "wants to see the door"


@pytest.fixture
def sign(web, ann):
    """The sign of a quote of the first version."""
    return printed(one(web, ann, WORDS), 1, WORDS)


def told(web, text, who=None):
    return asked(web, text, who)[0]


def test_the_sign_of_a_quote_is_right(web, sign):
    said = told(web, f"“She {WORDS}.” {sign}")
    assert f"The sign {sign} is right." in said and "Marisa" in said and "100 in 100 sure" in said


def test_it_stays_right_when_the_words_are_changed_or_lost(web, sign):
    edited(web, BODY.replace(WORDS, "wishes to see the window"))
    said = told(web, f"“She {WORDS}.” {sign}")
    assert f"The sign {sign} is right." in said and "version 1, not the current one" in said
    edited(web, "Another text altogether, without a chair.")
    assert f"The sign {sign} is right." in told(web, sign)


def test_the_words_of_a_later_version_have_a_sign_of_their_own(web, ann, sign):
    edited(web, BODY.replace(WORDS, "wants to see that door"))
    later = printed(sign[1:11], 2, "wants to see that door")
    assert f"The sign {later} is right." in told(web, f"She wants to see that door. {later}")
    false = printed(sign[1:11], 2, "wants to see no door")
    assert f"The sign {false} is not right." in told(web, f"She wants to see no door. {false}")


def test_a_quote_of_a_story_that_is_not_hers_is_nobodys(web, ann):
    hidden = printed(one(web, ann, WORDS, address="/s/s-des1gn00/mark"), 1, WORDS)
    nobodys = printed("q-00000000", 1, WORDS)
    assert "is right" in told(web, hidden, ann)
    assert told(web, hidden).replace(hidden, "?") == told(web, nobodys).replace(nobodys, "?")


def test_when_a_story_was_taken_back_its_sign_says_so_and_its_words_are_nowhere(web, sue, sign):
    text = f"“{PLAIN}” {sign}"
    assert "is right" in told(web, text)
    send(web, "/s/s-0pen0000/withdraw", {"do": "take back", "outcome": "keep"}, sue)
    update_search(web.archive)
    said = told(web, text)
    assert f"The story of {sign} was taken back on" in said and "Marisa" not in said
    assert "Not found" in told(web, PLAIN)


def test_a_right_sign_beside_other_words_says_so_and_how_they_differ(web, sign):
    said = told(web, f"“She {WORDS.replace('see', 'paint')}.” {sign}")
    assert f"The sign {sign} is right." in said and "Those beside it are not its words." in said
    invented = told(web, f"Nobody ever brought anything to anyone. {sign}")
    assert "Those beside it are not its words." in invented and "Not found" in invented
    assert "Those beside" not in told(web, f"“She {WORDS}.” {sign}")
    assert "Those beside" not in told(web, sign)


def test_of_a_story_whose_words_stayed_the_sign_says_that_they_stand_there_today(web, sign):
    edited(web, f"{BODY}\n\nAnother passage came after it.")
    said = told(web, f"“She {WORDS}.” {sign}")
    assert "version 1, and today" in said and "not the current one" not in said
