"""Somebody pastes a quotation, and the archive says where it comes from."""

import io
import json
import re
from html import unescape

import docx
import pytest

from app.services.views import TracedFilePage, TracedLine
from app.web.frame import bare_site
from app.web.templating import stream_page
from tests.web.people import account, look, send, someone
from tests.web.posting import post
from tests.web.serving import served, story
from tests.web.tokens import token

TOLD = """The first thing Marisa does is move the chair. She wants to see the door,
and she wants you to see it too.

> “I had told it so often that it stopped sounding like mine,” she says, and looks at her hands.

Eleven months went by before anybody rang back, and then it was the wrong person.

Nobody asked her what she would have wanted instead; the form had no box for that.
"""
STORIES = {
    "marisa.md": story(TOLD, "id: s-4hd8n0qe", "storyteller: Marisa"),
    "dev.md": story(
        "They moved the beds at night, and in the morning nobody knew my name.", "storyteller: Dev"
    ),
    "closed.md": story("The kettle in the ward kitchen was locked with a bicycle chain.", uses="design"),
    "one.md": story("We sat and waited for the letter that never came to us.", "storyteller: Ona"),
    "two.md": story("We sat and waited for the letter that never came to us.", "storyteller: Tam"),
}


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    with served(tmp_path_factory.mktemp("traced"), STORIES) as made:
        yield made


@pytest.fixture(scope="module")
def ann(web):
    return someone(web.archive, "Ann", "member")


def asked(web, text, who=None):
    """What is said of a quotation, in words, and the page."""
    answer = send(web, "/trace", {"q": text}, who)
    assert answer.status == 200
    found = re.search(r'<section class="whence".*?</section>', answer.text, re.S)
    plain = unescape(" ".join(re.sub("<[^>]*>", " ", found[0]).split())) if found else ""
    return plain, answer.text


@pytest.mark.parametrize(
    "text",
    [
        "I had told it so often that it stopped sounding like mine",
        '"i had told it so OFTEN that it stopped sounding like mine"',
        "“I had told it so often … it stopped sounding like mine,” she says",
        "[She] had told it so often that it stopped sounding like [hers], she says, and looks at her hands",
        "I had tolld it so often that it stopped soundign like mine",
        "I had told it often that it stopped sounding like mine, she says — and looks at her hands",
        "As one of them put it: “I had told it so often that it stopped sounding like mine” (Marisa)",
    ],
)
def test_a_quotation_is_found_however_it_was_written_down(web, text):
    said, page = asked(web, text)
    assert said.startswith("What was found Found.") and "Marisa s-4hd8n0qe" in said and "version 1" in said
    assert re.search(r'<a href="/stories/marisa#p-[0-9a-z]{6}">', page)


def test_the_difference_is_shown_word_by_word(web):
    _, page = asked(web, "Eleven months went before somebody rang back, and then it was the wrong person.")
    assert (
        "Eleven months went <del>by</del> before <del>anybody</del> <ins>somebody</ins> rang back, and"
        in page
    )


@pytest.mark.parametrize(
    ("text", "words", "paragraphs"),
    [
        (
            "Eleven months went before somebody rang back",
            ["Eleven months went by before anybody rang back"],
            "paragraph 3",
        ),
        (
            "anybody rang back … the form had no box",
            [TOLD.split("\n\n")[2], TOLD.split("\n\n")[3].strip()],
            "paragraphs 3–4",
        ),
    ],
)
def test_from_the_source_one_goes_on_to_cite_the_words_as_they_stand_there(web, text, words, paragraphs):
    _, page = asked(web, text)
    (address,) = re.findall(r'<a href="(/s/s-4hd8n0qe/cite[^"]*)" rel="nofollow">Cite these words', page)
    cited = look(web, unescape(address)).text
    quoted = re.search(r'<blockquote class="whole-passage".*?</blockquote>', cited, re.S)[0]
    assert [unescape(one) for one in re.findall(r"<p[^>]*>“?(.*?)”?</p>", quoted)] == words
    assert paragraphs in cited


def test_words_that_are_right_are_said_to_be_so(web):
    assert "Word for word as it stands there" in asked(web, "before anybody rang back, and then it was")[0]


def test_an_ellipsis_joins_parts_of_neighbouring_passages_and_no_others(web):
    near = "Eleven months went by before anybody rang back … the form had no box for that"
    said, page = asked(web, near)
    assert "Found." in said and "passages" in said and "rang back … the form" in page
    far = "The first thing Marisa does is move the chair … the form had no box for that"
    assert "Not found" in asked(web, far)[0]


def test_words_that_stand_in_several_places_are_nobodys_for_sure(web):
    said, _ = asked(web, "We sat and waited for the letter that never came to us.")
    assert "Not sure: these words stand in 2 places" in said and "Ona" in said and "Tam" in said


@pytest.mark.parametrize("text", ["", "   ", "She.", "…", "[ ]", "“”", "[[[", "\u202e\u200b"])
def test_what_is_no_quotation_is_found_nowhere_and_breaks_nothing(web, text):
    said, _ = asked(web, text)
    assert "Found" not in said


def test_what_nobody_said_is_not_found(web):
    text = "The quarterly procurement of desks was signed by the board after the summer break."
    assert "Not found in what you may read here" in asked(web, text)[0]


def test_a_reader_learns_nothing_of_stories_that_she_may_not_read(web, ann):
    text = "The kettle in the ward kitchen was locked with a bicycle chain."
    assert "Found." in asked(web, text, ann)[0]
    nobodys = text.replace("kettle", "rocket").replace("ward", "moon")
    (hidden, page), (unknown, other) = asked(web, text), asked(web, nobodys)
    assert hidden == unknown and page.replace(text, nobodys) == other


def test_a_text_without_end_is_refused_in_words(web):
    answer = send(web, "/trace", {"q": "word " * 5_000})
    assert answer.status == 422 and "more than one quotation" in answer.text


def word_file(*paragraphs):
    made = docx.Document()
    made.add_heading("What we heard", 1)
    for text in paragraphs:
        made.add_paragraph(text)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


PARAGRAPHS = (
    "The service shall answer each letter within ten working days of the day on which it came.",
    "“In the morning nobody knew my name.”",
    "“Eleven months […] before anybody rang back”",
)


def sent(web, who, content, name="annex.docx", **fields):
    return post(web, "/trace/file", who, fields, [("files", name, "x/y", content)])


def test_all_quotations_of_a_word_file_are_looked_for(web, ann):
    answer = sent(web, ann, word_file(*PARAGRAPHS))
    assert answer.status == 200 and "2 paragraphs of 3 found." in answer.text
    assert answer.text.index("/stories/dev#") < answer.text.index("/stories/marisa#")
    assert (answer["cache-control"], answer["x-accel-buffering"]) == ("no-store", "no")


def test_each_line_says_how_far_it_is_and_the_last_that_it_is_done(web, ann):
    page = sent(web, ann, word_file(*PARAGRAPHS)).text
    assert re.findall(r"<span>(\d of \d paragraphs)</span> <progress max=\"3\" value=\"(\d)\"", page) == [
        (f"{number} of 3 paragraphs", str(number)) for number in (1, 2, 3)
    ]
    assert page.index("3 of 3 paragraphs") < page.index('class="whole"') and "<!--" not in page


def test_a_line_is_sent_before_the_next_is_looked_for(web):
    looked_for = []

    def lines():
        for number in (1, 2):
            looked_for.append(number)
            yield TracedLine(f"Words {number}", "nowhere", 0)

    page = TracedFilePage("annex.docx", lines(), total=2)
    parts = stream_page("trace/file.html", site=bare_site(web.archive.settings), page=page)
    assert "There are 2" in next(parts) and looked_for == []
    assert "Words 1" in next(parts) and looked_for == [1]
    assert "Words 2" in next(parts) and "0 paragraphs of 2 found" in next(parts) and looked_for == [1, 2]


def test_the_same_comes_as_a_table_in_which_no_word_of_a_story_leaves(web, ann):
    answer = sent(web, ann, word_file(*PARAGRAPHS), do="csv")
    lines = answer.text.splitlines()
    assert lines[0].endswith('"words differ","address"') and len(lines) == 4
    assert '"no"' in lines[1] and '"Dev"' in lines[2] and "#p-" in lines[3]
    assert "went by" not in answer.text


def test_files_are_for_who_works_here(web):
    assert sent(web, None, word_file("Words.")).status in (303, 404)
    assert "All quotations of a document" not in web.get("/trace").text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("annex.docx", b"no word file", "whatever its name says"),
        ("annex.xyz", b"text", "is not brought in"),
        ("annex.txt", b"  \n ", "no paragraphs"),
    ],
)
def test_a_file_that_can_not_be_read_is_refused_in_words(web, ann, name, content, said):
    answer = sent(web, ann, content, name)
    assert answer.status == 422 and said in answer.text


def test_an_address_with_a_quotation_leads_to_the_same_answer(web):
    assert "Word for word" in web.get("/trace?q=before+anybody+rang+back,+and+then+it+was").text


JSON = ("content-type", "application/json")


def by_program(web, text, *headers):
    """What a program is told that asks for the same."""
    body = json.dumps({"text": text}).encode()
    return web.ask("POST", "/api/v1/trace", headers=[JSON, *headers], body=body)


def test_a_program_is_told_place_version_difference_and_how_sure_it_is(web):
    told = by_program(web, "Eleven months went before anybody rang back, and then it was").json
    (place,) = told["places"]
    assert (told["found"], told["sure"], told["sign"]) == (True, True, None) and told["confidence"] > 0.8
    assert (place["id"], place["slug"], place["storyteller"]) == ("s-4hd8n0qe", "marisa", "Marisa")
    assert (place["version"], place["current"], place["anchors"]) == (1, True, [place["anchor"]])
    assert place["difference"] == "Eleven months went [-by-] before anybody rang back, and then it was"
    assert web.get(place["address"].partition("#")[0]).text.count(f'id="{place["anchor"]}"') == 1


def test_a_program_is_told_of_several_places_of_none_and_of_a_sign(web):
    told = by_program(web, "We sat and waited for the letter that never came to us.").json
    assert sorted(one["storyteller"] for one in told["places"]) == ["Ona", "Tam"]
    assert told["confidence"] <= 0.5 and not told["sure"]
    nothing = {"found": False, "confidence": 0.0, "sure": False, "places": [], "sign": None}
    assert by_program(web, "The quarterly procurement of desks was signed by the board.").json == nothing
    sign = by_program(web, "Words of nobody [s-00000000#p-000000 v1 0000]").json["sign"]
    assert sign == {
        "text": "[s-00000000#p-000000 v1 0000]",
        "state": "unknown",
        "since": None,
        "stands": None,
        "uses": None,
    }


def test_a_program_finds_what_its_token_may_read_and_no_more(web):
    text = "The kettle in the ward kitchen was locked with a bicycle chain."
    bea = account(web.archive, "Bea", "member")
    reads, writes = token(web.archive, bea), token(web.archive, bea, "write")
    assert by_program(web, text, ("authorization", f"Bearer {reads}")).json["found"]
    assert by_program(web, text, ("authorization", f"Bearer {writes}")).status == 403
    assert by_program(web, text, ("authorization", "Bearer sh_none")).status == 401
    assert by_program(web, text).json == by_program(web, text.replace("kettle", "rocket")).json


UNASKED = [b"", b"text", b"[]", b"{}", b"\xff", b"[" * 30_000, b'{"text": ""}', b'{"text": 1}']
UNASKED += [b'{"text": "a", "as": "steward"}', b'{"text": "a", "text": "b"}', b'{"text": "\\ud800"}']
UNASKED += [b'{"text": "' + b"word " * 4_001 + b'"}']


@pytest.mark.parametrize("body", UNASKED)
def test_what_is_no_question_is_refused_as_a_problem(web, body):
    answer = web.ask("POST", "/api/v1/trace", headers=[JSON], body=body)
    assert (answer.status, answer["content-type"]) == (422, "application/problem+json")


def test_another_site_can_not_ask_with_somebodys_cookie(web, ann):
    from_elsewhere = ("sec-fetch-site", "cross-site")
    assert by_program(web, "before anybody rang back", ann, from_elsewhere).status == 403
