"""Passages and the anchors that point to them."""

import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rendering.markdown import render
from app.rendering.passages import anchor_of, normalised_text
from tests.rendering.conftest import LINKS

FIRST = "The first thing Marisa does is move the chair."


def test_anyone_can_work_out_an_anchor():
    number = int.from_bytes(hashlib.sha256(FIRST.encode()).digest()[:4], "big") >> 2
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    by_hand = "".join(alphabet[number >> shift & 31] for shift in (25, 20, 15, 10, 5, 0))
    assert anchor_of(FIRST) == f"p-{by_hand}" == "p-2dca5f"


def test_markup_line_breaks_and_zero_width_characters_leave_the_anchor(read):
    one = read("The *first*\u200b thing\n**Marisa** does is\\\nmove [the chair](https://chairs.example).")
    assert [p.anchor for p in one.passages] == ["p-2dca5f"]
    assert one.passages[0].text == FIRST


def test_footnote_marks_and_images_are_no_part_of_the_words(read):
    page = read(
        "The first thing Marisa does[^1] is move the chair. ![A chair](photo.jpg)\n\n[^1]: She said so."
    )
    assert page.passages[0].anchor == "p-2dca5f"
    assert "footnote" not in page.passages[0].html


def test_paragraphs_tables_and_code_are_passages_and_headings_are_not(read):
    page = read("# Told\n\none\n\n- two\n\n> three\n\n| a | b |\n|---|---|\n| c | d |\n\n```\nfour  4\n```\n")
    assert [p.text for p in page.passages] == ["one", "two", "three", "a b c d", "four 4"]
    assert [p.number for p in page.passages] == [1, 2, 3, 4, 5]
    assert [p.quotation for p in page.passages] == [False, False, True, False, False]
    assert {p.section for p in page.passages} == {"h-told"}


def test_each_passage_can_be_linked_to_on_the_page(read):
    page = read("one\n\n| a |\n|---|\n| b |\n\n    code\n")
    for passage in page.passages:
        assert page.html.count(f'id="{passage.anchor}"') == 1
        assert f'href="#{passage.anchor}"' in page.html


def test_a_row_of_dots_is_no_passage(read):
    assert read("…\n\n\\* \\* \\*").passages == ()


def test_words_said_twice_are_numbered(read):
    anchors = [p.anchor for p in read(f"{FIRST}\n\n{FIRST}\n\n> {FIRST}").passages]
    assert anchors == ["p-2dca5f", "p-2dca5f-2", "p-2dca5f-3"]


def test_a_pull_quote_repeats_words_and_is_no_passage(read):
    page = read(f"{FIRST}\n\n::: pull\nThe *first* thing\n:::\n")
    assert [p.anchor for p in page.passages] == ["p-2dca5f"]
    assert page.pulls == ("The first thing",)
    assert (
        '<blockquote class="voice pull" aria-hidden="true"><p>The first thing</p></blockquote>' in page.html
    )


def test_speech_is_set_as_a_voice_and_other_quotations_are_not(read):
    page = read("> “I had told it.”\n\ntext\n\n> The trust's report")
    assert page.html.count('<blockquote class="voice">') == 1
    assert page.html.count("<blockquote>") == 1


def test_the_page_keeps_its_first_heading_for_the_storyteller(read):
    page = read("### Early\n\n##### Deep\n\n### Late\n\n# Top")
    assert [(s.title, s.level) for s in page.sections] == [("Early", 2), ("Deep", 3), ("Late", 2), ("Top", 2)]


def test_headings_that_are_alike_have_anchors_of_their_own(read):
    anchors = [s.anchor for s in read("# A\n\n# A\n\n# A 2\n\n# Ça va?").sections]
    assert anchors == ["h-a", "h-a-2", "h-a-2-2", "h-ca-va"]


def test_a_heading_that_only_repeats_the_title_is_dropped(read):
    page = read("# The Eleven *Months*\n\n## Later\n\ntext", title="The eleven months")
    assert [s.title for s in page.sections] == ["Later"]
    assert page.sections[0].level == 2
    assert page.first_heading == "The Eleven Months"


@given(st.text())
def test_normalised_text_has_single_spaces_and_no_zero_width_characters(text):
    result = normalised_text(text)
    assert result == " ".join(result.split())
    assert not set(result) & set("\u200b\u200c\u200d\u2060\ufeff\u202e")


WORDS = st.text(st.sampled_from("abcdeé ,.’"), min_size=1, max_size=30).map(lambda t: f"w{t.strip()}")
PARAGRAPHS = st.lists(WORDS, min_size=1, max_size=6, unique_by=lambda text: " ".join(text.split()))


@settings(max_examples=60, deadline=None)
@given(PARAGRAPHS, st.randoms(use_true_random=False), WORDS)
def test_anchors_survive_insertion_and_another_order(paragraphs, random, new):
    before = _anchors(paragraphs)
    shuffled = [*paragraphs, "# A heading", "::: pull\nwords\n:::", f"{new} and something new"]
    random.shuffle(shuffled)
    after = _anchors(shuffled)
    assert {text: after[text] for text in before} == before


def _anchors(blocks):
    page = render("\n\n".join(blocks), links=LINKS)
    assert page == render("\n\n".join(blocks), links=LINKS)
    return {p.text: p.anchor for p in page.passages}
