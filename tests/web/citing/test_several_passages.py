"""Words that go over several passages are cited as they stand, each passage's by itself."""

import json
from urllib.parse import quote

import pytest

from app.rendering.passages import anchor_of
from tests.web.citing.archive import shown, told
from tests.web.people import look
from tests.web.serving import served, story

FIRST = "She moved the chair and looked at the door."
SECOND = "“Nobody came.”"
CLOSED = "What she said about her brother."
THIRD = "Then she *waited* a long time for an answer."
FOURTH = "It was March & it rained."
BODY = f"{FIRST}\n\n{SECOND}\n\n::: closed\n{CLOSED}\n:::\n\n## Later\n\n- {THIRD}\n- {FOURTH}\n"
ID = "s-0pen0000"
AT, SECOND_AT, THIRD_AT, FOURTH_AT = map(anchor_of, (FIRST, SECOND, THIRD.replace("*", ""), FOURTH))
RANGE = f"at={AT}&to={THIRD_AT}"
WORDS = "looked at the door.\n\n“Nobody came.”\n\nThen she waited"


@pytest.fixture
def web(tmp_path):
    told_of = ("storyteller: Marisa", "title: The chair", "gathered: 2026-03-04", "language: en-GB")
    with served(tmp_path, {"open.md": story(BODY, f"id: {ID}", *told_of)}) as web:
        yield web


def cite(web, query, form=""):
    return told(web, f"/s/{ID}{form or '/cite'}?{query}")


def test_all_of_them_are_cited_with_their_paragraphs(web):
    page = cite(web, f"{RANGE}&words={quote(WORDS)}")
    assert shown(page, "harvard-in-text") == "(Marisa, 2026, paras 1–3)"
    assert shown(page, "chicago-in-text") == "(Marisa 2026, paras 1–3)"
    assert "paras 1–3" in shown(page, "oscola-footnote") and shown(page, "apa-footnote").endswith(
        "Paras 1–3."
    )
    assert "version 1, paragraphs 1–3</p>" in page and f'href="/stories/open#{AT}"' in page
    assert f"/s/{ID}#{AT}</a>" in page and "notice" not in page


def test_the_words_of_each_passage_stand_by_themselves_in_every_form(web):
    page = cite(web, f"{RANGE}&words={quote(WORDS)}")
    plain = "“looked at the door.”\n\n“Nobody came.”\n\n“Then she waited” (Marisa, 2026, paras 1–3)\n\nMarisa"
    assert shown(page, "quotation-plain").startswith(plain)
    marked = "&gt; “looked at the door.”\n&gt;\n&gt; “Nobody came.”\n&gt;\n&gt; “Then she waited” (Marisa"
    assert shown(page, "quotation-markdown").startswith(marked)
    rich = page.split('id="quotation-rich"')[1]
    assert (
        '<p dir="auto">“looked at the door.”</p><p dir="auto">“Nobody came.”</p><p dir="auto">“Then' in rich
    )


@pytest.mark.parametrize("between", ["\n\n", "\r\n", " ", "\n"])
def test_words_are_found_without_saying_where_however_they_were_copied(web, between):
    page = cite(web, f"words={quote(WORDS.replace(chr(10) * 2, between))}")
    assert "paras 1–3" in page and f"at={AT}&amp;to={THIRD_AT}&amp;words=" in page


def test_whole_passages_are_cited_from_one_to_another_in_either_order(web):
    page = cite(web, f"at={SECOND_AT}&to={FOURTH_AT}")
    assert (
        page
        == cite(web, f"at={FOURTH_AT}&to={SECOND_AT}")
        == cite(web, f"at={SECOND_AT}&to={FOURTH_AT.upper()}")
    )
    assert "paragraphs 2–4" in page and "“It was March &amp; it rained.” (Marisa, 2026, paras 2–4)" in page


def test_one_passage_from_itself_to_itself_is_that_passage(web):
    assert cite(web, f"at={AT}&to={AT}") == cite(web, f"at={AT}")
    assert cite(web, f"{RANGE}&words=looked+at+the+door") == cite(web, f"at={AT}&words=looked+at+the+door")


def test_what_is_closed_between_them_leaves_no_trace(web):
    """Not even a gap: who may not read it is not told that it is there. Paragraphs are not counted by it."""
    for form in ("/cite", ".csl.json", ".bib", ".ris", ".jsonld", ".dc.xml", ".md", ".txt"):
        answer = cite(web, RANGE, form)
        assert CLOSED not in answer and "brother" not in answer, form
        assert "waited" in answer and "looked at the door" in answer, form
    across = quote(f"{SECOND}\n\n{CLOSED}\n\n{THIRD.replace('*', '')}")
    assert "the whole story" in cite(web, f"words={across}")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (f"at={AT}&to=p-000000", "There is no such passage"),
        (f"at=p-000000&to={AT}", "There is no such passage"),
        (f"at={AT}&to=nonsense", "There is no such passage"),
        (f"{RANGE}&words=never+said", "the whole passages"),
        (f"{RANGE}&words={quote(f'{FIRST} {FOURTH}')}", "the whole passages"),
        (f"words={quote(f'{SECOND} {FIRST}')}", "the whole story"),
    ],
)
def test_what_does_not_stand_there_in_a_row_is_said(web, query, said):
    page = cite(web, query)
    assert said in page and "Marisa (2026)" in page


def test_every_file_names_the_paragraphs(web):
    (item,) = json.loads(cite(web, RANGE, ".csl.json"))
    assert (item["custom"]["paragraph"], item["custom"]["lastParagraph"]) == (1, 3)
    assert item["id"] == f"{ID}-{AT}-{THIRD_AT}" and item["URL"].endswith(f"/s/{ID}#{AT}")
    assert "Paragraphs 1–3. May be used" in cite(web, RANGE, ".bib")
    assert "SE  - paragraphs 1–3" in cite(web, RANGE, ".ris")
    assert json.loads(cite(web, RANGE, ".jsonld"))["position"] == "1–3"
    assert "paragraphs 1–3</dc:source>" in cite(web, RANGE, ".dc.xml")
    for form in (".md", ".txt"):
        assert "paras 1–3" in cite(web, RANGE, form) and "paragraphs 1–3" in cite(web, RANGE, form)


def test_a_story_of_one_word_again_and_again_is_cited_at_once(tmp_path):
    with served(tmp_path, {"open.md": story("So.\n\n" * 3_000, f"id: {ID}")}) as web:
        assert "paragraphs 1–2" in cite(web, "words=So.+So.", ".txt")
        assert "paragraphs 1–3000" in cite(web, f"at={anchor_of('So.')}&to={anchor_of('So.')}-3000", ".txt")


def test_a_range_of_a_story_that_is_not_hers_is_absent(web):
    nowhere = look(web, "/nowhere")
    assert look(web, f"/s/s-never000/cite?{RANGE}") == nowhere
