"""A printed sign is checked years later: the quote or passage, its version, its words."""

import pytest

from app.database.visibility import TERMINAL
from app.rendering.passages import anchor_of
from app.services.tracing.printed import digest_of, printed, sign_in
from app.services.tracing.signs import State
from tests.services.tracing.conftest import FIRST, ID, OTHER, SECOND, THIRD, edit, traced

KETTLE, BOX = FIRST.split("\n\n")
REFERENCE = f"{ID}#{anchor_of(KETTLE)}"


def test_a_sign_is_made_of_the_reference_the_version_and_the_words():
    made = printed("q-4hd8n0qe", 3, "It was  so.")
    assert made == f"[q-4hd8n0qe v3 {digest_of('It was so.')}]" and len(digest_of("x")) == 4
    sign, rest = sign_in(f"“It was so.” {made}")
    assert sign.text == made and rest == "“It was so.”"


@pytest.mark.parametrize(
    "text",
    [
        "[Q-4HD8NOQE V3 8F2A]",
        "[ q-4hd8n0qe   v3 8f2a ]",
        "[q\u20114hd8n0qe\u00a0v3\u00a08f2a]",  # as Word sets it
        "[q- 4hd8n0qe v3 8f2a]",  # a line ended there
        "[q4hd8n0qe v3 8f2a]",  # and its hyphen was taken for one of the line
        "words [s-4hd8n0qe v1 8f2a] and [q-4hd8n0qe v3 8f2a]",  # a story alone is no sign
    ],
)
def test_a_sign_is_read_however_it_was_copied(text):
    assert sign_in(text)[0].text == "[q-4hd8n0qe v3 8f2a]"


@pytest.mark.parametrize("text", ["[q-4hd8n0qe]", "[q-4hd8n0qe v0 8f2a]", "[x-4hd8n0qe v1 8f2a]", "[sic]"])
def test_what_is_no_sign_is_none(text):
    assert sign_in(text)[0] is None


def test_a_right_sign_leads_to_its_version_without_a_doubt(edited):
    found = traced(edited, f"“The kettle was always on […]” {printed(REFERENCE, 1, KETTLE)}")
    assert found.sign.state is State.RIGHT and found.confidence == 1.0
    assert (found.places[0].version, found.places[0].current) == (1, False)
    assert not found.sign.stands and found.sign.uses == "May be used for publication."


def test_a_right_sign_says_whether_its_words_stand_now_and_what_may_be_done_with_them(edited, tmp_path):
    kept = SECOND.split("\n\n")[1]
    assert traced(edited, printed(f"{ID}#{anchor_of(kept)}", 2, kept)).sign.stands
    until = "consent: {uses: [publication], until: 2099-01-31}"
    edit(edited, tmp_path, f"{THIRD}\n\n{KETTLE}", consent=until)
    again = traced(edited, printed(REFERENCE, 1, KETTLE)).sign
    assert again.stands and again.uses == "May be used for publication, until 31 January 2099."


def test_a_sign_alone_leads_to_its_passage(edited):
    found = traced(edited, printed(REFERENCE, 2, KETTLE))
    assert found.found and found.places[0].version == 2 and found.places[0].difference == ""


def test_what_was_altered_beside_a_right_sign_is_shown(edited):
    found = traced(edited, f"The kettle was never on, and whoever came in {printed(REFERENCE, 1, KETTLE)}")
    assert found.certain and "[-always-] {+never+}" in found.places[0].difference


def test_a_sign_beside_other_words_says_nothing_of_them(edited):
    found = traced(edited, f"{OTHER} {printed(REFERENCE, 1, KETTLE)}")
    assert found.sign.state is State.RIGHT and not found.certain and found.places[0].story_id == "s-7k3fq2mx"


@pytest.mark.parametrize(("version", "words"), [(1, "Other words."), (3, KETTLE)])
def test_a_sign_of_other_words_is_not_right(edited, version, words):
    state = State.OTHER
    assert traced(edited, printed(REFERENCE, version, words)).sign.state is state


@pytest.mark.parametrize("reference", [f"s-00000000#{anchor_of(KETTLE)}", "q-00000000"])
def test_a_sign_of_nobodys_leads_nowhere(edited, reference):
    assert traced(edited, printed(reference, 1, KETTLE)).sign.state is State.UNKNOWN


def test_a_sign_of_a_story_that_is_not_hers_to_read_is_told_like_nobodys(edited, tmp_path):
    edit(edited, tmp_path, THIRD, consent="consent: {uses: [design]}")
    text = f"“{KETTLE}” {printed(REFERENCE, 2, KETTLE)}"
    found = traced(edited, text)
    assert (found.sign.state, found.places) == (State.UNKNOWN, [])
    assert traced(edited, text, TERMINAL).sign.state is State.RIGHT


def test_a_sign_of_a_version_from_before_a_passage_was_closed_leads_nowhere(edited, tmp_path):
    edit(edited, tmp_path, f"{SECOND}\n\n::: closed\nMore.\n:::")
    assert traced(edited, printed(REFERENCE, 2, KETTLE)).sign.state is State.UNKNOWN
