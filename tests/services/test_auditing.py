"""The audit: whatever people do is in it, once, in the order in which it was done, and without a word."""

import json
import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.database.chain import broken_links
from app.database.ledgers import AUDIT
from app.database.visibility import TERMINAL, Role
from app.errors import EditConflict, InvalidText, LastSteward, SignInRefused, TooManyTries
from app.services.accounts import Standing, disable, enable, fold_email, standing_digest
from app.services.audit_words import DONE, people_of
from app.services.auditing import Event, about, address_digest, note, note_download, theme_mark
from app.services.codebook_theme import write_definition
from app.services.links import accept, invite, offer_first_steward, offer_reset
from app.services.marking.entries import definition_digest
from app.services.people import (
    change_password,
    change_person,
    end_session,
    read_people,
    rename,
    set_roles,
    take_back_invitation,
)
from app.services.signing_in import IDLE, session_of, sign_in, sign_out
from app.services.throttle import OF_REFUSALS, Throttle
from tests.archives import rows, story_file
from tests.services.entering import MEMBER, STEWARD, enter, row_of
from tests.services.factors import add_factor
from tests.web.people import PASSWORD, WRONG, account

ANOTHER = "another one entirely"
NAMES = ("velvetfern", "kestrelwing", "quartzmarsh", "mulleining", "lanternlight", "umbrellafir")


@pytest.fixture
def archive(new_archive):
    return new_archive({"stories/a.md": story_file(id="s-7k3fq2mx", themes="[lanternlight]")})


def entries(archive) -> list[tuple]:
    """What is in the audit: event, who, record, data."""
    found = sorted(rows(archive, AUDIT), key=lambda row: row["number"])
    return [(row["event"], row["account"], row["record_id"], row["data"]) for row in found]


def events(archive) -> list[str]:
    return [entry[0] for entry in entries(archive)]


def last(archive) -> tuple:
    return entries(archive)[-1]


def whole(archive) -> bool:
    with archive.engine.connect() as connection:
        return not list(broken_links(connection, AUDIT, archive.key))


def stand(archive, key, roles, by, **told):
    """What the form about a person does."""
    digest = standing_digest(row_of(archive, key))
    return change_person(archive, key, Standing(frozenset(roles), **told), expected=digest, by=by)


def test_signing_in_and_out_are_in_the_audit(archive):
    key = account(archive, "Ann")
    cookie = enter(archive)
    sign_out(archive, cookie)
    sign_out(archive, cookie)
    assert entries(archive) == [(Event.SIGNED_IN, key, "", {}), (Event.SIGNED_OUT, key, "", {})]


def test_who_gave_no_code_or_was_signed_out_already_does_not_sign_out(archive, quick_hashes):
    account(archive, "Ann", "member")
    over = add_factor(archive)[1].cookie
    archive.clock.time += IDLE
    for cookie in (enter(archive), over):
        sign_out(archive, cookie)
    assert Event.SIGNED_OUT not in events(archive)


@pytest.mark.parametrize("name", ["Sue", "SUE", "su\u200be", "The terminal"])
def test_nobody_is_taken_for_another_by_the_name_that_she_gives_herself(archive, name):
    key, other = account(archive, "Ann", "member"), account(archive, "Sue", "steward")
    with archive.engine.connect() as connection:
        assert people_of(archive, connection).name(key) == "Ann"
    rename(archive, session_of(archive, enter(archive)), name)
    with archive.engine.connect() as connection:
        people = people_of(archive, connection)
    assert people.name(key) == f"{name} (ann@example.org)"
    assert people.name(other) == ("Sue" if name == "The terminal" else "Sue (sue@example.org)")


def test_a_refused_sign_in_names_the_account_or_else_a_digest_of_what_was_typed(archive):
    key = account(archive, "Ann")
    for name in ("ann", "nobody"):
        with pytest.raises(SignInRefused):
            enter(archive, name, WRONG)
    typed = address_digest(archive, "nobody@example.org")
    assert entries(archive) == [
        (Event.SIGN_IN_REFUSED, None, about(key), {}),
        (Event.SIGN_IN_REFUSED, None, "", {"address": typed}),
    ]


def test_what_the_throttle_refuses_is_not_written(archive):
    account(archive, "Ann")
    for _ in range(12):
        with pytest.raises((SignInRefused, TooManyTries)):
            enter(archive, password="short of right")
    assert events(archive) == [Event.SIGN_IN_REFUSED] * 10


def test_a_flood_of_refusals_is_counted_and_does_not_fill_the_disk(archive, monkeypatch):
    key, known = account(archive, "Ann"), []
    monkeypatch.setattr(Throttle, "may_write", lambda self: len(known) in (0, 4))
    for name in ("x1", "ann", "x2", "x3", "x4"):
        with pytest.raises(SignInRefused):
            enter(archive, name, WRONG)
        known.append(name)
    assert len(entries(archive)) == 2
    assert last(archive)[3] == {
        "address": address_digest(archive, "x4@example.org"),
        "more": 3,
        "accounts": [key],
    }


def test_refusals_are_written_as_often_as_a_person_errs_and_no_more(archive):
    throttle = Throttle()
    assert [throttle.may_write() for _ in range(OF_REFUSALS.amount + 1)][-2:] == [True, False]


def test_a_refusal_waits_for_nobody_and_is_told_later(archive):
    account(archive, "Ann")
    with archive.writing() as other:
        other.execute(select(AUDIT))
        with pytest.raises(SignInRefused):
            enter(archive, password=WRONG)
        other.rollback()
    assert entries(archive) == []
    with pytest.raises(SignInRefused):
        enter(archive, "nobody", WRONG)
    assert last(archive)[3]["more"] == 1


def test_a_change_of_roles_tells_those_before_and_after(archive):
    sue, ann = account(archive, "Sue", "steward"), account(archive, "Ann", "member")
    by = session_of(archive, enter(archive, "sue"))
    stand(archive, ann, {Role.GATHERER, Role.MEMBER}, by)
    stand(archive, ann, {Role.GATHERER, Role.MEMBER}, by)  # no change
    changed = {"before": ["member"], "after": ["gatherer", "member"]}
    assert entries(archive)[1:] == [(Event.ROLES, sue, about(ann), changed)]
    stand(archive, ann, {Role.GATHERER, Role.MEMBER}, by, organisation="The ICB", gathers_as="A. N.")
    told = {
        "organisation": archive.keyed("organisation", "the icb"),
        "gathers_as": archive.keyed("gathers as", "a. n."),
    }
    assert last(archive) == (Event.ROLES, sue, about(ann), told)
    set_roles(archive, ann, MEMBER)
    before = {"before": ["gatherer", "member"], "after": ["member"]}
    assert last(archive) == (Event.ROLES, None, about(ann), before)


def test_what_was_refused_changed_nothing_and_is_not_in_the_audit(archive):
    sue = account(archive, "Sue", "steward")
    by = session_of(archive, enter(archive, "sue"))
    with pytest.raises(LastSteward):
        disable(archive, sue, by=sue)
    with pytest.raises(LastSteward):
        stand(archive, sue, {Role.MEMBER}, by)
    with pytest.raises(InvalidText):
        invite(archive, "sue@example.org", "", Standing(), by=sue)
    with pytest.raises(EditConflict):
        write_definition(archive, TERMINAL, "lanternlight", "x", expected=definition_digest("y"), by=sue)
    assert events(archive) == [Event.SIGNED_IN]


def test_a_download_is_written_for_each_story_that_left(archive):
    with archive.writing() as connection:
        note_download(archive, connection, 7, ["s-7k3fq2mx", "s-2m9tb3rw"], "epub")
        connection.commit()
    assert entries(archive) == [
        (Event.DOWNLOADED, 7, "s-7k3fq2mx", {"format": "epub"}),
        (Event.DOWNLOADED, 7, "s-2m9tb3rw", {"format": "epub"}),
    ]


def everything(archive) -> None:
    """Every action of this issue's people, under names, addresses and words that are found again."""
    join(archive, offer_first_steward(archive), "velvetfern@umbrellafir.org", "Velvetfern")
    sue = 1
    told = Standing(MEMBER | STEWARD, "Quartzmarsh Trust", "K. Kestrelwing")
    token = invite(archive, "kestrelwing@umbrellafir.org", "Kestrelwing", told, by=sue)
    ann = session_of(archive, join(archive, token, "", "Kestrelwing"))
    invite(archive, "mulleining@umbrellafir.org", "Mulleining", told, by=sue)
    take_back_invitation(archive, read_people(archive).invited[0].key, by=sue)
    rename(archive, ann, "Mulleining")
    stand(archive, ann.account, {Role.GATHERER, Role.STEWARD}, ann, organisation="Mulleining")
    disable(archive, ann.account, by=sue)
    enable(archive, ann.account, by=sue)
    reset = offer_reset(archive, ann.account, by=sue)
    accept(archive, reset, email="", name="", password=PASSWORD, again=PASSWORD)
    sessions(archive)
    definition = {"expected": definition_digest(""), "by": sue}
    write_definition(archive, TERMINAL, "lanternlight", "Umbrellafir.", **definition)


def join(archive, token: str, email: str, name: str) -> str:
    return accept(archive, token, email=email, name=name, password=PASSWORD, again=PASSWORD)


def sessions(archive) -> None:
    enter_as = {"name": "kestrelwing"}
    with pytest.raises(SignInRefused):
        enter(archive, "quartzmarsh", WRONG)
    here, there = (session_of(archive, at_umbrellafir(archive, **enter_as)) for _ in range(2))
    end_session(archive, here, there.session)
    told = {"old": PASSWORD, "new": ANOTHER, "again": ANOTHER, "address": "203.0.113.9"}
    sign_out(archive, change_password(archive, here, **told))


def at_umbrellafir(archive, name: str) -> str:
    return sign_in(archive, f"{name}@umbrellafir.org", PASSWORD, address="203.0.113.9")


def test_everything_is_in_the_audit_and_nothing_in_it_is_a_name_an_address_or_a_word(archive):
    everything(archive)
    done = set(events(archive))
    assert done == {
        Event.INVITED,
        Event.JOINED,
        Event.INVITATION_TAKEN_BACK,
        Event.NAME,
        Event.ROLES,
        Event.DISABLED,
        Event.ENABLED,
        Event.RESET_OFFERED,
        Event.PASSWORD,
        Event.SIGNED_IN,
        Event.SIGN_IN_REFUSED,
        Event.SESSION_ENDED,
        Event.SIGNED_OUT,
        Event.EDITED,
    }
    kept = json.dumps(rows(archive, AUDIT)).casefold()
    assert not [name for name in NAMES if name in kept] and "@" not in kept
    assert whole(archive)


def test_the_audit_names_a_theme_by_a_digest_that_only_the_archive_can_make(archive):
    write_definition(archive, TERMINAL, "lanternlight", "Light.", expected=definition_digest(""))
    assert re.fullmatch("theme:[0-9a-f]{32}", last(archive)[2])
    assert last(archive) == (Event.EDITED, None, theme_mark(archive, "lanternlight"), {})


def test_the_chain_is_whole_after_threads_wrote_at_once_on_two_connections(archive):
    def write(by: int) -> None:
        for _ in range(25):
            with archive.writing() as connection:
                note(archive, connection, Event.EDITED, by=by, record_id="s-7k3fq2mx")
                connection.commit()

    threads = [threading.Thread(target=write, args=(by,)) for by in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(entries(archive)) == 50 and whole(archive)


def test_what_was_not_committed_leaves_no_gap(archive):
    for commit in (True, False, True):
        with archive.writing() as connection:
            note(archive, connection, Event.EDITED, at_all=commit)
            connection.commit() if commit else connection.rollback()
    assert len(entries(archive)) == 2 and whole(archive)


def test_an_entry_says_when_in_utc(archive):
    archive.clock.time += timedelta(seconds=1, microseconds=5)
    enter_as = account(archive, "Ann")
    enter(archive)
    assert [(row["at"], row["account"]) for row in rows(archive, AUDIT)] == [
        ("2026-05-04T12:00:01.000005+00:00", enter_as)
    ]


def test_a_digest_of_an_address_is_the_same_however_it_is_typed(archive):
    folded = {fold_email(typed) for typed in ("ann@example.org", " ANN@Example.org")}
    assert len({address_digest(archive, one) for one in folded}) == 1


@pytest.mark.parametrize("event", [event for event in Event if event is not Event.SIGN_IN_REFUSED])
def test_every_event_has_its_sentence(event):
    assert DONE[event]
