"""The second factor below the web: what a code opens, and that it opens it once."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.database.ledgers import AUDIT
from app.database.people import ACCOUNT, RECOVERY_CODE, SIGN_IN
from app.errors import InvalidText, NotFound, SignInNeeded, SignInRefused, TooManyTries
from app.services.accounts import disable
from app.services.codes import PAPER_CODES, STEP_SECONDS, normal_code, paper_codes_left
from app.services.people import read_account
from app.services.sealing import seal, unseal
from app.services.second_factor import (
    ADDING,
    MOST_TRIES,
    awaits_code,
    begin,
    confirm,
    give_code,
    remove,
    remove_for,
    renew_codes,
)
from app.services.signing_in import AWAITING, end_sessions, session_of
from app.services.throttle import OF_BOTH, OF_CODES
from tests.services.entering import HERE, enter, row_of
from tests.services.factors import add_factor, code_at, wrong_code
from tests.web.people import PASSWORD, WRONG, account

STEP = timedelta(seconds=STEP_SECONDS)


@pytest.fixture
def archive(new_archive, quick_hashes):
    made = new_archive()
    account(made, "Ann", "member")
    return made


@pytest.fixture
def secret(archive):
    """Ann has a second factor, and some time has passed since."""
    secret, _ = add_factor(archive)
    archive.clock.time += 10 * STEP
    return secret


def finish(archive, secret, steps=0, cookie=None, address=HERE):
    code = code_at(secret, archive.now() + steps * STEP)
    return give_code(archive, cookie or enter(archive), code, address=address)


def told_of(archive, *events):
    with archive.engine.connect() as connection:
        written = connection.execute(select(AUDIT).where(AUDIT.c.event.in_(events)).order_by(AUDIT.c.number))
        return [(row.event, row.account, row.record_id, row.data) for row in written]


def test_the_password_alone_opens_nothing_once_there_is_a_second_factor(archive, secret):
    cookie = enter(archive)
    assert session_of(archive, cookie) is None and awaits_code(archive, cookie)
    opened = finish(archive, secret, cookie=cookie)
    assert opened != cookie and session_of(archive, opened).name == "Ann"
    assert session_of(archive, cookie) is None and not awaits_code(archive, cookie)
    assert told_of(archive, "signed in")[-1] == ("signed in", 1, "", {"code": "clock"})


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_off(archive, secret, steps):
    assert session_of(archive, finish(archive, secret, steps))


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_of_another_time_is_none(archive, secret, steps):
    with pytest.raises(SignInRefused):
        finish(archive, secret, steps)


def test_a_code_works_once_and_so_does_every_one_before_it(archive, secret):
    code = code_at(secret, archive.now())
    assert give_code(archive, enter(archive), code, address=HERE)
    for again in (code, code_at(secret, archive.now() - STEP)):
        with pytest.raises(SignInRefused, match="used already"):
            give_code(archive, enter(archive), again, address=HERE)
    assert finish(archive, secret, 1)


def test_the_code_that_added_it_does_not_sign_in(archive):
    secret, _ = add_factor(archive)
    with pytest.raises(SignInRefused):
        finish(archive, secret)


@pytest.mark.parametrize("kind", ["clock", "paper"])
def test_of_two_who_give_one_code_at_once_one_comes_in(archive, kind):
    secret, made = add_factor(archive)
    archive.clock.time += 10 * STEP
    code = code_at(secret, archive.now()) if kind == "clock" else made.codes[0]
    cookies, ready, found = [enter(archive), enter(archive)], threading.Barrier(2), []

    def come(cookie):
        ready.wait()
        try:
            found.append(give_code(archive, cookie, code, address=HERE))
        except SignInRefused:
            found.append("")

    threads = [threading.Thread(target=come, args=(cookie,)) for cookie in cookies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(bool(one) for one in found) == [False, True]


@pytest.mark.parametrize("typed", ["{0} {1}", " {0}-{1} ", "{0}\t{1}\n"])
def test_a_code_is_the_same_however_it_is_typed(archive, secret, typed):
    code = code_at(secret, archive.now())
    assert give_code(archive, enter(archive), typed.format(code[:3], code[3:]), address=HERE)


@pytest.mark.parametrize("typed", ["", " ", "12345", "1234567", "٣" * 6, "\ud800", "x" * 10_000, "0" * 10])
def test_what_can_be_no_code_is_refused_like_a_wrong_one(archive, secret, typed):
    with pytest.raises(SignInRefused):
        give_code(archive, enter(archive), typed, address=HERE)


def test_five_codes_that_do_not_fit_end_the_sign_in(archive, secret):
    cookie, wrong = enter(archive), wrong_code(secret, archive.now())
    for _ in range(MOST_TRIES - 1):
        with pytest.raises(SignInRefused):
            give_code(archive, cookie, wrong, address=HERE)
    with pytest.raises(SignInNeeded):
        give_code(archive, cookie, wrong, address=HERE)
    with pytest.raises(SignInNeeded):
        finish(archive, secret, cookie=cookie)
    assert len(told_of(archive, "sign-in refused")) == MOST_TRIES


def test_the_right_password_buys_no_further_tries(archive, secret):
    wrong, tries = wrong_code(secret, archive.now()), 0
    with pytest.raises(TooManyTries):
        while tries < 100:
            cookie = enter(archive)
            with pytest.raises(SignInRefused):
                give_code(archive, cookie, wrong, address=HERE)
            tries += 1
    assert tries <= OF_BOTH.amount


def test_codes_are_counted_wherever_they_come_from_and_paper_ones_are_not(archive):
    secret, made = add_factor(archive)
    archive.clock.time += 10 * STEP
    wrong = wrong_code(secret, archive.now())
    for at in range(OF_CODES.amount):
        address = f"198.51.100.{at}"
        with pytest.raises(SignInRefused):
            give_code(archive, enter(archive, address=address), wrong, address=address)
    with pytest.raises(TooManyTries):
        finish(archive, secret, address="192.0.2.1")
    assert give_code(archive, enter(archive), made.codes[0], address=HERE)
    assert finish(archive, secret)


def test_codes_are_counted_like_passwords_from_one_place(archive):
    _, made = add_factor(archive)  # one on paper is not counted by the day
    archive.clock.time += timedelta(hours=1)
    cookies = [enter(archive, address=f"198.51.100.{at}") for at in range(3)]
    with pytest.raises(TooManyTries):
        for cookie in cookies:
            for _ in range(MOST_TRIES - 1):
                with pytest.raises(SignInRefused):
                    give_code(archive, cookie, "0" * 10, address=HERE)
    with pytest.raises(TooManyTries):
        give_code(archive, cookies[-1], made.codes[0], address=HERE)


def test_a_sign_in_that_ends_while_its_code_is_on_the_way_opens_nothing(archive, secret, monkeypatch):
    cookie, attempt = enter(archive), archive.throttle.attempt

    def ended_meanwhile(*who):
        with archive.writing() as connection:
            end_sessions(archive, connection, 1)
            connection.commit()
        attempt(*who)

    monkeypatch.setattr(archive.throttle, "attempt", ended_meanwhile)
    with pytest.raises(SignInNeeded):
        finish(archive, secret, cookie=cookie)


def test_ten_minutes_after_the_password_it_is_asked_for_again(archive, secret):
    cookie = enter(archive)
    archive.clock.time += AWAITING
    with pytest.raises(SignInNeeded):
        finish(archive, secret, cookie=cookie)


@pytest.mark.parametrize("how", ["a living session", "nobody's", "disabled", "disabled in its row alone"])
def test_a_cookie_that_awaits_no_code_takes_none(archive, secret, how):
    account(archive, "Sue", "steward")
    cookie = {"a living session": finish(archive, secret, 1), "nobody's": "x" * 43}.get(how) or enter(archive)
    if how == "disabled":
        disable(archive, 1)
    elif how.startswith("disabled"):
        with archive.engine.begin() as connection:
            connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == 1).values(disabled=archive.now()))
    with pytest.raises(SignInNeeded):
        give_code(archive, cookie, code_at(secret, archive.now()), address=HERE)


def test_somebody_else_s_code_opens_nothing(archive, secret):
    account(archive, "Eve")
    hers, _ = add_factor(archive, "eve")
    archive.clock.time += 10 * STEP
    with pytest.raises(SignInRefused):
        finish(archive, hers)


def test_a_secret_moved_to_another_account_is_worth_nothing(archive, secret):
    key = account(archive, "Eve")
    with archive.engine.begin() as connection:
        moved = row_of(archive, 1).second_factor
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == key).values(second_factor=moved))
    with pytest.raises(SignInRefused):
        give_code(archive, enter(archive, "eve"), code_at(secret, archive.now()), address=HERE)


def test_what_is_sealed_is_read_for_its_purpose_and_time_alone(archive):
    sealed = seal(archive, "one", "a word")
    assert "a word" not in sealed and seal(archive, "one", "a word") != sealed
    assert unseal(archive, "one", sealed) == unseal(archive, "one", sealed, ADDING) == "a word"
    assert unseal(archive, "another", sealed) is None
    for other in ("", "x", sealed[:-4], sealed.swapcase(), "\ud800"):
        assert unseal(archive, "one", other) is None
    archive.clock.time += ADDING + timedelta(seconds=1)
    assert unseal(archive, "one", sealed, ADDING) is None and unseal(archive, "one", sealed) == "a word"


def test_adding_it_ends_every_other_session_and_renews_this_one(archive):
    here, elsewhere = enter(archive), enter(archive)
    who = session_of(archive, here)
    made = begin(archive, who, password=PASSWORD, address=HERE)
    assert row_of(archive, 1).second_factor == ""
    done = confirm(archive, who, sealed=made.sealed, code=code_at(made.secret, archive.now()))
    assert session_of(archive, here) is session_of(archive, elsewhere) is None
    assert session_of(archive, done.cookie).account == 1
    assert told_of(archive, "second factor added") == [("second factor added", 1, "", {})]


def test_it_does_not_count_before_its_first_code(archive):
    who = session_of(archive, enter(archive))
    made = begin(archive, who, password=PASSWORD, address=HERE)
    with pytest.raises(InvalidText, match="does not fit"):
        confirm(archive, who, sealed=made.sealed, code=wrong_code(made.secret, archive.now()))
    assert session_of(archive, enter(archive))
    archive.clock.time += ADDING + timedelta(seconds=1)
    with pytest.raises(InvalidText, match="too long"):
        confirm(archive, who, sealed=made.sealed, code=code_at(made.secret, archive.now()))


def test_it_is_added_with_the_password_in_one_session_and_once(archive):
    who = session_of(archive, enter(archive))
    with pytest.raises(InvalidText):
        begin(archive, who, password=WRONG, address=HERE)
    made = begin(archive, who, password=PASSWORD, address=HERE)
    code = code_at(made.secret, archive.now())
    with pytest.raises(InvalidText):
        confirm(archive, session_of(archive, enter(archive)), sealed=made.sealed, code=code)
    confirm(archive, who, sealed=made.sealed, code=code)
    with pytest.raises(InvalidText, match="already"):
        confirm(archive, who, sealed=made.sealed, code=code)
    with pytest.raises(InvalidText, match="already"):
        begin(archive, who, password=PASSWORD, address=HERE)


def test_guessing_the_password_there_is_throttled_too(archive):
    who = session_of(archive, enter(archive))
    for _ in range(OF_BOTH.amount):
        with pytest.raises(InvalidText):
            begin(archive, who, password=WRONG, address=HERE)
    with pytest.raises(TooManyTries):
        begin(archive, who, password=PASSWORD, address=HERE)


def test_each_recovery_code_works_once(archive):
    _, made = add_factor(archive)
    assert len(set(made.codes)) == PAPER_CODES
    first, second = made.codes[:2]
    assert session_of(archive, give_code(archive, enter(archive), first.upper(), address=HERE))
    with pytest.raises(SignInRefused):
        give_code(archive, enter(archive), first, address=HERE)
    assert give_code(archive, enter(archive), second.replace("-", " ").replace("1", "I"), address=HERE)
    with archive.engine.connect() as connection:
        assert paper_codes_left(connection, 1) == PAPER_CODES - 2
    assert told_of(archive, "signed in")[-1] == ("signed in", 1, "", {"code": "paper"})


def test_new_recovery_codes_take_the_place_of_the_older_ones(archive):
    secret, made = add_factor(archive)
    archive.clock.time += 10 * STEP
    who = session_of(archive, finish(archive, secret))
    told = {"password": PASSWORD, "address": HERE}
    for wrong in (wrong_code(secret, archive.now()), code_at(secret, archive.now())):
        with pytest.raises(InvalidText):
            renew_codes(archive, who, code=wrong, **told)
    again = renew_codes(archive, who, code=made.codes[0], **told)
    assert not set(again.codes) & set(made.codes)
    assert session_of(archive, again.cookie)
    with pytest.raises(SignInRefused):
        give_code(archive, enter(archive), made.codes[1], address=HERE)
    assert give_code(archive, enter(archive), again.codes[1], address=HERE)


def test_she_removes_it_with_her_password_and_a_code(archive, secret):
    who = session_of(archive, finish(archive, secret))
    archive.clock.time += STEP
    code = code_at(secret, archive.now())
    for password, given in ((WRONG, code), (PASSWORD, wrong_code(secret, archive.now()))):
        with pytest.raises(InvalidText):
            remove(archive, who, password=password, code=given, address=HERE)
    cookie = remove(archive, who, password=PASSWORD, code=code, address=HERE)
    assert session_of(archive, cookie) and session_of(archive, enter(archive))
    with archive.engine.connect() as connection:
        assert connection.execute(select(RECOVERY_CODE)).all() == []
    assert told_of(archive, "second factor removed") == [("second factor removed", 1, "", {})]
    with pytest.raises(InvalidText, match="no second factor"):
        remove(archive, session_of(archive, cookie), password=PASSWORD, code=code, address=HERE)


def test_a_steward_removes_another_s_and_not_her_own(archive, secret):
    key = account(archive, "Sue", "steward")
    add_factor(archive, "sue")
    archive.clock.time += 10 * STEP
    sue, _ = enter(archive, "sue"), finish(archive, secret)
    with archive.engine.begin() as connection:
        connection.execute(update(SIGN_IN).values(awaiting=False))
    by = session_of(archive, sue)
    with pytest.raises(InvalidText, match="your own"):
        remove_for(archive, key, by=by)
    remove_for(archive, 1, by=by)
    assert told_of(archive, "second factor removed") == [("second factor removed", key, "account:1", {})]
    with archive.engine.connect() as connection:
        assert connection.execute(select(SIGN_IN).where(SIGN_IN.c.account == 1)).all() == []
    assert session_of(archive, enter(archive))
    with pytest.raises(InvalidText, match="no second factor"):
        remove_for(archive, 1, by=by)
    with pytest.raises(NotFound):
        remove_for(archive, 99, by=by)


def test_a_sign_in_that_awaits_a_code_ends_with_the_sessions_and_is_none_in_the_list(archive, secret):
    who = session_of(archive, finish(archive, secret))
    before, cookie = read_account(archive, who).sessions, enter(archive)
    assert read_account(archive, who).sessions == before
    with archive.writing() as connection:
        end_sessions(archive, connection, 1, who.session)
        connection.commit()
    assert not awaits_code(archive, cookie)


def test_no_code_and_no_secret_stands_in_a_row(archive):
    secret, made = add_factor(archive)
    with archive.engine.connect() as connection:
        kept = [
            str(tuple(row)) for t in (ACCOUNT, RECOVERY_CODE, AUDIT) for row in connection.execute(select(t))
        ]
    hidden = [secret, *made.codes, *(normal_code(code) for code in made.codes)]
    assert kept and not [one for one in hidden for row in kept if one in row]
