"""Invitations as a steward makes them, and the first page of whoever comes."""

from datetime import timedelta

import pytest

from app.services.links import offer_first_steward
from tests.archives import Clock
from tests.web.people import FROM_HERE, PASSWORD, account, cookie_in, link_in, look, send, someone
from tests.web.serving import served, story
from tests.web.test_signing_in import invite, later

GUESSED = ("password", "PASSWORD1", "Ben Ashworth", "ben@example.org", "Storyhold")


@pytest.fixture
def web(tmp_path):
    with served(tmp_path, {"open.md": story("Open.")}) as web:
        web.archive.clock = Clock()
        yield web


def test_loading_the_answer_again_leaves_the_first_link_alive(web):
    steward = someone(web.archive, "Sue", "steward")
    link = link_in(invite(web, steward, "ben@example.org"))
    again = invite(web, steward, "ben@example.org")
    assert again.status == 422 and "open already" in again.text
    assert look(web, link).status == 200
    person = f"/desk/people/{account(web.archive, 'Ann')}"
    reset = link_in(send(web, person, {"do": "reset"}, steward))
    assert send(web, person, {"do": "reset"}, steward).status == 422 and look(web, reset).status == 200
    later(web, timedelta(minutes=10))
    assert look(web, link_in(invite(web, steward, "ben@example.org"))).status == 200


def test_the_answer_says_what_the_invitation_gives_before_all_else(web):
    steward = someone(web.archive, "Sue", "steward")
    told = {"role-gatherer": "on", "organisation": "Northgate Trust", "gathers_as": "B. O."}
    first = invite(web, steward, "ben@example.org", **told).text
    gives = "Gatherer · organisation Northgate Trust · name on stories B. O."
    assert f"It gives: {gives}." in first and first.count(gives) == 2  # and in the list of who is invited
    assert first.index("autofocus") < first.index("/welcome/") < first.index("Who can sign in")
    bare = invite(web, steward, "ben@example.org").text
    assert "It gives: no role · no organisation · no name on stories." in bare


def test_a_steward_sees_how_many_files_name_somebody(tmp_path):
    names = (
        ("Ann", "j. o.", "Names her: 1 story."),
        ("Ben", "J.O.", "No file that is open to you says this name."),
    )
    with served(tmp_path, {"a.md": story("Hers.", "gatherer: J. O.")}) as web:
        steward = someone(web.archive, "Sue", "steward")
        for name, gathers_as, says in names:
            key = account(web.archive, name, "gatherer", gathers_as=gathers_as)
            assert says in look(web, f"/desk/people/{key}", steward).text


def test_a_steward_counts_no_file_of_a_story_that_is_absent_to_her(tmp_path):
    closed = "id: s-9a9a9a9a\ngatherer: J. O.\nconsent: {uses: [design], not_for: [Northgate]}"
    with served(tmp_path, {"a.md": f"---\n{closed}\n---\nWaiting.\n"}) as web:
        key = account(web.archive, "Ann", gathers_as="J. O.")
        nora, sue = (
            someone(web.archive, name, "steward", organisation=where)
            for name, where in (("Nora", "Northgate"), ("Sue", "Southgate"))
        )
        assert "Names her: 0 stories." in look(web, f"/desk/people/{key}", nora).text
        assert "Names her: 1 story." in look(web, f"/desk/people/{key}", sue).text


@pytest.mark.parametrize("password", GUESSED)
def test_what_is_tried_first_is_nobody_s_password(web, password):
    steward = someone(web.archive, "Sue", "steward")
    link = link_in(invite(web, steward, "ben@example.org"))
    told = {"name": "Ben Ashworth", "password": password, "again": password}
    refused = send(web, link, told)
    assert refused.status == 422 and "tried first" in refused.text
    assert send(web, link, told | {"password": PASSWORD, "again": PASSWORD}).status == 303


@pytest.mark.parametrize("nobody", ["x", "-1", "٣", "1.0", "9" * 10, "99"])
def test_what_can_be_nobody_s_is_a_page_that_never_was(web, nobody):
    steward = someone(web.archive, "Sue", "steward")
    assert look(web, f"/desk/people/{nobody}", steward) == look(web, "/nowhere", steward)


def test_whoever_joins_is_welcomed_with_what_to_do_next(web):
    link = f"/welcome/{offer_first_steward(web.archive)}"
    told = {"email": "sue@example.org", "name": "Sue", "organisation": " The  archive "}
    joined = send(web, link, told | {"password": PASSWORD, "again": PASSWORD})
    assert joined["location"] == "/account?saved=joined"
    welcome = look(web, joined["location"], cookie_in(joined)).text
    assert "You have joined" in welcome and "The archive" in welcome
    assert 'href="/desk/people">Invite people' in welcome and 'href="/desk/consent">Look' in welcome
    assert 'href="/mine">See your own stories' not in welcome
    ann = someone(web.archive, "Ann", "gatherer")
    assert 'href="/add">Add a story' in look(web, "/account?saved=joined", ann).text


@pytest.mark.parametrize(
    ("charset", "sent"), [("utf-7", "+2AA-"), ("unicode_escape", "\\ud800"), ("undefined", "a")]
)
@pytest.mark.parametrize("address", ["/login", "/login/code", "/account", "/desk/people"])
def test_a_form_that_is_no_text_in_its_own_script_is_refused(web, address, charset, sent):
    cookie = someone(web.archive, "Sue", "steward")
    names = ("email", "password", "code", "next", "do", "name", "organisation", "gathers_as")
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{sent}\r\n' for name in names]
    headers = [("content-type", f"multipart/form-data; boundary=x; charset={charset}"), FROM_HERE, cookie]
    assert (
        web.ask("POST", address, headers=headers, body="".join([*parts, "--x--\r\n"]).encode()).status == 422
    )
