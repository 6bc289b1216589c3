"""The second factor on its pages: added, asked for after the password, and taken away."""

import re
from datetime import timedelta
from html import unescape

import pytest

from app.services.codes import PAPER_CODES
from app.services.second_factor import MOST_TRIES
from app.services.throttle import Throttle
from tests.archives import Clock
from tests.services.factors import add_factor, code_at, proved_session, wrong_code
from tests.web.people import (
    FORM,
    PASSWORD,
    WRONG,
    account,
    cookie_in,
    hidden,
    link_in,
    look,
    send,
    session,
    sign_in,
    someone,
)
from tests.web.serving import served, story

DESIGN = "/stories/design"
PAGE = "/account/second-factor"


@pytest.fixture
def web(tmp_path, quick_hashes):
    with served(tmp_path, {"design.md": story("For the teams.", uses="design")}, clock=Clock()) as web:
        web.archive.throttle = Throttle()
        yield web


@pytest.fixture
def secret(web):
    """Ann has a second factor, and some time has passed since."""
    account(web.archive, "Ann", "member")
    secret, _ = add_factor(web.archive)
    web.archive.clock.time += timedelta(minutes=5)
    return secret


def now(web, secret):
    return code_at(secret, web.archive.now())


def secret_in(answer):
    return re.search(r'class="secret">([A-Z2-7 ]+)<', answer.text)[1].replace(" ", "")


def codes_in(answer):
    return re.findall(r"<code>([0-9a-z]{5}-[0-9a-z]{5})</code>", answer.text)


def test_she_adds_it_at_her_account_and_signs_in_with_it(web):
    cookie = someone(web.archive, "Ann", "member")
    assert PAGE in look(web, "/account", cookie).text
    adding = send(web, PAGE, {"do": "begin", "old": PASSWORD}, cookie)
    secret = secret_in(adding)
    told = {"do": "confirm", "sealed": hidden(adding, "sealed"), "code": now(web, secret)}
    done = send(web, PAGE, told, cookie)
    assert done.status == 200 and len(codes_in(done)) == PAPER_CODES and done["cache-control"] == "no-store"
    assert look(web, DESIGN, cookie).status == 404 and look(web, DESIGN, cookie_in(done)).status == 200
    web.archive.clock.time += timedelta(minutes=1)
    asked = sign_in(web, "Ann", fields={"next": "/stories/design?a=b"})
    assert (asked.status, asked["location"]) == (303, "/login/code?next=%2Fstories%2Fdesign%3Fa%3Db")
    waiting = cookie_in(asked)
    assert look(web, DESIGN, waiting).status == 404
    form = look(web, asked["location"], waiting)
    assert 'inputmode="numeric" autocomplete="one-time-code"' in form.text
    told = {"code": now(web, secret), "next": unescape(hidden(form, "next"))}
    come = send(web, "/login/code", told, waiting)
    assert (come.status, come["location"]) == (303, "/stories/design?a=b")
    assert cookie_in(come) != waiting and look(web, DESIGN, waiting).status == 404
    assert look(web, DESIGN, cookie_in(come)).status == 200


def test_the_picture_carries_the_secret_and_nothing_that_the_policy_forbids(web):
    adding = send(web, PAGE, {"do": "begin", "old": PASSWORD}, someone(web.archive, "Ann"))
    svg = re.search(r"<svg [^>]*class=\"qr\".*?</svg>", adding.text)[0]
    assert "style" not in svg and "script" not in svg and "M4 4.5" in svg
    address = unescape(re.search(r'href="(otpauth:[^"]+)"', adding.text)[1])
    assert f"secret={secret_in(adding)}" in address and "issuer=Storyhold" in address
    groups = re.search(r'class="secret">([^<]+)<', adding.text)[1].split(" ")
    assert {len(group) for group in groups} == {4} and len(groups) == 8


def test_a_code_that_does_not_fit_shows_the_same_secret_again(web):
    cookie = someone(web.archive, "Ann")
    adding = send(web, PAGE, {"do": "begin", "old": PASSWORD}, cookie)
    wrong = wrong_code(secret_in(adding), web.archive.now())
    again = send(web, PAGE, {"do": "confirm", "sealed": hidden(adding, "sealed"), "code": wrong}, cookie)
    assert again.status == 422 and "does not fit" in again.text
    assert secret_in(again) == secret_in(adding)
    late = send(web, PAGE, {"do": "confirm", "sealed": "x", "code": wrong}, cookie)
    assert late.status == 422 and "Begin again" in late.text


@pytest.mark.parametrize("kind", ["wrong", "used twice", "too old"])
def test_a_code_that_opens_nothing_gets_one_plain_answer(web, secret, kind):  # BAD_INPUT 59
    if kind == "used twice":
        code = now(web, secret)
        assert send(web, "/login/code", {"code": code}, cookie_in(sign_in(web, "Ann"))).status == 303
    else:
        time = web.archive.now() - timedelta(minutes=2)
        code = code_at(secret, time) if kind == "too old" else wrong_code(secret, web.archive.now())
    answer = send(web, "/login/code", {"code": code, "next": DESIGN}, cookie_in(sign_in(web, "Ann")))
    assert answer.status == 422 and "set-cookie" not in dict(answer.headers)
    assert "That code does not fit." in answer.text and code not in answer.text
    assert hidden(answer, "next") == DESIGN


def test_too_many_codes_lead_back_to_the_password(web, secret):
    cookie, wrong = cookie_in(sign_in(web, "Ann")), wrong_code(secret, web.archive.now())
    found = [send(web, "/login/code", {"code": wrong}, cookie) for _ in range(MOST_TRIES)]
    assert [answer.status for answer in found] == [422] * (MOST_TRIES - 1) + [303]
    assert "Begin again with your password" in look(web, found[-1]["location"]).text
    assert send(web, "/login/code", {"code": now(web, secret)}, cookie).status == 303
    assert look(web, DESIGN, cookie).status == 404


def test_who_gave_no_password_is_asked_for_no_code(web):
    for answer in (look(web, "/login/code?next=/account"), send(web, "/login/code", {"code": "123456"})):
        assert answer.status == 303 and answer["location"].startswith("/login?next=")


def test_a_recovery_code_stands_in_for_the_telephone_once(web):
    account(web.archive, "Ann", "member")
    _, made = add_factor(web.archive)
    waiting = cookie_in(sign_in(web, "Ann"))
    form = look(web, "/login/code?recovery=1&next=/account", waiting)
    assert "inputmode" not in form.text and hidden(form, "next") == "/account"
    told = {"code": made.codes[0], "recovery": "1"}
    assert look(web, DESIGN, cookie_in(send(web, "/login/code", told, waiting))).status == 200
    again = send(web, "/login/code", told, cookie_in(sign_in(web, "Ann")))
    assert again.status == 422 and "Recovery code" in again.text
    assert (
        f"You have {PAPER_CODES - 1} recovery codes left"
        in look(web, PAGE, proved_session(web.archive, 1)).text
    )


def test_a_new_password_by_a_link_still_needs_the_code(web, secret):
    steward = someone(web.archive, "Sue", "steward")
    link = link_in(send(web, "/desk/people/1", {"do": "reset"}, steward))
    fields = {"password": "another one entirely", "again": "another one entirely"}
    done = send(web, link, fields)
    assert done["location"] == "/login?set"
    asked = sign_in(web, "Ann", "another one entirely")
    assert asked["location"].startswith("/login/code")
    assert look(web, DESIGN, cookie_in(asked)).status == 404


def test_a_steward_sees_who_has_one_and_removes_nothing_else(web, secret):
    steward = someone(web.archive, "Sue", "steward")
    assert "second factor" in look(web, "/desk/people", steward).text
    assert "Remove her second factor" in look(web, "/desk/people/1", steward).text
    assert send(web, "/desk/people/1", {"do": "factor"}, steward).status == 303
    assert "second factor" not in look(web, "/desk/people/1", steward).text
    assert sign_in(web, "Ann", WRONG).status == 422
    assert look(web, DESIGN, cookie_in(sign_in(web, "Ann"))).status == 200
    again = send(web, "/desk/people/1", {"do": "factor"}, steward)
    assert again.status == 422 and "no second factor" in again.text


def test_a_steward_s_own_is_not_removed_at_the_desk(web):
    key = account(web.archive, "Sue", "steward")
    add_factor(web.archive, "sue")
    cookie = proved_session(web.archive, key)
    answer = send(web, f"/desk/people/{key}", {"do": "factor"}, cookie)
    assert answer.status == 422 and "at your account" in answer.text


def test_she_makes_new_recovery_codes_and_removes_it(web, secret):
    cookie = proved_session(web.archive, 1)
    told = {"old": PASSWORD, "code": now(web, secret)}
    renewed = send(web, PAGE, told | {"do": "renew"}, cookie)
    codes = codes_in(renewed)
    assert len(codes) == PAPER_CODES
    refused = send(web, PAGE, told | {"do": "remove"}, cookie_in(renewed))
    assert refused.status == 422 and "used already" in refused.text
    removed = send(web, PAGE, told | {"do": "remove", "code": codes[0]}, cookie_in(renewed))
    assert removed["location"] == "/account?saved=factor"
    assert "is removed" in look(web, removed["location"], cookie_in(removed)).text
    assert sign_in(web, "Ann")["location"] == "/"


@pytest.mark.parametrize("do", ["begin", "confirm", "renew", "remove", "another", None])
@pytest.mark.parametrize("has_one", [True, False])
def test_a_form_without_its_fields_changes_nothing(web, do, has_one):
    account(web.archive, "Ann")
    if has_one:
        add_factor(web.archive)
    fields = {} if do is None else {"do": do}
    assert send(web, PAGE, fields, proved_session(web.archive, 1)).status == 422


@pytest.mark.parametrize("address", [PAGE, "/login/code"])
@pytest.mark.parametrize("headers", [[("sec-fetch-site", "cross-site")], [("origin", "http://evil.example")]])
def test_another_site_can_not_act_for_her(web, secret, address, headers):  # BAD_INPUT 54
    cookie = proved_session(web.archive, 1)
    fields = {"do": "remove", "old": PASSWORD, "code": now(web, secret)}
    assert send(web, address, fields, cookie, [FORM, *headers]).status == 403
    assert sign_in(web, "Ann")["location"].startswith("/login/code")


@pytest.mark.parametrize("address", [PAGE, "/login/code"])
def test_a_code_of_a_megabyte_is_refused_unread(web, secret, address):  # BAD_INPUT 58
    waiting = cookie_in(sign_in(web, "Ann"))
    fields = {"do": "remove", "old": PASSWORD, "code": "0" * 2**20}
    assert send(web, address, fields, waiting).status == 422


@pytest.mark.parametrize("onto", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_nobody_is_sent_elsewhere_by_her_code(web, secret, onto):  # BAD_INPUT 51
    waiting = cookie_in(sign_in(web, "Ann", fields={"next": onto}))
    assert hidden(look(web, f"/login/code?next={onto}", waiting), "next") == "/"
    answer = send(web, "/login/code", {"code": now(web, secret), "next": onto}, waiting)
    assert answer["location"] == "/"


def test_who_is_not_signed_in_is_led_to_the_form(web):
    account(web.archive, "Ann")
    assert look(web, PAGE)["location"] == "/login?next=%2Faccount%2Fsecond-factor"
    assert session(web.archive, 1) and look(web, PAGE, session(web.archive, 1)).status == 200
