"""A reader is answered as if the stories that she may not read did not exist."""

import random

import pytest

from app.search.model import ConsentClass
from tests.search.stories import MEMBERS, PUBLIC, ask, story

HIDDEN = ConsentClass("stewards")
WORDS = "harbour lamplight waiting assessment bread crisis team sister letter autumn door chair".split()  # noqa: SIM905
QUERIES = (
    *("waiting assessment", '"crisis team"', "lam*", "", "harbour -bread", "site:north waiting", "the"),
    "door chair sister",
)


def some_stories(consent_class, count, seed):
    chance = random.Random(seed)
    for number in range(count):
        text = "\n".join(" ".join(chance.choices(WORDS, k=12)) for _ in range(3))
        yield story(
            f"s-{consent_class}-{number}",
            text,
            consent_class,
            gathered=str(2020 + number % 5),
            facets={"site": (chance.choice(["north", "south"]),), "year": (str(2020 + number % 5),)},
        )


READABLE = [*some_stories(PUBLIC, 12, 1), *some_stories(MEMBERS, 8, 2)]
FORBIDDEN = list(some_stories(HIDDEN, 30, 3))


def everything(index):
    asked = {"readable": [PUBLIC, MEMBERS], "stories": [*READABLE, *FORBIDDEN]}
    return repr([ask(index, q, sort=sort, **asked) for q in QUERIES for sort in ("match", "newest", "title")])


@pytest.fixture
def without(index):
    index.put(READABLE)
    return everything(index)


def test_forbidden_stories_change_nothing_that_a_reader_is_answered(index, without):
    index.put(FORBIDDEN)
    assert everything(index) == without


def test_stories_that_were_taken_back_change_nothing_not_even_before_the_rewrite(index, without):
    index.put([story(each.key, "waiting lamplight crisis team", PUBLIC) for each in FORBIDDEN])
    assert everything(index) != without
    index.remove([each.key for each in FORBIDDEN])
    assert everything(index) == without


def test_a_rewrite_takes_the_words_of_removed_stories_off_the_disk(whoosh, folder):
    whoosh.put([story("s-gone", "xylophone"), *READABLE])
    whoosh.remove(["s-gone"])
    assert any(b"xylophon" in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    while whoosh.optimise(PUBLIC):
        pass
    assert not any(b"xylophon" in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert set(whoosh.keys()) == {each.key for each in READABLE}
