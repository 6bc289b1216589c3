"""Whoever has no organisation at her account: what she is told before a story is closed to her, and after."""

import pytest

from tests.web.doors import ID, her_story, storyteller
from tests.web.people import hidden, link_in, look, send, someone
from tests.web.serving import always, served

DOOR, CONSENT = f"/s/{ID}/door", f"/s/{ID}/consent"
NOWHERE = "No organisation stands at your account"
WARNED = "once one is named here, the story is closed to you too"
NORTHGATE = {"answer": "yes", "use-design": "on", "until": "", "not_for": "Northgate Trust"}
FORM = {"given": "", "until": "", "co_crafted": "", "basis": "", "sheet": "", "note": "", "use-design": "on"}


@pytest.fixture
def web(tmp_path):
    stories = {"marisa.md": her_story("gatherer: J. O.", consent="{uses: [design]}")}
    with served(tmp_path, stories, clock=always("2026-05-04T12:00:00+00:00")) as web:
        yield web


def jo(web, organisation=""):
    return someone(web.archive, "Jo", "gatherer", organisation=organisation, gathers_as="J. O.")


def sue(web, organisation=""):
    return someone(web.archive, "Sue", "steward", organisation=organisation)


def test_her_team_is_told_before_it_gives_her_the_link_and_before_it_records_an_organisation(web):
    for who in (jo(web), sue(web)):
        door, consent = look(web, DOOR, who).text, look(web, CONSENT, who).text
        assert "Have a steward record yours before you give her the link" in door
        assert WARNED in door and WARNED in consent


def test_whoever_has_an_organisation_is_told_nothing_of_it(web):
    gatherer, steward = jo(web, "Here"), sue(web, "Here")
    for address in (DOOR, CONSENT, "/mine", "/account"):
        page = look(web, address, gatherer)
        assert page.status == 200 and NOWHERE not in page.text and WARNED not in page.text
    assert NOWHERE not in look(web, "/desk/consent", steward).text


def test_a_gatherer_whose_story_is_closed_to_her_too_is_told_so_and_what_to_do(web):
    gatherer = jo(web)
    told = FORM | {"not_for": "Northgate Trust", "digest": hidden(look(web, CONSENT, gatherer), "digest")}
    answer = send(web, CONSENT, told, gatherer)
    assert (answer.status, answer["location"]) == (303, "/mine?closed")
    page = look(web, answer["location"], gatherer).text
    assert "It is recorded. The story is closed to you too from now on" in page
    assert "Ask a steward to record it" in page and NOWHERE in page and "marisa" not in page.lower()
    assert look(web, CONSENT, gatherer).status == 404


def test_a_steward_is_told_the_same_at_her_desk_and_records_where_she_belongs(web):
    steward = sue(web)
    told = NORTHGATE | {"digest": hidden(look(web, DOOR, steward), "digest"), "do": "paper-choice"}
    assert send(web, DOOR, told, steward).status == 422  # she is asked first
    answer = send(web, DOOR, told | {"closes": "gatherers stewards"}, steward)
    assert (answer.status, answer["location"]) == (303, "/desk/consent?closed")
    page = look(web, answer["location"], steward).text
    assert "The story is closed to you too" in page and 'href="/desk/people"' in page
    person = look(web, "/desk/people/1", steward)
    standing = {"do": "standing", "organisation": "Here", "gathers_as": "", "role-steward": "on"}
    send(web, "/desk/people/1", standing | {"digest": hidden(person, "digest")}, steward)
    assert look(web, DOOR, steward).status == 200 and NOWHERE not in look(web, "/desk/consent", steward).text


def test_the_excluded_organisation_stays_out_though_its_gatherer_looks_after_the_story(web):
    theirs = jo(web, "Northgate Trust")
    storyteller(web).says("uses", v="1", closes="gatherers", **NORTHGATE)
    assert look(web, DOOR, theirs).status == look(web, CONSENT, theirs).status == 404
    assert NOWHERE not in look(web, "/mine", theirs).text


def test_an_account_without_an_organisation_says_so_and_who_records_it(web):
    assert "until a steward has recorded it" in look(web, "/account", jo(web)).text


def test_whoever_invites_somebody_reads_what_follows_from_having_no_organisation(tmp_path):
    with served(tmp_path) as web:
        steward = sue(web, "Here")
        page = look(web, "/desk/people", steward).text
        assert "Whoever has none here reads no such story" in page
        told = {"email": "a@example.org", "name": "", "organisation": "", "gathers_as": ""}
        made = send(web, "/desk/people", told, steward)
        assert "no organisation" in made.text and look(web, link_in(made)).status == 200
