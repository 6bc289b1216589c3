"""Words are set as large as their place allows, and nothing stands over what a sheet says of itself."""

import pytest

from app.rendering.passages import anchor_of
from app.services.paper.fitting import STEPS, Place, lines_of, set_words
from tests.web.paper.printing import SAID, UNBROKEN, WORDS_2000, mark, over_the_foot
from tests.web.people import look

PLACE = Place(width=122, height=50, largest=8, smallest=18)


@pytest.fixture(scope="module")
def long_quote(web, ann):
    words = WORDS_2000[:4_900].rpartition(" ")[0]
    return mark(web, ann, "s-10ng0000", words, anchor_of(f"“{WORDS_2000}”"))


def test_few_words_are_set_large_and_many_small():
    sizes = [set_words(" ".join([SAID] * many), PLACE).step for many in (1, 3, 6)]
    assert sizes == sorted(sizes) and sizes[0] < sizes[-1]


def test_what_fits_at_no_size_ends_with_a_sentence_and_says_that_it_goes_on():
    words = set_words(WORDS_2000, PLACE)
    assert words.cut and words.step == PLACE.smallest
    assert words.text.endswith(". …") and WORDS_2000.startswith(words.text.removesuffix(" …"))


def test_a_word_without_end_is_broken_and_not_lost():
    words = set_words(UNBROKEN, PLACE)
    assert words.text == UNBROKEN and lines_of(UNBROKEN, STEPS[words.step], PLACE.width) > 1


@pytest.mark.parametrize("text", ["", " ", "\n", "😀" * 3_000, "字" * 900, "مرحبا " * 400])
def test_anything_can_be_set(text):
    assert set_words(text, PLACE).step <= PLACE.smallest


def test_nothing_stands_over_the_foot_of_the_card_of_a_long_quote(web, ann, tmp_path, long_quote):
    address = f"/q/{long_quote}/card.pdf"
    assert over_the_foot(web, ann, address, tmp_path) == []
    assert "It goes on at the address below" in look(web, address.removesuffix(".pdf"), ann).text
