"""What is looked through for whom, and texts that somebody might paste to break it."""

import pytest

from app.database.visibility import ANONYMOUS, Actor, Role
from tests.services.tracing.conftest import ID, OTHER, edit, traced, where

HIDDEN = "consent: {uses: [design]}"
KETTLE = "The kettle was always on, and whoever came in from the rain had a chair."
HOSTILE = {
    "brackets": "[" * 20_000,
    "brackets and words": "[a] b " * 3_000,
    "ellipses": "… " * 9_000,
    "words and ellipses": "a … kettle " * 1_800,
    "dots": "." * 20_000,
    "quotation marks": '“‘"«„' * 4_000,
    "one word": "kettle " * 2_800,
    "one long word": "k" * 20_000,
    "signs": "[q-00000000 v1 0000] " * 900,
    "nothing to see": "\u200b\u202e\x00 " * 5_000,
    "half a character": "The kettle \ud800 was always on, and whoever came in",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whatever_is_pasted_is_answered(archive, text):
    assert traced(archive, text).confidence <= 1


def test_a_story_of_her_own_that_no_search_knows_is_found_for_her_alone(archive, tmp_path):
    edit(archive, tmp_path, KETTLE, consent="consent: {uses: []}")
    hers = Actor(roles=frozenset({Role.GATHERER}), own=frozenset({ID}), signed_in=True)
    assert where(archive, KETTLE, hers) == (ID, 2, True)
    other = Actor(roles=frozenset({Role.GATHERER}), signed_in=True)
    assert where(archive, KETTLE, other) is None and where(archive, KETTLE) is None


def test_hidden_stories_make_no_other_place_less_sure(archive, tmp_path):
    before = traced(archive, OTHER)
    edit(archive, tmp_path, OTHER, consent=HIDDEN)
    assert traced(archive, OTHER) == before
    member = Actor(roles=frozenset({Role.MEMBER}), signed_in=True)
    assert len(traced(archive, OTHER, member).places) == 2 and not traced(archive, OTHER, member).sure


def test_after_an_edit_the_new_words_are_found_and_the_old_ones_are_not_current(archive, tmp_path):
    assert where(archive, KETTLE) == (ID, 1, True)
    edit(archive, tmp_path, "A lamp stood in the window of the top floor, and somebody waved.")
    assert where(archive, "lamp stood in the window of the top floor", ANONYMOUS) == (ID, 2, True)
    assert where(archive, KETTLE) == (ID, 1, False)
