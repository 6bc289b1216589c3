"""Words that somebody wrote without thinking of Markdown stay as they are."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.imports.escaping import escape, escape_line
from app.rendering.markdown import render
from app.rendering.passages import has_words, normalised_text
from tests.imports.words import shown
from tests.rendering.conftest import LINKS

MARKS = "\\*_`~[](){}<>&#;:-+=|!^.'\"1a b"
ODD = [
    "# no heading",
    "- no item",
    "12. no list",
    "> no quotation",
    "*stressed* and _underlined_ and __init__",
    "[link](https://example.org) and [ref][a] and [span]{.x}",
    "[note]: https://example.org",
    "a[^1] and ^[a note]",
    "{at=00:00:01}",
    "{.x} words {#y}",
    "::: pull",
    "<b>bold</b> <!-- unseen --> a <- b <3",
    "&copy; AT&T &#65;",
    "`code` and ``` more",
    "~~gone~~",
    "one | two",
    "C:\\new\\*",
    "a backslash ends it \\",
    "snake_case_word and 5*3",
]


@pytest.mark.parametrize("line", ODD)
def test_a_line_reads_as_it_was_written(line):
    assert shown(escape_line(line)) == [normalised_text(line)]


@pytest.mark.parametrize("line", ["::: closed", "：：：closed", "::: private"])
def test_what_somebody_wished_to_keep_back_stays_closed(line):
    assert shown(f"open\n\n{escape_line(line)}\n\nkept back\n\n{escape_line(':::')}\n\nopen again") == [
        "open",
        "open again",
    ]


@pytest.mark.parametrize("line", ODD)
def test_words_after_a_name_read_as_they_were_written(line):
    assert shown(f"**Ann:** {escape(line)}") == [f"Ann: {normalised_text(line)}"]


@pytest.mark.parametrize(
    "line", ["plain words", "AT&T", "snake_case", "[Elena] said", "a - b", "2 < 3", "so: yes"]
)
def test_what_could_mean_nothing_else_is_left_alone(line):
    assert escape_line(line) == line


@settings(max_examples=400)
@given(st.lists(st.text(st.sampled_from(MARKS), min_size=1, max_size=25), min_size=1, max_size=4))
@example(["a", "==="])
@example(["a | b", "--|--", "c | d"])
@example(["[a", "]: b"])
@example(["<a", "b>"])
def test_no_lines_of_marks_turn_into_anything_else(lines):
    text = "\n".join(lines)
    rendered = render("\n".join(filter(None, map(escape_line, lines))), links=LINKS)
    assert [p.text for p in rendered.passages] == [normalised_text(text)] * has_words(text)
    assert not rendered.sections
    assert not rendered.closed


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1), min_size=1))
def test_words_of_any_script_stay_what_they_are(words):
    text = " ".join(words)
    assert shown(escape_line(text)) == [normalised_text(text)] * has_words(normalised_text(text))
