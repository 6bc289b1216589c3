"""Single sign-on under attack: what was changed on the way, replayed, or sent by a provider gone wrong."""

import asyncio
import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse

from app.database.people import ACCOUNT, SIGN_IN, SINGLE_SIGN_ON
from app.services import asking
from app.services.throttle import OF_STARTS, Throttle
from tests.archives import Clock
from tests.provider import (
    ELLIPTIC,
    KEY,
    NEXT_KEY,
    OTHER_KEY,
    SECRET,
    providing,
    signed_by,
    signed_with_what_is_public,
    unsigned,
    with_another_signature,
)
from tests.web.people import account, look, send, sign_in
from tests.web.serving import served
from tests.web.single_sign_on import (
    at_the_provider,
    come_back,
    forget,
    has_no_session,
    leave,
    session_in,
    sign_on,
)

ELSEWHERE = ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "evil", ""]
DISCOVERY = "/.well-known/openid-configuration"
DOES_NOT_ANSWER = "Northgate Trust does not answer just now."


@pytest.fixture(scope="module")
def provider():
    with providing() as provider:
        yield provider


@pytest.fixture(scope="module")
def served_once(tmp_path_factory, provider):
    folder = tmp_path_factory.mktemp("attacked")
    with served(folder, at_loopback=True, clock=Clock(), **provider.settings()) as web:
        yield web


@pytest.fixture
def web(served_once, provider):
    """An archive in which Ann may sign in, beside a provider at which all is well."""
    with served_once.archive.engine.begin() as connection:
        for table in (SIGN_IN, SINGLE_SIGN_ON, ACCOUNT):
            connection.execute(delete(table))
    served_once.archive.throttle = Throttle()
    served_once.archive.clock = provider.clock = Clock()
    provider.reset()
    forget(served_once)
    account(served_once.archive, "Ann", "steward")
    return served_once


def refused(answer) -> bool:
    """Nobody was signed in, and nothing of the provider's own words is on the page."""
    assert has_no_session(answer) and answer["cache-control"] == "no-store"
    assert "sso=" in answer.get("set-cookie") and "Max-Age=0" in answer.get("set-cookie")
    return answer.status in (422, 503) and "words of the provider" not in answer.text


def changed(**claims):
    return lambda told: told.update(claims)


def without(name):
    return lambda told: told.pop(name)


NOW = int(Clock().time.timestamp())
WRONG_CLAIMS = {
    "another nonce": changed(nonce="another"),
    "no nonce": without("nonce"),
    "a nonce that is no text": changed(nonce=["x"]),
    "for another": changed(aud="another"),
    "for nobody": without("aud"),
    "for two without saying for whom": changed(aud=["storyhold", "another"]),
    "for two, and meant for the other": changed(aud=["storyhold", "another"], azp="another"),
    "meant for another": changed(azp="another"),
    "from another": changed(iss="https://evil.example"),
    "from nobody": without("iss"),
    "over": changed(exp=NOW - 61),
    "over for ever": changed(exp=0),
    "never over": without("exp"),
    "over at a time that is none": changed(exp="tomorrow"),
    "signed in the future": changed(iat=NOW + 120),
    "signed long ago": changed(iat=NOW - 3_600),
    "signed at no time": without("iat"),
    "not yet": changed(nbf=NOW + 3_600),
    "about nobody": without("sub"),
    "about an empty name": changed(sub=""),
    "about a number": changed(sub=7),
    "about a very long name": changed(sub="x" * 256),
    "of another access token": changed(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
}


@pytest.mark.parametrize("what", WRONG_CLAIMS)
def test_an_answer_that_is_not_about_this_sign_in_signs_nobody_in(web, provider, what):
    provider.switches.claims = WRONG_CLAIMS[what]
    answer = sign_on(web)
    assert refused(answer) and "could not be trusted" in answer.text


def test_who_is_meant_by_name_among_two_comes_in(web, provider):
    provider.switches.claims = changed(aud=["storyhold", "another"], azp="storyhold")
    assert session_in(sign_on(web))


WRONG_SIGNATURES = {
    "none": unsigned,
    "the public key as a secret": signed_with_what_is_public,
    "of another answer": with_another_signature,
    "of an intruder under the same name": signed_by(OTHER_KEY),
    "of a key that is not published": signed_by(NEXT_KEY),
    "by an algorithm for another kind of key": signed_by(ELLIPTIC, "ES256", kid="one"),
    "of nothing": lambda claims: "",
    "no token": lambda claims: "a.b.c",
    "no letters": lambda claims: "é.é.é",
    "too long": lambda claims: signed_by(KEY)(claims | {"long": "x" * 120_000}),
    "no text": lambda claims: 7,
}


@pytest.mark.parametrize("what", WRONG_SIGNATURES)
def test_an_answer_that_the_provider_did_not_sign_signs_nobody_in(web, provider, what):
    provider.switches.signed = WRONG_SIGNATURES[what]
    assert refused(sign_on(web))


def test_another_kind_of_key_of_the_provider_is_as_good(web, provider):
    provider.switches.signed = signed_by(ELLIPTIC, "ES256")
    assert session_in(sign_on(web))


def test_a_secret_among_the_published_keys_is_no_key(web, provider):
    """Whoever could put a shared secret there could sign with it."""
    secret = {"kty": "oct", "kid": "one", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}
    provider.switches.answers["/keys"] = JSONResponse({"keys": [secret, "no key", {"kty": "RSA"}]})
    assert refused(sign_on(web))


def test_a_new_key_is_looked_for_once(web, provider):
    sign_on(web)
    assert provider.asked.count("/keys") == 1
    sign_on(web)
    assert provider.asked.count("/keys") == 1
    provider.switches.keys, provider.switches.signed = [NEXT_KEY], signed_by(NEXT_KEY)
    assert session_in(sign_on(web))
    assert provider.asked.count("/keys") == 2
    provider.switches.signed = signed_by(KEY)
    assert refused(sign_on(web)) and refused(sign_on(web))
    assert provider.asked.count("/keys") == 2  # not again so soon


def test_a_state_works_once(web):
    left = leave(web)
    back = at_the_provider(left)
    assert session_in(come_back(web, back, left.cookie))
    assert refused(come_back(web, back, left.cookie))


def test_a_state_is_none_in_another_browser_and_then_nowhere(web):
    mine, yours = leave(web), leave(web)
    back = at_the_provider(mine)
    assert refused(come_back(web, back, yours.cookie))
    assert refused(come_back(web, back, mine.cookie))


@pytest.mark.parametrize("cookie", ["", "storyhold-sso=", "storyhold-sso=x", "__Host-storyhold-sso=x"])
def test_a_browser_that_never_left_does_not_come_back(web, cookie):
    """Else somebody could sign others in as herself, and read what they then write."""
    assert refused(come_back(web, at_the_provider(leave(web)), cookie))


@pytest.mark.parametrize("change", ["state=x", "state=", "", "code=x", "code=", "code=" + "x" * 5_000])
def test_an_address_that_was_changed_signs_nobody_in(web, change):
    left = leave(web)
    back = at_the_provider(left)
    name = change.partition("=")[0] or "state"
    assert refused(come_back(web, re.sub(rf"{name}=[^&]*", change, back), left.cookie))


def test_who_takes_more_than_ten_minutes_begins_again(web):
    left = leave(web)
    web.archive.clock.time += timedelta(minutes=10)
    assert refused(come_back(web, at_the_provider(left), left.cookie))
    leave(web)
    with web.archive.engine.connect() as connection:
        assert len(connection.execute(select(SINGLE_SIGN_ON)).all()) == 1


def test_a_code_that_was_used_signs_nobody_in(web, provider):
    left = leave(web)
    back = at_the_provider(left)
    provider.codes.clear()
    assert refused(come_back(web, back, left.cookie))


def test_a_code_of_another_sign_in_signs_nobody_in(web):
    """Injected: the code is good, but was asked for with another verifier."""
    mine, yours = leave(web), leave(web)
    stolen = re.search(r"code=([^&]+)", at_the_provider(yours))[1]
    back = re.sub(r"code=[^&]+", f"code={stolen}", at_the_provider(mine))
    assert refused(come_back(web, back, mine.cookie))


def test_what_proves_a_sign_in_never_goes_through_the_browser(web, provider):
    left = leave(web)
    assert "code_challenge_method=S256" in left.address and SECRET not in left.address
    assert session_in(come_back(web, at_the_provider(left), left.cookie))
    (form,) = provider.forms
    assert len(form["code_verifier"]) == 43 and form["code_verifier"] not in left.address


def test_nothing_that_is_kept_of_somebody_who_left_lets_another_come_back(web):
    left = leave(web)
    state = re.search(r"state=([^&]+)", left.address)[1]
    with web.archive.engine.connect() as connection:
        kept = str(connection.execute(select(SINGLE_SIGN_ON)).all())
    assert state not in kept and left.cookie.partition("=")[2] not in kept


def test_a_provider_that_takes_the_secret_in_a_form_gets_it_there(web, provider):
    ways = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    provider.switches.document = lambda document: document.update(ways)
    assert session_in(sign_on(web))
    assert provider.forms[0]["client_secret"] == SECRET and not provider.forms[0]["authorization"]


@pytest.mark.parametrize("error", ["access_denied", "<script>alert(1)</script>", ""])
def test_who_breaks_off_there_is_told_so_in_our_words(web, provider, error):
    left = leave(web)
    state = re.search(r"state=([^&]+)", left.address)[1]
    answer = come_back(
        web, f"/login/sso/back?error={error}&error_description=words&state={state}", left.cookie
    )
    assert refused(answer) and "broken off there" in answer.text
    assert "alert(1)" not in answer.text and "access_denied" not in answer.text


def test_an_answer_that_says_it_is_from_elsewhere_signs_nobody_in(web, provider):
    left = leave(web)
    assert refused(come_back(web, at_the_provider(left) + "&iss=https%3A%2F%2Fevil.example", left.cookie))
    left = leave(web)
    assert session_in(come_back(web, f"{at_the_provider(left)}&iss={provider.address}", left.cookie))


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nobody_is_sent_elsewhere_from_here(web, elsewhere):
    assert sign_on(web, elsewhere)["location"] == "/"


def test_another_site_can_not_begin_a_sign_in(web):
    far = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")]
    assert web.ask("POST", "/login/sso", headers=far, body=b"next=/").status == 403


def test_the_cookie_of_leaving_is_out_of_reach_and_short_lived(web):
    answer = send(web, "/login/sso", {})
    kept = r"storyhold-sso=[\w-]{43}; HttpOnly; Max-Age=600; Path=/; SameSite=lax"
    assert re.fullmatch(kept, answer["set-cookie"]) and answer["cache-control"] == "no-store"


def test_over_https_the_cookie_of_leaving_is_the_hosts_own(tmp_path, provider):
    provider.reset()
    with served(tmp_path, base_url="https://localhost:8000", **provider.settings()) as web:
        answer = send(web, "/login/sso", {})
        assert answer["set-cookie"].startswith("__Host-storyhold-sso=") and "Secure" in answer["set-cookie"]
        assert "redirect_uri=https%3A%2F%2Flocalhost%3A8000%2Flogin%2Fsso%2Fback" in answer.text


def test_who_leaves_over_and_over_waits(web):
    web.archive.provider  # noqa: B018 - it is kept, so that only the first one asks
    for _ in range(OF_STARTS.amount):
        web.archive.throttle.begin("203.0.113.9")
    answer = send(web, "/login/sso", {})
    assert answer.status == 429 and int(answer["retry-after"]) > 0
    assert sign_in(web, "Ann").status == 303


SILENT = {
    "another issuer": JSONResponse({"issuer": "https://evil.example"}),
    "no document": PlainTextResponse("here be words"),
    "a list": JSONResponse([1]),
    "too much": PlainTextResponse("[" + " " * 300_000 + "]"),
    "deep": PlainTextResponse("[" * 100_000),
    "moved": RedirectResponse("/elsewhere", 302),
    "broken": PlainTextResponse("words of the provider", 500),
    "not there": JSONResponse({}, 404),
    "packed": Response(b"\x1f\x8b", headers={"content-encoding": "gzip"}),
    "no bytes": Response(b"\xff\xfe"),
}


@pytest.mark.parametrize("what", SILENT)
def test_a_provider_that_answers_nonsense_is_one_sentence_and_passwords_go_on(web, provider, what):
    provider.switches.answers[DISCOVERY] = SILENT[what]
    answer = send(web, "/login/sso", {"next": "/account"})
    assert answer.status == 503 and DOES_NOT_ANSWER in answer.text
    assert "words" not in answer.text and 'name="password"' in answer.text
    assert sign_in(web, "Ann").status == 303 and look(web, "/readyz").status == 200


@pytest.mark.parametrize("path", ["/token", "/keys"])
@pytest.mark.parametrize("what", ["no document", "a list", "too much", "moved", "broken", "packed"])
def test_a_provider_that_breaks_down_on_the_way_signs_nobody_in(web, provider, path, what):
    provider.switches.answers[path] = SILENT[what]
    answer = sign_on(web)
    assert refused(answer) and answer.status == 503 and DOES_NOT_ANSWER in answer.text


@pytest.mark.parametrize("field", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize(
    "address", ["http://evil.example/x", "ftp://127.0.0.1/", "//x", "", None, 7, "http://["]
)
def test_a_provider_is_asked_only_where_nobody_else_can_read(web, provider, field, address):
    provider.switches.document = changed(**{field: address})
    assert send(web, "/login/sso", {}).status == 503


def test_a_provider_that_does_not_answer_is_left_alone_for_a_moment(web, provider):
    provider.switches.answers[DISCOVERY] = PlainTextResponse("", 500)
    for _ in range(3):
        assert send(web, "/login/sso", {}).status == 503
    assert provider.asked == [DISCOVERY]


def test_what_the_provider_publishes_is_asked_for_once(web, provider):
    for _ in range(3):
        sign_on(web)
    assert provider.asked.count(DISCOVERY) == 1 and provider.asked.count("/keys") == 1


def test_a_provider_that_hangs_is_given_up(web, provider, monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE", 0.2)
    provider.switches.hanging = threading.Event()
    try:
        answer = send(web, "/login/sso", {})
    finally:
        provider.switches.hanging.set()
    assert answer.status == 503 and DOES_NOT_ANSWER in answer.text


def test_a_provider_that_never_comes_to_an_end_is_given_up(web, provider, monkeypatch):
    async def letter_by_letter():
        while True:
            yield b" "
            await asyncio.sleep(0.01)

    monkeypatch.setattr(asking, "PATIENCE", 0.3)
    provider.switches.answers[DISCOVERY] = StreamingResponse(letter_by_letter())
    assert DOES_NOT_ANSWER in send(web, "/login/sso", {}).text


def test_a_provider_that_hangs_does_not_take_the_place_of_those_who_read(web):
    turns = web.archive.provider._turns
    taken = [turns.acquire(blocking=False) for _ in range(4)]
    answer = send(web, "/login/sso", {})
    assert all(taken) and answer.status == 503
    for _ in taken:
        turns.release()
    assert leave(web)


def test_a_provider_that_is_not_there_is_one_sentence(tmp_path, provider):
    settings = provider.settings(oidc_issuer="http://127.0.0.1:9")
    with served(tmp_path, **settings) as web:
        account(web.archive, "Ann")
        assert DOES_NOT_ANSWER in send(web, "/login/sso", {}).text
        assert sign_in(web, "Ann").status == 303 and look(web, "/readyz").status == 200
