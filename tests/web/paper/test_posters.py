"""A reader puts a story or a persona on paper: what stands on it, and what may not."""

import re

import pytest

from tests.web.paper.printing import LONG_NAME, SAID
from tests.web.people import look
from tests.web.serving import served, story

NOT_PUBLIC = "Please return or destroy"


def words_of(answer):
    assert answer.status == 200, answer.text[:2000]
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


def test_a_poster_of_a_story_has_its_quote_its_moments_and_where_it_stands(web):
    words = words_of(look(web, "/s/s-0pen0000/poster"))
    for told in ("Marisa", "The eleven months", f"“{SAID}”", "Loses her sister", "2021, turning point"):
        assert told in words, told
    for told in ("keeps the nephew fed and laughing", "one person who rings back", "Waiting · Letters"):
        assert told in words, told
    assert "QR code that leads to http://localhost:8000/s/s-0pen0000" in words


def test_a_poster_of_a_story_in_which_nothing_is_set_as_speech_says_how_it_begins(tmp_path):
    told = story("The ward was loud.\n\nIt rained.", "id: s-p1a1n000", "storyteller: Kofi")
    with served(tmp_path, {"told.md": told}) as web:
        shown = words_of(look(web, "/s/s-p1a1n000/poster"))
    assert "The ward was loud." in shown and "This story is at the address below" not in shown


def test_every_sheet_says_what_it_is_and_what_becomes_of_it(web, ann):
    words = words_of(look(web, "/s/s-des1gn00/poster", ann))
    assert re.search(r"s-des1gn00 · version 1 · printed \d+ \w+ \d{4}", words)
    assert "May be used for design sessions." in words
    assert NOT_PUBLIC in words
    assert NOT_PUBLIC not in words_of(look(web, "/s/s-0pen0000/poster", ann))


def test_a_story_that_a_reader_may_not_see_is_as_if_it_never_was(web):
    nowhere = look(web, "/s/s-00000000/poster")
    for address in ("/s/s-des1gn00/poster", "/s/s-des1gn00/poster.pdf", "/s/s-draft000/poster"):
        answer = look(web, address)
        assert (answer.status, answer.content) == (404, nowhere.content), address


def test_what_nobody_agreed_to_is_put_on_no_paper_and_it_says_why(web, sue):
    answer = look(web, "/s/s-draft000/poster", sue)
    assert SAID not in answer.text and "the story is a draft" in answer.text
    file = look(web, "/s/s-draft000/poster.pdf", sue)
    assert (file.status, file["location"]) == (303, "/s/s-draft000/poster")


def test_a_story_with_a_content_note_lends_no_words_to_a_wall_unless_somebody_wants_so(web):
    quiet = look(web, "/s/s-f01ded00/poster")
    assert "Mentions self-harm and loss." in quiet.text and "sounding like folded" not in quiet.text
    assert 'href="/s/s-f01ded00/poster?words=yes"' in quiet.text
    shown = look(web, "/s/s-f01ded00/poster?words=yes")
    assert "Mentions self-harm and loss." in shown.text and "sounding like folded" in shown.text


def test_a_persona_shows_each_reader_what_is_hers_and_counts_no_more(web, ann):
    anybody, hers = (words_of(look(web, "/p/who-e1ena000/poster", who)) for who in (None, ann))
    assert "Repeats her story 1 quote, a single story" in anybody
    assert "Repeats her story 2 quotes, 2 stories" in hers
    assert "Only Devon says so" in hers and "Only Devon says so" not in anybody and "Devon" not in anybody
    assert "Loses pay to attend nobody has told us this yet" in anybody
    assert "May be used for publication." in anybody and NOT_PUBLIC in hers


def test_a_poster_for_one_use_rests_only_on_who_agreed_to_that(web, ann):
    words = words_of(look(web, "/p/who-e1ena000/poster?for=publication", ann))
    assert "Only Devon says so" not in words and NOT_PUBLIC not in words
    assert "the storyteller did not agree to publication" in words


def test_a_name_of_two_hundred_characters_stands_whole(web):
    for address in ("/s/s-10ng0000/poster", "/p/who-many0000/poster", "/p/who-many0000/card"):
        assert LONG_NAME in words_of(look(web, address)), address


@pytest.mark.parametrize("address", ["/p/who-arab1c00/poster", "/s/s-arab1c00/poster"])
def test_words_that_run_from_right_to_left_are_set_so(web, address):
    assert 'dir="rtl"' in look(web, address).text


def test_a_quote_that_is_too_long_for_a_poster_has_a_sheet_of_its_own(web):
    html = look(web, "/s/s-10ng0000/poster").text
    assert html.count('<section class="sheet') == 2
    assert "the 0th letter" in html and "the 133th letter" in html
