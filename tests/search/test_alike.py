"""Every engine finds the stories in which the words of a quotation stand together."""

import random

import pytest

from tests.search.conftest import ENGINES, new_index
from tests.search.stories import ALL, BAKERY, CLINIC, HARBOUR, MEMBERS, PUBLIC, story


@pytest.fixture
def archive(index):
    index.put(ALL)
    return index


def alike(index, *parts, readable=(PUBLIC,), limit=10):
    return list(index.alike(parts, readable=list(readable), limit=limit))


def test_the_story_with_the_words_together_comes_first(index):
    apart = story("s-apart", "Telling it.\n" + "and so on " * 60 + "\nOften it sounding like a stranger’s.")
    together = story("s-there", "I had told it so often that it stopped sounding like mine.")
    index.put([apart, together])
    assert alike(index, "often that it stoped sounding like mine")[0] == "s-there"


def test_a_quotation_of_common_words_alone_is_looked_for_too(index):
    index.put([story("s-one", "It was all that there was."), story("s-two", "There is it.")])
    assert alike(index, "that there was")[0] == "s-one"


def test_the_parts_between_ellipses_are_added_up(archive):
    assert alike(archive, "by lamplight", "stopped sounding")[:1] == [HARBOUR.key]
    assert alike(archive, "qqq zzz xyzzy", "www") == []


def test_a_story_of_a_class_that_is_not_read_is_not_found_and_weighs_nothing(archive):
    before = alike(archive, "waiting for an assessment", "the bread")
    archive.put([story("s-hidden", "Waiting for an assessment, the bread.", MEMBERS)])
    assert alike(archive, "waiting for an assessment", "the bread") == before
    assert "s-hidden" in alike(archive, "waiting for an assessment", readable=(PUBLIC, MEMBERS))
    assert BAKERY.key in before and CLINIC.key in before


def test_a_story_that_was_removed_is_found_no_more(archive):
    archive.remove([HARBOUR.key])
    assert HARBOUR.key not in alike(archive, "by lamplight the harbour is quiet")


def test_both_engines_give_the_same_stories_in_the_same_order(tmp_path):
    chance = random.Random(5)
    words = [f"{a}{b}" for a in ("river", "chair", "ring", "wait") for b in ("s", "ed", "er", "ing")]
    texts = [" ".join(chance.choices([*words, "the", "that"], k=90)) for _ in range(40)]
    both = [new_index(engine, tmp_path / engine) for engine in ENGINES]
    for index in both:
        index.put([story(f"s-{number:02}", f"{text}\n{text[:40]}") for number, text in enumerate(texts)])
        index.remove(["s-03"])
    for text in texts[:12]:
        cut = text.split()[20:32]
        asked = [" ".join(cut[:5]), " ".join(cut[6:])]
        first, second = (alike(index, *asked, limit=7) for index in both)
        assert first == second
        index.close()
