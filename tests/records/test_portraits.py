"""A portrait in a persona's file: a picture's digest and words, or a problem of that key alone."""

from datetime import date

import pytest

from app.records.edit import change_keys
from app.records.model import Portrait, Slug
from app.records.personas import parse_persona
from app.records.portraits import as_written

DIGEST = "ab" * 32


def parsed(value):
    content = f"---\nname: Elena\ntagline: still here\nportrait: {value}\n---\nShe.\n".encode()
    return parse_persona(content, slug=Slug("elena"), file="elena.md", today=date(2026, 5, 4))


def test_a_picture_and_what_it_shows_are_read():
    found = parsed(f'{{picture: {DIGEST}, words: "A  bus\n   stop", drawn_by: J. O.}}')
    assert found.problems == ()
    assert found.persona.portrait == Portrait(DIGEST, "A bus stop", {"drawn_by": "J. O."})


@pytest.mark.parametrize("value", ["", "~"[:0]])
def test_an_empty_key_is_none(value):
    assert parsed(value).persona.portrait is None and parsed(value).problems == ()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("elena.jpg", "A portrait is a picture and the words"),
        ("[a, b]", "A portrait is a picture and the words"),
        ("{words: A stop}", "not how the archive names a picture"),
        (f"{{picture: /media/{DIGEST}, words: A stop}}", "not how the archive names a picture"),
        (f"{{picture: {DIGEST.upper()}, words: A stop}}", "not how the archive names a picture"),
        (f"{{picture: [{DIGEST}], words: A stop}}", "not how the archive names a picture"),
        (f"{{picture: {DIGEST}}}", "Nothing says what the portrait shows"),
        (f"{{picture: {DIGEST}, words: [a]}}", "Nothing says what the portrait shows"),
        (f"{{picture: {DIGEST}, words: {'x' * 501}}}", "more than 500 characters"),
    ],
)
def test_what_can_not_be_understood_is_a_problem_of_this_key_alone(value, reason):
    found = parsed(value)
    (problem,) = found.problems
    assert (problem.key, problem.line, problem.set_aside) == ("portrait", 4, False)
    assert reason in problem.reason and problem.remedy
    assert found.persona.portrait is None and found.persona.tagline == "still here"


def test_it_is_written_so_that_it_reads_back_and_nothing_else_changes():
    before = b"---\nname: Elena  # hers\nmood: kept\n---\nShe.\n"
    portrait = Portrait(DIGEST, "A stop: rain", {"drawn_by": "J. O."})
    content = change_keys(before, {"portrait": as_written(portrait)})
    assert content.startswith(b"---\nname: Elena  # hers\nmood: kept\nportrait:\n")
    read = parse_persona(content, slug=Slug("e"), file="e.md", today=date(2026, 5, 4))
    assert read.persona.portrait == portrait and read.problems == ()
    assert change_keys(content, {"portrait": None}) == before
