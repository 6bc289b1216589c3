"""Closed passages: nothing of them is anywhere for readers, whatever else the text does."""

import dataclasses
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rendering.closed import Opening, strange_openings
from app.rendering.markdown import render
from tests.rendering.conftest import LINKS

SECRET = "zyxquondam"


def everything(rendered):
    return repr(dataclasses.astuple(rendered))


def test_readers_see_that_a_passage_is_closed_and_nothing_else(read):
    page = read(f"one\n\n::: closed\n# {SECRET}\n\n{SECRET}[^1]\n\n[^1]: {SECRET}\n:::\n\ntwo")
    assert page.html.count('<p class="closed">A passage is closed here.</p>') == 1
    assert [p.text for p in page.passages] == ["one", "two"]
    assert (page.sections, page.closed, page.first_heading) == ((), 1, None)
    assert SECRET not in everything(page)


@pytest.mark.parametrize(
    "opening",
    [
        "::: closed",
        ":::closed",
        ":::Closed",
        "::: close",
        ":::closed ",
        "::: CLOSED",
        ":::::: closed",
        "::closed",
        "::: {.closed}",
        "::: note closed",
        "::: clsoed",
        "::: closed :::",
        "\u200b::: closed",
        "\u00a0::: closed",
        ":\u200b:: closed",
        "：：： closed",
        "    ::: closed",
        "**::: closed**",
        "# ::: closed",
        "> ::: closed",
        "- ::: closed",
        "7) ::: closed",
        "| ::: closed |",
        "[^1]: ::: closed",
        "::: closed {.a}",
        "::: clo\u00adsed",
        "::: private",
        ":::Hidden",
        "::: secret {#a}",
        "::: confidential :::",
        "::: confidental",
        "::: steward",
        "::: stewards only",
        "::: {.private}",
        "::: note private",
        "::: for gatherers",
        "::: not for publication",
        "::: Do not share!",
        "::: off the record",
        "::: comment",
    ],
)
@pytest.mark.parametrize(
    "before", ["", "open\n", "> open\n", "- open\n\n", "| a |\n|---|\n| b |\n", "    code\n"]
)
def test_look_alikes_close_too(read, before, opening):
    page = read(f"{before}{opening}\n{SECRET}\n\n{SECRET}\n:::\n")
    assert SECRET not in everything(page)
    assert page.closed == 1


@pytest.mark.parametrize("name", ["warning", "secretary", "information", "aside", "quote", "{.note}"])
def test_a_container_of_another_name_hides_nothing(read, name):
    page = read(f"before\n\n::: {name}\nwords\n:::\n\nafter")
    assert "words" in page.html
    assert page.closed == 0


def test_a_line_that_opens_a_container_by_a_name_that_is_not_ours_is_found():
    text = (
        "a\n\n::: note\nb\n:::\n\n> ::: Warning\n> c\n> :::\n\n::: private\nd\n:::\n\n:::: warning\ne\n::::"
    )
    assert strange_openings(text) == [
        Opening(7, "warning", closes=False),
        Opening(11, "private", closes=True),
    ]
    assert strange_openings(f"```\n{text}\n```") == []
    assert strange_openings("::: closed\na\n:::\n\nAt 10::30: b :: c\n\n::: \n:::") == []


@pytest.mark.parametrize(
    "ending", ["", "\n::", "\n::: note\n:::", "\n```\n:::", "\n<!--\n:::\n-->", "\n:: :"]
)
def test_what_is_never_ended_closes_to_the_end(read, ending):
    page = read(f"one\n\n:::: closed\n{SECRET}{ending}\n\n{SECRET}\n\n# {SECRET}")
    assert SECRET not in everything(page)
    assert [p.text for p in page.passages] == ["one"]


@pytest.mark.parametrize(
    "text",
    [
        f"- a\n\n  ::: closed\n  {SECRET}\n  :::\n\n- b",
        f"> a\n>\n> ::: closed\n> {SECRET}\n> :::\n>\n> b",
        f"::: note\na\n\n:::: closed\n{SECRET}\n::::\n\nb\n:::",
        f"1. a\n   ::: closed\n   - {SECRET}\n     ```\n     :::\n     ```\n   {SECRET}\n   :::\n2. b",
        f"a\n::: closed\n::: note\n{SECRET}\n:::\n{SECRET}\n:::\nb",
        f"a\r::: closed\r{SECRET}\r:::\rb",
        f"a\u2028::: closed\u2028{SECRET}\u2028:::\u2028b",
    ],
)
def test_regions_in_lists_quotations_and_containers_are_closed_and_what_follows_is_open(read, text):
    page = read(text)
    assert SECRET not in everything(page)
    assert [p.text for p in page.passages] == ["a", "b"]
    assert page.html.count('class="closed"') == 1


def test_in_fenced_code_it_is_just_text(read):
    page = read("```\n::: closed\nshown\n:::\n```\n\nafter")
    assert [p.text for p in page.passages] == ["::: closed shown :::", "after"]
    assert page.closed == 0


@pytest.mark.parametrize(
    "fence",
    ["> ```\n\n", "- ```\n\n", "    ```\n\n", "a ```\n", "```\n```\n", "~~~\n~~~~\n", "\\```\n", "``` `\n"],
)
def test_what_only_looks_like_fenced_code_does_not_keep_words_open(read, fence):
    page = read(f"{fence}::: closed\n{SECRET}\n:::\n")
    assert SECRET not in everything(page)


def test_what_is_defined_in_a_closed_passage_does_not_help_the_open_text(read):
    page = read(f"[link][a] and note[^1]\n\n::: closed\n[a]: https://{SECRET}.example\n[^1]: {SECRET}\n:::\n")
    assert SECRET not in everything(page)


def test_a_footnote_that_only_a_closed_passage_mentions_is_gone(read):
    text = f"open\n\n::: closed\nhidden[^1]\n:::\n\n[^1]: {SECRET}"
    assert SECRET not in everything(read(text))
    assert SECRET in read(text, show_closed=True).html


def test_a_pull_quote_does_not_repeat_what_has_been_closed(read):
    text = f"{{0}}\n\n::: closed\nShe said *{SECRET}* twice.\n:::\n\n::: pull\nshe said {SECRET}\n:::"
    assert SECRET not in everything(read(text))
    assert read(text.replace("{0}", f"She said {SECRET} at length")).pulls == (f"she said {SECRET}",)


def test_numbers_never_betray_a_closed_passage(read):
    text = "same\n\n::: closed\nsame\n\nother\n:::\n\nsame"
    assert [p.anchor[8:] for p in read(text).passages] == ["", "-2"]
    shown = read(text, show_closed=True).passages
    assert [(p.anchor[8:], p.closed) for p in shown] == [("", False), ("-3", True), ("", True), ("-2", False)]
    assert [p.number for p in shown] == [1, 2, 3, 4]


def test_a_link_to_a_closed_passage_is_no_link(read):
    closed = read(f"::: closed\n{SECRET}\n:::", show_closed=True).passages[0].anchor
    page = read(f"[there](#{closed}) and [away](#a-x)\n\n::: closed\n{SECRET}\n:::\n")
    assert closed not in everything(page)


def test_the_storys_own_gatherers_see_what_is_closed_and_that_it_is(read):
    page = read("# A\n\n> ::: closed\n> ## B\n> hidden\n> :::\n\n# C", show_closed=True)
    assert '<div class="closed" role="group" aria-label="Closed passage">' in page.html
    assert [s.title for s in page.sections] == ["A", "B", "C"]
    assert [(p.text, p.closed, p.quotation) for p in page.passages] == [("hidden", True, True)]


def test_a_closed_passage_in_a_text_that_is_too_tangled_stays_closed(read):
    page = read("> " * 1000 + f"a\n\n::: closed\n{SECRET}\n:::\n\nb <!-- {SECRET} -->")
    assert SECRET not in everything(page)
    assert page.closed == 1


OPEN = (
    "open,> open,- open,  - open,```,~~~,    code,,,<!--,-->,| a | b |,|---|---|,::: note,::: pull,:::,::::"
)
ODD = "[^1]: x,[a]: /x 'y,# h,***,`a,{.a},===,text[^1],> ```,- ```,    ```,1. ~~~,[^2]: ```,> [^1]: a"
LINES = st.sampled_from(f"{OPEN},{ODD}".split(","))
INDENTS = st.sampled_from(["", "> ", "- ", "  ", "    "])


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=10), INDENTS, st.lists(LINES, max_size=6))
def test_closed_words_are_nowhere_whatever_stands_around_them(before, indent, after):
    page = _with_region(before, indent, SECRET, after)
    if SECRET in everything(page):  # then it was fenced code, with the opening line in the same block
        code = [p.text for p in page.passages if SECRET in p.text]
        assert code and all("::: closed" in text.partition(SECRET)[0] for text in code)
        assert SECRET not in re.sub(r"<pre.*?</pre>", "", page.html, flags=re.DOTALL)
    else:
        assert page == _with_region(before, indent, "other", after)


def _with_region(before, indent, words, after):
    region = [f"{indent}::: closed", f"{indent}{words}", f"{indent}:::"]
    return render("\n".join([*before, *region, *after]), links=LINKS)


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES, max_size=10), st.lists(LINES, max_size=10))
def test_open_anchors_owe_nothing_to_what_is_closed(before, inside):
    text = "\n".join([*before, "::: closed", *inside])
    readers = render(text, links=LINKS)
    gatherers = render(text, links=LINKS, show_closed=True)
    assert [p.anchor for p in readers.passages] == [p.anchor for p in gatherers.passages if not p.closed]


def test_words_after_the_name_of_a_container_are_shown_and_pointed_out(read):
    page = read("::: note about the brother\nWe talked outside.\n:::\n\n::: note {.aside}\nShe laughed.\n:::")
    assert "about the brother" in page.html and "She laughed." in page.html
    assert strange_openings("::: note about the brother\na\n:::\n\n::: note {.aside}\nb\n:::") == [
        Opening(1, "note about the brother", closes=False)
    ]
