"""Passwords are hashed few at a time, and tried seldom."""

import threading
from functools import cache

import pytest

from app.errors import Busy, InvalidText, TooManyTries
from app.services import passwords
from app.services.throttle import OF_ACCOUNT, OF_ADDRESS, OF_BOTH, Throttle
from tests.archives import story_file
from tests.services.entering import HERE, enter
from tests.web.people import PASSWORD


@pytest.fixture
def archive(new_archive):
    return new_archive({"stories/a.md": story_file(gatherer="J. O.", id="s-7k3fq2mx")})


def test_two_ways_of_typing_a_character_are_one_password():
    kept = passwords.hash_password("pässwörd")
    assert passwords.verify(kept, "pa\u0308sswo\u0308rd")
    assert not passwords.verify(kept, "password")


@pytest.mark.parametrize("password", ["a" * 7, "a" * 1_025, "", "\ud83d" * 1_025])
def test_a_password_that_does_not_fit_is_never_hashed(archive, monkeypatch, password):
    monkeypatch.setattr(passwords, "_hasher", None)
    with pytest.raises(InvalidText):
        enter(archive, password=password)
    with pytest.raises(InvalidText):
        passwords.hash_password(password)


def test_at_most_two_hashes_are_made_at_once_and_the_queue_has_an_end(monkeypatch):
    going, most, lock, free = 0, 0, threading.Lock(), threading.Event()

    class Slow:
        def hash(self, _given):
            nonlocal going, most
            with lock:
                going, most = going + 1, max(most, going + 1)
            assert free.wait(60)
            with lock:
                going -= 1
            return "hashed"

    monkeypatch.setattr(passwords, "_hasher", Slow())
    asked = passwords.AT_ONCE + passwords.WAITING
    threads = [threading.Thread(target=passwords.hash_password, args=(PASSWORD,)) for _ in range(asked)]
    for thread in threads:
        thread.start()
    while passwords._places._value:
        threading.Event().wait(0.01)
    with pytest.raises(Busy):
        passwords.hash_password(PASSWORD)
    free.set()
    for thread in threads:
        thread.join()
    assert most == passwords.AT_ONCE
    assert passwords.hash_password(PASSWORD) == "hashed"


def test_the_first_who_sign_in_after_a_start_make_no_more_hashes_at_once(monkeypatch):
    going, most, lock, made = 0, 0, threading.Lock(), passwords.PasswordHasher(time_cost=1, memory_cost=64)

    class Counting:
        def hash(self, given):
            nonlocal going, most
            with lock:
                going, most = going + 1, max(most, going + 1)
            threading.Event().wait(0.05)  # while the others come
            with lock:
                going -= 1
            return made.hash(given)

        def verify(self, kept, given):
            return made.verify(kept, given)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    monkeypatch.setattr(passwords, "_nobody", cache(passwords._nobody.__wrapped__))
    asked = passwords.AT_ONCE + passwords.WAITING
    threads = [threading.Thread(target=passwords.verify, args=(None, PASSWORD)) for _ in range(asked)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= most <= passwords.AT_ONCE


def tries(throttle, number, account="ann", address=HERE):
    for count in range(number):
        try:
            throttle.attempt(account, address)
        except TooManyTries:
            return count
    return number


def test_one_person_from_one_place_has_ten_tries_and_others_have_theirs():
    throttle = Throttle()
    assert tries(throttle, 20) == OF_BOTH.amount
    assert tries(throttle, 1, account="eve") == 1
    assert tries(throttle, 1, address="198.51.100.7") == 1
    throttle.succeeded("ann", HERE)
    assert tries(throttle, 1) == 1


def test_an_account_that_is_tried_from_everywhere_waits():
    throttle = Throttle()
    places = [f"198.51.100.{number}" for number in range(OF_ACCOUNT.amount + 1)]
    assert sum(tries(throttle, 1, address=place) for place in places) == OF_ACCOUNT.amount


@pytest.mark.parametrize("spread", ["203.0.113.9", "2001:db8::{}", "::ffff:203.0.113.9", "unix"])
def test_a_place_that_tries_everybody_waits(spread):
    throttle = Throttle()
    found = [tries(throttle, 1, f"p{n}", spread.format(n)) for n in range(OF_ADDRESS.amount + 1)]
    assert sum(found) == OF_ADDRESS.amount
