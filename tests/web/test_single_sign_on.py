"""Single sign-on: who comes in by it, with which roles, and who does not."""

import re

import pytest
from sqlalchemy import delete, select, update

from app.database.ledgers import AUDIT
from app.database.people import ACCOUNT, API_TOKEN, SIGN_IN, SINGLE_SIGN_ON
from app.services.accounts import disable
from app.services.auditing import Event, about
from app.services.throttle import Throttle
from app.services.tokens import USUAL_DAYS
from tests.archives import Clock, rows
from tests.provider import providing
from tests.web.people import account, cookie_in, look, send, session, sign_in
from tests.web.serving import served, story
from tests.web.single_sign_on import (
    at_the_provider,
    come_back,
    forget,
    has_no_session,
    leave,
    session_in,
    sign_on,
)
from tests.web.tokens import bearing, token

DESIGN = "/stories/design"
STORIES = {
    "design.md": story("For the teams.", uses="design"),
    "away.md": story("Not for the trust.", uses="design").replace("}", ", not_for: [Northgate Trust]}", 1),
}


@pytest.fixture(scope="module")
def provider():
    with providing() as provider:
        yield provider


@pytest.fixture(scope="module")
def served_once(tmp_path_factory, provider):
    clock = Clock()
    folder = tmp_path_factory.mktemp("signing-on")
    with served(folder, STORIES, at_loopback=True, clock=clock, **provider.settings()) as web:
        yield web


@pytest.fixture
def web(served_once, provider):
    """An archive in which nobody can sign in yet, beside a provider at which all is well."""
    with served_once.archive.engine.begin() as connection:
        for table in (SIGN_IN, API_TOKEN, SINGLE_SIGN_ON, ACCOUNT):
            connection.execute(delete(table))
    served_once.archive.throttle = Throttle()
    served_once.archive.clock = provider.clock = Clock()
    provider.reset()
    forget(served_once)
    return served_once


@pytest.fixture
def told(web, monkeypatch):
    """Settings that a test changes."""

    def tell(**settings):
        changed = web.archive.settings.model_copy(update=settings)
        monkeypatch.setattr(web.archive, "settings", changed)
        forget(web)

    return tell


@pytest.fixture
def by_groups(told):
    told(oidc_roles_claim="groups", oidc_roles=("sh-stewards=steward", "sh-design = member", "a=b=member"))


def row(web, email="ann@example.org"):
    with web.archive.engine.connect() as connection:
        return connection.execute(select(ACCOUNT).where(ACCOUNT.c.email == email)).first()


def events(web):
    with web.archive.engine.connect() as connection:
        return [
            (one.event, one.account) for one in connection.execute(select(AUDIT).order_by(AUDIT.c.number))
        ]


def test_somebody_who_was_let_in_signs_in_where_she_works(web, provider):
    key = account(web.archive, "Ann", "member")
    assert look(web, DESIGN).status == 404
    answer = sign_on(web, "/stories/design?a=b")
    assert (answer.status, answer["location"]) == (303, "/stories/design?a=b")
    assert answer["cache-control"] == "no-store"
    assert "For the teams." in look(web, DESIGN, session_in(answer)).text
    assert row(web).subject == f"{provider.address} ann-1"
    assert events(web)[-2:] == [("single sign-on linked", key), ("signed in", key)]


def test_the_button_stands_beside_the_password_only_where_there_is_a_single_sign_on(web, told):
    assert "Sign in with Northgate Trust" in look(web, "/login").text
    assert "Sign in with Northgate Trust" in sign_in(web, "Nobody").text
    told(oidc_issuer=None, oidc_client_id=None)
    page = look(web, "/login").text
    assert "Northgate Trust" not in page and "/login/sso" not in page
    for address in ("/login/sso", "/login/sso/back?state=a&code=b"):
        assert look(web, address) == look(web, "/nowhere")


def test_who_was_here_before_is_known_by_her_subject_whatever_her_address_is_now(web, provider):
    account(web.archive, "Ann", "member")
    account(web.archive, "Eve", "steward")
    sign_on(web)
    provider.person.email, provider.person.email_verified = "eve@example.org", False
    assert look(web, "/account", session_in(sign_on(web))).text.count("ann@example.org")
    assert row(web, "eve@example.org").subject is None


def test_nobody_takes_the_account_of_who_signs_in_there_already(web, provider):
    account(web.archive, "Ann", "member")
    sign_on(web)
    provider.person.sub = "eve-7"
    answer = sign_on(web)
    assert answer.status == 422 and has_no_session(answer)
    assert "Ask one of its stewards" in answer.text


@pytest.mark.parametrize("verified", [False, None, "true", "yes", 1, []])
@pytest.mark.parametrize("known", [True, False])
def test_an_address_that_nobody_checked_opens_nothing(web, provider, told, verified, known):
    told(oidc_newcomers=True)
    if known:
        account(web.archive, "Ann", "steward")
    provider.person.email_verified = verified
    answer = sign_on(web)
    assert answer.status == 422 and has_no_session(answer) and "checked your email address" in answer.text
    assert (row(web).subject if known else row(web)) is None


@pytest.mark.parametrize(
    "email", [None, "", 7, ["ann@example.org"], "no address", "a b@c", "x" * 300 + "@x.org"]
)
def test_what_is_no_address_opens_nothing(web, provider, told, email):
    told(oidc_newcomers=True)
    account(web.archive, "Ann", "steward")
    provider.person.email = email
    assert has_no_session(sign_on(web))


@pytest.mark.parametrize(
    ("kept", "said"),
    [("kate", "\u212aate"), ("strasse", "straße"), ("ann", "ａnn"), ("fi", "ﬁ")],
)
def test_an_address_that_only_looks_alike_is_another(web, provider, told, kept, said):
    """Two addresses that we fold into one can be two people's at the provider."""
    told(oidc_newcomers=True)
    account(web.archive, kept.title(), "steward")
    provider.person.email = f"{said}@example.org"
    assert has_no_session(sign_on(web))
    assert row(web, f"{kept}@example.org").subject is None


def test_capitals_make_no_other_address(web, provider):
    account(web.archive, "Ann", "member")
    provider.person.email = "Ann@Example.ORG"
    assert look(web, DESIGN, session_in(sign_on(web))).status == 200


def test_an_account_with_a_second_factor_is_not_taken_over(web, told):
    key = account(web.archive, "Ann", "steward")
    with web.archive.engine.begin() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == key).values(second_factor="kept"))
    answer = sign_on(web)
    assert has_no_session(answer) and "second factor" in answer.text
    assert row(web).subject is None


def test_who_adds_a_second_factor_later_gives_its_code_after_single_sign_on_too(web):
    key = account(web.archive, "Ann", "steward")
    sign_on(web)
    with web.archive.engine.begin() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == key).values(second_factor="kept"))
    before = len(events(web))
    answer = sign_on(web, "/desk/people")
    assert answer["location"] == "/login/code?next=%2Fdesk%2Fpeople"
    assert look(web, "/desk/people", session_in(answer)).status == 303
    assert len(events(web)) == before


def test_who_has_no_password_is_not_asked_for_one(web, told):
    told(oidc_newcomers=True)
    page = look(web, "/account", session_in(sign_on(web)))
    assert "You have none: you come in by single sign-on." in page.text
    assert 'name="old"' not in page.text and "second-factor" not in page.text
    factor = look(web, "/account/second-factor", session_in(sign_on(web)))
    assert "You have no password here" in factor.text and "<form" not in factor.text.partition("<main")[2]


def test_who_was_disabled_stays_out(web):
    account(web.archive, "Sue", "steward")
    key = account(web.archive, "Ann", "member")
    sign_on(web)
    disable(web.archive, key)
    linked = sign_on(web)
    with web.archive.engine.begin() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == key).values(subject=None))
    by_address = sign_on(web)
    assert linked.content == by_address.content and linked.status == by_address.status == 422
    assert has_no_session(linked) and has_no_session(by_address)


def test_who_is_unknown_stays_out_unless_the_settings_let_her_in(web, told):
    answer = sign_on(web)
    assert answer.status == 422 and has_no_session(answer) and "Ask one of its stewards" in answer.text
    assert row(web) is None
    told(oidc_newcomers=True)
    cookie = session_in(sign_on(web))
    assert (row(web).name, row(web).roles, row(web).password) == ("Ann N.", [], "")
    assert look(web, DESIGN, cookie).status == 404


@pytest.mark.parametrize("password", ["", "x" * 8, "$argon2id$v=19"])
def test_no_password_opens_an_account_that_has_none(web, told, password):
    told(oidc_newcomers=True)
    sign_on(web)
    answer = sign_in(web, "Ann", password)
    assert answer.status == 422 and has_no_session(answer)


def test_a_group_at_the_provider_is_a_role_here(web, provider, by_groups):
    provider.person.more = {"groups": ["staff", "sh-design", 7, None, {"a": "b"}]}
    cookie = session_in(sign_on(web))
    assert row(web).roles == ["member"]
    assert look(web, DESIGN, cookie).status == 200 and look(web, "/desk/people", cookie).status == 404


@pytest.mark.parametrize(
    ("said", "roles"),
    [
        (["sh-stewards", "sh-design"], ["member", "steward"]),
        ("sh-design", ["member"]),
        ("a=b", ["member"]),
        ("sh-design sh-stewards", []),
        ("steward", []),
        (["SH-STEWARDS", "steward", "sh-stewards "], []),
        ([], []),
        (None, []),
        (True, []),
        ({"sh-stewards": True}, []),
        ([["sh-stewards"]], []),
    ],
)
def test_only_what_the_settings_name_is_a_role(web, provider, by_groups, told, said, roles):
    account(web.archive, "Sue", "steward")
    account(web.archive, "Ann", "commissioner")
    provider.person.more = {"groups": said}
    sign_on(web)
    assert row(web).roles == roles


def test_without_the_claim_somebody_has_no_role_and_nobody_new_comes_in(web, provider, by_groups):
    assert has_no_session(sign_on(web)) and row(web) is None
    account(web.archive, "Ann", "member")
    assert look(web, DESIGN, session_in(sign_on(web))).status == 404
    assert row(web).roles == []


def test_without_a_mapping_the_claim_names_our_roles(web, provider, told):
    told(oidc_roles_claim="storyhold.roles")
    provider.person.more = {"storyhold": {"roles": ["gatherer", "owner"]}}
    sign_on(web)
    assert row(web).roles == ["gatherer"]


def test_a_claim_with_a_dot_in_its_name_is_itself(web, provider, told):
    told(oidc_roles_claim="https://example.org/roles")
    provider.person.more = {"https://example.org/roles": ["member"]}
    sign_on(web)
    assert row(web).roles == ["member"]


def test_other_roles_at_the_provider_end_what_was_open_here(web, provider, by_groups):
    account(web.archive, "Sue", "steward")
    provider.person.more = {"groups": ["sh-stewards"]}
    before = session_in(sign_on(web))
    program = token(web.archive, row(web).key, days=USUAL_DAYS)
    session_in(sign_on(web))
    assert look(web, "/account", before).status == 200  # the same roles end nothing
    provider.person.more = {"groups": ["sh-design"]}
    after = session_in(sign_on(web))
    assert look(web, "/account", before).status == 303 and look(web, "/desk/people", after).status == 404
    assert bearing(web, program).status == 401
    assert ("roles changed", row(web).key) in events(web)
    sue = session(web.archive, row(web, "sue@example.org").key)
    told = "Single sign-on changed what Ann N. may do: roles from Steward to Design team"
    audit = " ".join(re.sub(r"<[^>]+>", " ", look(web, "/desk/audit", sue).text).split())
    assert told in audit and "Ann N. signed in" in audit


def test_the_last_steward_stays_one_whatever_the_provider_says(web, provider, by_groups):
    account(web.archive, "Ann", "steward")
    provider.person.more = {"groups": ["sh-design"]}
    cookie = session_in(sign_on(web))
    assert row(web).roles == ["member", "steward"] and look(web, "/desk/people", cookie).status == 200


def test_the_provider_says_where_somebody_works_if_it_is_asked_to(web, provider, told):
    account(web.archive, "Ann", "member", organisation="Southgate")
    cookie = session_in(sign_on(web))
    assert row(web).organisation == "Southgate" and look(web, "/stories/away", cookie).status == 200
    told(oidc_organisation_claim="org")
    provider.person.more = {"org": " Northgate  Trust"}
    cookie = session_in(sign_on(web))
    assert row(web).organisation == "Northgate Trust"
    assert look(web, "/stories/away", cookie) == look(web, "/nowhere")
    provider.person.more = {"org": ["Southgate"]}
    assert look(web, "/stories/away", session_in(sign_on(web))).status == 404
    assert row(web).organisation == ""


def test_another_organisation_at_the_provider_is_in_the_audit(web, provider, told):
    key = account(web.archive, "Ann", "member", organisation="Southgate")
    told(oidc_organisation_claim="org")
    provider.person.more = {"org": "Northgate"}
    before = len(rows(web.archive, AUDIT))
    for _ in range(2):
        sign_on(web)
    written = sorted(rows(web.archive, AUDIT), key=lambda one: one["number"])[before:]
    changes = [one for one in written if one["event"] == Event.ROLES]
    said = {"organisation": web.archive.keyed("organisation", "northgate"), "single_sign_on": True}
    assert [(one["account"], one["record_id"], one["data"]) for one in changes] == [(key, about(key), said)]


def test_half_of_an_organisation_s_name_is_none(web, provider, told):
    account(web.archive, "Ann", "member", organisation="Southgate")
    told(oidc_organisation_claim="org")
    provider.person.more = {"org": "Northgate " * 12 + "Trust"}
    sign_on(web)
    assert row(web).organisation == ""


def test_the_session_that_was_offered_ends_and_another_begins(web):
    key = account(web.archive, "Ann", "member")
    before = session(web.archive, key)
    left = leave(web)
    answer = come_back(web, at_the_provider(left), left.cookie, before[1])
    assert session_in(answer) != before
    assert look(web, "/account", before).status == 303
    assert look(web, "/account", session_in(answer)).status == 200


def test_a_password_still_opens_an_account_that_is_linked(web):
    account(web.archive, "Ann", "member")
    sign_on(web)
    assert look(web, DESIGN, cookie_in(sign_in(web, "Ann"))).status == 200


def test_signing_out_ends_the_session_here(web):
    account(web.archive, "Ann", "member")
    cookie = session_in(sign_on(web))
    assert send(web, "/logout", {}, cookie).status == 303
    assert look(web, DESIGN, cookie).status == 404
