"""Marks stand around the words of a quote, whatever else the passage holds; the rest of the page stays."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.rendering.markdown import render
from app.rendering.underlining import Mark, underlined

MARKS = re.compile(r"</?mark[^>]*>|<span id=\"q-[^\"]*\"></span>")


class Nowhere:
    def address_of(self, _target):
        return None


def marked(markdown, *words, anchor=0):
    """The HTML of a text with these words of one of its passages marked."""
    rendered = render(markdown, links=Nowhere())
    passage = rendered.passages[anchor]
    places = [(passage.text.index(one), len(one)) for one in words]
    marks = [Mark(f"q-{n}", passage.anchor, at, at + size) for n, (at, size) in enumerate(places)]
    html = underlined(rendered.html, marks, {passage.anchor: passage.text})
    assert MARKS.sub("", html) == rendered.html
    return html


def inside(html, quote="q-0"):
    """The words that carry this quote."""
    pieces = re.findall(
        rf'<mark[^>]*data-q="(?:[^"]* )?{quote}(?: [^"]*)?">(?:<span[^>]*></span>)*([^<]*)</mark>', html
    )
    return "".join(pieces)


def test_words_in_plain_text_are_marked_once():
    html = marked("She moved the chair.", "moved the")
    assert '<mark id="q-0" class="q l0c0" data-q="q-0">moved the</mark> chair.' in html


def test_words_over_emphasis_and_links_are_marked_piece_by_piece():
    html = marked("She *moved* the [chair](https://example.org), slowly.", "She moved the chair, s")
    assert inside(html) == "She moved the chair, s" and html.count('id="q-0"') == 1
    assert re.search(r"<em><mark[^>]*>moved</mark></em>", html)


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("The flat & the job < the nephew.", "flat & the job < the"),
        ("The flat\nand the job.", "flat and the job"),
        ("The cafe\u0301 rang.", "café rang"),
        ("The \u200bflat\u200b and job.", "flat and job"),
        ("> “I told it.”\n> Twice.", "told it.” Twice"),
        ("- The flat\n- the job", "The flat"),
        ("    a  code   block", "code block"),
        ("She rang.[^1] Twice.\n\n[^1]: At noon.", "rang. Twice"),
        ("She rang.  \nTwice.", "rang. Twice"),
        ("A 👩🏽‍⚕️ came, twice.", "came, twice"),
        ("سألتها مرتين.", "مرتين"),
    ],
)
def test_words_are_found_however_they_are_written(markdown, words):
    html = marked(markdown, words)
    shown = inside(html).replace("\n", " ").replace("&amp;", "&").replace("&lt;", "<")
    assert "".join(shown.split()).replace("\u200b", "").replace("e\u0301", "é") == "".join(words.split())


def test_words_over_the_cells_of_a_table_are_marked_in_each():
    html = marked("| when | what |\n| --- | --- |\n| May | she rang |", "what May she")
    assert inside(html).split() == ["whatMayshe"]


def test_a_note_in_the_middle_and_the_sign_at_the_end_are_no_part_of_it():
    html = marked("She rang.[^1] Twice.\n\n[^1]: At noon.", "She rang. Twice.")
    assert inside(html) == "She rang. Twice."
    assert re.search(r"</mark><sup[^>]*><a[^>]*>1</a></sup><mark", html)


def test_quotes_over_each_other_have_a_line_each_and_their_names_where_they_begin():
    html = marked("She kept the flat and the job.", "kept the flat", "the flat and", "flat")
    assert [inside(html, f"q-{n}") for n in range(3)] == ["kept the flat", "the flat and", "flat"]
    lines = set(re.findall(r"l(\d)c0", html))
    assert lines == {"0", "1", "2"}
    assert all(html.count(f'id="q-{n}"') == 1 for n in range(3))


def test_two_quotes_of_the_same_words_have_both_names():
    html = marked("She kept the flat.", "the flat", "the flat")
    assert 'id="q-0"' in html and '<span id="q-1"></span>' in html


def test_a_passage_that_says_something_else_is_left_alone():
    rendered = render("She kept the flat.", links=Nowhere())
    mark = Mark("q-0", rendered.passages[0].anchor, 0, 3)
    assert underlined(rendered.html, [mark], {mark.anchor: "Other words."}) == rendered.html
    assert underlined(rendered.html, [mark], {}) == rendered.html


TEXT = st.text(st.sampled_from("ab é&<>*_`[]()\n.\u0301\u200b|-#\"'ü"), min_size=1, max_size=60)


@given(TEXT, st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=4))
@example("a&b", [(0, 3)])
def test_whatever_stands_in_a_text_marks_take_nothing_from_it(text, places):
    rendered = render(text, links=Nowhere())
    marks = [
        Mark(f"q-{n}", passage.anchor, start, min(start + size, len(passage.text)))
        for passage in rendered.passages
        for n, (start, size) in enumerate(places)
        if start < len(passage.text)
    ]
    html = underlined(rendered.html, marks, {one.anchor: one.text for one in rendered.passages})
    assert MARKS.sub("", html) == rendered.html
    assert html.count("<mark") == html.count("</mark>")
