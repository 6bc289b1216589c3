"""Quotes are searched like stories: by words, themes, people and stories, inside what a reader may see."""

import re

import pytest
from sqlalchemy import delete

from app.database.marking import QUOTE, QUOTE_WORDS
from app.rendering.passages import anchor_of
from app.services.marking import counting
from app.services.marking.words import write_missing_words
from app.services.reconcile import reconcile
from tests.archives import rows
from tests.web.people import look, send, someone
from tests.web.serving import served, story

FIRST = "She was waiting a long time for an answer, and the nurse said nothing."
SECOND = "He lost his flat <twice> & waited for the letter."
AT, THEN = anchor_of(FIRST), anchor_of(SECOND)
IDS = {"open": "s-0pen0000", "design": "s-des1gn00", "noted": "s-n0ted000"}
BODY = f"{FIRST}\n\nHe lost his flat \\<twice> & waited for the letter.\n"


@pytest.fixture
def web(tmp_path):
    stories = {
        "open.md": story(BODY, "id: s-0pen0000", "storyteller: Marisa", "site: Harbour", "kind: [carer]"),
        "design.md": story(BODY, "id: s-des1gn00", "storyteller: Devon", "site: Mill", uses="design"),
        "noted.md": story(BODY, "id: s-n0ted000", "storyteller: Lena", "content_notes: [loss]"),
    }
    with served(tmp_path, stories, at_loopback=True) as web:
        yield web


@pytest.fixture
def ann(web):
    return someone(web.archive, "Priya", "member", organisation="Here")


@pytest.fixture
def ben(web):
    return someone(web.archive, "Benno", "steward", organisation="Here")


def mark(web, who, name="open", words="waiting a long time", **fields):
    told = {"revision": "1", "anchor": AT, "exact": words, "themes": "Being heard"} | fields
    answer = send(web, f"/s/{IDS[name]}/mark", told, who)
    assert answer.status == 303, answer.text
    return answer["location"].rpartition("#")[2]


def found(web, who=None, query=""):
    """The ids of the quotes on the page, in their order."""
    answer = look(web, f"/search?in=quotes&{query}", who)
    assert answer.status == 200, answer.text
    return re.findall(r'<a href="/q/(q-[0-9a-z]{8})">', answer.text)


def test_words_are_found_in_any_form_and_only_among_those_that_were_marked(web, ann):
    quote = mark(web, ann)
    for q in ("wait", "waited", "long+waits", '"a+long+time"', "wait*", "WAITING", "long+-nurse"):
        assert found(web, ann, f"q={q}") == [quote], q
    for q in ("nurse", '"long+a+time"', "-waiting", "answer*", 'long+-"a+long"'):
        assert found(web, ann, f"q={q}") == [], q


def test_those_with_more_of_the_words_come_first_and_the_words_are_marked(web, ann):
    one = mark(web, ann, words="lost his flat", anchor=THEN)
    both = mark(web, ann, words="lost his flat <twice> & waited", anchor=THEN)
    assert found(web, ann, "q=waiting+flat") == [both, one]
    text = look(web, "/search?in=quotes&q=waiting+flat", ann).text
    assert "lost his <mark>flat</mark> &lt;twice&gt; &amp; <mark>waited</mark>" in text


def test_filters_narrow_by_theme_story_person_flag_site_kind_and_year(web, ann, ben):
    hers = mark(web, ann, stays="yes")
    his = mark(web, ben, "design", themes="Loss")
    for query, expected in {
        "theme=loss": [his],
        "theme=being-heard": [hers],
        "theme=loss&theme=being-heard": {hers, his},
        "q=theme:loss": [his],
        "q=theme:being+heard": [hers],
        "q=site:mill": [his],
        "story=open": [hers],
        "story=s-des1gn00": [his],
        "by=mine": [hers],
        "by=2": [his],
        "flag=stays": [hers],
        "site=harbour": [hers],
        "kind=carer": [hers],
        "use=design": [his],
        "year=1999": [],
        "by=2&theme=being-heard": [],
        "q=waiting&theme=loss": [his],
    }.items():
        assert set(found(web, ann, query)) == set(expected), query


def test_filters_say_how_many_quotes_each_value_has(web, ann, ben):
    mark(web, ann, stays="yes")
    mark(web, ann, words="the nurse")
    mark(web, ben, "design", themes="Loss")
    text = look(web, "/search?in=quotes&theme=being-heard", ann).text
    counts = dict(re.findall(r"<span dir=\"auto\">([^<]*)</span> <span class=\"meta\">(\d+)<", text))
    assert counts["Being heard"] == "2" and counts["Loss"] == "1"  # its own counts apply no choice of its own
    assert counts["Priya"] == "2" and "Benno" not in counts
    assert counts["Harbour"] == "2" and "Mill" not in counts and counts["Stays with somebody"] == "1"


def test_readers_find_words_and_themes_and_cannot_ask_who_marked_what(web, ann):
    quote = mark(web, ann, stays="yes", note="Not for all.")
    other = mark(web, ann, "design")
    assert found(web) == [quote] == found(web, None, "by=77") == found(web, None, "flag=other")
    text = look(web, "/search?in=quotes&q=waiting").text
    for hidden in (other, "Devon", "Mill", "Priya", "Not for all.", "Stays with", "Marked by"):
        assert hidden not in text
    assert "Quotes 1" in text and "Quotes 1" in look(web, "/search?q=waiting").text


def test_a_theme_that_rests_on_hidden_quotes_is_nobody_s_theme(web, ann):
    mark(web, ann, "design", themes="Secret Grief")
    one = look(web, "/search?in=quotes&theme=secret-grief&q=theme:secret+grief").text
    other = look(web, "/search?in=quotes&theme=secret-grxxf&q=theme:secret+grxxf").text
    took = re.compile(r"\d+ ms")
    assert took.sub("", one) == took.sub("", other.replace("grxxf", "grief"))


def test_no_name_of_a_hidden_story_is_told_where_many_are_counted(web, ann, monkeypatch):
    mark(web, ann)
    mark(web, ann, "design")
    monkeypatch.setattr(counting, "CHUNK", 0)
    assert "Marisa" in look(web, "/search?in=quotes&story=design").text
    assert "Devon" not in look(web, "/search?in=quotes&story=design").text
    assert "Devon" in look(web, "/search?in=quotes&story=design", ann).text


def test_a_hidden_persona_narrows_nothing_down(web, ann):
    mark(web, ann)
    file = web.archive.settings.personas / "elena.md"
    file.write_text("---\nname: Elena\nstories: [open]\n---\nElena.\n")
    reconcile(web.archive)
    assert len(found(web, ann, "persona=elena")) == 1
    assert found(web, None, "persona=elena") == [] == found(web, None, "q=persona:elena")


def test_words_of_a_story_with_a_content_note_are_folded(web, ann):
    mark(web, ann, "noted")
    text = look(web, "/search?in=quotes", ann).text
    assert text.index("Mentions loss") < text.index("waiting a long time")


def test_tabs_lead_from_stories_to_quotes_and_back_with_the_same_question(web, ann):
    mark(web, ann)
    stories = look(web, "/search?q=waiting&site=harbour", ann).text
    assert 'href="/search?q=waiting&amp;in=quotes&amp;site=harbour">Quotes 1</a>' in stories
    quotes = look(web, "/search?in=quotes&q=waiting&site=harbour", ann).text
    assert 'href="/search?q=waiting&amp;site=harbour">Stories 1</a>' in quotes
    assert 'href="/quotes/take?q=waiting&amp;site=harbour">Take these out' in quotes


def test_the_words_that_are_searched_are_those_that_stand_there_now(web, ann):
    quote = mark(web, ann)
    file = web.archive.settings.stories / "open.md"
    file.write_text(file.read_text().replace("a long time", "a very long, endless time"))
    reconcile(web.archive)
    assert found(web, ann, "q=endless") == [quote] == found(web, ann, "q=waiting&story=open")
    text = file.read_text().replace(FIRST.replace("a long time", "a very long, endless time"), "")
    file.write_text(text)
    reconcile(web.archive)
    assert found(web, ann, "q=endless") == [] and len(rows(web.archive, QUOTE)) == 1
    assert rows(web.archive, QUOTE_WORDS) == []


def test_words_that_a_storyteller_closed_are_kept_nowhere_to_be_searched(web, ann):
    mark(web, ann)
    file = web.archive.settings.stories / "open.md"
    file.write_text(file.read_text().replace(FIRST, f"::: closed\n{FIRST}\n:::"))
    reconcile(web.archive)
    assert found(web, ann, "q=waiting") == [] and rows(web.archive, QUOTE_WORDS) == []


def test_words_that_are_missing_are_written_again(web, ann):
    quote = mark(web, ann)
    with web.archive.writing() as connection:
        connection.execute(delete(QUOTE_WORDS))
        connection.commit()
    assert found(web, ann, "q=waiting") == []
    write_missing_words(web.archive)
    assert found(web, ann, "q=waiting") == [quote]


def test_pages_and_orders(web, ann):
    quotes = [mark(web, ann, words=words) for words in FIRST.rstrip(".").replace(",", "").split()]
    assert len(quotes) > 10
    seen = found(web, ann, "sort=marked")
    assert seen == quotes[::-1]
    assert found(web, ann, "sort=story") and found(web, ann, "sort=;drop") == found(web, ann)
    assert found(web, ann, "page=99999") == seen[:0] or found(web, ann, "page=99999")


def test_programs_are_told_words_and_themes_and_with_a_session_the_rest(web, ann):
    quote = mark(web, ann, note="Why.", stays="yes")
    folded = mark(web, ann, "noted")
    hidden = mark(web, ann, "design")
    told = look(web, "/api/v1/quotes?q=waiting").json
    assert {one["id"] for one in told["items"]} == {quote, folded} and told["total"] == 2
    by_id = {one["id"]: one for one in told["items"]}
    assert by_id[quote]["words"] == "waiting a long time" and by_id[folded]["words"] is None
    assert by_id[quote]["themes"] == ["being-heard"] and by_id[quote]["uses"] == ["publication"]
    kept = ("note", "by", "stays", "changed")
    assert all(by_id[quote][name] is None for name in kept)
    hers = look(web, f"/api/v1/quotes/{quote}", ann).json
    assert [hers[name] for name in kept] == ["Why.", "Priya", True, False]
    assert look(web, f"/api/v1/quotes/{folded}").json["words"] == "waiting a long time"
    assert look(web, f"/api/v1/quotes/{hidden}").status == 404 == look(web, "/api/v1/quotes/q-x").status
    assert look(web, "/api/v1/quotes?by=mine", ann).json["total"] == 3
    assert look(web, "/api/v1/quotes?flag=stays", ann).json["total"] == 1
    page = look(web, "/api/v1/quotes?size=1&theme=being-heard").json
    assert page["next"] == "/api/v1/quotes?size=1&theme=being-heard&page=2"
    assert "score" not in str(told)


@pytest.mark.parametrize("query", ["page=0", "size=101", "flag=x", "sort=x", "nobody=1", "q=" + "x" * 1001])
def test_a_program_that_asks_for_what_is_not_there_is_told(web, query):
    assert look(web, f"/api/v1/quotes?{query}").status == 422


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "x" * 16_000,
        "q=%22unclosed",
        "q=*",
        "q=-",
        "q=%25_%5C",
        "q=%00%ff",
        "q=((((a AND",
        "theme=" + "x" * 500,
        "&".join(f"theme=t{n}" for n in range(1000)),
        "page=-1",
        "page=abc",
        "by=mine&by=" + "9" * 60,
        "by=%D9%A3",
        "year=19%25",
        "flag=%00",
        "story=../x",
    ],
    ids=range(16),
)
def test_nothing_that_can_be_asked_is_an_error(web, ann, query):
    mark(web, ann)
    for who in (None, ann):
        assert look(web, f"/search?in=quotes&{query}".replace(" ", "+"), who).status == 200
        assert look(web, f"/quotes/take?{query}".replace(" ", "+"), who).status == 200
