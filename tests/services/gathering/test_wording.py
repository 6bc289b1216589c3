"""Each text of a storyteller's own door stands in every language, whole."""

import pytest

from app.services.gathering.wording import FIRST, LANGUAGES, catalogue, language_for, words_in
from tests.services.gathering.extracting import PLACES, messages

OTHERS = [code for code in LANGUAGES if code != FIRST]


def test_the_door_speaks_english_and_at_least_one_other_language():
    assert LANGUAGES["en"] == "English" and OTHERS


def test_the_texts_that_are_looked_for_are_those_that_pages_say():
    found = messages()
    for said in ("Take my story back", "For everybody to read", "This day has gone by.", "Busy"):
        assert any(text.startswith(said) for text in found) == (said != "Busy"), said


@pytest.mark.parametrize("code", OTHERS)
def test_no_text_of_the_door_is_missing_in_a_language_and_none_is_left_over(code):
    said = {message.id: message for message in catalogue(code) if message.id}
    assert sorted(messages() - said.keys()) == []
    assert sorted(said.keys() - messages()) == []
    assert [one.id for one in said.values() if not one.string or one.fuzzy] == []


@pytest.mark.parametrize("code", OTHERS)
def test_each_text_has_room_for_the_same_values_and_is_not_left_in_english(code):
    for message in catalogue(code):
        if message.id:
            assert sorted(PLACES.findall(message.string)) == sorted(PLACES.findall(message.id)), message.id
            assert message.string != message.id


def test_a_text_is_said_in_her_language_with_its_values():
    assert words_in("pl").say("Passage %(number)s", number=3) == "Fragment 3"
    assert words_in("en").say("Passage %(number)s", number=3) == "Passage 3"


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [(("pl-PL",), "pl"), (("", "PL"), "pl"), (("cy", "pl"), "pl"), (("xx", ""), "en"), (("../pl",), "en")],
)
def test_her_language_is_the_first_that_there_is_a_catalogue_for(wanted, spoken):
    assert language_for(*wanted) == spoken
