"""Signing in and out: a cookie is worth what its session is, and nothing is told to who guesses."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from app.database.people import ACCOUNT, ONE_TIME_LINK, SIGN_IN
from app.services import passwords
from app.services.accounts import disable
from app.services.links import offer_first_steward
from app.services.signing_in import IDLE, LONGEST
from app.services.throttle import OF_BOTH, Throttle
from tests.archives import Clock
from tests.web.people import (
    FORM,
    FROM_HERE,
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
ELSEWHERE = ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil", "javascript:alert(1)"]
ELSEWHERE += ["/\t/evil.example", "/a\r\nSet-Cookie: b=c", "http:evil.example", "evil", "", "/" + "a" * 3_000]


@pytest.fixture(scope="module")
def served_once(tmp_path_factory):
    stories = {"open.md": story("Open."), "design.md": story("For the teams.", uses="design")}
    clock = Clock()
    with served(tmp_path_factory.mktemp("people"), stories, at_loopback=True, clock=clock) as web:
        yield web


@pytest.fixture
def web(served_once):
    """An archive in which nobody can sign in yet, and nobody has tried."""
    with served_once.archive.engine.begin() as connection:
        for table in (SIGN_IN, ONE_TIME_LINK, ACCOUNT):
            connection.execute(delete(table))
    served_once.archive.throttle = Throttle()
    served_once.archive.clock = Clock()
    return served_once


def later(web, by: timedelta) -> None:
    web.archive.clock.time += by


def test_a_person_signs_in_reads_and_signs_out(web):
    account(web.archive, "Ann", "member")
    assert look(web, DESIGN).status == 404
    answer = sign_in(web, "Ann", fields={"next": "/stories/design?a=b"})
    assert (answer.status, answer["location"], answer["cache-control"]) == (
        303,
        "/stories/design?a=b",
        "no-store",
    )
    cookie = cookie_in(answer)
    assert "For the teams." in look(web, DESIGN, cookie).text
    left = send(web, "/logout", {}, cookie)
    assert (left.status, left["location"]) == (303, "/")
    assert look(web, DESIGN, cookie) == look(web, "/nowhere")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(web):
    account(web.archive, "Ann")
    assert re.fullmatch(
        r"storyhold=[\w-]{43}; HttpOnly; Path=/; SameSite=lax", sign_in(web, "Ann")["set-cookie"]
    )


def test_over_https_the_cookie_is_bound_to_this_host(tmp_path):
    base = {"base_url": "https://localhost:8000"}
    with served(tmp_path, {"design.md": story("For the teams.", uses="design")}, **base) as web:
        account(web.archive, "Ann", "member")
        given = sign_in(web, "Ann")["set-cookie"]
        assert re.fullmatch(r"__Host-storyhold=[\w-]{43}; HttpOnly; Path=/; SameSite=lax; Secure", given)
        name, value = given.partition(";")[0].split("=")
        assert look(web, DESIGN, ("cookie", f"{name}={value}")).status == 200
        assert look(web, DESIGN, ("cookie", f"storyhold={value}")).status == 404


def test_the_database_holds_no_secret_in_clear(web):
    account(web.archive, "Ann", "steward")
    cookie = cookie_in(sign_in(web, "Ann"))
    invited = invite(web, cookie, "ben@example.org")
    path = web.archive.settings.database_path
    kept = b"".join(one.read_bytes() for one in path.parent.glob(path.name + "*"))
    for secret in (cookie[1].partition("=")[2], PASSWORD, link_in(invited).rpartition("/")[2]):
        assert secret.encode() not in kept


@pytest.mark.parametrize("onto", ELSEWHERE)
def test_nobody_is_sent_elsewhere_from_here(web, onto):  # BAD_INPUT 51
    account(web.archive, "Ann")
    answer = sign_in(web, "Ann", fields={"next": onto})
    assert (answer.status, answer["location"]) == (303, "/")


def test_nobody_is_sent_elsewhere_by_the_link_to_the_form(web):
    cookie = someone(web.archive, "Ann")
    for onto in ("//evil.example", "%2F%2Fevil.example", "/%5Cevil.example", "javascript:alert(1)"):
        assert look(web, f"/login?next={onto}", cookie)["location"] == "/"
        assert hidden(look(web, f"/login?next={onto}"), "next") == "/"


def test_a_session_that_was_fixed_before_is_not_the_one_she_gets(web):  # BAD_INPUT 56
    account(web.archive, "Ann", "member")
    for fixed in ("x" * 43, someone(web.archive, "Eve")[1].partition("=")[2]):
        offered = ("cookie", f"storyhold={fixed}")
        answer = sign_in(web, "Ann", cookie=offered)
        assert fixed not in answer["set-cookie"]
        assert look(web, "/account", offered).status == 303


@pytest.mark.parametrize("how", ["signing out", "disabling", "a change of role", "a new password"])
def test_a_cookie_is_worth_nothing_afterwards(web, how):  # BAD_INPUT 56
    steward, key = someone(web.archive, "Sue", "steward"), account(web.archive, "Ann", "member")
    cookie = session(web.archive, key)
    assert look(web, DESIGN, cookie).status == 200
    person = f"/desk/people/{key}"
    if how == "signing out":
        send(web, "/logout", {}, cookie)
    elif how == "disabling":
        assert send(web, person, {"do": "disable"}, steward).status == 303
    elif how == "a change of role":
        told = {"organisation": "", "gathers_as": "", "role-member": "on", "role-gatherer": "on"}
        digest = hidden(look(web, person, steward), "digest")
        assert send(web, person, {"do": "standing", "digest": digest} | told, steward).status == 303
    else:
        link = link_in(send(web, person, {"do": "reset"}, steward))
        assert look(web, DESIGN, cookie).status == 200
        fields = {"password": "another one entirely", "again": "another one entirely"}
        assert send(web, link, fields)["location"] == "/login?set"
    assert look(web, DESIGN, cookie) == look(web, "/nowhere")
    assert look(web, "/account", cookie).status == 303


def test_who_is_disabled_can_not_sign_in_and_is_not_told_so(web):
    account(web.archive, "Sue", "steward")
    key = account(web.archive, "Ann")
    disable(web.archive, key)
    assert same_but_for_the_address(sign_in(web, "Ann"), sign_in(web, "Nobody"))


def same_but_for_the_address(one, other) -> bool:
    texts = {answer.text.replace("ann@", "").replace("nobody@", "") for answer in (one, other)}
    headers = {tuple(pair for pair in a.headers if pair[0] != "content-length") for a in (one, other)}
    return len(texts) == len(headers) == 1 and one.status == other.status


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(web):
    account(web.archive, "Ann")
    wrong, unknown = sign_in(web, "Ann", WRONG), sign_in(web, "Nobody", WRONG)
    assert wrong.status == 422 and "do not belong together" in wrong.text
    assert same_but_for_the_address(wrong, unknown)
    assert WRONG not in wrong.text and "set-cookie" not in dict(wrong.headers)


class Counting:
    """Hashes as ever, and remembers at which cost it was asked to compare."""

    def __init__(self):
        self.real, self.asked = passwords._hasher, []

    def verify(self, kept, given):
        self.asked.append(kept.rsplit("$", 2)[0])
        return self.real.verify(kept, given)


def test_an_unknown_account_costs_as_many_hashes_as_a_known_one(web, monkeypatch):
    account(web.archive, "Ann")
    sign_in(web, "Nobody", WRONG)
    counting = Counting()
    monkeypatch.setattr(passwords, "_hasher", counting)
    for name in ("Ann", "Nobody", "no address"):
        sign_in(web, name, WRONG)
    assert len(counting.asked) == 3 and len(set(counting.asked)) == 1


@pytest.mark.parametrize("idle", [True, False])
def test_a_session_ends_by_itself(web, idle):
    cookie = someone(web.archive, "Ann", "member")
    if idle:
        later(web, IDLE - timedelta(minutes=1))
        assert look(web, DESIGN, cookie).status == 200
        later(web, IDLE)
    else:
        for _ in range(int(LONGEST / timedelta(hours=6)) - 1):
            later(web, timedelta(hours=6))
            assert look(web, DESIGN, cookie).status == 200
        later(web, timedelta(hours=6))
    assert look(web, DESIGN, cookie).status == 404


BODIES = {
    "a megabyte": (b"a" * 2**20, 422),
    "more than a password has": (b"a" * 1_025, 422),
    "too short": (b"a" * 7, 422),
    "none": (b"", 422),
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("address", ["/login", "/account", "/welcome/{}"])
def test_a_password_that_can_be_nobody_s_is_refused(web, address, name):  # BAD_INPUT 58
    link = offer_first_steward(web.archive)
    cookie = someone(web.archive, "Ann")
    body, status = BODIES[name]
    fields = b"do=password&email=ann%40example.org&name=Ann&old=" + PASSWORD.encode() + b"&password="
    sent = fields + body + b"&again=" + body
    answer = web.ask("POST", address.format(link), headers=[FORM, FROM_HERE, cookie], body=sent)
    assert answer.status == status
    assert "set-cookie" not in dict(answer.headers)
    assert b"aaaaaaa" not in answer.content


@pytest.mark.parametrize("password", ["a" * 64, "b" * 1_024, "pässwörd", "  spaces  ", "パスワード四つの灯"])
def test_a_long_or_foreign_password_is_a_password(web, password):
    link = f"/welcome/{offer_first_steward(web.archive)}"
    told = {"email": "ann@example.org", "name": "Ann", "password": password, "again": password}
    assert send(web, link, told)["location"] == "/account?saved=joined"
    assert sign_in(web, "Ann", password)["location"] == "/"
    assert sign_in(web, "Ann", password + "x").status == 422


def test_too_many_tries_wait_and_the_right_password_waits_with_them(web):
    account(web.archive, "Ann")
    for _ in range(OF_BOTH.amount):
        assert sign_in(web, "Ann", WRONG).status == 422
    for name in ("Ann", "ANN"):
        answer = sign_in(web, name)
        assert answer.status == 429 and 0 < int(answer["retry-after"]) <= 900
        assert "Wait a quarter of an hour" in answer.text
    assert sign_in(web, "Ann", headers=[FORM, FROM_HERE, ("x-forwarded-for", "198.51.100.7")]).status == 429
    assert sign_in(web, "Ann", client=("198.51.100.7", 1)).status == 303


def test_an_account_that_is_not_there_is_throttled_like_one_that_is(web):
    for _ in range(OF_BOTH.amount):
        sign_in(web, "Nobody", WRONG)
    assert sign_in(web, "Nobody", WRONG).status == 429


CROSS_SITE = [[("sec-fetch-site", "cross-site")], [("origin", "http://evil.example")], [("cookie", "a=b")]]


@pytest.mark.parametrize("headers", CROSS_SITE)
@pytest.mark.parametrize("address", ["/login", "/logout", "/account", "/desk/people", "/desk/people/1"])
def test_another_site_can_not_act_for_her(web, address, headers):  # BAD_INPUT 54
    key = account(web.archive, "Ann", "steward")
    cookie = session(web.archive, key)
    fields = {"email": "ann@example.org", "password": PASSWORD, "do": "disable", "name": "Eve"}
    answer = send(web, address, fields, cookie, [FORM, *headers])
    assert answer.status == 403 and "set-cookie" not in dict(answer.headers)
    assert "Ann" in look(web, "/account", cookie).text


def test_a_link_elsewhere_signs_nobody_out(web):  # BAD_INPUT 30
    cookie = someone(web.archive, "Ann")
    assert look(web, "/logout", cookie).status == 405
    assert look(web, "/account", cookie).status == 200


@pytest.mark.parametrize("address", ["/account", "/desk/people", "/desk/codebook?page=2", "/desk/problems"])
def test_who_is_not_signed_in_is_led_to_the_form_and_back(web, address):
    account(web.archive, "Sue", "steward")
    led = look(web, address)
    assert led.status == 303 and led["cache-control"] == "no-store"
    form = look(web, led["location"])
    assert hidden(form, "next") == address
    assert sign_in(web, "Sue", fields={"next": hidden(form, "next")})["location"] == address


def test_a_bearer_token_is_none_even_if_it_is_a_living_cookie(web):
    cookie = someone(web.archive, "Ann", "member")
    token = cookie[1].partition("=")[2]
    answer = web.get("/api/v1/stories", headers=[("authorization", f"Bearer {token}")])
    assert (answer.status, answer["content-type"]) == (401, "application/problem+json")


@pytest.mark.parametrize("cookie", ["", "x", "x" * 43, "x" * 5_000, '"', "\xff", "a=b; storyhold="])
def test_a_cookie_that_is_none_is_an_anonymous_reader(web, cookie):
    account(web.archive, "Ann", "member")
    answer = look(web, DESIGN, ("cookie", f"storyhold={cookie}"))
    assert answer == look(web, "/nowhere")
    assert look(web, "/stories/open", ("cookie", f"storyhold={cookie}")).status == 200


def invite(web, steward, email, **told):
    fields = {"email": email, "name": "Ben", "organisation": "", "gathers_as": ""} | told
    return send(web, "/desk/people", fields, steward)


def test_the_first_steward_comes_by_a_link_that_works_once(web):
    link = f"/welcome/{offer_first_steward(web.archive)}"
    assert "Become the first steward" in look(web, link).text
    told = {"email": "Sue@Example.org", "name": "Sue", "password": PASSWORD, "again": PASSWORD}
    cookie = cookie_in(send(web, link, told))
    assert look(web, "/desk/people", cookie).status == 200
    assert offer_first_steward(web.archive) is None
    dead = look(web, link)
    assert dead.status == 410 and dead == look(web, "/welcome/" + "a" * 43)
    assert send(web, link, told | {"email": "eve@example.org"}).status == 410


def test_each_start_makes_another_link_and_the_one_before_is_dead(web):
    first, second = offer_first_steward(web.archive), offer_first_steward(web.archive)
    assert look(web, f"/welcome/{first}").status == 410
    assert look(web, f"/welcome/{second}").status == 200


def test_a_link_for_the_first_steward_is_dead_once_there_is_one(web):
    link = offer_first_steward(web.archive)
    account(web.archive, "Sue", "steward")
    assert look(web, f"/welcome/{link}").status == 410


def test_somebody_who_was_invited_comes_with_what_the_steward_said_and_no_more(web):
    steward = someone(web.archive, "Sue", "steward")
    told = {"role-member": "on", "organisation": "Northgate Trust", "gathers_as": "B. O."}
    link = link_in(invite(web, steward, "Ben@example.org", **told))
    fields = {"email": "eve@example.org", "name": "Benjamin", "password": PASSWORD, "again": PASSWORD}
    cookie = cookie_in(send(web, link, fields | {"role-steward": "on", "gathers_as": "Eve"}))
    with web.archive.engine.connect() as connection:
        row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.email == "ben@example.org")).one()
    assert (row.name, row.roles, row.organisation, row.gathers_as) == (
        "Benjamin",
        ["member"],
        "Northgate Trust",
        "B. O.",
    )
    assert look(web, DESIGN, cookie).status == 200
    assert look(web, "/desk/people", cookie) == look(web, "/nowhere")


@pytest.mark.parametrize("how", ["used", "late", "taken back", "sent anew", "its sender is disabled"])
def test_a_link_that_is_over_says_so_and_nothing_else(web, how):  # BAD_INPUT 57
    account(web.archive, "Pat", "steward")
    sender = account(web.archive, "Sue", "steward")
    steward = session(web.archive, sender)
    shown = invite(web, steward, "ben@example.org")
    link, fields = link_in(shown), {"name": "Ben", "password": PASSWORD, "again": PASSWORD}
    if how == "used":
        send(web, link, fields)
    elif how == "late":
        later(web, timedelta(days=7))
    elif how == "taken back":
        key = re.search(r'name="take_back" value="(\d+)"', shown.text)[1]
        send(web, "/desk/people", {"take_back": key}, steward)
    elif how == "sent anew":
        invite(web, steward, "ben@example.org", organisation="Northgate Trust")
    else:
        disable(web.archive, sender)
    never_was = look(web, "/welcome/" + "a" * 43)
    assert look(web, link) == never_was and never_was.status == 410
    assert send(web, link, fields).content == never_was.content


def test_a_link_to_a_new_password_is_for_one_day_and_one_person(web):  # BAD_INPUT 57
    steward = someone(web.archive, "Sue", "steward")
    key = account(web.archive, "Ann")
    link = link_in(send(web, f"/desk/people/{key}", {"do": "reset"}, steward))
    fields = {"email": "sue@example.org", "password": "another one entirely", "again": "another one entirely"}
    later(web, timedelta(days=1))
    assert send(web, link, fields).status == 410
    again = link_in(send(web, f"/desk/people/{key}", {"do": "reset"}, session(web.archive, key - 1)))
    assert send(web, again, fields)["location"] == "/login?set"
    assert sign_in(web, "Sue", "another one entirely").status == 422
    assert sign_in(web, "Ann", "another one entirely").status == 303


def test_without_a_single_sign_on_nobody_is_sent_there(web):
    assert send(web, "/login/sso", {"next": "/"}) == look(web, "/nowhere")


def test_what_can_be_no_link_is_a_page_that_never_was(web):
    for token in ("a", "a" * 42, "a" * 44, "a" * 42 + "!", "..%2f" + "a" * 38):
        assert look(web, f"/welcome/{token}") == look(web, "/nowhere")
