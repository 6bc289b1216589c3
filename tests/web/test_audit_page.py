"""The audit at the desk: to whom it is shown, and what of it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete

from app.database.ledgers import AUDIT
from app.services.auditing import Event, about
from tests.archives import rows
from tests.web.asking import AT_THE_MACHINE
from tests.web.audited import said, table, write
from tests.web.people import WRONG, account, hidden, look, send, session, sign_in, someone

PAGES = ("/desk/audit", "/desk/audit.csv", "/desk/audit/readers")
CHANGES = "roles from Design team to Design team and Gatherer; another organisation"


@pytest.fixture
def web(audited):
    return audited


@pytest.fixture
def sue(web):
    return someone(web.archive, "Sue", "steward", organisation="The archive")


@pytest.mark.parametrize("address", PAGES)
def test_only_stewards_find_the_audit(web, sue, address):
    assert look(web, address, sue).status == 200
    for role in ("member", "commissioner", "gatherer"):
        cookie = someone(web.archive, role.title(), role)
        assert look(web, address, cookie).content == look(web, "/desk/never-was", cookie).content
    assert look(web, address).status == 303


def test_before_there_is_a_steward_the_audit_is_read_at_the_machine_alone(web):
    assert look(web, "/desk/audit", client=AT_THE_MACHINE).status == 200
    assert look(web, "/desk/audit").status == 404
    assert look(web, "/desk/audit/readers", client=AT_THE_MACHINE).status == 404


def test_the_audit_says_in_plain_sentences_what_people_did(web, sue):
    key = account(web.archive, "Ann", "member")
    sign_in(web, "Ann")
    sign_in(web, "Ann", WRONG)
    sign_in(web, "Nobody", WRONG)
    digest = hidden(look(web, f"/desk/people/{key}", sue), "digest")
    fields = {"do": "standing", "digest": digest, "organisation": "The ICB", "gathers_as": ""}
    send(web, f"/desk/people/{key}", fields | {"role-gatherer": "on", "role-member": "on"}, sue)
    write(web, Event.EDITED, by=key, record_id="s-7k3fq2mx")
    write(web, Event.WITHDRAWN, record_id="s-2m9tb3rw")
    assert said(look(web, "/desk/audit", sue)) == [
        "The terminal took back The chair",
        "Ann edited The eleven months",
        f"Sue changed what Ann may do: {CHANGES}",
        "A sign-in was refused, with an address that nobody has here",
        "A sign-in as Ann was refused",
        "Ann signed in",
    ]


@pytest.mark.parametrize("event", Event)
def test_each_entry_is_a_sentence_whoever_did_it_and_whatever_it_holds(web, sue, event):
    for told in ({}, {"by": 1}, {"by": 99, "record_id": about(98)}, {"record_id": "theme:0", "roles": []}):
        write(web, event, **told)
    found = said(look(web, "/desk/audit", sue))
    assert len(found) == 4 and not [one for one in found if "{" in one or "None" in one]
    assert look(web, "/desk/audit.csv", sue).status == 200


def test_entries_that_others_write_are_sentences_too(web, sue):
    ann = account(web.archive, "Ann", "steward")
    who = {"by": ann, "record_id": "s-7k3fq2mx", "person": ann + 1}
    for event, told in (
        (Event.INVITED, {"roles": ["steward"]}),
        (Event.ROLES, {"by": ann, "record_id": about(ann), "before": ["steward"], "after": []}),
        (Event.SECOND_FACTOR_OFF, {"by": ann, "record_id": about(ann - 1)}),
        (Event.SECOND_FACTOR_OFF, {"by": ann}),
        (Event.SIGN_IN_REFUSED, {"by": ann, "code": True}),
        (Event.SIGN_IN_REFUSED, {"record_id": about(ann), "more": 4, "accounts": [ann - 1]}),
        (Event.NAMED, who | {"named": True}),
        (Event.NAMED, who | {"named": False}),
        (Event.CONSENT_BY_HAND, {"record_id": "s-7k3fq2mx"}),
        (Event.WITHDRAWN, {"record_id": "s-7k3fq2mx", "by_hand": True}),
        (Event.RESTORED, {"by": ann, "confirmed": True}),
        (Event.DOWNLOADED, {"by": ann, "record_id": "s-7k3fq2mx", "format": "epub"}),
        (Event.PASSWORD, {"by": ann, "by_link": True}),
        (Event.JOINED, {"by": ann, "invited_by": ann - 1}),
        (
            Event.ROLES,
            {"by": ann, "record_id": about(ann), "before": [], "after": ["steward"], "single_sign_on": True},
        ),
        (Event.RESET_OFFERED, {"record_id": about(ann), "asked_for": True}),
        (Event.DOWNLOADED, {"by": ann, "what": "consent: missing", "rows": 3}),
        (Event.LIFTED, {"by": ann, "record_id": "s-7k3fq2mx"}),
    ):
        write(web, event, **told)
    assert said(look(web, "/desk/audit", sue))[::-1] == [
        "The terminal printed a link for the first steward",
        "Ann changed what she herself may do: roles from Steward to none",
        "Ann removed the second factor of Sue",
        "Ann removed the second factor",
        "A sign-in as Ann was refused, for its code",
        "A sign-in as Ann was refused, and 4 more before it, some of them as Sue",
        f"Ann named account {ann + 1} on The eleven months",
        f"Ann no longer names account {ann + 1} on The eleven months",
        "An edit of the file changed consent for The eleven months",
        "An edit of the file took back The eleven months",
        "Ann let everybody in after a restore",
        "Ann downloaded as epub The eleven months",
        "Ann chose a new password by a link",
        "Ann joined, invited by Sue",
        "Single sign-on changed what Ann may do: roles from none to Steward",
        "Somebody asked for a link to a new password for Ann",
        "Ann downloaded consent: missing",
        "Ann gave back The eleven months",
    ]


def test_an_event_that_a_later_version_writes_is_shown_as_it_is(web, sue):
    from app.database.chain import append

    values = {"at": "2026-05-04T12:00:00.000000+00:00", "event": "flew", "account": None}
    with web.archive.writing() as connection:
        append(connection, AUDIT, {**values, "record_id": "", "data": {}}, web.archive.key)
        connection.commit()
    assert said(look(web, "/desk/audit", sue)) == ["The terminal: flew"]


def test_what_was_done_to_a_story_that_is_absent_to_a_steward_is_absent_too(web):
    keeper = someone(web.archive, "Nora", "steward", organisation="Northgate")
    write(web, Event.EDITED, record_id="s-4c5dr6st")
    write(web, Event.ERASED, record_id="s-9z9z9z9z")
    answer = look(web, "/desk/audit", keeper)
    assert said(answer) == ["The terminal erased s-9z9z9z9z"]
    assert "uartzmarsh" not in answer.text
    assert "s-4c5dr6st" not in answer.text + look(web, "/desk/audit.csv", keeper).text
    assert said(look(web, "/desk/audit?record=s-4c5dr6st", keeper)) == []


def test_the_list_is_narrowed_by_what_by_whom_to_what_and_when(web, sue):
    ann = account(web.archive, "Ann")
    write(web, Event.DISABLED, by=ann + 1, record_id=about(ann))
    write(web, Event.EDITED, by=ann, record_id="s-7k3fq2mx")
    web.archive.clock.time += timedelta(days=1)
    write(web, Event.EDITED, record_id="s-2m9tb3rw")
    web.archive.clock.time -= timedelta(days=1)  # her session has not ended
    expected = {
        "": 3,
        "event=edited": 2,
        f"person={ann}": 2,
        "person=terminal": 1,
        "record=S-7K3FQ2MX": 1,
        "since=2026-05-05": 1,
        "until=2026-05-04": 2,
        "until=2026-05-05": 3,
        "until=9999-12-31": 3,
        "event=edited&until=2026-05-04": 1,
        "record=marisa": 0,
        "record=s-0000000": 0,
        "event=drop&person=x&since=yesterday&until=2026-20-03&page=abc": 3,
    }
    for query, entries in expected.items():
        assert len(said(look(web, f"/desk/audit?{query}", sue))) == entries, query
        assert len(table(look(web, f"/desk/audit.csv?{query}", sue))) >= entries, query
        with web.archive.engine.begin() as connection:
            connection.execute(delete(AUDIT).where(AUDIT.c.event == Event.AUDIT_DOWNLOADED.value))
    assert "No entry is like that" in look(web, "/desk/audit?record=marisa", sue).text


def test_an_empty_audit_says_so(web, sue):
    assert "Nothing is written down yet" in look(web, "/desk/audit", sue).text


def test_a_long_audit_has_pages_newest_first(web, sue):
    for _ in range(120):
        write(web, Event.EDITED, record_id="s-7k3fq2mx")
    pages = [look(web, f"/desk/audit?event=edited&page={page}", sue) for page in (1, 2, 3, 4)]
    numbers = [[int(one) for one in re.findall(r'<li value="(\d+)"', page.text)] for page in pages]
    assert numbers[0] + numbers[1] + numbers[2] == list(range(120, 0, -1))
    assert numbers[3] == numbers[2]  # the last there is
    assert 'href="/desk/audit?event=edited&amp;page=2"' in pages[0].text


def test_the_file_holds_the_filtered_list_and_that_it_left_is_noted(web, sue):
    ann = account(web.archive, "Ann")
    for _ in range(3):
        write(web, Event.EDITED, by=ann, record_id="s-7k3fq2mx")
    write(web, Event.SIGNED_OUT, by=ann)
    answer = look(web, "/desk/audit.csv?event=edited&record=the%20eleven", sue)
    assert table(answer) == []
    answer = look(web, "/desk/audit.csv?event=edited", sue)
    assert answer["content-disposition"] == 'attachment; filename="audit-2026-05-04.csv"'
    assert (answer["content-type"], answer["cache-control"]) == ("text/csv; charset=utf-8", "no-store")
    found = table(answer)
    assert [row["number"] for row in found] == ["3", "2", "1"]
    assert (found[0]["sentence"], found[0]["record"]) == ("Ann edited", "s-7k3fq2mx")
    data = [row["data"] for row in rows(web.archive, AUDIT) if row["event"] == Event.AUDIT_DOWNLOADED]
    assert data == [
        {"entries": 0, "filters": {"event": "edited"}},
        {"entries": 3, "filters": {"event": "edited"}},
    ]


def test_a_long_file_is_whole(web, sue, monkeypatch):
    monkeypatch.setattr("app.services.audit_list.ROWS_AT_ONCE", 4)
    for _ in range(12):
        write(web, Event.EDITED, record_id="s-7k3fq2mx")
    assert [row["number"] for row in table(look(web, "/desk/audit.csv", sue))] == [
        str(number) for number in range(12, 0, -1)
    ]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM", "=cmd|' /C calc'!A0"])
def test_no_spreadsheet_runs_what_a_person_calls_herself(web, sue, name):  # BAD_INPUT 61
    ann = account(web.archive, "Ann")
    cookie = session(web.archive, ann)
    send(web, "/account", {"do": "name", "name": name}, cookie)
    sentences = [row["sentence"] for row in table(look(web, "/desk/audit.csv", sue))]
    assert sentences == [f"'{name} changed her name"]
