"""A reader cites a story, a passage, or words that she chose, without script."""

import re
from html import unescape
from urllib.parse import quote

import pytest

from app.errors import InvalidText
from app.services.citing import page as citing_page
from tests.web.citing.archive import AT, CHAIR, CLOSED, FLAT, FLAT_AT, ID, cite, shown, told
from tests.web.people import look, send

BASE = "http://localhost:8000"


def marked(web, who):
    """What a member is answered who marks the first passage."""
    fields = {"revision": "1", "anchor": AT, "exact": CHAIR}
    return send(web, f"/s/{ID}/mark", fields, who)


def test_a_passage_has_its_reference_in_five_styles(web):
    page = told(web, f"/s/{ID}/cite?at={AT}")
    assert shown(page, "harvard-reference") == (
        f"Marisa (2026) ‘The eleven months’. Storyhold. Available at: {BASE}/s/{ID}#{AT} "
        "(Accessed: 23 November 2026)."
    )
    assert shown(page, "harvard-in-text") == "(Marisa, 2026, para. 1)"
    assert shown(page, "oscola-footnote").startswith("Interview with Marisa, ‘The Eleven Months’")
    for style in ("harvard", "apa", "vancouver", "oscola", "chicago"):
        for part in ("reference", "in-text", "footnote"):
            assert shown(page, f"{style}-{part}")
    assert "May be used for publication." in page and f"“{CHAIR}”" in page


def test_chosen_words_are_had_with_their_reference_in_three_forms(web):
    page = told(web, cite("the flat, the job & the nephew", FLAT_AT))
    assert "“the flat, the job &amp; the nephew” (Marisa, 2026, para. 2)" in shown(page, "quotation-plain")
    assert "&gt; “the flat, the job \\&amp; the nephew” (Marisa" in shown(page, "quotation-markdown")
    assert "“the flat, the job &amp; the nephew” (Marisa" in page.split('id="quotation-rich"')[1]
    other = told(web, cite("the job", FLAT_AT) + "&style=oscola")
    assert "“the job”¹" in shown(other, "quotation-plain") and "¹ Interview with" in shown(
        other, "quotation-plain"
    )


def test_words_without_a_passage_are_looked_for_in_the_story(web):
    assert "paragraph 2" in told(web, cite("the   job & the\nnephew"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("he flat, the jo", "the flat, the job"),
        ("THE FLAT, the job", "the flat, the job"),
        ("“the flat, the job”", "the flat, the job"),
        ("hair.\n\nShe kept the fl", f"{CHAIR.split()[-1]}|She kept the flat"),
    ],
)
def test_words_are_cited_whole_and_as_they_stand_however_they_were_chosen(web, typed, said):
    page = told(web, cite(typed))
    words = re.findall(r'<blockquote class="whole-passage".*?</blockquote>', page, re.DOTALL)[0]
    assert re.sub(r"<[^>]*>|[“”]", "", words.replace("</p><p", "</p>|<p")).strip() == said


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("words=never+said", "the whole story"),
        (f"at={AT}&words=never+said", "the whole passage"),
        ("at=p-000000", "There is no such passage"),
        ("at=nonsense", "There is no such passage"),
        (f"words={CLOSED.replace(' ', '+')}", "the whole story"),
    ],
)
def test_what_does_not_stand_there_is_said_and_the_nearest_is_cited(web, query, said):
    page = told(web, f"/s/{ID}/cite?{query}")
    cited = re.sub(r'<input type="hidden" name="q" [^>]*>', "", page)
    assert said in page and "Marisa (2026)" in page and "never said" not in cited.replace("never+said", "")
    assert CLOSED not in cited
    assert ('method="post" action="/trace"' in page) == ("words=" in query)


@pytest.mark.parametrize(
    ("typed", "near", "paragraphs"),
    [
        ("She kept the house, the job", "She kept the flat, the job", "paragraph 2"),
        ("“the first thing [she] does … the chair”", CHAIR.removesuffix("."), "paragraph 1"),
        ("move the old chair. She kept the flat", "move the chair. She kept the flat", "paragraphs 1 to 2"),
    ],
)
def test_of_words_that_stand_otherwise_the_nearest_is_offered(web, typed, near, paragraphs):
    page = told(web, cite(typed))
    offered = re.search(r'in <a href="([^"]*)"[^>]*>([^<]*)</a>:', page)
    assert offered[2] == paragraphs and 'action="/trace"' not in page and "do not stand in the story" in page
    assert near in page
    there = told(web, unescape(offered[1]))
    assert "do not stand" not in there and "Cite these words" in there


def test_the_nearest_of_a_story_with_a_content_note_stays_folded(web):
    page = told(web, "/s/s-n0ted000/cite?words=She+kept+the+house,+the+job")
    assert '<details class="fold"><summary>Mentions loss' in page.partition("She kept the flat")[0]


def test_an_id_or_anchor_that_was_read_aloud_is_recognised(web):
    for spelled in ("S-OPEN0000", "s-0PEN0000", "s-0penOOOO"):
        page = told(web, f"/s/{spelled}/cite?at={AT.upper()}")
        assert f"/s/{ID}#{AT}" in page
        assert told(web, f"/s/{spelled}.bib?at={AT.upper()}") == told(web, f"/s/{ID}.bib?at={AT}")


def test_an_address_in_capitals_is_recognised_with_its_format(web, ann):
    quote = re.search(r"#(q-\w+)", marked(web, ann)["location"])[1]
    for one in (ID, quote):
        spelled = one[2:].upper().replace("0", "O").replace("1", "L")
        for form in ("bib", "csl.json", "txt"):
            plain = told(web, f"/{one[0]}/{one}.{form}")
            for written in (f"{one[:2]}{spelled}.{form}", f"{one[:2].upper()}{spelled}.{form.upper()}"):
                assert told(web, f"/{one[0]}/{written}") == plain
        assert told(web, f"/{one[0]}/{one[:2].upper()}{spelled}/cite") == told(web, f"/{one[0]}/{one}/cite")


@pytest.mark.parametrize(
    "query", ["at=p-000000", "at=x", f"at={AT}&to=p-000000", "words=never+said", f"at={AT}&words=never+said"]
)
@pytest.mark.parametrize("form", ["bib", "csl.json", "md"])
def test_no_file_is_of_more_than_was_asked_for(web, query, form):
    """A page says what it cites instead; a program would not notice."""
    assert look(web, f"/s/{ID}.{form}?{query}") == look(web, "/nowhere")
    assert "notice" in told(web, f"/s/{ID}/cite?{query}")


@pytest.mark.parametrize(
    "address",
    [
        "/s/s-never000/cite",
        f"/S/{ID}",
        f"/S/{ID}.bib",
        f"/q/{ID}/v/1",
        "/s/who-0pen0000/cite",
        "/q/s-0pen0000/cite",
        "/q/q-00000000/cite",
        "/s/q-00000000.bib",
        "/q/s-0pen0000.bib",
        f"/s/{ID}.exe",
        f"/s/{ID}.",
        f"/s/{ID}.csl",
        "/s/%20s-0pen0000.bib",
        "/s/.bib",
    ],
)
def test_what_is_no_address_is_absent_like_any_other(web, address):
    assert look(web, address) == look(web, "/nowhere")


@pytest.mark.parametrize("words", ["x" * 20_000, "\x00", "“”", "%FF", "   ", "\u202e"])
def test_odd_words_are_never_an_error(web, words):
    assert look(web, f"/s/{ID}/cite?at={AT}&words={quote(words)}").status == 200


def test_a_story_with_a_content_note_is_cited_behind_its_fold(web):
    page = told(web, "/s/s-n0ted000/cite?words=the+flat")
    for place in re.finditer("“the flat”", page):
        before = page[: place.start()]
        assert before.count('<details class="fold"') > before.count("</details>")


def test_a_style_that_there_is_none_of_is_the_first(web):
    assert told(web, f"/s/{ID}/cite?at={AT}&style=none") == told(web, f"/s/{ID}/cite?at={AT}")


def test_the_page_for_citing_is_not_for_robots(web):
    assert '<meta name="robots" content="noindex">' in told(web, f"/s/{ID}/cite")
    assert look(web, f"/s/{ID}.bib")["x-robots-tag"] == "noindex"


def test_where_nothing_can_be_formatted_the_files_are_there(web, monkeypatch):
    def failed(*_):
        raise InvalidText("Not now.")

    monkeypatch.setattr(citing_page, "formatted", failed)
    page = told(web, f"/s/{ID}/cite?at={AT}")
    assert "Not now." in page and f"/s/{ID}.ris?at={AT}" in page and f"{BASE}/s/{ID}#{AT}" in page


def test_every_passage_says_its_number_and_leads_to_its_reference(web):
    page = told(web, "/stories/open")
    numbers = re.findall(r'href="#(p-\w+)" aria-label="Link to passage (\d+)" data-n="\d+">#</a>', page)
    assert numbers == [(AT, "1"), (FLAT_AT, "2")]
    assert f'href="/s/{ID}/cite?at={FLAT_AT}" rel="nofollow" data-cite aria-label="Cite passage 2"' in page
    assert f'<a href="/s/{ID}/cite" rel="nofollow" data-cite>Cite this story</a>' in page
    assert FLAT.replace("&", "&amp;") in page


def test_a_passage_has_the_number_that_references_count(web, sue):
    """Closed passages, which stewards see, are not counted."""
    assert told(web, "/stories/open", sue).count("data-n=") == 2
    told_of = web.get("/api/v1/stories/open").json["passages"]
    assert [one["number"] for one in told_of] == [1, 2]
