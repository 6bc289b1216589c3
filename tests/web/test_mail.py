"""Links by mail: what the pages say of them, and a forgotten password that tells nobody who is here."""

import re
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.database.people import ACCOUNT, ONE_TIME_LINK
from app.services import forgotten, mailing
from app.services.accounts import disable
from app.services.mailing import NO_ADDRESS, NO_SUCH_PERSON, UNREACHABLE
from app.services.throttle import MAILS_OF_ACCOUNT, MAILS_OF_ADDRESS, OF_BOTH, Throttle
from tests.archives import Clock
from tests.postbox import a_postbox, words
from tests.services.factors import add_factor
from tests.web.people import WRONG, account, cookie_in, link_in, look, send, sign_in, someone
from tests.web.serving import served

HERE = "http://localhost:8000"
NEW = {"password": "another one entirely", "again": "another one entirely"}


@contextmanager
def serving(folder, **settings):
    with served(folder, clock=Clock(), **settings) as web:
        web.archive.throttle = Throttle()
        yield web


@pytest.fixture
def box():
    with a_postbox() as box:
        yield box


@pytest.fixture
def web(tmp_path, quick_hashes, box):
    with serving(tmp_path, smtp_url=f"smtp://127.0.0.1:{box.port}", base_url=HERE) as web:
        yield web


def invite(web, steward, email="ben@example.org", name="Ben"):
    fields = {"email": email, "name": name, "organisation": "", "gathers_as": ""}
    return send(web, "/desk/people", fields, steward)


def mailed_link(box):
    return re.search(rf"{HERE}(/welcome/\S+)\n", words(box.mails[-1]))[1]


def ask(web, email="ann@example.org", **how):
    return send(web, "/login/forgotten", {"email": email}, **how)


def test_an_invitation_is_mailed_and_the_page_says_to_whom(web, box):
    steward = someone(web.archive, "Sue", "steward")
    assert "Mail the invitation" in look(web, "/desk/people", steward).text
    answer = invite(web, steward, "Ben@Example.org")
    assert "was mailed to ben@example.org" in answer.text and "/welcome/" not in answer.text
    assert "Sue invites you" in words(box.mails[0])
    told = {"name": "Ben", "email": ""} | NEW
    assert send(web, mailed_link(box), told)["location"] == "/account?saved=joined"


def test_a_link_to_a_new_password_is_mailed_too(web, box):
    steward, key = someone(web.archive, "Sue", "steward"), account(web.archive, "Ann")
    answer = send(web, f"/desk/people/{key}", {"do": "reset"}, steward)
    assert "was mailed to ann@example.org" in answer.text and "/welcome/" not in answer.text
    assert send(web, mailed_link(box), NEW)["location"] == "/login?set"


def test_a_link_that_could_not_be_mailed_is_shown_with_the_reason_in_plain_words(web, box):
    steward = someone(web.archive, "Sue", "steward")
    box.refusing = "550 5.1.1 mx7.internal says ben is unknown"
    answer = invite(web, steward)
    assert NO_SUCH_PERSON in answer.text and "mx7" not in answer.text and "550" not in answer.text
    assert send(web, link_in(answer), {"name": "Ben"} | NEW)["location"] == "/account?saved=joined"


def test_without_a_server_the_steward_copies_the_link(tmp_path, quick_hashes):
    with serving(tmp_path) as web:
        answer = invite(web, someone(web.archive, "Sue", "steward"))
        assert link_in(answer) and "Not mailed" not in answer.text and "Make the link" in answer.text


def test_no_link_is_mailed_whose_address_a_reader_could_have_made_up(tmp_path, quick_hashes, box):
    with serving(tmp_path, smtp_url=f"smtp://127.0.0.1:{box.port}") as web:
        answer = invite(web, someone(web.archive, "Sue", "steward"))
        assert link_in(answer) and NO_ADDRESS in answer.text
        assert look(web, "/login/forgotten") == look(web, "/nowhere")
        assert ask(web).status == 404
    assert box.envelopes == []


def test_a_server_that_is_gone_keeps_nobody_from_being_invited(tmp_path, quick_hashes):
    with a_postbox() as gone:
        pass
    with serving(tmp_path, smtp_url=f"smtp://127.0.0.1:{gone.port}", base_url=HERE) as web:
        answer = invite(web, someone(web.archive, "Sue", "steward"))
        assert answer.status == 200 and link_in(answer) and UNREACHABLE in answer.text


def test_what_would_be_two_addresses_is_none(web, box):
    steward = someone(web.archive, "Sue", "steward")
    for email in ("a@b.org,eve@evil.example", "a@b.org\r\nBcc: eve@evil.example", "a@b.org%0d%0a"):
        invite(web, steward, email, "Ben\r\nBcc: eve@evil.example")
    assert all("evil" not in "".join(one.rcpt_tos) for one in box.envelopes)
    assert all(mail["Bcc"] is None and mail["Cc"] is None for mail in box.mails)


def test_who_has_forgotten_her_password_is_mailed_a_link_that_works_once(web, box):
    account(web.archive, "Ann")
    assert 'href="/login/forgotten"' in look(web, "/login").text
    assert 'href="/login/forgotten"' in sign_in(web, "Ann", WRONG).text
    assert look(web, "/login/forgotten").status == 200
    answer = ask(web, " ANN@example.org ")
    assert answer.status == 200 and "If somebody with this address can sign in here" in answer.text
    link = mailed_link(box)
    assert send(web, link, NEW)["location"] == "/login?set"
    assert sign_in(web, "Ann", NEW["password"])["location"] == "/"
    assert send(web, link, NEW).status == 410


@pytest.mark.parametrize("who", ["nobody@example.org", "ben@example.org", "sso@example.org", "nobody", ""])
def test_for_everybody_else_there_is_the_same_answer_and_no_mail(web, box, who):
    account(web.archive, "Sue", "steward"), account(web.archive, "Ann")
    disable(web.archive, account(web.archive, "Ben"))
    key = account(web.archive, "Sso")
    with web.archive.engine.begin() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == key).values(password=""))
    answer = ask(web, who)
    assert box.mails == []
    assert answer == ask(web)
    assert len(box.mails) == 1


def test_the_answer_is_given_before_anything_is_looked_up(web, monkeypatch):
    seen = []
    monkeypatch.setattr(forgotten, "offer_forgotten", lambda *_: seen.append("looked up"))
    app = web.app

    async def watched(scope, receive, send_on):
        async def noted(message):
            seen.append(message["type"])
            await send_on(message)

        await app(scope, receive, noted)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(web, "app", watched)
        ask(web)
    assert seen[-1] == "looked up" and "http.response.body" in seen


def test_asking_again_and_again_sends_three_and_says_the_same(web, box):
    account(web.archive, "Ann")
    answers = {ask(web, client=(f"198.51.100.{at}", 1)).text for at in range(MAILS_OF_ACCOUNT.amount + 3)}
    assert len(answers) == 1 and len(box.mails) == MAILS_OF_ACCOUNT.amount


def test_one_address_asks_for_so_many_and_no_more(web, box):
    for at in range(MAILS_OF_ADDRESS.amount):
        assert ask(web, f"somebody{at}@example.org").status == 200
    refused = ask(web)
    assert refused.status == 429 and 900 < int(refused["retry-after"]) <= 3600
    assert "Wait an hour" in refused.text
    forged = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")]
    assert ask(web, headers=[*forged, ("x-forwarded-for", "192.0.2.1")]).status == 429
    assert box.mails == []


def test_asking_for_a_link_keeps_nobody_from_signing_in(web):
    account(web.archive, "Ann")
    for _ in range(OF_BOTH.amount + 1):
        ask(web)
    assert sign_in(web, "Ann")["location"] == "/"


def test_while_one_mail_is_under_way_no_second_begins(web, box, monkeypatch):
    account(web.archive, "Ann")
    began, go_on, real = threading.Event(), threading.Event(), mailing.SmtpMailer.send

    def slowly(self, mail):
        began.set()
        assert go_on.wait(30)
        return real(self, mail)

    monkeypatch.setattr(mailing.SmtpMailer, "send", slowly)
    first = threading.Thread(target=forgotten.send_forgotten, args=(web.archive, "ann@example.org"))
    first.start()
    assert began.wait(30)
    ask(web)
    go_on.set()
    first.join()
    assert len(box.mails) == 1 and not forgotten._under_way
    ask(web)
    assert len(box.mails) == 2


def test_a_link_that_somebody_asked_for_leaves_a_steward_s_alone_and_ends_the_one_before(web, box):
    steward, key = someone(web.archive, "Sue", "steward"), account(web.archive, "Ann")
    send(web, f"/desk/people/{key}", {"do": "reset"}, steward)
    from_steward = mailed_link(box)
    ask(web)
    first = mailed_link(box)
    ask(web)
    assert look(web, first).status == 410
    assert look(web, from_steward).status == look(web, mailed_link(box)).status == 200
    send(web, from_steward, NEW)
    assert look(web, mailed_link(box)).status == 410


def test_it_works_for_two_hours_and_not_for_who_was_disabled_since(web, box):
    account(web.archive, "Sue", "steward")
    key = account(web.archive, "Ann")
    ask(web)
    web.archive.clock.time += timedelta(hours=2)
    assert look(web, mailed_link(box)).status == 410
    ask(web)
    assert look(web, mailed_link(box)).status == 200
    disable(web.archive, key)
    assert look(web, mailed_link(box)).status == 410


def test_a_forgotten_password_is_no_way_around_the_second_factor(web, box):
    account(web.archive, "Ann")
    add_factor(web.archive)
    ask(web)
    done = send(web, mailed_link(box), NEW)
    assert done["location"] == "/login?set"
    asked = sign_in(web, "Ann", NEW["password"])
    assert asked["location"].startswith("/login/code")
    assert look(web, "/account", cookie_in(asked)).status == 303


def test_the_database_holds_the_link_s_digest_alone(web, box):
    account(web.archive, "Ann")
    ask(web)
    token = mailed_link(box).rpartition("/")[2]
    with web.archive.engine.connect() as connection:
        row = connection.execute(select(ONE_TIME_LINK)).one()
    assert token not in str(tuple(row))


def test_another_site_can_not_ask_for_her(web, box):
    account(web.archive, "Ann")
    headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")]
    assert ask(web, headers=headers).status == 403
    assert send(web, "/login/forgotten", {}).status == 422
    assert box.mails == []
