"""Somebody writes down what she thinks and finds it again; what it is about hides it too."""

import re
from urllib.parse import quote_plus

import pytest
from sqlalchemy import select

from app.database.insight import LENS_QUOTE, MEMO
from app.database.marking import CODEBOOK
from app.services.insight.memos import folded
from app.services.marking.forgetting import forget_marks
from app.services.reconcile import reconcile
from tests.archives import rows
from tests.web.filling import filled_in
from tests.web.marking.doing import BODY, one
from tests.web.marking.test_lenses import cells, hidden_quote
from tests.web.people import look, send, someone
from tests.web.serving import served, story

PERSONA = "---\nid: who-0pen0000\nname: Elena\nuses: [publication]\n---\nShe.\n"
KEPT = "---\nid: who-kept0000\nname: Kept\nuses: [design]\n---\nShe.\n"


@pytest.fixture
def web(tmp_path):
    stories = {
        "open.md": story(BODY, "id: s-0pen0000", "storyteller: Marisa", "themes: [waiting]"),
        "design.md": story(BODY, "id: s-des1gn00", "themes: [kept in]", uses="design"),
    }
    with served(tmp_path, stories, {"elena.md": PERSONA, "kept.md": KEPT}, at_loopback=True) as web:
        yield web


def write(web, who, words, about="", target=""):
    return send(web, "/memos/new", {"about": about, "target": target, "words": words}, who)


def ids(web, who, query=""):
    return re.findall(r'<li id="(m-[0-9a-z]{8})"', look(web, f"/memos{query}", who).text)


def test_a_memo_about_anything_stands_at_what_it_is_about_and_on_one_page(web, ann, cy):
    quote = one(web, ann)
    places = {
        ("quote", quote): f"/q/{quote}/edit",
        ("theme", "waiting"): "/themes/waiting",
        ("story", "s-0pen0000"): "/stories/open",
        ("persona", "who-0pen0000"): "/personas/elena",
    }
    for (about, target), address in places.items():
        assert "Write a memo" in look(web, f"/memos/new?about={about}&target={target}", ann).text
        answer = write(web, ann, f"A thought on the {about}.", about, target)
        assert answer.status == 303 and answer["location"].startswith(address.partition("#")[0])
        assert "The memo is saved." in look(web, answer["location"].partition("#")[0], ann).text
        text = look(web, address, cy).text
        assert f"A thought on the {about}." in text and "The memo is saved." not in text
        assert "A thought on" not in look(web, address).text and "Write a memo" not in look(web, address).text
    write(web, ann, "A thought.")
    text = look(web, "/memos", cy).text
    assert len(ids(web, cy)) == 5 and text.index("A thought.") < text.index("A thought on the persona.")
    assert "“wants to see the door”" in text and ">Waiting</a>" in text and "Ann" in text
    assert look(web, "/memos").status == 404 and look(web, "/memos", someone(web.archive, "Bo")).status == 404


def test_memos_are_found_by_words_phrases_and_what_is_not_there(web, ann):
    write(web, ann, "Éleven months of waiting, don’t ask.")
    write(web, ann, "Waiting is not the matter; months are.")
    write(web, ann, "نتظر")
    for q, found in {
        "eleven": 1,
        "WAITING+months": 2,
        "wait": 2,
        "aiting": 0,
        "%22months+of%22": 1,
        "waiting+-matter": 1,
        "-%22months+of%22": 2,
        "dont": 1,
        "don%27t": 1,
        quote_plus("نتظ"): 1,
        "100%25": 0,
        "_": 0,
        "%22": 0,
        "": 3,
    }.items():
        assert len(ids(web, ann, f"?q={q}")) == found, q
    assert "No memo has this" in look(web, "/memos?q=nowhere", ann).text


@pytest.mark.parametrize(
    "query", ["?q=" + "x" * 5_000, "?q=" + "-" * 300, "?by=x&about=y&page=-1", "?by=99999999999", "?page=999"]
)
def test_an_odd_question_is_answered(web, ann, query):
    write(web, ann, "One.")
    assert look(web, f"/memos{query}", ann).status == 200


def test_memos_are_narrowed_by_what_they_are_about_and_by_who_wrote_them(web, ann, cy):
    write(web, ann, "Hers.", "story", "s-0pen0000")
    write(web, cy, "His.", "theme", "waiting")
    write(web, cy, "Loose.")
    assert len(ids(web, ann, "?about=story")) == len(ids(web, ann, "?by=me")) == 1
    assert len(ids(web, ann, "?about=nothing")) == 1
    number = re.search(r'<option value="(\d+)">Cy</option>', look(web, "/memos", ann).text)[1]
    assert len(ids(web, ann, f"?by={number}")) == 2
    assert len(ids(web, ann, f"?by={number}&about=theme&target=waiting")) == 1
    assert look(web, "/memos?about=theme&target=nothing", ann).status == 404


def test_many_memos_stand_on_pages(web, ann):
    for number in range(32):
        write(web, ann, f"Thought {number}.", "story", "s-0pen0000")
    assert len(ids(web, ann)) == 30 and len(ids(web, ann, "?page=2")) == 2
    beside = look(web, "/stories/open", ann).text
    assert "Thought 31." in beside and "Thought 28." not in beside and "All memos about it" in beside


def test_a_memo_is_changed_taken_away_and_put_back_by_who_wrote_it_and_by_stewards(web, ann, cy):
    sue = someone(web.archive, "Sue", "steward", organisation="Here")
    write(web, ann, "First.")
    (memo,) = ids(web, ann)
    at = f"/memos/{memo}"
    form = filled_in(look(web, at, ann), at) | {"do": "save"}
    assert send(web, at, form | {"words": "Second."}, ann).status == 303
    stale = send(web, at, form | {"words": "Third."}, ann)
    assert stale.status == 409 and "Third." in stale.text
    assert "Second." in look(web, at, cy).text and "<textarea" not in look(web, at, cy).text
    now = filled_in(look(web, at, ann), at) | {"do": "save"}
    assert send(web, at, now, cy).status == send(web, at, {"do": "remove"}, cy).status == 403
    gone = send(web, at, {"do": "remove"}, ann)["location"]
    assert ids(web, ann) == [] and "Put it back" in look(web, gone, ann).text
    assert look(web, at, ann).content == look(web, "/memos/m-00000000", ann).content
    assert "Put it back" not in look(web, gone, cy).text
    assert send(web, at, {"do": "back"}, cy).status == 404
    assert send(web, at, {"do": "back"}, sue).status == 303 and ids(web, ann) == [memo]


def test_who_saves_a_memo_is_told_so_where_it_stands_or_how_to_it(web, ann, cy):
    first = write(web, ann, "The first.")["location"]
    (memo,) = ids(web, ann)
    assert first == f"/memos?memo={memo}#{memo}"
    at = f"/memos/{memo}"
    form = filled_in(look(web, at, ann), at) | {"do": "save", "words": "The first, changed."}
    saved = send(web, at, form, ann)["location"].partition("#")[0]
    assert re.search(
        rf'<li id="{memo}">\s*<p [^>]*role="status">The memo is saved.', look(web, saved, ann).text
    )
    for number in range(30):
        write(web, ann, f"{number}.")
    text = look(web, saved, ann).text
    assert f'The memo is saved. <a href="{at}">Look at it</a>' in text and f'id="{memo}"' not in text
    send(web, at, {"do": "remove"}, ann)
    assert "The memo is saved." not in look(web, saved, ann).text


@pytest.mark.parametrize("words", ["", "  \n ", "\u200b", "x" * 20_001, "a\0b", "a\u202eb"])
def test_words_that_can_not_be_kept_stay_in_the_form_with_a_reason(web, ann, words):
    answer = write(web, ann, words, "story", "s-0pen0000")
    assert answer.status == 422 and "Nothing was saved." in answer.text and rows(web.archive, MEMO) == []


def test_a_long_memo_in_any_script_is_kept_as_it_is_and_shown_inert(web, ann):
    words = "<script>alert(1)</script> **no** [x](javascript:1) " + "🏡" * 19_000
    assert write(web, ann, words).status == 303
    assert rows(web.archive, MEMO)[0]["words"] == words
    text = look(web, "/memos", ann).text
    assert "<script>alert" not in text and "&lt;script&gt;" in text and 'href="javascript' not in text


@pytest.mark.parametrize(
    ("about", "target"),
    [
        ("quote", "q-00000000"),
        ("quote", ""),
        ("story", "../x"),
        ("persona", "s-0pen0000"),
        ("theme", "x"),
        ("x", ""),
    ],
)
def test_nobody_writes_about_what_is_not_there(web, ann, about, target):
    assert write(web, ann, "Words.", about, target).status == 404
    assert look(web, f"/memos/new?about={about}&target={target}", ann).status == 404
    assert rows(web.archive, MEMO) == []


def test_a_memo_is_as_hidden_as_what_it_is_about(web, ann, cy):
    quote = hidden_quote(web, ann)
    hidden = {
        "quote": quote,
        "story": "s-des1gn00",
        "persona": "who-kept0000",
        "theme": "kept-in",
    }
    for about, target in hidden.items():
        assert write(web, ann, f"Secret of the {about}.", about, target).status == 303, about
    assert len(ids(web, ann)) == 4 and ids(web, cy) == []
    assert "Secret" not in look(web, "/memos?q=secret", cy).text
    assert ">Ann</option>" not in look(web, "/memos", cy).text
    nothing = look(web, "/memos/m-00000000", cy).content
    for memo in ids(web, ann):
        assert look(web, f"/memos/{memo}", cy).content == nothing
        assert send(web, f"/memos/{memo}", {"do": "remove"}, cy).status == 404
    for about, target in hidden.items():
        assert look(web, f"/memos?about={about}&target={target}", cy).status == 404
        assert write(web, cy, "Words.", about, target).status == 404
    (web.archive.settings.stories / "design.md").write_text(
        story(BODY, "id: s-des1gn00", "status: withdrawn", uses="design")
    )
    reconcile(web.archive)
    sue = someone(web.archive, "Sue", "steward", organisation="Here")
    assert "Secret of the story" not in look(web, "/memos", sue).text
    assert "Secret of the quote" not in look(web, "/memos", ann).text


def test_a_memo_follows_a_theme_that_is_merged(web, ann):
    one(web, ann, themes="Loss")
    one(web, ann, "the chair", themes="Bereavement")
    write(web, ann, "Of dying.", "theme", "bereavement")
    with web.archive.writing() as connection:
        loss = select_key("loss")
        into = CODEBOOK.update().where(CODEBOOK.c.slug == "bereavement").values(merged_into=loss)
        connection.execute(into)
        connection.commit()
    assert "Of dying." in look(web, "/themes/loss", ann).text
    assert ">Loss</a>" in look(web, "/memos", ann).text


def select_key(slug):
    return select(CODEBOOK.c.key).where(CODEBOOK.c.slug == slug).scalar_subquery()


def test_an_erased_story_leaves_no_memo_and_no_placing(web, ann):
    june = someone(web.archive, "June", "gatherer", organisation="Here")
    quote = one(web, ann)
    write(web, ann, "One.", "quote", quote)
    write(web, ann, "Two.", "story", "s-0pen0000")
    write(web, ann, "Three.")
    send(web, "/lenses", {"do": "example"}, june)
    cell = cells(web)[0]
    send(web, cell, {"do": "place", "quote": quote}, ann)
    assert len(rows(web.archive, LENS_QUOTE)) == 1
    with web.archive.writing() as connection:
        forget_marks(connection, "s-0pen0000")
        connection.commit()
    assert [row["words"] for row in rows(web.archive, MEMO)] == ["Three."] and rows(
        web.archive, LENS_QUOTE
    ) == []


def test_words_are_folded_by_case_and_accents():
    assert folded("Élan, don’t!  ÖL") == " elan dont ol "
