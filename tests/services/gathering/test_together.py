"""A merge opens nothing that one of the two closed."""

from datetime import date

from app.records.merging import merge
from app.records.model import Slug
from app.services.gathering.together import OPENED, together

TODAY = date(2026, 5, 4)
ONE, TWO, THREE = "One.\n\n", "Two.\n\n", "Three.\n\n"
SHUT, END = "::: closed\n\n", ":::\n\n"


def merged(base: str, mine: str, theirs: str):
    files = (base.encode(), mine.encode(), theirs.encode())
    return together(*files, slug=Slug("x"), today=TODAY), merge(*files)


def test_a_passage_closed_by_one_stays_closed_when_the_other_changes_another():
    found, plain = merged(ONE + TWO + THREE, SHUT + ONE + END + TWO + THREE, ONE + TWO + "Three, then.\n\n")
    assert found == plain
    assert found.content == (SHUT + ONE + END + TWO + "Three, then.\n\n").encode()


def test_what_one_opened_and_the_other_left_alone_comes_open():
    base = SHUT + ONE + END + TWO + THREE
    found, _ = merged(base, ONE + TWO + THREE, base.replace("Three", "Four"))
    assert found.content == (ONE + TWO + "Four.\n\n").encode()


def test_a_merge_that_would_open_what_one_closed_is_a_conflict():
    base = SHUT + ONE + END + TWO + THREE
    mine = ONE + TWO + THREE  # she opens what was closed
    theirs = SHUT + ONE + "New and closed.\n\n" + END + TWO + THREE
    found, plain = merged(base, mine, theirs)
    assert plain.content is None or found.content is None
    moved = SHUT + ONE + THREE + END + TWO
    found, plain = merged(base, mine, moved)
    if plain.content is not None:
        assert [one.place for one in found.conflicts] == [OPENED]
        assert found.conflicts[0].theirs == "(closed) Three."
