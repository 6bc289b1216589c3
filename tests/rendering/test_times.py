"""When something was said in a recording: shown beside its passage, and no word of it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.rendering.markdown import render
from app.rendering.passages import anchor_of
from tests.rendering.conftest import LINKS
from tests.rendering.test_inert import inspect

SAID = "**Marisa:** The first thing I do is move the chair."


def test_a_reader_sees_when_a_passage_was_said(read):
    page = read(f"{{at=00:12:34}}\n{SAID}")
    assert ' the chair. <span class="at">00:12:34</span> <a class="anchor"' in page.html


def test_a_time_changes_neither_a_passages_words_nor_its_anchor(read):
    timed, plain = read(f"{{at=00:12:34}}\n{SAID}").passages, read(SAID).passages
    assert timed == plain
    assert timed[0].text == "Marisa: The first thing I do is move the chair."
    assert timed[0].anchor == anchor_of(timed[0].text)


def test_a_passage_on_another_page_comes_without_its_time(read):
    assert "00:12:34" not in read(f"{{at=00:12:34}}\n{SAID}").passages[0].html


@pytest.mark.parametrize("time", ["0:03", "12:34", "00:12:34", "100:00:00"])
def test_hours_may_be_left_out_or_many(read, time):
    assert f'<span class="at">{time}</span>' in read(f"{{at={time}}}\nwords").html


@pytest.mark.parametrize("time", ["00:61:00", "noon", "1", "12:34:56:78", '"<b>1:00"', '" 1:00"', '"1:00.5"'])
def test_what_is_no_time_is_not_shown(read, time):
    page = read(f"{{at={time}}}\nwords")
    assert 'class="at"' not in page.html
    assert [passage.text for passage in page.passages] == ["words"]
    inspect(page)


def test_a_time_beside_a_handler_shows_the_time_alone(read):  # 28
    page = read('{at=00:00:01 onclick="alert(1)" style=x}\nwords')
    assert '<span class="at">00:00:01</span>' in page.html
    assert inspect(page).attributes <= {"id", "class", "href", "aria-label"}


def test_a_time_may_stand_in_a_quotation_and_in_a_closed_passage(read):
    text = "> {at=00:00:01}\n> “Said.”\n\n::: closed\n{at=00:00:02}\nKept back.\n:::"
    assert read(text).html.count('class="at"') == 1
    assert '<span class="at">00:00:02</span>' in read(text, show_closed=True).html


@given(st.text(st.characters(codec="utf-8"), max_size=30))
@example('"><script>alert(1)</script>')
@example('" onclick="x')
def test_whatever_is_written_as_a_time_is_harmless(written):
    inspect(render(f'{{at="{written}"}}\nwords {{at={written}}}\n\nmore', links=LINKS))
