"""Words that run from right to left stand among others as they are read."""

import pytest

from app.exports.inlines import plain
from app.exports.pandoc_tree import STEADY, steadied, text

MIRIAM, WAITING = "מרים כהן", "قصة مريم"


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("Marisa, 4 March", "Marisa, 4 March"),
        (f"— {MIRIAM}, 4 March", f"— {MIRIAM},{STEADY} 4 March"),
        (f"{MIRIAM} (2026) {WAITING}", f"{MIRIAM} (2026) {WAITING}{STEADY}"),  # one stretch, with its number
        (f"{MIRIAM} (12)", f"{MIRIAM}{STEADY} (12)"),
        (
            f"I rang {MIRIAM} twice, {WAITING} again",
            f"I rang {MIRIAM}{STEADY} twice, {WAITING}{STEADY} again",
        ),
    ],
)
def test_what_follows_words_from_the_right_runs_on_from_the_left(words, read):
    assert plain(steadied(text(words))) == read


def test_a_name_and_a_title_in_quotation_marks_are_kept_apart():
    quoted = {"t": "Quoted", "c": [{"t": "SingleQuote"}, text(WAITING)]}
    plain_name = [{"t": "Str", "c": "מרים"}, {"t": "Space"}, {"t": "Str", "c": "(2026)"}, {"t": "Space"}]
    told = plain(steadied([*plain_name, quoted, {"t": "Str", "c": "."}]))
    assert told == f"מרים{STEADY} (2026) ‘{WAITING}{STEADY}’."


def test_what_it_was_made_of_stays_as_it_was():
    made = text(MIRIAM)
    steadied(made)
    assert STEADY not in plain(made)
