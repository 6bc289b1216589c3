"""Tokens for programs: worth what their account may do now, and one plain refusal for all that are none."""

import re
from datetime import UTC, timedelta

import pytest
from fastapi import APIRouter
from sqlalchemy import delete, event, select, update

from app.database.ledgers import AUDIT, READ
from app.database.people import ACCOUNT, API_TOKEN, SIGN_IN
from app.services.accounts import disable, enable
from app.services.people import set_roles
from app.services.throttle import OF_GUESSES, Throttle
from app.services.tokens import MOST
from app.web.frame import Reader
from tests.archives import Clock
from tests.services.entering import MEMBER, STEWARD
from tests.web.people import PASSWORD, account, look, send, session, someone
from tests.web.serving import served, story
from tests.web.tokens import bearing, make, token

OPEN, DESIGN, OFFER = (f"/api/v1/stories/{name}" for name in ("open", "design", "commissioning"))
HERS, LIST = "/api/v1/stories/draft", "/api/v1/stories"
STORIES = {
    "open.md": story("Open."),
    "design.md": story("For the teams.", uses="design"),
    "commissioning.md": story("For who pays.", uses="commissioning"),
    "draft.md": story("Unfinished.", "gatherer: A. N.", "status: draft"),
}
OPENS = {
    (): {OPEN},
    ("member",): {OPEN, DESIGN},
    ("commissioner",): {OPEN, OFFER},
    ("gatherer",): {OPEN, DESIGN, HERS},
    ("steward",): {OPEN, DESIGN, OFFER, HERS},
}
NO_TOKENS = ["", " ", "x", "sh_" + "a" * 43, "a b", "x" * 5_000, "\xff", "sh_", "Bearer", '"', "%00", "null"]
MALFORMED = ["Bearer", "bearer ", "BEARER\tx", "Bearer a, Bearer b"]


@pytest.fixture(scope="module")
def served_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokens")
    with served(folder, STORIES, at_loopback=True, clock=Clock()) as web:
        router = APIRouter()

        @router.post("/api/v1/try")
        def write(reader: Reader) -> list[str]:  # the API has nothing yet that changes anything
            return sorted(reader.roles)

        web.app.include_router(router)
        yield web


@pytest.fixture
def web(served_once):
    """An archive in which nobody can sign in yet, and nobody has guessed."""
    served_once.archive.readings.flush()
    with served_once.archive.engine.begin() as connection:
        for table in (SIGN_IN, API_TOKEN, READ, ACCOUNT):
            connection.execute(delete(table))
    served_once.archive.throttle = Throttle()
    served_once.archive.clock = Clock()
    return served_once


def refused(web, address: str = LIST):
    """The answer to a token that never was."""
    return bearing(web, "sh_" + "n" * 43, address)


def rows(web):
    with web.archive.engine.connect() as connection:
        return connection.execute(select(API_TOKEN).order_by(API_TOKEN.c.key)).all()


def seen(web):
    """When the one token was last used; SQLite keeps no zone."""
    return rows(web)[0].seen.replace(tzinfo=UTC)


@pytest.mark.parametrize("roles", OPENS, ids=lambda roles: roles[0] if roles else "none")
def test_a_program_reads_what_its_account_may_read_and_nothing_else(web, roles):
    program = token(web.archive, account(web.archive, "Ann", *roles, gathers_as="A. N."))
    for address in (OPEN, DESIGN, OFFER, HERS):
        assert bearing(web, program, address).status == (200 if address in OPENS[roles] else 404), address


def test_a_person_makes_a_token_sees_it_once_and_ends_it(web):
    cookie = someone(web.archive, "Ann", "member")
    shown = make(web, cookie, "The newsletter")
    program = re.search(r'value="(sh_[\w-]{43})"', shown.text)[1]
    assert shown.status == 200 and shown["cache-control"] == "no-store"
    assert bearing(web, program, DESIGN).status == 200
    page = look(web, "/account", cookie)
    assert "The newsletter" in page.text and program not in page.text
    (row,) = rows(web)
    ended = send(web, "/account/tokens", {"end": str(row.key)}, cookie)
    assert (ended.status, ended["location"]) == (303, "/account?saved=token")
    assert bearing(web, program, DESIGN).content == refused(web).content
    assert "The newsletter" not in look(web, "/account", cookie).text


def test_nothing_that_is_kept_is_the_token(web):
    program = token(web.archive, account(web.archive, "Ann"))
    with web.archive.engine.connect() as connection:
        kept = str(connection.execute(select(API_TOKEN)).all()) + str(connection.execute(select(AUDIT)).all())
    assert program not in kept and program.removeprefix("sh_") not in kept


def test_making_and_ending_a_token_stand_in_the_audit(web):
    key = account(web.archive, "Ann")
    cookie = session(web.archive, key)
    make(web, cookie, "Report", write="on", days="7")
    made = rows(web)[0].key
    send(web, "/account/tokens", {"end": str(made)}, cookie)
    with web.archive.engine.connect() as connection:
        newest = select(AUDIT).order_by(AUDIT.c.number.desc()).limit(2)
        ended, begun = connection.execute(newest).all()
    assert (begun.event, begun.account) == ("token made", key)
    assert begun.data == {"token": made, "scopes": ["read", "write"], "days": 7}
    assert (ended.event, ended.account, ended.data) == ("token ended", key, {"token": made})


@pytest.mark.parametrize("days", [7, 30, 90, 365])
def test_a_token_is_over_on_its_day(web, days):
    cookie = someone(web.archive, "Ann", "member")
    program = re.search(r"sh_[\w-]{43}", make(web, cookie, "Report", days=str(days)).text)[0]
    web.archive.clock.time += timedelta(days=days) - timedelta(seconds=1)
    assert bearing(web, program, DESIGN).status == 200
    web.archive.clock.time += timedelta(seconds=1)
    assert bearing(web, program, DESIGN) == refused(web, DESIGN)


@pytest.mark.parametrize(
    "fields", [{"days": "8"}, {"days": "-1"}, {"days": "٧"}, {"name": "  "}, {"name": "x" * 121}]
)
def test_what_can_be_no_token_is_refused_at_its_form(web, fields):
    cookie = someone(web.archive, "Ann")
    answer = send(web, "/account/tokens", {"name": "Report", "days": "90"} | fields, cookie)
    assert answer.status == 422 and "Not done." in answer.text
    assert rows(web) == []


def test_the_same_form_sent_again_makes_no_second_token(web):
    """Loading the answer anew sends the form again; nobody would look at the token that it makes."""
    key = account(web.archive, "Ann")
    cookie = session(web.archive, key)
    make(web, cookie, "Report", days="7")
    again = make(web, cookie, " Report ", days="7")
    assert again.status == 422 and "You have a token of this name already" in again.text
    assert "sh_" not in again.text and len(rows(web)) == 1
    assert make(web, someone(web.archive, "Bea"), "Report").status == 200  # names are each one's own
    web.archive.clock.time += timedelta(days=7)
    assert make(web, session(web.archive, key), "Report").status == 200  # hers is over
    assert len(rows(web)) == 3


def test_nobody_has_more_tokens_than_she_can_look_through(web):
    key = account(web.archive, "Ann")
    for _ in range(MOST):
        token(web.archive, key)
    assert "already" in make(web, session(web.archive, key), "One more").text
    assert len(rows(web)) == MOST


def test_nobody_ends_the_token_of_another(web):
    program = token(web.archive, account(web.archive, "Ann", "member"))
    steward = someone(web.archive, "Sue", "steward")
    assert send(web, "/account/tokens", {"end": str(rows(web)[0].key)}, steward).status == 303
    assert bearing(web, program, DESIGN).status == 200


def test_who_is_not_signed_in_makes_none(web):
    assert make(web, None, "Report")["location"].startswith("/login")
    assert make(web, ("cookie", "storyhold=dead"), "Report")["location"].startswith("/login")
    assert rows(web) == []


@pytest.mark.parametrize("how", ["disabled", "let in again", "other roles", "other password"])
def test_a_token_ends_where_sessions_do(web, how):
    account(web.archive, "Sue", "steward")
    key = account(web.archive, "Ann", "member")
    program = token(web.archive, key)
    assert bearing(web, program, DESIGN).status == 200
    if how == "other roles":
        set_roles(web.archive, key, STEWARD)
    elif how == "other password":
        fields = {"old": PASSWORD, "password": "another one entirely", "again": "another one entirely"}
        answer = send(web, "/account", {"do": "password", **fields}, session(web.archive, key))
        assert answer.status == 303
    else:
        disable(web.archive, key)
        if how == "let in again":
            enable(web.archive, key)
    assert bearing(web, program, DESIGN) == refused(web, DESIGN)


def test_a_token_of_a_disabled_account_is_none_even_if_its_row_is_there(web):
    key = account(web.archive, "Ann", "member")
    program = token(web.archive, key)
    with web.archive.engine.begin() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == key).values(disabled=web.archive.now()))
    assert bearing(web, program, DESIGN) == refused(web, DESIGN)


def test_the_same_roles_again_end_nothing(web):
    key = account(web.archive, "Ann", "member")
    program = token(web.archive, key)
    set_roles(web.archive, key, MEMBER)
    assert bearing(web, program, DESIGN).status == 200


def test_a_token_has_no_more_than_its_account_has_now(web):
    """Roles are looked up at each request, whichever way they came to be what they are."""
    key = account(web.archive, "Ann", "member", "steward")
    program = token(web.archive, key)
    with web.archive.engine.begin() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == key).values(roles=["member"]))
    assert bearing(web, program, OFFER).status == 404
    assert bearing(web, program, DESIGN).status == 200


@pytest.mark.parametrize("given", NO_TOKENS, ids=range(len(NO_TOKENS)))
def test_all_that_is_no_token_is_refused_alike(web, given):
    answer = bearing(web, given)
    assert answer == refused(web)
    assert (answer.status, answer["www-authenticate"]) == (401, "Bearer")
    assert answer["content-type"] == "application/problem+json" and answer["cache-control"] == "no-store"


@pytest.mark.parametrize("header", MALFORMED)
def test_a_header_that_can_be_no_token_is_refused_alike(web, header):
    assert web.get(LIST, headers=[("authorization", header)]) == refused(web)


def test_two_tokens_are_none(web):
    program = ("authorization", f"Bearer {token(web.archive, account(web.archive, 'Ann', 'member'))}")
    assert web.get(DESIGN, headers=[program, program]).status == 401
    assert web.get(DESIGN, headers=[("authorization", "Basic YTpi"), program]).status == 401


def test_another_kind_of_authorization_is_none_of_ours(web):
    """A proxy with a password of its own may stand in front of the archive."""
    cookie = someone(web.archive, "Ann", "member")
    assert web.get(DESIGN, headers=[("authorization", "Basic YTpi"), cookie]).status == 200


def test_a_token_and_a_cookie_are_the_token_alone(web):
    steward = someone(web.archive, "Sue", "steward")
    program = token(web.archive, account(web.archive, "Ann", "member"))
    assert bearing(web, program, OFFER, cookie=steward).status == 404
    assert bearing(web, program, DESIGN, cookie=steward).status == 200
    assert bearing(web, "sh_none", OFFER, cookie=steward) == refused(web, OFFER)
    assert bearing(web, program, "/api/v1/try", "POST", cookie=steward).status == 403


@pytest.mark.parametrize("address", ["/", "/stories/design", "/account", "/logout", "/nowhere", "/healthz"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_opens_no_page_and_changes_nothing_through_one(web, address, method):
    key = account(web.archive, "Ann", "member")
    program, cookie = token(web.archive, key), session(web.archive, key)
    answer = bearing(web, program, address, method, cookie=cookie)
    assert answer == bearing(web, "sh_none", address, method)
    assert (answer.status, answer["www-authenticate"]) == (401, "Bearer")
    assert look(web, "/account", cookie).status == 200


def test_a_token_that_only_reads_changes_nothing(web):
    key = account(web.archive, "Ann", "member")
    answer = bearing(web, token(web.archive, key), "/api/v1/try", "POST")
    assert answer.status == 403 and answer["content-type"] == "application/problem+json"
    assert answer["www-authenticate"] == 'Bearer error="insufficient_scope", scope="write"'
    assert "was not made for this" in answer.json["detail"]
    assert bearing(web, token(web.archive, key, "read", "write"), "/api/v1/try", "POST").json == ["member"]
    assert bearing(web, token(web.archive, key, "write"), DESIGN).status == 403


def test_a_token_is_no_way_for_another_site(web):
    """No browser adds a token by itself; whoever sends one means it."""
    program = token(web.archive, account(web.archive, "Ann", "member"), "read", "write")
    far = [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")]
    assert bearing(web, program, "/api/v1/try", "POST", headers=far).status == 200
    steward = someone(web.archive, "Sue", "steward")
    assert web.ask("POST", "/api/v1/try", headers=[*far, steward]).status == 403
    assert bearing(web, "", "/api/v1/try", "POST", headers=far, cookie=steward).status == 401


def test_what_a_program_is_sent_is_kept_nowhere(web):
    program = token(web.archive, account(web.archive, "Ann", "member"))
    for address in (OPEN, LIST, "/api/v1/search?q=open"):
        tag = look(web, address).get("etag", '"none"')
        answer = bearing(web, program, address, headers=[("if-none-match", tag)])
        assert answer.status == 200 and answer["cache-control"] == "no-store"
        assert "Authorization" in answer["vary"] and "etag" not in dict(answer.headers)
        assert "Authorization" in look(web, address)["vary"]


def test_who_guesses_waits_and_who_signs_in_from_there_does_not(web):
    program = token(web.archive, account(web.archive, "Ann", "member"))
    for _ in range(OF_GUESSES.amount):
        assert bearing(web, "sh_guess").status == 401
    answer = bearing(web, "sh_guess")
    assert answer.status == 429 and int(answer["retry-after"]) > 0
    assert answer["content-type"] == "application/problem+json"
    assert bearing(web, program, client=("198.51.100.7", 1)).status == 200
    assert send(web, "/login", {"email": "ann@example.org", "password": PASSWORD}).status == 303


def test_the_use_of_a_token_is_noted_every_five_minutes(web):
    program = token(web.archive, account(web.archive, "Ann"))
    assert rows(web)[0].seen is None
    first = web.archive.clock.time
    bearing(web, program)
    web.archive.clock.time += timedelta(minutes=4)
    bearing(web, program)
    assert seen(web) == first
    web.archive.clock.time += timedelta(minutes=1)
    bearing(web, program)
    assert seen(web) == first + timedelta(minutes=5)


def test_the_use_of_a_token_is_noted_of_that_one_alone(web):
    key = account(web.archive, "Ann")
    program, _ = token(web.archive, key), token(web.archive, key)
    bearing(web, program)
    assert sorted(row.seen is None for row in rows(web)) == [False, True]


def test_a_program_waits_for_nobody_who_writes(web):
    program = token(web.archive, account(web.archive, "Ann"))
    with web.archive.writing() as connection:
        connection.execute(update(ACCOUNT).values(name="Ann N."))
        assert bearing(web, program).status == 200
    assert rows(web)[0].seen is None


def test_what_a_program_reads_its_account_has_read(web):
    key = account(web.archive, "Ann", "member")
    assert bearing(web, token(web.archive, key), DESIGN).status == 200
    assert look(web, DESIGN).status == 404 and look(web, OPEN).status == 200
    web.archive.readings.flush()
    with web.archive.engine.connect() as connection:
        assert {one.account for one in connection.execute(select(READ))} == {key}


def test_a_token_is_looked_up_once_and_by_an_index(web):
    program, asked = token(web.archive, account(web.archive, "Ann", "member")), []
    bearing(web, program)

    def hear(_connection, _cursor, statement, parameters, *_rest):
        asked.append((statement, parameters))

    event.listen(web.archive.engine, "before_cursor_execute", hear)
    try:
        bearing(web, program, DESIGN)
    finally:
        event.remove(web.archive.engine, "before_cursor_execute", hear)
    ((statement, parameters),) = [one for one in asked if "api_token" in one[0]]
    with web.archive.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    assert not [step for step in plan if "SCAN" in step[-1]], plan


def test_the_api_says_that_it_takes_tokens_and_needs_none(web):
    document = look(web, "/api/openapi.json").json
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert document["security"] == [{}, {"bearer": []}]
    answers = document["paths"]["/api/v1/stories"]["get"]["responses"]
    assert {"401", "403", "429"} <= answers.keys()
