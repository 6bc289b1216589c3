"""The words that a programme shares: written at the desk, read by everybody."""

import html
import re

import pytest

from app.database.insight import SHARED_WORD
from app.database.marking import STEP
from app.services.rebuilding import rebuild
from tests.archives import rows
from tests.web.people import look, send, someone
from tests.web.serving import served, story

DESK = "/desk/language"
LEFT = {"word": "Participant", "used": "no", "instead": "storyteller", "why": "The story is hers."}


@pytest.fixture
def web(tmp_path):
    with served(tmp_path, {"a.md": story("A heron.")}, at_loopback=True) as web:
        yield web


@pytest.fixture
def gil(web):
    return someone(web.archive, "Gil", "gatherer", organisation="Here")


def write(web, who, old="", **said):
    page = look(web, f"{DESK}?word={old}" if old else DESK, who).text
    digest = re.search(r'name="digest" value="([^"]*)"', page)[1]
    return send(web, DESK, {"do": "write", "old": old, "digest": digest} | LEFT | said, who)


def test_readers_find_the_words_that_are_used_and_left_in_order(web, gil):
    assert "Nobody has written any down yet" in web.get("/language").text
    write(web, gil)
    write(web, gil, word="waiting", used="yes", instead="", why="For the time between.")
    write(web, gil, word="Case")
    text = web.get("/language").text
    assert text.index("We say") < text.index("waiting") < text.index("We leave") < text.index("Case")
    assert text.index("Case") < text.index("Participant") and "Say instead: <b>storyteller</b>" in text
    assert "/desk" not in text and f'href="{DESK}"' in look(web, "/language", gil).text


def test_a_word_is_changed_taken_away_and_put_back(web, gil):
    step = re.search(r"step=(\d+)", write(web, gil)["location"])[1]
    assert write(web, gil, "participant", word="Participants", why="Better.").status == 303
    assert [row["word"] for row in rows(web.archive, SHARED_WORD)] == ["Participants"]
    answer = send(web, DESK, {"do": "undo", "step": step}, gil)
    assert "changed meanwhile" in look(web, answer["location"], gil).text
    gone = send(web, DESK, {"do": "remove", "old": "participants"}, gil)["location"]
    assert "Taken away." in look(web, gone, gil).text and rows(web.archive, SHARED_WORD) == []
    step = re.search(r"step=(\d+)", gone)[1]
    assert "said=back" in send(web, DESK, {"do": "undo", "step": step}, gil)["location"]
    assert [row["why"] for row in rows(web.archive, SHARED_WORD)] == ["Better."]
    rebuild(web.archive)
    assert len(rows(web.archive, SHARED_WORD)) == 1


def test_two_people_who_change_a_word_at_once_lose_nothing(web, gil):
    write(web, gil)
    digest = re.search(r'name="digest" value="([^"]*)"', look(web, f"{DESK}?word=participant", gil).text)[1]
    write(web, gil, "participant", why="Hers.")
    form = {"do": "write", "old": "participant", "digest": digest} | LEFT | {"why": "His."}
    answer = send(web, DESK, form, gil)
    assert answer.status == 409 and "His." in answer.text and "Hers." in answer.text


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"word": " "}, "missing"),
        ({"word": "PARTICIPANT"}, "stands here already"),
        ({"word": "x" * 5_000}, "can have"),
        ({"word": "a\x07"}, "can not be read"),
        ({"word": "b", "instead": "y" * 400}, "can have"),
        ({"word": "b", "why": "z" * 1_001}, "1,001 characters"),
    ],
)
def test_what_can_not_be_kept_stays_in_the_form(web, gil, said, reason):
    write(web, gil)
    answer = write(web, gil, **{"why": "Kept & typed."} | said)
    assert answer.status == 422 and reason in answer.text
    assert "Kept &amp; typed." in answer.text or "why" in said
    assert len(rows(web.archive, SHARED_WORD)) == 1


@pytest.mark.parametrize("word", ["../x", "🕯️", "مشارك", "<b>x</b>"])
def test_any_word_can_be_written(web, gil, word):
    assert write(web, gil, word=word).status == 303
    text = look(web, DESK, gil).text
    assert html.escape(word, quote=False) in text
    address = html.unescape(re.search(r'href="(/desk/language\?word=[^"]+)"', text)[1])
    assert look(web, address, gil).status == 200


@pytest.mark.parametrize(
    "form", [{}, {"do": "x"}, {"do": "write"}, {"do": "undo"}, {"do": "undo", "step": "x"}]
)
def test_a_form_that_says_nothing_changes_nothing(web, gil, form):
    assert send(web, DESK, form, gil).status == 422
    assert rows(web.archive, STEP) == []


def test_who_may_not_write_finds_no_desk_and_nothing_that_was_never_there(web, gil):
    assert look(web, f"{DESK}?word=never-was", gil).status == 404
    assert send(web, DESK, {"do": "remove", "old": "never-was"}, gil).status == 404
    assert send(web, DESK, {"do": "undo", "step": "7"}, gil).status == 404
    member = someone(web.archive, "Mia", "member", organisation="Here")
    assert look(web, DESK, member).status == 404
    step = re.search(r"step=(\d+)", write(web, gil)["location"])[1]
    assert send(web, "/desk/codebook", {"undo": step}, gil).status == 404
