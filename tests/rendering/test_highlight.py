"""Excerpts with marked words, and the weaves that stand for people."""

import html
import re
import unicodedata
import xml.etree.ElementTree as ElementTree

from hypothesis import given
from hypothesis import strategies as st

from app.rendering.highlight import mark_words
from app.rendering.weave import weave_svg

TEXT = "She kept the flat & the job, waiting for a long time by the harbour."


def test_the_words_that_were_found_are_marked_in_the_whole_text():
    shown = mark_words(TEXT, [(29, 36), (4, 8)], around=None)
    assert shown == TEXT.replace("&", "&amp;").replace("kept", "<mark>kept</mark>").replace(
        "waiting", "<mark>waiting</mark>"
    )


def test_an_excerpt_is_cut_between_words_and_says_so():
    assert mark_words(TEXT, [(29, 36)], around=13) == "…&amp; the job, <mark>waiting</mark> for a long…"


def test_without_words_to_mark_the_beginning_is_shown():
    assert mark_words(TEXT, [], around=10) == "She kept the flat &amp;…"


def test_a_mark_is_never_inside_an_entity():
    assert mark_words("a<b>&c", [(1, 2), (4, 5)], around=None) == "a<mark>&lt;</mark>b&gt;<mark>&amp;</mark>c"


def test_spans_that_overlap_touch_or_leave_the_text_become_one():
    assert (
        mark_words("abcdef", [(2, 4), (1, 3), (4, 99), (-5, 0), (5, 2)], around=None) == "a<mark>bcdef</mark>"
    )


def test_what_people_see_as_one_character_stays_whole():
    for whole in ("e\u0301", "👩🏽‍🦱", "🏴󠁧󠁢󠁷󠁬󠁳󠁿"[:1], "👍🏿", "🇭🇺", "☂️"):
        assert mark_words(f"a {whole} b", [(2, 3)], around=None) == f"a <mark>{whole}</mark> b"
    assert mark_words("🇭🇺🇬🇧", [(2, 3)], around=None) == "🇭🇺<mark>🇬🇧</mark>"


SPANS = st.lists(st.tuples(st.integers(-3, 60), st.integers(-3, 60)), max_size=5)


@given(st.text(max_size=60), SPANS, st.none() | st.integers(0, 20))
def test_an_excerpt_is_always_a_part_of_the_text(text, spans, around):
    shown = mark_words(text, spans, around=around)
    words = html.unescape(re.sub(r"</?mark>", "", shown)) if "&" not in text else None
    assert shown.count("<mark>") == shown.count("</mark>") == len(re.findall(r"<mark>[^<]+</mark>", shown))
    assert not re.search(r"[<>]", re.sub(r"</?mark>", "", shown))
    if words is not None:
        assert words.removeprefix("…").removesuffix("…") in text or words in text


@given(st.text(st.sampled_from("ae\u0301\u0308 n\u0303"), max_size=40), SPANS, st.none() | st.integers(0, 9))
def test_no_cut_or_mark_parts_an_accent_from_its_letter(text, spans, around):
    for part in re.split(r"</?mark>|…", mark_words("a" + text, spans, around=around)):
        assert not part or not unicodedata.combining(part[0])


def test_a_weave_is_the_same_each_time_and_small_and_does_nothing():
    weave = weave_svg("s-7k3fq2mx")
    assert weave == weave_svg("s-7k3fq2mx") != weave_svg("s-7k3fq2mw")
    assert all(len(weave_svg(f"who-{number:08}")) <= 1024 for number in range(500))
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(weave).iter()}
    assert tags == {"svg", "g", "path", "clipPath", "circle"}
    assert "style" not in weave and 'width="40"' in weave_svg("s-7k3fq2mx", size=40)
