"""A steward gives some quotes and stories of a theme to another."""

from app.services.marking import splitting_page
from app.services.reconcile import reconcile
from tests.web.marking.doing import BODY, one
from tests.web.people import look, send, someone
from tests.web.reshaping.doing import (
    asked,
    reshaped,
    shown_to_split,
    text,
    texts,
    themes,
    undone,
    work,
    yes,
)
from tests.web.serving import story


def test_a_name_that_went_when_a_split_was_undone_is_told_to_who_chose_it_alone(web, sue):
    joe = someone(web.archive, "Joe", "steward", organisation="Here")
    job = reshaped(web, sue, "waiting", "split", to="Not being told", **{"choose-s-0pen0000": "on"})
    assert "Not being told" in look(web, job, joe).text
    undone(web, sue, job)
    assert "Not being told" in look(web, job, sue).text and "Not being told" not in look(web, job, joe).text


def test_chosen_quotes_and_stories_go_to_the_new_theme_of_a_split(web, sue):
    stays = one(web, sue, "see the door", themes="Waiting")
    goes = one(web, sue, "the chair", themes="Waiting")
    form = look(web, "/desk/codebook/waiting/split", sue)
    assert f'name="choose-{goes}"' in form.text and 'name="choose-s-0pen0000"' in form.text
    before = texts(web)
    chosen = {f"choose-{goes}": "on", "choose-s-0pen0000": "on"}
    job = reshaped(web, sue, "waiting", "split", to="Not being told", **chosen)
    assert "- Not being told" in text(web, "open") and "- waiting" not in text(web, "open")
    assert goes in look(web, "/themes/not-being-told", sue).text
    left = look(web, "/themes/waiting", sue).text
    assert stays in left and goes not in left
    undone(web, sue, job)
    assert texts(web) == before and goes in look(web, "/themes/waiting", sue).text


def test_of_many_quotes_and_stories_a_steward_finds_those_that_she_splits_off(web, sue, monkeypatch):
    monkeypatch.setattr(splitting_page, "LISTED", 2)
    monkeypatch.setattr(splitting_page, "FEW", 3)
    words = ("see the door", "the chair", "The first thing", "wants")
    quotes = [one(web, sue, exact, themes="Waiting") for exact in words]
    for name in ("east", "west"):
        told = story(
            BODY, f"id: s-{name}0000", "themes: [waiting]", f"site: {name.title()}", f"title: At {name}"
        )
        (web.archive.settings.stories / f"{name}.md").write_text(told)
    reconcile(web.archive)
    address, waiting = "/desk/codebook/waiting/split", {*quotes, "s-0pen0000", "s-east0000", "s-west0000"}
    first, second = look(web, address, sue), look(web, f"{address}?page=2", sue)
    assert "Shown here: 2 of 4 quotes, 2 of 3 stories." in first.text and "Page 1 of 2" in first.text
    assert "2 more quotes are not shown here and stay under Waiting." in first.text
    assert "1 more story is not shown here and stays under Waiting." in first.text
    assert shown_to_split(first) | shown_to_split(second) == waiting
    assert not shown_to_split(first) & shown_to_split(second)
    assert shown_to_split(look(web, f"{address}?page=99", sue)) == shown_to_split(second)
    assert shown_to_split(look(web, f"{address}?q=CHAIR", sue)) == {quotes[1]}
    assert shown_to_split(look(web, f"{address}?q=at+west", sue)) == {"s-west0000"}
    assert shown_to_split(look(web, f"{address}?q=EAST", sue)) == {"s-east0000"}
    assert "No quote and no story of Waiting has these words." in look(web, f"{address}?q=nowhere", sue).text


def test_what_a_steward_ticked_stays_ticked_when_she_comes_back_from_the_look(web, sue, monkeypatch):
    monkeypatch.setattr(splitting_page, "LISTED", 1)
    first, second = (one(web, sue, exact, themes="Waiting") for exact in ("see the door", "the chair"))
    chosen = {"page": "2", f"choose-{second}": "on", "to": "Loss", "keep": "on"}
    form = asked(web, sue, "waiting", "split", **chosen)
    assert "1 quote goes to" in form.text and '<input type="hidden" name="page" value="2">' in form.text
    back = send(web, "/desk/codebook/waiting/split", yes(form) | {"do": "back"}, sue)
    assert f'name="choose-{second}" checked' in back.text and "Page 2 of 2" in back.text
    assert send(web, "/desk/codebook/waiting/split", yes(form), sue).status == 303
    work(web)
    given = look(web, "/themes/loss", sue).text
    assert second in given and first not in given


def test_what_goes_to_another_theme_can_stay_under_the_old_one_as_well(web, sue):
    goes = one(web, sue, themes="Waiting")
    chosen = {f"choose-{goes}": "on", "choose-s-0pen0000": "on"}
    reshaped(web, sue, "waiting", "split", to="Loss", keep="on", **chosen)
    assert goes in look(web, "/themes/waiting", sue).text and goes in look(web, "/themes/loss", sue).text
    assert themes(web, "open") >= {"waiting", "loss"}
    assert asked(web, sue, "waiting", "split", to="Another").status == 422
    assert asked(web, sue, "waiting", "split", to="waiting", **chosen).status == 422
