"""Accounts and sessions below the web: what holds whoever asks, and when two people act at once."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from app.database.engine import BUSY_MILLISECONDS
from app.database.people import ACCOUNT, ONE_TIME_LINK, SIGN_IN
from app.database.visibility import Role
from app.errors import EditConflict, InvalidText, LastSteward, LinkDead, SignInRefused, TooManyTries
from app.services import passwords, people, signing_in
from app.services.accounts import (
    Standing,
    account_named,
    disable,
    enable,
    fold_email,
    has_steward,
    one_line,
    standing_digest,
    stewards,
)
from app.services.links import offer_first_steward, offer_reset, read_link
from app.services.owning import own_stories
from app.services.people import change_password, change_person, end_session, read_account, set_roles
from app.services.signing_in import (
    IDLE,
    LONGEST,
    NOTED,
    open_session,
    session_of,
    set_password,
    sign_in,
    sign_out,
)
from app.services.throttle import OF_BOTH
from tests.archives import NOON, story_file, take_in, write
from tests.services.entering import HERE, MEMBER, STEWARD, enter, row_of
from tests.web.people import PASSWORD, WRONG, account


@pytest.fixture
def archive(new_archive):
    return new_archive({"stories/a.md": story_file(gatherer="J. O.", id="s-7k3fq2mx")})


def test_who_signed_in_is_who_her_account_says(archive):
    key = account(archive, "Ann", "gatherer", "member", organisation="The ICB", gathers_as="J. O.")
    who = session_of(archive, enter(archive))
    assert (who.account, who.name, who.email) == (key, "Ann", "ann@example.org")
    assert who.actor.roles == {Role.GATHERER, Role.MEMBER} and who.actor.signed_in
    assert (who.actor.organisation, who.actor.own, who.actor.terminal) == ("The ICB", {"s-7k3fq2mx"}, False)


@pytest.mark.parametrize("typed", ["ann@example.org", " ANN@Example.ORG ", "ａｎｎ@example.org"])
def test_an_address_is_the_same_however_it_is_typed(archive, typed):
    account(archive, "Ann")
    assert session_of(archive, sign_in(archive, typed, PASSWORD, address=HERE))


@pytest.mark.parametrize(
    "text", ["", "ann", "@", "a@", "@b", "a b@c", "a@b\n.c", "a@b\x00", "a@" + "b" * 254]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(InvalidText):
        fold_email(text)


@pytest.mark.parametrize("text", ["a\x07b", "\u202eabc", "\ud800", "a" * 121])
def test_a_name_that_nobody_could_read_is_refused(text):
    with pytest.raises(InvalidText):
        one_line(text, "The name")


@pytest.mark.parametrize("text", ["\u200b", " \u00ad ", "\ufeff\u2060"])
def test_a_name_of_which_nothing_can_be_seen_is_none(text):
    assert one_line(text, "The organisation") == ""
    with pytest.raises(InvalidText):
        one_line(text, "The name", needed=True)


@pytest.mark.parametrize("values", [{"disabled": NOON}, {"password": "other"}, {"second_factor": "sealed"}])
def test_a_session_that_began_while_the_account_was_changed_does_not_begin(archive, values):
    key = account(archive, "Ann")
    as_it_was = row_of(archive, key)
    with archive.engine.begin() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == key).values(values))
    with archive.writing() as connection, pytest.raises(SignInRefused):
        open_session(archive, connection, as_it_was)


def test_a_session_of_a_disabled_account_is_none_even_if_its_row_is_there(archive):
    key = account(archive, "Ann")
    cookie = enter(archive)
    with archive.engine.begin() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == key).values(disabled=archive.now()))
    assert session_of(archive, cookie) is None


def test_who_is_let_in_again_signs_in_anew(archive):
    account(archive, "Sue", "steward")
    key = account(archive, "Ann")
    cookie, link = enter(archive), offer_reset(archive, key)
    disable(archive, key)
    with pytest.raises(SignInRefused):
        enter(archive)
    enable(archive, key)
    assert session_of(archive, cookie) is None
    with pytest.raises(LinkDead):
        read_link(archive, link)
    assert session_of(archive, enter(archive))


def test_a_role_that_this_version_does_not_know_opens_nothing(archive):
    account(archive, "Ann", "emperor", "member")
    assert session_of(archive, enter(archive)).actor.roles == MEMBER


def test_a_story_is_her_own_as_soon_as_its_file_names_her_and_no_longer(archive, tmp_path):
    account(archive, "Ann", "gatherer", gathers_as=" j.  O. ")
    cookie = enter(archive)
    assert session_of(archive, cookie).actor.own == {"s-7k3fq2mx"}
    write(tmp_path, {"stories/a.md": story_file(gatherer="Somebody else", id="s-7k3fq2mx")})
    take_in(archive)
    assert session_of(archive, cookie).actor.own == frozenset()


@pytest.mark.parametrize("name", ["", "  ", "J", "J. O. and others", "%"])
def test_a_name_that_is_not_quite_the_gatherer_s_has_no_stories(archive, name):
    with archive.engine.connect() as connection:
        assert own_stories(archive, connection, name) == frozenset()


def test_reading_writes_a_session_down_only_now_and_then(archive):
    account(archive, "Ann")
    cookie = enter(archive)
    begun = archive.now()
    archive.clock.time += NOTED - timedelta(seconds=1)
    session_of(archive, cookie)
    assert _seen(archive) == begun
    archive.clock.time += timedelta(seconds=1)
    session_of(archive, cookie)
    assert _seen(archive) == archive.now()


def _seen(archive):
    with archive.engine.connect() as connection:
        return connection.execute(select(SIGN_IN.c.seen)).scalar_one().replace(tzinfo=archive.now().tzinfo)


def test_reading_goes_on_while_somebody_else_writes_for_long(archive):
    account(archive, "Ann")
    cookie = enter(archive)
    archive.clock.time += NOTED
    with archive.writing() as held:
        held.execute(select(ACCOUNT))
        assert session_of(archive, cookie) is not None
        assert _seen(archive) < archive.now()
    assert session_of(archive, cookie) is not None
    assert _seen(archive) == archive.now()
    with archive.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == BUSY_MILLISECONDS


@pytest.mark.parametrize("how", ["idle", "long"])
def test_a_session_that_is_over_is_forgotten_when_the_next_begins(archive, how):
    account(archive, "Ann")
    cookie = enter(archive)
    for _ in range(1 if how == "idle" else LONGEST // (IDLE / 2)):
        archive.clock.time += IDLE if how == "idle" else IDLE / 2
        session_of(archive, cookie)  # in the second case she was here all the time
    assert session_of(archive, cookie) is None
    enter(archive)
    assert _seen(archive) == archive.now()  # of the one row that is left


def test_her_name_on_stories_makes_none_her_own_without_the_role(archive):
    account(archive, "Ann", "member", gathers_as="J. O.")
    assert session_of(archive, enter(archive)).actor.own == frozenset()


def test_that_somebody_is_here_is_noted_of_her_session_alone(archive):
    account(archive, "Ann"), account(archive, "Eve")
    begun, cookie, _ = archive.now(), enter(archive), enter(archive, "eve")
    archive.clock.time += NOTED
    session_of(archive, cookie)
    with archive.engine.connect() as connection:
        seen = connection.execute(select(SIGN_IN.c.seen).order_by(SIGN_IN.c.key)).scalars().all()
    assert [one.replace(tzinfo=begun.tzinfo) for one in seen] == [archive.now(), begun]


def test_she_ends_her_own_sessions_and_nobody_else_s(archive):
    account(archive, "Ann"), account(archive, "Eve")
    one, other, hers = enter(archive), enter(archive), enter(archive, "eve")
    who = session_of(archive, one)
    end_session(archive, who, session_of(archive, other).session)
    end_session(archive, who, session_of(archive, hers).session)
    found = [session_of(archive, cookie) is not None for cookie in (one, other, hers)]
    assert found == [True, False, True]


def test_a_session_that_ended_by_itself_is_not_in_the_list_of_where_she_is_signed_in(archive):
    account(archive, "Ann")
    enter(archive)
    archive.clock.time += IDLE - timedelta(hours=1)
    who = session_of(archive, enter(archive))
    assert len(read_account(archive, who).sessions) == 2
    archive.clock.time += timedelta(hours=1)
    assert [one.key for one in read_account(archive, who).sessions] == [who.session]


def test_a_new_password_ends_all_but_this_session_and_renews_its_cookie(archive):
    key = account(archive, "Ann")
    one, other = enter(archive), enter(archive)
    token = offer_reset(archive, key)
    who = session_of(archive, one)
    told = {"new": "another one entirely", "again": "another one entirely", "address": HERE}
    with pytest.raises(InvalidText):
        change_password(archive, who, old=WRONG, **told)
    renewed = change_password(archive, who, old=PASSWORD, **told)
    found = [session_of(archive, cookie) is not None for cookie in (one, other, renewed)]
    assert found == [False, False, True]
    with pytest.raises(LinkDead):
        read_link(archive, token)
    with pytest.raises(SignInRefused):
        enter(archive)


def test_a_password_that_was_changed_meanwhile_is_not_changed_by_who_knew_the_old_one(archive, monkeypatch):
    key = account(archive, "Ann")
    who = session_of(archive, enter(archive))

    def meanwhile(password):
        with archive.writing() as connection:
            set_password(connection, key, passwords.hash_password("by a link of hers"))
            connection.commit()
        return passwords.hash_password(password)

    monkeypatch.setattr(people, "hash_password", meanwhile)
    with pytest.raises(InvalidText, match="changed meanwhile"):
        change_password(
            archive, who, old=PASSWORD, new="somebody else's", again="somebody else's", address=HERE
        )
    assert enter(archive, password="by a link of hers")


def test_guessing_the_password_inside_a_session_is_throttled_too(archive):
    account(archive, "Ann")
    who = session_of(archive, enter(archive))
    told = {"old": WRONG, "new": "another one entirely", "again": "another one entirely", "address": HERE}
    for _ in range(OF_BOTH.amount):
        with pytest.raises(InvalidText):
            change_password(archive, who, **told)
    with pytest.raises(TooManyTries):
        change_password(archive, who, **told)


def test_who_changes_her_own_roles_goes_on_under_a_new_cookie(archive):
    account(archive, "Pat", "steward")
    key = account(archive, "Ann", "steward")
    here, elsewhere = enter(archive), enter(archive)
    digest = standing_digest(row_of(archive, key))
    cookie = change_person(archive, key, Standing(MEMBER), expected=digest, by=session_of(archive, here))
    assert session_of(archive, here) is session_of(archive, elsewhere) is None
    assert session_of(archive, cookie).actor.roles == MEMBER


def test_what_changes_no_role_ends_no_session(archive):
    key = account(archive, "Ann", "member")
    cookie, digest = enter(archive), standing_digest(row_of(archive, key))
    by = session_of(archive, cookie)
    change_person(archive, key, Standing(MEMBER, "The ICB"), expected=digest, by=by)
    assert session_of(archive, cookie).actor.organisation == "The ICB"
    with pytest.raises(EditConflict):
        change_person(archive, key, Standing(STEWARD), expected=digest, by=by)


def test_the_last_steward_can_neither_be_disabled_nor_lose_the_role(archive):
    key, other = account(archive, "Sue", "steward"), account(archive, "Pat", "steward")
    disable(archive, other)
    for change in (lambda: disable(archive, key), lambda: set_roles(archive, key, MEMBER)):
        with pytest.raises(LastSteward):
            change()
    enable(archive, other)
    set_roles(archive, key, MEMBER)
    with pytest.raises(LastSteward):
        disable(archive, other)
    assert has_steward(archive)


def test_two_stewards_who_keep_each_other_out_at_once_leave_one(archive):
    keys = [account(archive, "Sue", "steward"), account(archive, "Pat", "steward")]
    refused, ready = [], threading.Barrier(2)

    def act(key):
        ready.wait()
        try:
            disable(archive, key)
        except LastSteward:
            refused.append(key)

    threads = [threading.Thread(target=act, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with archive.engine.connect() as connection:
        assert stewards(connection) == refused and len(refused) == 1


def test_nothing_that_opens_a_door_stands_in_a_row(archive):
    key = account(archive, "Ann")
    secrets = [enter(archive), offer_reset(archive, key), offer_first_steward(archive), PASSWORD]
    with archive.engine.connect() as connection:
        kept = [
            str(tuple(row))
            for t in (ACCOUNT, SIGN_IN, ONE_TIME_LINK)
            for row in connection.execute(select(t))
        ]
    assert kept and not [secret for secret in secrets for row in kept if secret in row]


def test_an_old_hash_is_made_again_at_today_s_cost(archive):
    key = account(archive, "Ann")
    cheap = passwords.PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)
    with archive.engine.begin() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == key).values(password=cheap))
    assert session_of(archive, enter(archive))
    assert not passwords.is_dated(row_of(archive, key).password)
    assert session_of(archive, enter(archive))


@pytest.mark.parametrize("changed", [True, False])
def test_only_the_password_of_now_opens_though_an_old_hash_was_made_again(archive, monkeypatch, changed):
    key = account(archive, "Ann")
    cheap = passwords.PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)
    with archive.engine.begin() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == key).values(password=cheap))

    def meanwhile(password):
        with archive.writing() as connection:
            another = passwords.hash_password("another one entirely" if changed else password)
            set_password(connection, key, another)
            connection.commit()
        return passwords.hash_password(password)

    monkeypatch.setattr(signing_in, "hash_password", meanwhile)
    if changed:
        with pytest.raises(SignInRefused):
            enter(archive)
    else:
        assert session_of(archive, enter(archive))  # she signs in twice at once


@pytest.mark.parametrize("kept", ["", "plain text", "$argon2id$broken", PASSWORD])
def test_a_row_that_holds_no_hash_lets_nobody_in(archive, kept):
    with archive.engine.begin() as connection:
        told = {"email": "ann@example.org", "created": archive.now(), "password": kept, "name": ""}
        connection.execute(insert(ACCOUNT).values(roles=[], organisation="", gathers_as="", **told))
    with pytest.raises(SignInRefused):
        enter(archive)


def test_signing_out_with_a_cookie_that_is_none_ends_nothing(archive):
    account(archive, "Ann")
    cookie = enter(archive)
    for other in ("", "x", "\ud800"):
        sign_out(archive, other)
    assert session_of(archive, cookie)
    with archive.engine.connect() as connection:
        assert account_named(connection, "nobody@example.org") is None
