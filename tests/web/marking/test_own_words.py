"""Somebody types the name of a theme that is hidden from her: her word is kept, and nothing else is told."""

import re
from itertools import zip_longest

import pytest
from sqlalchemy import insert, update

from app.database.marking import ALIAS, CODEBOOK, OWN_THEME
from app.services.reconcile import reconcile
from tests.archives import rows
from tests.web.filling import filled_in
from tests.web.marking.doing import AT, BODY, FLAT_AT, marking, one, page
from tests.web.marking.test_boards import cluster, quotes, turn
from tests.web.people import look, send, someone
from tests.web.serving import served, story

OPEN = story(BODY, "id: s-0pen0000", "storyteller: Marisa", "themes: [waiting]")
SECRETS = ("Kept in", "What belongs here", "Use it so", "guess")
ASKED = (
    "/themes/hid",
    "/themes/guess",
    "/themes",
    "/themes?sort=tree",
    "/themes/hid/quotes",
    "/api/v1/themes",
    "/api/v1/themes/hid",
    "/api/v1/themes/guess",
    "/api/v1/quotes?theme=hid",
    "/api/v1/quotes?theme=guess",
    "/patterns",
    "/search?tab=quotes&theme=hid",
    "/quotes/take?theme=hid",
)


@pytest.fixture
def web(tmp_path):
    """Design teams have a theme, hid, which is known as guess too and stands below another, kept in."""
    files = {"open.md": OPEN, "design.md": story(BODY, "id: s-des1gn00", "themes: [hid]", uses="design")}
    with served(tmp_path / "whole", files, at_loopback=True) as web:
        ann = someone(web.archive, "Ann", "member", organisation="Here")
        marking(web, ann, "/s/s-des1gn00/mark", anchor=AT, exact="the chair", themes="Hid, Kept in")
        define(web)
        yield web


def define(web):
    with web.archive.writing() as connection:
        keys = {row.slug: row.key for row in connection.execute(CODEBOOK.select())}
        said = {"definition": "What belongs here.", "use_when": "Use it so.", "colour": 7}
        now = web.archive.now()
        hid = update(CODEBOOK).where(CODEBOOK.c.slug == "hid")
        connection.execute(hid.values(parent=keys["kept-in"], adopted=now, name="Híd.", **said))
        alias = {"slug": "guess", "name": "guess", "theme": keys["hid"], "at": now, "open": False}
        connection.execute(insert(ALIAS).values(alias))
        connection.commit()


def chips(web, who, address="/stories/open"):
    margin = page(web, who, address).partition('id="marks"')[2].partition("</section>")[0]
    return re.findall(r'href="/themes/([^"]*)"[^>]*><i[^>]*></i>([^<]*)<', margin)


@pytest.mark.parametrize("typed", ["hid", "guess"])
def test_a_name_of_a_hidden_theme_is_a_theme_of_her_own_to_her_and_to_everybody(web, cy, typed):
    marking(web, cy, anchor=AT, exact="the door", themes=typed)
    for who in (cy, None):
        assert chips(web, who) == [(typed, typed.capitalize())]
        shown = look(web, f"/themes/{typed}", who)
        assert shown.status == 200 and "the door" in shown.text
        told = look(web, f"/api/v1/themes/{typed}", who).json
        assert (told["title"], told["definition"], told["quotes"]) == (typed.capitalize(), None, 1)
        secrets = [one for one in (*SECRETS, "Híd.") if one != typed]
        for address in (*ASKED, f"/themes/{typed}"):
            text = look(web, address, who).text.replace("%3Dguess", "").replace("=guess", "")
            assert [one for one in secrets if one in text] == [], address


@pytest.mark.parametrize("typed", ["hid", "guess", "Hid, guess"])
def test_nothing_tells_whether_there_was_such_a_theme_before(web, cy, tmp_path, typed):
    with served(tmp_path / "twin", {"open.md": OPEN}, at_loopback=True) as twin:
        other = someone(twin.archive, "Cy", "commissioner", organisation="Here")
        told_of = []
        for each, who in ((web, cy), (twin, other)):
            answer = marking(each, who, anchor=AT, exact="the door", themes=typed)
            board = send(each, "/boards", {"do": "make", "name": "Wall", "about": ""}, who)["location"]
            send(each, board, {"do": "add", "theme": typed.partition(",")[0], "by": "", "pasted": ""}, who)
            key = cluster(each, who, board, quote=quotes(each, who, board)[0])
            told = turn(each, who, board, key, "Guess").text, look(each, answer["location"], who).text
            said = [look(each, at, reader).text for at in ASKED for reader in (who, None)]
            told_of.append([plain(text) for text in (*told, *said, look(each, board, who).text)])
    here, there = told_of
    differing = [
        pair
        for one_page, other_page in zip(here, there, strict=True)
        for pair in zip_longest(one_page.split("\n"), other_page.split("\n"))
        if pair[0] != pair[1]
    ]
    assert differing == []


def plain(text):
    """Without ids and proofs, which are by lot, the number of who reads, and the time that a search took."""
    return re.sub(
        r"[qb]-[0-9a-z]{8}|value=\"[^\"]{30,}\"|\d{7,}|\d+ ms|in \d\.\d+"
        r"|name=\"theme\" value=\"\d+\"|data-who=\"\d+\"",
        "*",
        text,
    )


def test_who_may_know_of_the_theme_finds_her_quote_under_it_with_all_that_is_said_of_it(web, cy):
    ann = someone(web.archive, "Eve", "member", organisation="Here")
    marking(web, cy, anchor=AT, exact="the door", themes="hid")
    assert chips(web, ann) == [("hid", "Híd.")]
    shown = look(web, "/themes/hid", ann).text
    assert "What belongs here" in shown and "the door" in shown and "the chair" in shown


def test_it_is_told_once_somebody_who_knows_the_theme_gives_it_to_open_words(web, cy):
    ann = someone(web.archive, "Eve", "member", organisation="Here")
    marking(web, cy, anchor=AT, exact="the door", themes="hid")
    marking(web, ann, anchor=FLAT_AT, exact="the flat", themes="hid")
    assert "What belongs here" in look(web, "/themes/hid", cy).text
    assert set(chips(web, None)) == {("hid", "Híd.")}


def test_who_saves_her_quote_again_and_a_steward_who_does_tell_nobody_more(web, cy):
    quote = one(web, cy, "the door", themes="hid")
    steward = someone(web.archive, "Sue", "steward", organisation="Here")
    for who in (cy, steward):
        at = f"/q/{quote}/edit"
        send(web, at, filled_in(look(web, at, who), at) | {"do": "save", "note": "Hers."}, who)
        assert chips(web, None) == [("hid", "Hid")] and len(rows(web.archive, OWN_THEME)) == 1
    send(web, f"/q/{quote}/edit", {"do": "save", "themes": "", "note": ""}, cy)
    assert rows(web.archive, OWN_THEME) == [] and look(web, "/themes/hid").status == 404


def test_a_gatherer_who_meets_her_word_does_not_write_over_what_she_may_not_read(web, cy):
    text = story(BODY, "id: s-c0m00000", "themes: [budget]", uses="commissioning")
    (web.archive.settings.stories / "c.md").write_text(text)
    reconcile(web.archive)
    marking(web, cy, "/s/s-c0m00000/mark", anchor=AT, exact="the chair", themes="Costs")
    june = someone(web.archive, "June", "gatherer", organisation="Here")
    steward = someone(web.archive, "Sue", "steward", organisation="Here")
    at = "/desk/codebook/costs"
    send(web, at, filled_in(look(web, at, steward), at) | {"definition": "Only theirs."}, steward)
    marking(web, june, anchor=AT, exact="the door", themes="Costs")
    assert "Only theirs" not in look(web, at, june).text
    assert send(web, at, filled_in(look(web, at, june), at) | {"definition": "Mine."}, june).status == 422
    send(web, "/desk/codebook", {"do": "adopt", "theme-costs": "on"}, june)
    assert "Only theirs." in look(web, at, steward).text and "Mine." not in look(web, at, steward).text


def test_a_theme_of_nothing_but_hidden_words_is_written_by_who_meets_it_as_her_own(web, cy):
    text = story(BODY, "id: s-c0m00000", uses="commissioning")
    (web.archive.settings.stories / "c.md").write_text(text)
    reconcile(web.archive)
    marking(web, cy, "/s/s-c0m00000/mark", anchor=AT, exact="the chair", themes="Costs")
    june = someone(web.archive, "June", "gatherer", organisation="Here")
    marking(web, june, anchor=AT, exact="the door", themes="Costs")
    at = "/desk/codebook/costs"
    send(web, at, filled_in(look(web, at, june), at) | {"definition": "What it takes."}, june)
    assert "What it takes." in look(web, "/themes/costs").text


def test_a_theme_is_offered_no_more_once_its_story_is_closed_to_who_marked_it(web, cy):
    one(web, cy, "the door", themes="Loss")
    one(web, cy, "the chair", themes="Waiting")
    assert 'data-theme="Loss"' in page(web, cy)
    more = story(BODY, "id: s-m0re0000", "themes: [waiting]")
    (web.archive.settings.stories / "more.md").write_text(more)
    (web.archive.settings.stories / "open.md").write_text(OPEN.replace("publication", "design"))
    reconcile(web.archive)
    with web.archive.writing() as connection:
        connection.execute(update(CODEBOOK).where(CODEBOOK.c.slug == "loss").values(name="Leaving her"))
        connection.commit()
    mine = marking(web, cy, "/s/s-m0re0000/mark", anchor=AT, exact="the door", themes="Chairs")
    quote = mine["location"].rpartition("#")[2]
    for address in ("/stories/more", "/s/s-m0re0000/mark", f"/q/{quote}/edit"):
        text = page(web, cy, address)
        assert "Leaving her" not in text and 'data-theme="Chairs"' in text, address
