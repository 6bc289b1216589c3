"""What one has read, and who read a story: to whom each is shown, and what of it."""

import re

import pytest
from sqlalchemy import select

from app.database.chain import broken_links
from app.database.ledgers import AUDIT, AUDIT_TEXT, READ
from app.database.people import ACCOUNT
from app.services import readers
from app.services.auditing import Event
from tests.archives import rows
from tests.web.audited import REASON, said, table
from tests.web.people import account, look, send, session, someone
from tests.web.tokens import bearing, token


@pytest.fixture
def web(audited):
    return audited


@pytest.fixture
def sue(web):
    return someone(web.archive, "Sue", "steward", organisation="The archive")


def test_a_reader_sees_what_she_read_and_nobody_else_does(web, sue):
    ann = someone(web.archive, "Ann", "member", organisation="The ICB")
    ben = someone(web.archive, "Ben", "member", organisation="The ICB")
    addresses = ("/stories/open", "/stories/design", "/personas/elena", "/api/v1/stories/closed")
    for address in (*addresses, "/stories/never-was", "/stories"):
        look(web, address, ann)
    look(web, "/stories/open")  # nobody
    web.archive.readings.flush()
    page = look(web, "/account/readings", ann)
    listed = re.findall(r'<li><span><a href="([^"]+)">([^<]+)</a>', page.text)
    assert dict(listed) == {
        "/stories/open": "The eleven months",
        "/stories/design": "The chair",
        "/personas/elena": "Elena",
        "/stories/closed": "Quartzmarsh",
    }
    assert page["cache-control"] == "no-store"
    assert "Nothing yet" in look(web, "/account/readings", ben).text
    assert look(web, "/account/readings").status == 303
    assert len(rows(web.archive, READ)) == 4


def test_what_her_program_reads_with_a_token_is_noted_as_hers(web, sue):
    key = account(web.archive, "Ann", "member", organisation="The ICB")
    answer = bearing(web, token(web.archive, key), "/api/v1/stories/design")
    assert answer.status == 200
    web.archive.readings.flush()
    assert [(row["account"], row["record_id"]) for row in rows(web.archive, READ)] == [(key, "s-2m9tb3rw")]


def test_what_is_no_longer_open_to_her_has_no_name(web, sue):
    key = account(web.archive, "Ann", "member", organisation="The ICB")
    ann = session(web.archive, key)
    for address in ("/stories/design", "/personas/elena"):
        look(web, address, ann)
    web.archive.readings.flush()
    with web.archive.engine.begin() as connection:
        connection.execute(ACCOUNT.update().where(ACCOUNT.c.key == key).values(roles=[]))
    page = look(web, "/account/readings", ann).text
    assert "A story that is no longer open to you" in page and "A persona that is no longer" in page
    assert "The chair" not in page and "Elena" not in page and "s-2m9tb3rw" not in page


def test_a_long_list_of_readings_goes_back_page_by_page_and_counts_nothing(web, monkeypatch):
    monkeypatch.setattr(readers, "READINGS_A_PAGE", 2)
    ann = someone(web.archive, "Ann", "member", organisation="The ICB")
    for address in ("/stories/open", "/stories/design", "/stories/open", "/stories/open", "/personas/elena"):
        look(web, address, ann)
        web.archive.readings.flush()
    page, seen = look(web, "/account/readings", ann), []
    while True:
        seen += re.findall(r'<li><span><a href="([^"]+)"', page.text)
        older = re.search(r'href="(/account/readings\?before=\d+)"', page.text)
        if older is None:
            break
        page = look(web, older[1], ann)
    assert seen == ["/personas/elena", "/stories/open", "/stories/open", "/stories/design", "/stories/open"]
    assert not re.search(r">\s*\d+ (readings|stories|of)", page.text)
    for odd in ("abc", "-1", "0", "9" * 15, "9" * 400, "%00"):
        assert look(web, f"/account/readings?before={odd}", ann).status == 200


@pytest.mark.parametrize("web_address", ["", "/s/", "http://localhost:8000/s/"])
def test_a_steward_is_shown_who_read_a_story_for_a_reason_that_is_kept(web, sue, web_address):
    ann = someone(web.archive, "Ann", "member", organisation="The ICB")
    look(web, "/stories/open", ann)
    answer = send(
        web, "/desk/audit/readers", {"story": f"{web_address}S-7K3FQ2MX", "reason": f" {REASON} "}, sue
    )
    assert answer.status == 200 and answer["cache-control"] == "no-store"
    assert "The eleven months" in answer.text and "<span>Ann</span>" in answer.text
    entry = next(row for row in rows(web.archive, AUDIT) if row["event"] == Event.READERS_SHOWN)
    assert (entry["record_id"], entry["data"]) == (
        "s-7k3fq2mx",
        {"reason": web.archive.keyed("reason", REASON)},
    )
    assert rows(web.archive, AUDIT_TEXT) == [{"number": entry["number"], "text": REASON}]
    other = look(web, "/desk/audit", someone(web.archive, "Pat", "steward", organisation="The archive"))
    assert f"Sue was shown who read The eleven months The reason given: {REASON}" in said(other)
    assert table(look(web, "/desk/audit.csv", sue))[0]["reason"] == REASON
    with web.archive.engine.connect() as connection:
        assert not list(broken_links(connection, AUDIT, web.archive.key))


@pytest.mark.parametrize("reason", ["", "because", "I want to know", "a" * 60, "\x07 " + REASON, REASON * 9])
def test_without_a_reason_nothing_is_shown(web, sue, reason):
    look(web, "/stories/open", someone(web.archive, "Ann", "member"))
    answer = send(web, "/desk/audit/readers", {"story": "s-7k3fq2mx", "reason": reason}, sue)
    assert answer.status == 422 and "<span>Ann</span>" not in answer.text
    assert rows(web.archive, AUDIT_TEXT) == []
    assert Event.READERS_SHOWN not in {row["event"] for row in rows(web.archive, AUDIT)}


@pytest.mark.parametrize("named", ["", "marisa", "who-3m2xa8qd", "s-", "s-" + "a" * 50, "/stories/open"])
def test_what_is_no_id_of_a_story_is_said_with_the_reason_still_there(web, sue, named):
    answer = send(web, "/desk/audit/readers", {"story": named, "reason": REASON}, sue)
    assert answer.status == 422 and REASON in answer.text


def test_a_story_that_nobody_read_and_one_that_never_was_are_answered_alike(web):
    keeper = someone(web.archive, "Nora", "steward", organisation="Northgate")
    answers = [
        send(web, "/desk/audit/readers", {"story": one, "reason": REASON}, keeper).text.replace(one, "ID")
        for one in ("s-4c5dr6st", "s-9z9z9z9z")
    ]
    assert answers[0] == answers[1] and "Nobody who had signed in has read it" in answers[0]


def test_who_read_a_story_that_is_absent_to_a_steward_is_absent_to_her_too(web, sue):
    keeper = someone(web.archive, "Nora", "steward", organisation="Northgate")
    story_id = "s-4c5dr6st"
    web.archive.readings.add(account(web.archive, "Ann", "member", organisation="Southgate"), story_id)
    asked = [
        send(web, "/desk/audit/readers", {"story": one, "reason": REASON}, who).text.replace(one, "ID")
        for one, who in ((story_id, keeper), ("s-9z9z9z9z", keeper), (story_id, sue))
    ]
    assert asked[0] == asked[1] and "<span>Ann</span>" not in asked[0]
    assert "<span>Ann</span>" in asked[2]


def test_a_form_without_its_fields_and_one_from_elsewhere_show_nothing(web, sue):
    assert send(web, "/desk/audit/readers", {"story": "s-7k3fq2mx"}, sue).status == 422
    fields, elsewhere = {"story": "s-7k3fq2mx", "reason": REASON}, (("sec-fetch-site", "cross-site"),)
    assert send(web, "/desk/audit/readers", fields, sue, elsewhere).status == 403
    with web.archive.engine.connect() as connection:
        assert connection.execute(select(AUDIT_TEXT)).all() == []


def test_a_member_who_asks_who_read_a_story_asks_a_page_that_is_not_there(web, sue):
    member = someone(web.archive, "Ann", "member")
    fields = {"story": "s-7k3fq2mx", "reason": REASON}
    assert send(web, "/desk/audit/readers", fields, member).status == 404
    assert rows(web.archive, AUDIT_TEXT) == []
