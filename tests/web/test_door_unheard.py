"""A storyteller keeps her story from those who look after it: never unawares, and she is told the truth."""

import html
import json
import re

import pytest
from sqlalchemy import select

from app.database.people import ACCOUNT
from app.services.accounts import disable
from app.services.doctor import diagnose
from tests.web.doors import ID, her_story, storyteller
from tests.web.people import look, send, someone
from tests.web.serving import always, served

NOON = "2026-05-04T12:00:00+00:00"
DOOR = f"/s/{ID}/door"
LIST = "/desk/consent?list=said"
WAITS = "In a story that is closed to everybody who looks after this archive, something waits."
PARTS = ("", "?to=uses", "?to=since", "?to=later", "?to=back")


def archive(folder, contact="ring 01 23"):
    file = her_story("gatherer: J. O.", consent="{uses: [design]}")
    return served(folder, {"marisa.md": file}, clock=always(NOON), CONTACT=contact)


@pytest.fixture
def web(tmp_path):
    with archive(tmp_path) as web:
        yield web


@pytest.fixture
def team(web):
    """Her gatherer and the only steward, of one organisation."""
    jo = someone(web.archive, "Jo", "gatherer", organisation="Northgate", gathers_as="J. O.")
    return jo, someone(web.archive, "Sue", "steward", organisation="Northgate")


@pytest.fixture
def her(web, team):
    return storyteller(web)


def keeps_out(her, *names, **more):
    told = {"answer": "yes", "use-design": "on", "v": "1", "until": "2027-01-01", "not_for": "\n".join(names)}
    return her.send("uses", **told, **more)


def shut(her):
    assert keeps_out(her, "Northgate", closes="gatherers stewards").status == 303
    return her


def said(answer):
    return html.unescape(answer.text)


def test_she_is_asked_before_nobody_who_looks_after_it_sees_her_story_and_nothing_is_recorded(web, her, team):
    answer = keeps_out(her, "northgate", "Elsewhere")
    page = said(answer)
    assert answer.status == 422 and "Nothing is recorded yet." in page
    for told in ("the person who wrote it down with you", "all the people who look after this archive"):
        assert f"<li>{told}</li>" in page
    assert "Then nobody who looks after it here sees your story" in page
    assert "take your story back yourself, at any time, with the link" in page and "I want it so." in page
    assert "northgate\nElsewhere</textarea>" in page and 'value="2027-01-01"' in page
    assert all(look(web, DOOR, one).status == 200 for one in team)
    assert "What you said before" not in her.look().text


def test_what_she_wants_is_recorded_once_she_says_so(web, her, team):
    shut(her)
    assert all(look(web, DOOR, one).status == 404 for one in team)
    assert keeps_out(her, "Northgate", "Elsewhere").status == 303  # she is not asked a second time


def test_what_she_was_not_told_of_is_asked_again(web, her):
    someone(web.archive, "Ann", "steward", organisation="The archive")
    answer = keeps_out(her, "Northgate")
    assert answer.status == 422 and "The people who look after this archive still see it" in answer.text
    assert "<li>all the people" not in answer.text
    answer = keeps_out(her, "Northgate", "The archive", closes="gatherers")
    assert answer.status == 422 and "<li>all the people who look after this archive</li>" in answer.text


def test_an_organisation_that_leaves_both_of_them_is_recorded_unasked(her):
    assert keeps_out(her, "Elsewhere").status == 303


def test_people_of_whom_nobody_says_where_they_work_are_counted_with_those_who_are_kept_out(tmp_path):
    with archive(tmp_path) as web:
        someone(web.archive, "Sue", "steward")
        answer = keeps_out(storyteller(web), "Elsewhere")
    assert answer.status == 422 and "nobody has written down where they work" in answer.text


def test_a_steward_who_is_disabled_is_nobody_to_count_on(web, her):
    someone(web.archive, "Ann", "steward", organisation="The archive")
    assert keeps_out(her, "Northgate", closes="gatherers").status == 303
    assert "none of them sees it now" not in her.look().text
    with web.archive.engine.connect() as connection:
        ann = select(ACCOUNT.c.key).where(ACCOUNT.c.organisation == "The archive")
        key = connection.execute(ann).scalar_one()
    disable(web.archive, key)
    assert "none of them sees it now" in her.look().text


@pytest.mark.parametrize("part", PARTS)
def test_her_door_promises_no_reader_where_there_is_none(her, part):
    shut(her)
    her.says("later", text="It rained.", v="1")
    page = said(her.look(part))
    assert "none of them sees it now, or what you write here" in page and "ring 01 23" in page
    assert "Nobody else is needed for that." in page
    for untrue in ("will read it", "has confirmed it", "puts it into", "Nobody else does", "people who look"):
        assert untrue not in page, untrue


def test_what_she_writes_is_kept_and_nobody_promises_to_read_it(her):
    shut(her)
    anchor = her.anchor("What she said")
    page = said(her.says("comment", text="So.", anchor=anchor, v="1"))
    assert "ask for a fresh one" not in page and "Nobody can give you a fresh one now." in page
    assert "What you wrote is kept. Nobody can read it now." in page and "will read" not in page
    page = said(her.look(f"?p={anchor}"))
    assert "this passage is closed. Nobody can read it but you." in page
    page = said(her.says("close", anchor=anchor, v="1"))
    assert "This is closed. Nobody can read it but you." in page
    page = said(her.says("uses", answer="yes", v="1", **{"use-design": "on"}))
    assert "What is new waits, and nobody can confirm it now." in page


def test_without_a_contact_she_is_told_whom_to_ask(tmp_path):
    with archive(tmp_path, contact="") as web:
        someone(web.archive, "Sue", "steward", organisation="Northgate")
        her = shut(storyteller(web))
        assert "ask the person who gave you the link to tell whoever runs this archive" in her.look().text


def test_stewards_who_are_left_are_promised_and_not_her_gatherer(web, her):
    someone(web.archive, "Ann", "steward", organisation="The archive")
    assert keeps_out(her, "Northgate", closes="gatherers").status == 303
    for part, told in (
        ("?to=uses", "What is new waits until the people who look after this archive have confirmed it"),
        ("?to=later", "The people who look after this archive put it into the story"),
        ("?to=since", "The people who look after this archive read it. Nobody else does."),
    ):
        page = said(her.look(part))
        assert told in page and "who wrote" not in page and "none of them" not in page


def test_her_gatherer_who_is_left_is_promised_and_not_the_stewards(web, her):
    someone(web.archive, "Una", "gatherer", organisation="Here", gathers_as="J. O.")
    answer = keeps_out(her, "Northgate")
    assert "The person who wrote it down with you still sees it" in answer.text
    assert keeps_out(her, "Northgate", closes="stewards").status == 303
    assert (
        "The person who wrote your story down with you reads it. Nobody else does."
        in her.look("?to=since").text
    )


def test_of_a_story_that_was_taken_back_too(her):
    shut(her)
    her.says("back")
    page = said(her.says("erase"))
    assert "Nobody who looks after the archive can see that now." in page and "will do it" not in page


def test_no_steward_reads_that_all_is_well_and_each_reads_that_something_waits_unseen(web, her, team):
    sue = team[1]
    page = look(web, LIST, sue).text
    assert "Nothing that a storyteller said waits for you." in page and "All is well" not in page
    shut(her)
    assert WAITS not in look(web, LIST, sue).text  # all that she said holds: nothing waits
    her.says("later", text="Zinnia.", v="1")
    page = look(web, LIST, sue).text
    assert WAITS in page and "Zinnia" not in page and ID not in page and "Marisa" not in page
    assert WAITS not in look(web, "/desk/consent", sue).text
    before = look(web, LIST, sue)
    her.says("later", text="Dahlia.", v="1")
    assert look(web, LIST, sue).body == before.body  # nor how many


def test_where_another_steward_sees_it_nothing_tells_of_it_to_one_who_is_kept_out(web, her, team):
    ann = someone(web.archive, "Ann", "steward", organisation="The archive")
    assert keeps_out(her, "Northgate", closes="gatherers").status == 303
    before = look(web, LIST, team[1])
    her.says("later", text="Zinnia.", v="1")
    assert look(web, LIST, team[1]).body == before.body and WAITS not in before.text
    assert "waits for an answer" in look(web, LIST, ann).text and WAITS not in look(web, LIST, ann).text


def test_whoever_runs_the_archive_finds_the_story_and_what_to_do(web, her):
    shut(her)
    assert [one for one in diagnose(web.archive) if one.section == "her own door"] == []
    her.says("later", text="Zinnia.", v="1")
    (found,) = [one for one in diagnose(web.archive) if one.section == "her own door"]
    assert ID in found.name and "storyhold user" in found.remedy and "Zinnia" not in f"{found}"
    someone(web.archive, "Ann", "steward", organisation="The archive")
    assert [one for one in diagnose(web.archive) if one.section == "her own door"] == []


def test_a_gatherer_who_enters_it_from_paper_is_asked_as_well(web, her, team):
    jo = team[0]
    digest = re.search(r'name="digest" value="([^"]*)"', look(web, DOOR, jo).text)[1]
    told = {"do": "paper-choice", "answer": "yes", "use-design": "on", "until": "", "not_for": "Northgate"}
    answer = send(web, DOOR, {**told, "digest": digest}, jo)
    assert answer.status == 422 and "She was told this, and wants it so" in answer.text
    assert "Northgate</textarea>" in answer.text and look(web, DOOR, jo).status == 200
    answer = send(web, DOOR, {**told, "digest": digest, "closes": "gatherers stewards"}, jo)
    assert answer["location"] == "/mine?closed" and look(web, DOOR, jo).status == 404


def test_and_who_brings_it_from_the_table(web, her, team):
    jo = team[0]
    page = look(web, f"{DOOR}/table.html", jo).text
    told = {name: re.search(rf'data-{name}="([^"]*)"', page)[1] for name in ("story", "revision", "digest")}
    said = [{"kind": "answer", "anchor": "", "text": "Ring me."}]
    chosen = {"answer": "yes", "uses": ["design"], "until": "", "not_for": ["Northgate"]}
    whole = {"storyhold": "answers from the table", "version": 1, "day": "2026-05-04", "said": said}
    text = json.dumps({**whole, **told, "revision": int(told["revision"]), "consent": chosen})
    answer = send(web, DOOR, {"do": "table", "text": text}, jo)
    assert answer.status == 422 and "Choose the file once more." in answer.text
    assert "Ring me." not in look(web, DOOR, jo).text  # nothing of it was taken in
    assert send(web, DOOR, {"do": "table", "text": text, "closes": "gatherers stewards"}, jo).status == 303
    assert look(web, DOOR, jo).status == 404 and "Ring me." in her.look("?to=since").text
