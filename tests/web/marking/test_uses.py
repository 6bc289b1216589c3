"""A quote's address opens it in its story with everything that uses it, as far as its reader may know."""

import re

import pytest
from sqlalchemy import update

from app.database.marking import CODEBOOK
from app.services.reconcile import reconcile
from tests.web.marking.doing import one
from tests.web.marking.test_boards import cluster, do
from tests.web.marking.test_lenses import cells
from tests.web.people import look, send, someone
from tests.web.serving import story, write


@pytest.fixture
def quote(web, ann):
    """A quote that everything uses."""
    june = someone(web.archive, "June", "gatherer", organisation="Here")
    quote = one(web, ann, themes="Loss")
    send(web, "/lenses", {"do": "example"}, june)
    send(web, cells(web)[0], {"do": "place", "quote": quote}, ann)
    send(web, "/memos/new", {"about": "quote", "target": quote, "words": "Why."}, ann)
    board = send(web, "/boards", {"do": "make", "name": "Doors", "about": ""}, ann)["location"]
    do(web, ann, board, "add", theme="Loss")
    cluster(web, ann, board, "Chairs", quote=quote)
    with web.archive.writing() as connection:
        connection.execute(update(CODEBOOK).where(CODEBOOK.c.slug == "loss").values(example=quote))
        connection.commit()
    return quote


def opened(web, quote, who=None):
    """The card of the quote that was opened."""
    answer = look(web, look(web, f"/q/{quote}", who)["location"].partition("#")[0], who)
    return answer.text.partition(f'data-quote="{quote}"')[2].partition("</li>\n  </ol>")[0]


def test_a_quote_is_opened_with_everything_that_uses_it(web, ann, quote):
    for text in (opened(web, quote, ann), look(web, f"/q/{quote}/edit", ann).text):
        assert "Purpose, power, practice: " in text and f'href="{cells(web)[0]}"' in text
        assert ">Doors</a>, Chairs" in text and "1 memo<" in text
        assert 'href="/themes/loss">Loss</a>, as its example' in text


def test_readers_are_told_of_lenses_and_themes_and_of_nobody_s_work(web, quote):
    text = opened(web, quote)
    assert f'href="{cells(web)[0]}"' in text and "as its example" in text
    assert "Doors" not in text and "memo" not in text and "/edit" not in text


def test_the_page_of_a_story_says_it_of_no_quote_that_was_not_opened(web, ann, quote):
    assert "Used in" not in look(web, "/stories/open", ann).text
    for odd in ("q-00000000", "x", "s-0pen0000", "%00", "q-" + "9" * 900):
        answer = look(web, f"/stories/open?quote={odd}", ann)
        assert answer.status == 200 and "Used in" not in answer.text


def test_every_part_of_a_quote_that_was_opened_is_lit(web, ann):
    quote = one(web, ann, "does is move the chair. She")
    text = look(web, f"/stories/open?quote={quote}", ann).text
    assert len(re.findall(rf'<mark [^>]*class="q near [^>]*data-q="{quote}"', text)) == 3
    assert 'class="q near' not in look(web, "/stories/open", ann).text


def test_a_text_leads_to_a_quote_that_its_reader_may_see_and_shows_words_alone_of_any_other(
    web, tmp_path, ann, quote
):
    asked = f"See [what she said]({quote}) and [what nobody said](q-zzzzzzzz)."
    write(tmp_path, {"stories/other.md": story(asked, "id: s-0ther000")})
    reconcile(web.archive)
    shown = look(web, "/stories/other").text
    assert f'<a href="/q/{quote}">what she said</a> and what nobody said.' in shown
    send(web, f"/q/{quote}/edit", {"do": "remove"}, ann)
    assert "See what she said and what nobody said." in look(web, "/stories/other").text
