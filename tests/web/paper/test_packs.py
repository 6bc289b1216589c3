"""Somebody puts a pack together: cards by the sheet, a list of what is in it, a file that is waited for."""

import re
import time

import pytest

from app.services.paper import packs
from app.services.paper.keeping import forget_files
from tests.web.paper.printing import SAID, pages
from tests.web.people import look

PACK = "poster=s-0pen0000&card=who-e1ena000&card=who-arab1c00&card=who-bare0000&card=who-many0000"
SHEET = re.compile(r'<section class="sheet ([\w-]+)"')


@pytest.fixture(autouse=True)
def nothing_kept(web):
    forget_files(web.archive)


def made(web, query, who=None):
    """The file of a pack, once it is there, and what was said meanwhile."""
    answer, said = look(web, f"/paper/sheets.pdf?{query}", who), []
    while answer.status == 303:
        page = look(web, answer["location"], who)
        assert page.status == 200, page.text
        said.append(page.text)
        if "The file is ready" in page.text:
            return look(web, f"/paper/sheets.pdf?{query}", who), said
        assert 'role="status"' in page.text, page.text
        time.sleep(0.2)
    return answer, said


def test_a_pack_is_put_together_from_what_a_reader_may_take(web, ann):
    anybody, hers = look(web, "/paper"), look(web, "/paper", ann)
    for shown in ("Elena", "Marisa", 'value="who-e1ena000"', 'value="s-0pen0000"'):
        assert shown in anybody.text
    assert "Devon" not in anybody.text and "Dana" not in hers.text
    assert "Devon" in hers.text and 'value="who-des1gn00"' in hers.text
    asked = look(web, "/paper?theme=waiting", ann)
    assert "Theme: " in asked.text and 'name="theme" value="waiting"' in asked.text


def test_a_choice_is_kept_by_whoever_chooses_again(web, ann):
    query = "poster=s-0pen0000&card=who-e1ena000&card=who-des1gn00&sheet=a4&theme=loss"
    back = re.search(
        r'href="(/paper\?[^"]*)"[^>]*>Choose again', look(web, f"/paper/sheets?{query}", ann).text
    )
    page = look(web, back[1].replace("&amp;", "&"), ann).text
    chosen = re.findall(r'name="(\w+)" value="([\w-]+)"[^>]*checked', page)
    assert set(chosen) == {("poster", "s-0pen0000"), ("card", "who-e1ena000"), ("card", "who-des1gn00")}
    assert 'value="a4" selected' in page
    assert 'type="hidden" name="theme" value="loss"' in page and 'type="hidden" name="card"' not in page


def test_what_was_chosen_stands_first(web, ann):
    page = look(web, "/paper?poster=s-vnbr0ken&card=WHO-MANY0000", ann).text
    assert re.findall(r'name="card" value="([\w-]+)"', page)[0] == "who-many0000"
    stories = page.partition("<legend>Stories")[2]
    assert re.findall(r'name="poster" value="([\w-]+)"', stories)[0] == "s-vnbr0ken"


@pytest.mark.parametrize(("sheet", "formats"), [("a3", ["four", "four"]), ("a4", ["two", "two", "two"])])
def test_cards_stand_as_many_to_a_sheet_as_it_is_cut_into(web, ann, sheet, formats):
    cards = "&".join(
        f"card=who-{one}" for one in ("e1ena000", "arab1c00", "bare0000", "many0000", "des1gn00")
    )
    html = look(web, f"/paper/sheets?{cards}&sheet={sheet}", ann).text
    assert SHEET.findall(html) == ["a4", *formats]
    assert html.count('<div class="place">') == 5 and '<i class="cut' in html


def test_quotes_come_eight_to_a_sheet_with_who_said_them(web, ann, quote):
    html = look(web, "/paper/sheets?theme=loss", ann).text
    assert SHEET.findall(html) == ["eight"]
    assert f"“{SAID}”" in html and "Marisa, carer, Harbour, 4 March 2026" in html and quote in html
    assert SHEET.findall(look(web, f"/q/{quote}/card").text) == ["one-quote"]


def test_the_page_that_takes_quotes_out_leads_to_their_cards(web, ann, quote):
    assert 'href="/paper/sheets?theme=loss"' in look(web, "/quotes/take?theme=loss", ann).text


def test_a_pack_begins_with_a_list_to_tick_off(web, ann):
    html = look(web, f"/paper/sheets?{PACK}&card=who-des1gn00&for=design", ann).text
    first = html.partition("</section>")[0]
    for told in ("who-e1ena000", "who-des1gn00", "for design sessions", "to be returned or destroyed"):
        assert told in first, told
    assert "1 story: the storyteller did not agree to design sessions" in first


def test_what_a_reader_may_not_see_leaves_no_trace_in_a_pack(web):
    one, other = (
        look(web, f"/paper/sheets?{PACK}&poster={hidden}&card={who}")
        for hidden, who in (("s-des1gn00", "who-des1gn00"), ("s-nobody00", "who-nobody00"))
    )
    assert other.text.replace("s-nobody00", "s-des1gn00").replace("who-nobody00", "who-des1gn00") == one.text


def test_a_larger_pack_is_made_in_the_background_and_says_how_far_it_is(web):
    many = "&".join(f"poster={one}" for one in ("s-0pen0000", "s-bare0000", "s-arab1c00", "s-em0j1000"))
    answer, said = made(web, f"{many}&card=who-e1ena000")
    assert len(pages(answer)) == 6
    assert re.search(r"\d of 6 sheets", said[0]) and "The file is ready" in said[-1]
    again = look(web, f"/paper/sheets.pdf?{many}&card=who-e1ena000")
    assert again.content == answer.content


def test_what_is_too_much_for_one_pack_is_refused_with_what_to_do(web, monkeypatch):
    monkeypatch.setattr(packs, "MOST", 2)
    monkeypatch.setattr(packs, "TOO_MANY", "Choose fewer.")
    cards = "card=who-e1ena000&card=who-arab1c00"
    assert look(web, f"/paper/sheets?{cards}").status == 200
    for ending in ("", ".pdf", ".pptx"):
        answer = look(web, f"/paper/sheets{ending}?{cards}&poster=s-0pen0000")
        assert answer.status == 422 and "Choose fewer." in answer.text


@pytest.mark.parametrize(
    "query", ["", "card=x", "poster=%00&card=%FF", "sheet=a9&size=z&for=war&words=1", "card=who-00000000"]
)
def test_a_choice_that_nobody_could_have_made_is_an_empty_pack(web, query):
    page = look(web, f"/paper/sheets?{query}")
    assert page.status == 200 and "Nothing of this can be put on paper now" in page.text
    assert look(web, f"/paper/sheets.pdf?{query}").status == 303
    assert look(web, f"/paper/making?{query}").status == 404


def test_that_words_left_on_paper_is_noted_at_their_stories(web, ann, sue):
    look(web, "/s/s-0pen0000/poster.pdf", ann)
    assert "downloaded" in look(web, "/desk/audit?record=s-0pen0000", sue).text
    assert "paper.pdf" in look(web, "/desk/audit?record=s-0pen0000", sue).text
